"""`okr backfill`: a team that connects in the middle of a quarter sees its past at once."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import stamina
from jsonschema import Draft202012Validator
from okr_command import Okr
from sync_world import opening_of

from okr_cli.plan.schema import schema_of
from okr_cli.progress.backfill import backfill_text
from okr_core.record.entries import Entry
from okr_core.record.score_records import Closing
from okr_flows.backfill.backfill import run_backfill
from okr_sandbox import Company, Sandbox, issue
from okr_store import open_store

BEGAN = datetime(2025, 10, 1, tzinfo=UTC)
NOW = datetime(2025, 11, 20, 12, tzinfo=UTC)
TOKEN = "jira-token-that-shows-nowhere"
DAY = "2025-11-20"
WORKSPACE = """\
organization: Acme
people: {ada: {name: Ada}}
connections:
  tracker: {kind: jira, url: "<url>"}
"""
PLAN = """\
cycle: {id: 2025-q4, starts: 2025-10-01, ends: 2025-12-31, timezone: Europe/Zurich}
objectives:
  - id: quality
    title: Nobody works around our bugs
    owner: ada
    key_results:
      - id: bugs.open
        title: Open checkout bugs from 8 to 0
        metric: {kind: decrease, unit: bugs, baseline: 8, target: 0}
        source:
          jira: {connection: tracker, jql: "labels = checkout AND status != Done", measure: count}
      - id: bugs.points
        title: 30 points of it
        metric: {kind: increase, baseline: 0, target: 30}
        source:
          jira: {connection: tracker, jql: "labels = checkout", measure: {sum: Story Points}}
"""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    bugs = [
        issue(
            f"PLAT-{n}",
            created=BEGAN - timedelta(days=1),
            labels=["checkout"],
            done=BEGAN + timedelta(days=9 * n) if n < 4 else None,
        )
        for n in range(1, 9)
    ]
    served = Company(issues=bugs, jira_token=TOKEN)
    with Sandbox(served, clock=NOW) as sandbox, stamina.set_testing(True, attempts=2, cap=True):
        yield sandbox


@pytest.fixture
def workspace(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, okr: Okr) -> Path:
    """A workspace whose plan was applied in the middle of the quarter."""
    (tmp_path / "cycles").mkdir()
    text = WORKSPACE.replace("<url>", sandbox.jira_url)
    (tmp_path / "okr.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "cycles" / "2025-q4.yaml").write_text(PLAN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OKR_TRACKER_USER", sandbox.jira_user)
    monkeypatch.setenv("OKR_TRACKER_TOKEN", TOKEN)
    assert okr("apply", "--as-of", "2025-11-10").code == 0
    return tmp_path


@pytest.mark.usefixtures("workspace")
def test_a_dry_run_shows_values_and_requests_and_the_run_records_them(okr: Okr) -> None:
    shown = okr("backfill", "--dry-run", "--only", "bugs.open", "--as-of", DAY, "--format", "json")
    assert shown.code == 0, shown.err
    validator = Draft202012Validator(schema_of("backfill"))
    validator.validate(shown.json)
    (kr,) = shown.json["key_results"]
    assert [(day["day"], day["value"]) for day in kr["days"]] == [
        ("2025-10-07", "8"),
        ("2025-10-14", "7"),
        ("2025-10-21", "6"),
        ("2025-10-28", "5"),
        ("2025-11-04", "5"),
        ("2025-11-11", "5"),
        ("2025-11-18", "5"),
    ]
    assert kr["days"][0]["at"] == "2025-10-07T21:59:59Z"
    assert shown.json["requests"] == {"tracker": 12}
    done = okr("backfill", "--only", "bugs.open", "--as-of", DAY, "--format", "json")
    assert done.json == {**shown.json, "dry_run": False}
    again = okr("backfill", "--only", "bugs.open", "--as-of", DAY, "--format", "json")
    validator.validate(again.json)
    assert (again.json["key_results"][0]["kept"], again.json["requests"]) == (7, {})


@pytest.mark.usefixtures("workspace")
def test_explain_says_that_a_value_was_reconstructed_and_how(okr: Okr) -> None:
    assert okr("backfill", "--only", "bugs.open", "--as-of", DAY).code == 0
    text = okr("explain", "bugs.open", "--as-of", DAY)
    assert text.code == 0, text.err
    shown = " ".join(text.out.split())
    assert "5 bugs, reconstructed from jira:tracker for 2025-11-18 23:59 CET" in shown
    assert "from creation and resolution dates and `status WAS`" in shown
    assert "selected by today's labels" in shown
    assert "2025-10-14 23:59 CEST 7 bugs" in shown
    assert max(len(line) for line in text.out.splitlines() if not line.startswith("link")) <= 100
    found = okr("explain", "bugs.open", "--as-of", DAY, "--format", "json").json
    Draft202012Validator(schema_of("explain")).validate(found)
    assert found["evidence"]["reconstructed"].startswith("from creation and resolution dates")
    assert found["evidence"]["assumptions"]
    assert len(found["evidence"]["rows"]) == 5
    assert found["reading"]["observed_at"] > found["reading"]["at"]


@pytest.mark.usefixtures("workspace")
def test_a_reconstructed_value_stays_marked_and_reachable_after_a_live_sync(
    okr: Okr, workspace: Path
) -> None:
    okr("backfill", "--as-of", DAY)
    with open_store(str(workspace / "okr.db")) as store:
        past = list(store.readings("2025-q4", as_of=None, key_results=["bugs.open"]))
        live = replace(past[0], id="", source="jira:other", at=NOW, as_of=NOW, observed_at=NOW)
        store.record("2025-q4", [(replace(live, evidence=""), None)])
    ran = okr("explain", "bugs.open", "--as-of", DAY)
    lines = [line for line in ran.out.splitlines() if f"({past[-1].id}" in line]
    assert lines
    assert all("reconstructed" in line for line in lines)
    asked = okr("explain", "bugs.open", "--cycle", "2025-q4", "--reading", past[0].id)
    assert asked.code == 0
    assert "reconstructed on" in " ".join(asked.out.split())
    assert "counts     no:" in asked.out
    other = okr("explain", "bugs.points", "--cycle", "2025-q4", "--reading", past[0].id)
    assert other.code == 2
    assert f"okr explain bugs.open --reading {past[0].id}" in other.err


@pytest.mark.usefixtures("workspace")
def test_status_counts_it_and_the_audit_adds_it_up_again(okr: Okr) -> None:
    okr("backfill", "--only", "bugs.open", "--as-of", DAY)
    status = okr("status", "--as-of", DAY, "--format", "json").json
    values = {kr["id"]: kr["current"] for kr in status["objectives"][0]["key_results"]}
    assert values["bugs.open"] == "5"
    assert okr("audit", "verify").code == 0


@pytest.mark.usefixtures("workspace")
def test_what_cannot_be_told_ends_with_4_and_a_reason_per_day(okr: Okr) -> None:
    ran = okr("backfill", "--as-of", DAY)
    assert ran.code == 4
    header, *lines = [line.split("\t") for line in ran.out.splitlines()]
    assert header == ["key_result", "day", "state", "value", "evidence", "reason", "hint"]
    assert len(lines) == 14
    points = [line for line in lines if line[0] == "bugs.points"]
    assert all("holds what it is today" in line[5] for line in points)
    assert "7 past values recorded, 7 cannot be told" in ran.err
    assert TOKEN not in ran.out + ran.err


def test_people_read_days_reasons_and_assumptions(workspace: Path, sandbox: Sandbox) -> None:
    env = {"OKR_TRACKER_USER": sandbox.jira_user, "OKR_TRACKER_TOKEN": TOKEN}
    with open_store(str(workspace / "okr.db")) as store:
        report = run_backfill(
            opening_of(store), cycle="2025-q4", until=NOW, now=NOW, env=env, dry_run=True
        )
    text = backfill_text(report)
    assert "bugs.open: 7 days to reconstruct" in text
    assert "  14 Oct 2025                7" in text
    assert "  – issues that were deleted since are not counted" in text
    assert "bugs.points: 7 days unavailable" in text
    assert text.count("holds what it is today") == 1
    assert "7 Oct 2025 to 18 Nov 2025 (7 days):" in text
    assert text.endswith("Requests: tracker 12.")
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.usefixtures("workspace")
def test_no_day_of_the_future_is_told(okr: Okr) -> None:
    ran = okr("backfill", "--as-of", "2099-01-01", "--cycle", "2025-q4", "--format", "json")
    days = [day["day"] for day in ran.json["key_results"][0]["days"]]
    assert all(day <= f"{datetime.now(UTC):%Y-%m-%d}" for day in days)
    assert ran.json["as_of"] < "2099"


@pytest.mark.usefixtures("workspace")
def test_a_server_out_of_reach_ends_with_3(okr: Okr, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKR_TRACKER_TOKEN", "wrong")
    ran = okr("backfill", "--only", "bugs.open", "--as-of", DAY, "--format", "json")
    assert ran.code == 3
    assert set(ran.json["failed"]) == {"tracker"}


@pytest.mark.usefixtures("workspace")
def test_a_name_that_is_unknown_is_refused_with_2(okr: Okr) -> None:
    ran = okr("backfill", "--only", "bugs.opne", "--as-of", DAY)
    assert ran.code == 2
    assert "bugs.opne" in ran.err
    assert "Traceback" not in ran.err


def test_a_closed_cycle_is_refused_with_1(okr: Okr, workspace: Path) -> None:
    today = datetime.now(UTC)
    closing = Entry(at=today, body=Closing(revision=1), cycle="2025-q4", by="ada", key="closing")
    with open_store(str(workspace / "okr.db")) as store:
        store.judge(closing, 1)
    ran = okr("backfill", "--as-of", DAY)
    assert ran.code == 1
    assert f"was closed on {today:%Y-%m-%d}" in ran.err


def test_json_on_stdout_only(okr: Okr, workspace: Path) -> None:
    assert workspace.is_dir()
    ran = okr("backfill", "--only", "bugs.open", "--as-of", DAY, "--format", "json")
    assert json.loads(ran.out)["schema"] == "okr.backfill/1"
    assert "asking all connections for the past of 2025-q4" in ran.err
