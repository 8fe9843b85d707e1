"""Every command of README and docs/ is typed in the playground, word for word."""

from __future__ import annotations

from pathlib import Path

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
FINE = (0, 4)
"""4: done, but a key result of the playground is suspect, as it should be."""
WITH_COMMANDS = [page for page in PAGES if page.name != OWN_TEST and commands_of(page)]


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda page: page.name)
def test_every_command_of_a_page_runs_in_the_playground(
    page: Path, playground: Served, tmp_path: Path
) -> None:
    copy = playground.copy(tmp_path)
    begins_outside = page.name in {"README.md", "playground.md"}
    reader = playground.reader(tmp_path, tmp_path if begins_outside else copy)
    for line in map(playground.moved, commands_of(page)):
        if line.startswith("okr demo --serve"):
            continue  # it is what this playground was brought to life by
        if stays(line):
            ready = next(word for command, word in READY.items() if line.startswith(command))
            reader.leave_on(line, ready)
            continue
        code, shown = reader.type(line)
        assert code in FINE, f"{page.name}: `{line}` ended with {code}:\n{shown}"
        assert "Traceback" not in shown
