"""A token that lives in a Prefect block: saved by `okr connect --block`, read by every command."""

from __future__ import annotations

import os
import subprocess
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


EARLIER = """
import os
from okr_jira.credentials import JiraCredentials

class Earlier(JiraCredentials):
    _block_type_name = "Jira Credentials"
    _block_type_slug = "jira-credentials"

at, user, token = (os.environ[name] for name in ("AT", "USER_OF_IT", "HIDDEN"))
Earlier(url=at, user=user, token=token).save("kept")
"""


def test_a_block_that_an_earlier_release_saved_under_its_own_slug_still_signs_requests(
    reporting: tuple[PrefectApi, dict[str, str]], sandbox: Sandbox, tmp_path: Path
) -> None:
    connection = f"  acme: {{kind: jira, url: {sandbox.jira_url}, block: kept}}\n"
    (tmp_path / "okr.yaml").write_text(f"{WORKSPACE}connections:\n{connection}", encoding="utf-8")
    env = {**os.environ, **reporting[1]}
    values = {"AT": sandbox.jira_url, "USER_OF_IT": sandbox.jira_user, "HIDDEN": sandbox.jira_token}
    subprocess.run([sys.executable, "-c", EARLIER], env=env | values, check=True, timeout=120)
    tried = subprocess.run(
        [Path(sys.executable).parent / "okr", "try", "acme", "labels = checkout"],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "4  count of issues" in tried.stdout, tried.stderr
