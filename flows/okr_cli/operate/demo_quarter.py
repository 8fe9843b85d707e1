"""The demo's quarter: what happens in each week, printed as it happens."""

from __future__ import annotations

import csv
import io
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from okr_cli.entry import main
from okr_cli.shell.output import tell
from okr_core.basics.command import okr
from okr_core.errors import RetryableError
from okr_flows.score.score_cycle import run_score
from okr_flows.sync.report import SyncReport
from okr_flows.sync.sync_progress import run_sync
from okr_sandbox import Fault, Sandbox
from okr_sandbox.demo import CYCLE, RENAME_WEEK, WEEKS, build_world, check_ins, text, week_at

BUSY_WEEK = 4
DOWN_WEEK = 6
CLOSING = "2026-10-06T09:00"
"""The morning after the days of grace, local."""
END = "2026-09-30T20:00"
"""The last evening, after the last sync and scoring, local."""
PLAN_FILE = f"{CYCLE}.yaml"
SECONDS = 120


@dataclass(slots=True)
class DemoQuarter:
    """A quarter in the demo's workspace.

    Attributes:
        home: The workspace folder.
        sandbox: Jira and Notion, with a clock.
        ui: Address of Prefect's UI, empty where only its engine runs.
        report: Path of the page that the report is, once it is written.
    """

    home: Path
    sandbox: Sandbox
    ui: str
    report: str = ""

    @classmethod
    @contextmanager
    def begin(cls, home: Path, *, serve: bool) -> Iterator[DemoQuarter]:
        """Start sandbox and Prefect, write the workspace, apply the plan."""
        world = build_world()
        with Sandbox(world.company, clock=week_at(0)) as sandbox:
            places = {
                **world.places,
                "jira_url": sandbox.jira_url,
                "notion_url": sandbox.notion_url,
            }
            (home / "okr.yaml").write_text(text("okr.yaml", places), encoding="utf-8")
            (home / "cycles" / PLAN_FILE).write_text(text(PLAN_FILE, places), encoding="utf-8")
            os.environ |= {
                "OKR_TRACKER_USER": sandbox.jira_user,
                "OKR_TRACKER_TOKEN": sandbox.jira_token,
                "OKR_WIKI_TOKEN": sandbox.notion_token,
            }
            tell(f"  sandbox    Jira Cloud and Notion on {sandbox.url}")
            with prefect_server(serve=serve) as ui:
                yield cls(home, sandbox, ui)

    def run(self) -> None:
        """All weeks of the quarter."""
        self._okr("check")
        self._okr(
            "apply", "--as-of", "2026-07-01T08:00", "--by", "ada", "--reason", "The quarter's goals"
        )
        tell("  okr apply  10 objectives, 34 key results: revision 1 of the plan")
        tell("  prefect    starting; the first run takes some seconds longer")
        for week in range(1, WEEKS + 1):
            self._week(week)
        self._okr(
            *("retro", "pricing", "refuted", "--cycle", CYCLE, "--as-of", END, "--by", "dario"),
            *("--evidence", "12 of 14 owners asked for a fixed price per building"),
            *("--note", "The bill is read by tenants; owners plan by building"),
        )
        said = self._okr("close", "--cycle", CYCLE, "--as-of", CLOSING, "--by", "ada")
        tell(f"  okr close  {said.strip()}")
        files = self._okr("report", "--cycle", CYCLE, "--format", "html,pdf,xlsx").split()
        self.report = files[0]
        tell(f"  okr report {', '.join(Path(each).name for each in files)}")

    def status(self) -> str:
        """What `okr status` shows at the end, scored."""
        return self._okr("status", "--tree", "--cycle", CYCLE, "--as-of", END)

    def explain(self) -> str:
        """What `okr explain` says of the number that was repaired."""
        return self._okr("explain", "bugs.open", "--cycle", CYCLE, "--at", END)

    def closing(self) -> str:
        """Where everything is and what to try."""
        history = okr("score --history")
        lines = [
            f"The report: {self.report}",
            f"The workspace stays: cd {self.home}, then {history.code} or {okr('report').code}.",
        ]
        return "\n".join([*lines, f"Prefect's UI: {self.ui}/runs"] if self.ui else lines)

    def wait(self) -> None:
        """Keep everything up until the person has seen enough."""
        tell("Ctrl-C ends it.")
        while True:
            time.sleep(3600)

    def _week(self, week: int) -> None:
        at = week_at(week)
        self.sandbox.clock.set(at)
        self._check_in(week, at)
        note = self._disturb(week)
        report, seconds = self._sync(at)
        self._tell(week, at, report, seconds, note)
        if week == DOWN_WEEK:
            self.sandbox.faults.clear()
            again, seconds = self._sync(at)
            self._tell(week, at, again, seconds, "again: only what was missing is asked for")
        if week == RENAME_WEEK:
            self._repair(week, at)
        later = at + timedelta(hours=1)
        run_score(CYCLE, store_url=self._store, as_of=later, now=later)

    @property
    def _store(self) -> str:
        return str(self.home / "okr.db")

    def _check_in(self, week: int, at: datetime) -> None:
        rows = check_ins(week)
        if not rows:
            return
        said = at - timedelta(hours=3)
        path = self.home / f"check-ins-{week:02}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["key_result", "at", "value", "confidence", "note", "by"])
            for key, value, confidence, note, by in rows:
                writer.writerow([key, _local(said), value, confidence, note, by])
        self._okr("checkin", "--from", str(path), "--cycle", CYCLE)

    def _disturb(self, week: int) -> str:
        faults = self.sandbox.faults
        if week == BUSY_WEEK:
            faults.add(Fault(429, match="search/jql", retry_after=1, reason="jira-burst-based"))
            faults.add(Fault(503, match="search/jql", times=2))
            return "Jira answered 429 and 503; asked again, nothing lost"
        if week == DOWN_WEEK:
            faults.add(Fault(529, match="/v1/", times=None, retry_after=0))
            return "Notion is overloaded (529)"
        return "somebody renamed the label `checkout`" if week == RENAME_WEEK else ""

    def _sync(self, at: datetime) -> tuple[SyncReport, float]:
        began = time.monotonic()
        report = run_sync(CYCLE, store_url=self._store, as_of=at, now=at)
        return report, time.monotonic() - began

    def _repair(self, week: int, at: datetime) -> None:
        path = self.home / "cycles" / PLAN_FILE
        old, new = "labels = checkout", "labels in (checkout, payments)"
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        later = at + timedelta(minutes=30)
        self._okr(
            *("apply", "--as-of", _local(later), "--by", "eva"),
            *("--reason", "The label checkout became payments", "--reason-class", "metric_error"),
        )
        self.sandbox.clock.set(later)
        report, seconds = self._sync(later)
        self._tell(week, later, report, seconds, f"okr apply: {old} → {new}")

    def _tell(self, week: int, at: datetime, report: SyncReport, seconds: float, note: str) -> None:
        requests = sum(report.requests.values())
        day = f"{at:%a} {at.day:>2} {at:%b}"
        tell(
            f"  week {week:>2}    {day}  {report.headline:<52} "
            f"{requests:>3} requests  {seconds:4.1f} s"
        )
        if note:
            tell(f"             {note}")
        for name, why in report.failed.items():
            tell(f"             connection {name} down: {why}")
        for reading in report.readings:
            if reading.state == "suspect" and reading.failure:
                tell(f"             suspect: {reading.failure.reason}")

    def _okr(self, *arguments: str) -> str:
        """Run a command as its user would; its output, or its refusal as an error."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = main([*arguments, "--workspace", str(self.home)])
        if code not in {0, 4}:
            said = err.getvalue() or out.getvalue()
            raise RuntimeError(f"okr {arguments[0]} ended with {code}: {said}")
        return out.getvalue()


def _local(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M}"


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
        server.terminate()
        server.wait(timeout=30)


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
