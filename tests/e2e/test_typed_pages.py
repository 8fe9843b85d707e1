"""Every command of README and docs/ is typed in the playground, word for word."""

from __future__ import annotations

import re
import shutil
from http import HTTPStatus
from pathlib import Path
from urllib.request import urlopen

import pytest
from pages import PAGES, commands_of, stays
from playground import Served

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

READY = {
    "okr serve": "Ctrl-C ends it.",
    "okr web": "page on http://",
    "prefect server start": "Check out the dashboard",
    "prefect worker start": "started!",
}
"""Command that stays until Ctrl-C → what it says once it is up."""
OWN_TEST = "ten-minutes.md"
"""The page that test_ten_minutes.py types, with all that is shown."""
OUTSIDE = ("README.md", "playground.md", "sheets.md")
"""Pages whose reader begins beside a workspace; in sheets.md they have their spreadsheets there."""
SHEETS = Path(__file__).resolve().parents[2] / "examples" / "sheets"
FINE = (0, 4)
"""4: done, but a key result of the playground is suspect, as it should be."""
WITH_COMMANDS = [page for page in PAGES if page.name != OWN_TEST and commands_of(page)]


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda page: page.name)
def test_every_command_of_a_page_runs_in_the_playground(
    page: Path, playground: Served, tmp_path: Path
) -> None:
    copy = playground.copy(tmp_path)
    reader = playground.reader(tmp_path, tmp_path if page.name in OUTSIDE else copy)
    if page.name == "sheets.md":
        shutil.copytree(SHEETS, tmp_path, dirs_exist_ok=True)
    for line in map(playground.moved, commands_of(page)):
        if line.startswith("okr demo --serve"):
            continue  # it is what this playground was brought to life by
        if stays(line):
            ready = next(word for command, word in READY.items() if line.startswith(command))
            reader.leave_on(line, ready, _answers)
            continue
        code, shown = reader.type(line)
        assert code in FINE, f"{page.name}: `{line}` ended with {code}:\n{shown}"
        assert "Traceback" not in shown


def _answers(shown: str) -> bool:
    """Whether the server whose dashboard is shown answers; Prefect's says so before it does."""
    dashboard = re.search(r"dashboard at (http://\S+)", shown)
    if dashboard is None:
        return True
    try:
        with urlopen(f"{dashboard[1]}/api/health", timeout=5) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except OSError:
        return False
