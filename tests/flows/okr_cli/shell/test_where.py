"""Where: printed commands name the workspace that `--workspace` had to name, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from okr_cli.shell.where import called_with, located, one_call


def test_a_command_that_another_runs_leaves_no_folder_in_what_that_prints() -> None:
    with one_call():
        with one_call():
            called_with(Path("/acme"))
            assert located("`okr status`") == "`okr status -w /acme`"
        assert located("`okr status`") == "`okr status`"


def test_a_folder_below_is_named_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with one_call():
        called_with(tmp_path / "demo")
        assert located("`okr status`") == "`okr status -w demo`"
