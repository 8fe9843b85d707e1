"""The demo's closed quarter: what happens in each week, told as it happens."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from okr_cli.operate.demo_stage import WIDTH, Stage, hours_later, local
from okr_cli.shell.layout import hang
from okr_cli.shell.output import tell
from okr_core.basics.command import okr
from okr_core.errors import RetryableError
from okr_sandbox import Fault
from okr_sandbox.demo import RENAME_WEEK, WEEKS, Quarter, check_ins

BUSY_WEEK = 4
DOWN_WEEK = 6
SECONDS = 120


@dataclass(slots=True)
class ClosedQuarter:
    """A quarter from its plan to its report.

    Attributes:
        stage: Where it is played.
        quarter: Which three months it is.
        report: Path of the page that the report is, once it is written.
    """

    stage: Stage
    quarter: Quarter
    report: str = ""

    def play(self) -> None:
        """All weeks of the quarter, up to its last evening."""
        okr = self.stage.okr
        okr("check")
        starts = f"{self.quarter.starts}T08:00"
        okr("apply", "--as-of", starts, "--by", "ada", "--reason", "The quarter's goals")
        tell("  okr apply  10 objectives, 34 key results: revision 1 of the plan")
        tell("  prefect    starting; the first run takes some seconds longer")
        for week in range(1, WEEKS + 1):
            self._week(week)
        okr(
            *("retro", "pricing", "refuted", "--cycle", self.quarter.id, "--by", "dario"),
            *("--as-of", self._end),
            *("--evidence", "12 of 14 owners asked for a fixed price per building"),
            *("--note", "The bill is read by tenants; owners plan by building"),
        )

    def close(self) -> None:
        """Close it on the morning after its days of grace, and write its report.

        What the store held before is exported: in a copy it can be closed again, otherwise.
        """
        before = self.stage.home / f"{self.quarter.id}-before-close.jsonl"
        self.stage.okr("export", "--out", str(before))
        morning = f"{self.quarter.ends + timedelta(days=6)}T09:00"
        cycle = ("--cycle", self.quarter.id)
        why = ("--reason", "What was last said in summer still held at the end")
        said = self.stage.okr("close", *cycle, "--as-of", morning, "--by", "ada", *why)
        tell(_beside("okr close", said.strip()))
        files = self.stage.okr("report", *cycle, "--format", "html,pdf,xlsx").split()
        self.report = files[0]
        tell(f"  okr report {', '.join(Path(each).name for each in files)}")

    def show(self) -> None:
        """What `okr status` shows of it now, and what `okr explain` says of a repaired number."""
        cycle = ("--cycle", self.quarter.id)
        self.stage.show("status", "--tree", *cycle)
        self.stage.show("explain", "bugs.open", *cycle, "--at", self._end)

    @property
    def _end(self) -> str:
        """The last evening, after the last sync and scoring, local."""
        return f"{self.quarter.ends}T20:00"

    def _week(self, week: int) -> None:
        stage, cycle = self.stage, self.quarter.id
        at = self.quarter.evening_to_the_end(week)
        stage.sandbox.clock.set(at)
        stage.check_in(cycle, week, hours_later(at, -3), check_ins(week))
        note = self._disturb(week)
        stage.sync(cycle, at, _label(week), note)
        if week == DOWN_WEEK:
            stage.sandbox.faults.clear()
            stage.sync(cycle, at, _label(week), "again: only what was missing is asked for")
        if week == RENAME_WEEK:
            self._repair(week, at)
        stage.score(cycle, hours_later(at, 1))

    def _disturb(self, week: int) -> str:
        faults = self.stage.sandbox.faults
        if week == BUSY_WEEK:
            faults.add(Fault(429, match="search/jql", retry_after=1, reason="jira-burst-based"))
            faults.add(Fault(503, match="search/jql", times=2))
            return "Jira answered 429 and 503; asked again, nothing lost"
        if week == DOWN_WEEK:
            faults.add(Fault(529, match="/v1/", times=None, retry_after=0))
            return "Notion is overloaded (529)"
        return "somebody renamed the label `checkout`" if week == RENAME_WEEK else ""

    def _repair(self, week: int, at: datetime) -> None:
        path = self.stage.home / "cycles" / f"{self.quarter.id}.yaml"
        old, new = "labels = checkout", "labels in (checkout, payments)"
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        later = hours_later(at, 0.5)
        self.stage.okr(
            *("apply", "--as-of", local(later), "--by", "eva"),
            *("--reason", "The label checkout became payments", "--reason-class", "metric_error"),
        )
        self.stage.sandbox.clock.set(later)
        self.stage.sync(self.quarter.id, later, _label(week), f"okr apply: {old} → {new}")


def _label(week: int) -> str:
    return f"week {week:>2}"


@contextmanager
def prefect_server(*, serve: bool) -> Iterator[str]:
    """Prefect's UI address while the demo runs; empty where Prefect starts by itself per run.

    Raises:
        RetryableError: The server did not come up.
    """
    if not serve:
        os.environ["PREFECT_SERVER_ALLOW_EPHEMERAL_MODE"] = "true"
        yield ""
        return
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    os.environ |= {"PREFECT_API_URL": f"{url}/api", "PREFECT_SERVER_API_PORT": str(port)}
    server = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "prefect", "server", "start", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(f"{url}/api/health", server)
        tell(f"  prefect    {url}")
        yield url
    finally:
        _end(server)


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(timeout=30)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait(health: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            if httpx.get(health, timeout=2).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.5)
    raise RetryableError(
        f"Prefect's server did not come up within {SECONDS} s.",
        hint=f"Run {okr('demo').code} without --serve, or look at `prefect server start`.",
    )


def _beside(command: str, said: str) -> str:
    """What a command said, in lines of the demo's width beside its name."""
    first, *rest = hang(said, " " * 13, WIDTH)
    return "\n".join([f"  {command:<10} {first.strip()}", *rest])
