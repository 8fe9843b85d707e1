"""A quarter with a plan and with what was said in it, as a company's files and commands make it."""

from __future__ import annotations

from pathlib import Path

import pytest
from okr_command import Okr, say_day_by_day

QUARTER = "2025-q3"
APPLIED = "2025-06-20"
"""Before it begins."""


def begin_quarter(
    okr: Okr, folder: Path, monkeypatch: pytest.MonkeyPatch, *, workspace: str, plan: str
) -> None:
    """Write the files into a folder, in which commands run from now on, and apply them."""
    (folder / "cycles").mkdir()
    (folder / "okr.yaml").write_text(workspace, encoding="utf-8")
    (folder / "cycles" / f"{QUARTER}.yaml").write_text(plan, encoding="utf-8")
    monkeypatch.chdir(folder)
    applied = okr("apply", "--as-of", APPLIED, "--by", "ada")
    assert applied.code == 0, applied.err


def play_quarter(
    okr: Okr,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    workspace: str,
    plan: str,
    said: str,
    sure: bool = False,
) -> Path:
    """Apply the files in a folder, and say a table of check-ins, each on the morning after its day.

    Args:
        okr: The command.
        folder: Where the files are written; tests go on there.
        monkeypatch: Of the test.
        workspace: Text of okr.yaml.
        plan: Text of the quarter's plan.
        said: CSV of check-ins.
        sure: Whether values far outside their range are meant.
    """
    begin_quarter(okr, folder, monkeypatch, workspace=workspace, plan=plan)
    meant = ("--sure",) if sure else ()
    say_day_by_day(okr, said, "--cycle", QUARTER, *meant)
    return folder
