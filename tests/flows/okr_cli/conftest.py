"""What tests of the command line share: a workspace folder and the command in this process."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from okr_command import PLAN, WORKSPACE, Okr, Ran, said_at

from okr_cli import main


@pytest.fixture
def okr(capsys: pytest.CaptureFixture[str]) -> Okr:
    """Run `okr` in this process, at `now`; what is said as of a day else on that day."""

    def run(*arguments: object, now: datetime | None = None) -> Ran:
        capsys.readouterr()
        words = [str(argument) for argument in arguments]
        code = main(words, now=now or said_at(words))
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OKR_WORKSPACE", "OKR_PERSON", "OKR_STORE_URL", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    # The tests' workspace has people, and the user of the computer that runs them is none of them.
    monkeypatch.setenv("OKR_PERSON", "ada")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a workspace and a plan; commands run in it."""
    (tmp_path / "cycles").mkdir()
    (tmp_path / "okr.yaml").write_text(WORKSPACE, encoding="utf-8")
    (tmp_path / "cycles" / "2025-q4.yaml").write_text(PLAN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path
