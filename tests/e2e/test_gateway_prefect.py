"""A gateway that repeats what signed a request: nothing of it comes out where Prefect shows it."""

from __future__ import annotations

import json
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from gateway import BINDINGS, CANARY, ENVIRONMENT, PLAYS, SILENT, TOKEN, pieces, write_files
from okr_command import Ran
from okr_processes import Processes, ended
from prefect_api import PrefectApi
from traces import store_rows
from wait import until

from okr_cli import main
from okr_sources.testing.hostile import hostile

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
FLOWS = """
import json, os, sys
from datetime import UTC, datetime
from okr_flows.report.report_cycle import ReportForm, run_report
from okr_flows.score.score_cycle import run_score
from okr_flows.sync.sync_progress import run_sync

at = datetime(2026, 11, 2, 9, tzinfo=UTC)
for cycle, url in json.loads(sys.argv[1]).items():
    os.environ["OKR_REPORT_DIR"] = os.path.dirname(url)
    run_sync(cycle, store_url=url, as_of=at)
    run_score(cycle, store_url=url, as_of=at)
    run_report(cycle, store_url=url, as_of=at, formats=[ReportForm.html, ReportForm.json])
"""
"""The three flows of a cycle, one after the other, as a worker runs them."""
LOGGED = "okr_sources,okr_jira,okr_notion,okr_http,okr_flows,httpx,httpcore"
DEBUG = {
    "PREFECT_LOGGING_LEVEL": "DEBUG",
    "PREFECT_LOGGING_ROOT_LEVEL": "DEBUG",
    "PREFECT_LOGGING_EXTRA_LOGGERS": LOGGED,
}
BY_HAND = ("--reason", "the tool is down", "--until", "2026-11-30", "--as-of", "2026-11-02T08:00")


def begun(home: Path, url: str, cycle: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A company with a plan and one number by hand, so that there is something to score."""
    home.mkdir()
    write_files(home, url, cycle)
    monkeypatch.chdir(home)
    assert main(["apply", "--reason", "first", "--as-of", "2026-10-01"]) == 0
    assert main(["checkin", "o.crm", "4", *BY_HAND]) == 0
    return str(home / "okr.db")


def told_by(api: PrefectApi, cycles: list[str]) -> str:
    """All that Prefect keeps, once each of the runs has logged and is told."""
    names = {f"{flow} gate-{cycle}" for flow in ("Sync", "Score", "Report") for cycle in cycles}
    runs = [run for run in api.flow_runs() if run["name"] in names]
    assert {run["name"] for run in runs} == names
    until(lambda: all(api.logs(run["id"]) for run in runs), "the runs have logged", seconds=60)
    for cycle in cycles:
        told = partial(api.events, "okr.progress.synced", f"okr.cycle.gate.{cycle}")
        until(told, "it is told")
    return api.everything()


def test_nothing_of_a_signed_header_reaches_prefect(
    processes: Processes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKR_PERSON", "ada")
    cycles = {way: f"way-{number:02}" for number, way in enumerate(PLAYS)}
    stores: dict[str, str] = {}
    with ExitStack() as stack:
        gateways = {way: stack.enter_context(hostile(play)) for way, play in PLAYS.items()}
        for way, cycle in cycles.items():
            stores[cycle] = begun(tmp_path / cycle, gateways[way].url, cycle, monkeypatch)
        ran: Ran = ended(
            processes.python(FLOWS, json.dumps(stores), **ENVIRONMENT, **DEBUG), seconds=500
        )
        assert ran.code == 0, ran.err[-3000:]
        assert all(gateway.asked >= len(BINDINGS) for gateway in gateways.values())
    shown = told_by(processes.api, list(stores))
    assert pieces(ran.out + ran.err) == []
    assert pieces(shown) == []
    for way, cycle in cycles.items():
        home = Path(stores[cycle]).parent
        files = [path for path in home.rglob("*") if path.is_file()]
        assert {".html", ".json"} <= {path.suffix for path in files}, way
        kept = "\n".join(path.read_bytes().decode("latin-1") for path in files)
        assert pieces(store_rows(stores[cycle]) + kept) == [], way
        # The same search finds what may be there: the gateway's other words.
        if way not in SILENT:
            assert CANARY in kept, way
    assert CANARY in shown
    assert CANARY in ran.out + ran.err


def test_the_search_finds_a_token_that_prefect_keeps(processes: Processes) -> None:
    script = (
        "import os\nfrom prefect import flow\nfrom prefect.logging import get_run_logger\n"
        "@flow(name='tells')\ndef tells() -> None:\n"
        "    get_run_logger().info('signed with %s', os.environ['TOLD'])\n"
        "tells()\n"
    )
    told = ended(processes.python(script, TOLD=TOKEN))
    assert told.code == 0, told.err
    until(lambda: pieces(processes.api.everything()), "the token is found")
