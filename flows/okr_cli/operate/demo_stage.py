"""The demo's stage: workspace, sandbox and clock, and what happens on them, told as it happens."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from okr_cli.entry import main
from okr_cli.shell.layout import hang
from okr_cli.shell.output import tell
from okr_flows.score.score_cycle import run_score
from okr_flows.sync.report import SyncReport
from okr_flows.sync.sync_progress import run_sync
from okr_sandbox import Sandbox
from okr_sandbox.demo.voices import Saying

WIDTH = 79
_HEADLINE = 45
_INDENT = " " * 19


@dataclass(slots=True)
class Stage:
    """Where the demo's quarters are played.

    Attributes:
        home: The workspace folder.
        sandbox: Jira and Notion, with a clock.
        ui: Address of Prefect's UI, empty where only its engine runs.
    """

    home: Path
    sandbox: Sandbox
    ui: str

    @property
    def store(self) -> str:
        """Address of the store."""
        return str(self.home / "okr.db")

    def okr(self, *arguments: str, now: datetime | None = None) -> str:
        """Run a command as its user would; its output, or its refusal as an error.

        Args:
            arguments: Its words.
            now: When they run it; None: now.
        """
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = main([*arguments, "--workspace", str(self.home)], now=now)
        if code not in {0, 4}:
            said = err.getvalue() or out.getvalue()
            raise RuntimeError(f"okr {arguments[0]} ended with {code}: {said}")
        return out.getvalue()

    def show(self, *arguments: str) -> None:
        """Run a command that only reads, for whoever watches: at the width of their terminal."""
        main([*arguments, "--workspace", str(self.home)])

    def check_in(self, cycle: str, week: int, at: datetime, rows: Iterable[Saying]) -> None:
        """Have people say their values of a week, from a file as `okr checkin --from` reads it."""
        told = list(rows)
        if not told:
            return
        path = self.home / "check-ins" / f"{cycle}-week-{week:02}.csv"
        path.parent.mkdir(exist_ok=True)
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["key_result", "at", "value", "confidence", "note", "by"])
            for key, value, confidence, note, by in told:
                writer.writerow([key, local(at), value, confidence, note, by])
        self.okr("checkin", "--from", str(path), "--cycle", cycle, now=at)

    def sync(self, cycle: str, at: datetime, label: str, *notes: str) -> None:
        """Read all that is bound, through Prefect, as of a time, and tell what was found."""
        report = run_sync(cycle, store_url=self.store, as_of=at, now=at)
        day = f"{at.day:>2} {at:%b}"
        tell(f"  {label:<8} {day}  {report.headline:<{_HEADLINE}} {_requests(report)}")
        for said in (*notes, *_troubles(report)):
            for line in hang(said, _INDENT, WIDTH):
                tell(line)

    def told(self, what: str, at: datetime, said: str) -> None:
        """Tell whoever watches what has happened, with its day."""
        tell(f"  {what:<8} {at.day:>2} {at:%b}  {said}")

    def score(self, cycle: str, at: datetime) -> None:
        """Score through Prefect, as of a time."""
        run_score(cycle, store_url=self.store, as_of=at, now=at)


def _requests(report: SyncReport) -> str:
    return f"{sum(report.requests.values()):>3} requests"


def _troubles(report: SyncReport) -> Iterable[str]:
    for name, why in report.failed.items():
        yield f"connection {name} down: {why}"
    for reading in report.readings:
        if reading.state == "suspect" and reading.failure:
            yield f"suspect: {reading.failure.reason}"


def local(at: datetime) -> str:
    """A time as `--as-of` takes it."""
    return f"{at:%Y-%m-%dT%H:%M}"


def hours_later(at: datetime, hours: float) -> datetime:
    """So many hours after a time."""
    return at + timedelta(hours=hours)
