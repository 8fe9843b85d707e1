"""Reading: how a sync gets on, a line per connection on a terminal while it runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from okr_cli.shell.figures import count
from okr_cli.shell.output import tell_stopping
from okr_core.basics.visible import on_screen
from okr_flows.sync.listening import heard_by

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from okr_flows.sync.plan import SyncPlan
    from okr_flows.sync.read import ReadOutcome


@contextmanager
def reading_shown(*, shown: bool) -> Iterator[None]:
    """Within the block, syncs show how they get on.

    Args:
        shown: Whether a person may want to see it; in a pipe nobody does.
    """
    if not shown or not sys.stderr.isatty():
        with heard_by(_Told()):
            yield
        return
    from rich.console import Console  # noqa: PLC0415 - slow to load, and only for a terminal
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (
        TextColumn("{task.fields[name]}", markup=False),
        BarColumn(bar_width=24, complete_style="none", finished_style="none"),
        TextColumn("{task.completed:.0f} of {task.total:.0f}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[state]}", markup=False),
    )
    with (
        Progress(*columns, console=Console(stderr=True), transient=True) as progress,
        heard_by(_Shown(progress)),
    ):
        yield


class _Told:
    """Says only what a person has to know who interrupts it."""

    def planned(self, plan: SyncPlan) -> None:
        """Nothing."""

    def answered(self, connection: str) -> None:
        """Nothing."""

    def recorded(self, outcome: ReadOutcome) -> None:
        """Nothing."""

    def stopping(self) -> None:
        """That it keeps what it has."""
        tell_stopping()

    def finishing(self) -> None:
        """That it keeps what it has, and that one has to wait for it."""
        tell_stopping(hurry=False)


class _Shown(_Told):
    """Draws a line per connection; told from several threads."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._lines: dict[str, TaskID] = {}

    def planned(self, plan: SyncPlan) -> None:
        """A line for each connection that is asked."""
        for job in plan.jobs:
            if job.asks:
                self._lines[job.name] = self._progress.add_task(
                    "", total=len(job.asks), name=on_screen(job.name or job.source), state=""
                )

    def answered(self, connection: str) -> None:
        """One more of its key results."""
        self._progress.advance(self._lines[connection])

    def recorded(self, outcome: ReadOutcome) -> None:
        """It is done."""
        state = "failed" if outcome.failed else count(outcome.requests, "request")
        self._progress.update(self._lines[outcome.connection], state=state)
