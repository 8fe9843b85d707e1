"""A token that lives in a Prefect block: saved by `okr connect --block`, read by every command."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect_api import PrefectApi
from terminal import Terminal
from tools_world import WORKSPACE, company

from okr_sandbox import Sandbox

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(company()[0]) as running:
        yield running


def test_a_token_in_a_block_is_in_no_file_and_signs_requests(
    reporting: tuple[PrefectApi, dict[str, str]], sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "okr.yaml").write_text(WORKSPACE, encoding="utf-8")
    scripts = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, **reporting[1], "PATH": scripts, "LANG": "C.UTF-8"}
    terminal = Terminal(tmp_path, env, {"jira": sandbox.jira_token})
    connect = f"okr connect jira acme --url {sandbox.jira_url} --user {sandbox.jira_user} --block"
    shown = terminal.type(connect)
    assert "The token is in the Prefect block `acme`." in shown
    assert "block: acme}" in (tmp_path / "okr.yaml").read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["okr.yaml"]
    assert "4  count of issues" in terminal.type("okr try acme 'labels = checkout'")
    with pytest.raises(AssertionError, match="has a block `acme`"):
        terminal.type(connect)
    terminal.type(f"{connect} --replace")
    assert sandbox.jira_token not in "".join(terminal.transcript)
