"""Since when a connection was not read, though its schedule says that it should be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from okr_core.files.document import load_plan, load_workspace
from okr_core.progress.silence import ConnectionRead, connections_read
from okr_core.record.entries import Entry, SyncRecord, UnavailableAnswer

WORKSPACE = """\
organization: Acme
people: {ada: {name: Ada}}
connections:
  acme: {kind: jira, url: "https://acme.atlassian.net"}
  wiki: {kind: notion, schedule: "30 7 * * 1,4"}
  idle: {kind: jira, url: "https://idle.atlassian.net"}
"""
METRIC = "{kind: increase, baseline: 0, target: 9}"
PLAN = f"""\
cycle: {{id: q4, starts: 2026-10-01, ends: 2026-12-31, timezone: Europe/Zurich, grace_days: 5}}
objectives:
  - id: a
    title: A
    owner: ada
    key_results:
      - id: a.one
        title: T
        metric: {METRIC}
        source: {{jira: {{connection: acme, jql: "labels = x", measure: count}}}}
      - id: a.two
        title: T
        metric: {METRIC}
        source: {{notion: {{connection: wiki, data_source: x, measure: count}}}}
"""
APPLIED = datetime(2026, 9, 28, 9, tzinfo=UTC)
THURSDAY = datetime(2026, 11, 12, 5, 0, 20, tzinfo=UTC)
"""Shortly after six in Zurich."""


def _sync(
    at: datetime, connection: str = "acme", *read: str, down: str = "", suspect: str = ""
) -> tuple[Entry, SyncRecord]:
    body = SyncRecord(
        connection=connection,
        observed_at=at,
        observed=read,
        suspect=(suspect,) if suspect else (),
        unavailable=(UnavailableAnswer(key_result="a.one", reason=down),) if down else (),
        failed=down,
    )
    return Entry(at=at.replace(second=0), body=body, cycle="q4"), body


def _read(
    as_of: datetime,
    syncs: Iterable[tuple[Entry, SyncRecord]] = (),
    *,
    workspace: str = WORKSPACE,
    applied: datetime = APPLIED,
) -> dict[str, ConnectionRead]:
    found = connections_read(load_plan(PLAN), load_workspace(workspace), syncs, as_of, applied)
    return {each.name: each for each in found}


def _said(each: ConnectionRead, as_of: datetime) -> str:
    return each.silence(as_of, load_plan(PLAN).cycle)


def test_a_connection_is_silent_once_its_schedule_passed_and_an_hour_more() -> None:
    read = [_sync(THURSDAY, "acme", "a.one")]
    due = datetime(2026, 11, 13, 5, tzinfo=UTC)
    hour = timedelta(hours=1)
    assert _read(due + hour, read)["acme"].due_at == due
    assert not _read(due + hour, read)["acme"].overdue
    assert _read(due + hour + timedelta(minutes=1), read)["acme"].overdue


def test_a_weekend_is_no_silence_where_workdays_are_read() -> None:
    friday = [_sync(THURSDAY + timedelta(days=1), "acme", "a.one")]
    sunday = datetime(2026, 11, 15, 20, tzinfo=UTC)
    assert not _read(sunday, friday)["acme"].overdue


def test_its_own_schedule_counts_where_it_has_one() -> None:
    read = [_sync(THURSDAY + timedelta(hours=2), "wiki", "a.two")]
    assert not _read(datetime(2026, 11, 15, 20, tzinfo=UTC), read)["wiki"].overdue
    late = _read(datetime(2026, 11, 17, 7, tzinfo=UTC), read)["wiki"]
    assert late.overdue
    assert late.due_at == datetime(2026, 11, 16, 6, 30, tzinfo=UTC)


def test_it_says_since_when_how_long_and_what_the_schedule_says() -> None:
    sunday = datetime(2026, 11, 15, 12, tzinfo=UTC)
    acme = _read(sunday, [_sync(THURSDAY, "acme", "a.one")])["acme"]
    assert acme.title == "jira `acme`"
    assert _said(acme, sunday) == (
        "not read since 12 Nov 2026, 3 days; its schedule says every workday 06:00"
    )


def test_a_silence_of_hours_says_the_time() -> None:
    noon = THURSDAY + timedelta(hours=9)
    acme = _read(noon, [_sync(THURSDAY, "acme", "a.one")])["acme"]
    assert "not read since 12 Nov 2026 06:00, 9 hours;" in _said(acme, noon)


def test_what_was_never_read_says_so_and_has_no_time() -> None:
    monday = datetime(2026, 10, 5, 12, tzinfo=UTC)
    acme = _read(monday)["acme"]
    assert (acme.read_at, acme.tried_at, acme.overdue) == (None, None, True)
    assert _said(acme, monday) == "never read; its schedule says every workday 06:00"


def test_an_attempt_that_read_nothing_is_no_reading_and_is_told_as_an_attempt() -> None:
    friday = THURSDAY + timedelta(days=1)
    syncs = [_sync(THURSDAY, "acme", "a.one"), _sync(friday, down="does not answer")]
    later = friday + timedelta(days=2)
    acme = _read(later, syncs)["acme"]
    assert (acme.read_at, acme.tried_at, acme.overdue) == (THURSDAY, friday, True)
    assert "12 Nov 2026, 3 days (tried 13 Nov 2026);" in _said(acme, later)


def test_a_suspect_reading_is_a_reading() -> None:
    acme = _read(THURSDAY + timedelta(hours=5), [_sync(THURSDAY, suspect="a.one")])["acme"]
    assert acme.read_at == THURSDAY


def test_readings_of_key_results_that_are_bound_no_more_do_not_count() -> None:
    assert _read(THURSDAY, [_sync(THURSDAY, "acme", "a.gone")])["acme"].read_at is None


def test_only_connections_that_serve_key_results_are_looked_at() -> None:
    assert list(_read(THURSDAY)) == ["acme", "wiki"]


def test_a_plan_that_was_applied_late_could_not_be_read_before() -> None:
    noon = datetime(2026, 11, 12, 12, tzinfo=UTC)
    assert not _read(noon, applied=noon)["acme"].overdue
    assert _read(noon + timedelta(days=1), applied=noon)["acme"].overdue


def test_before_the_cycle_begins_nothing_is_silent() -> None:
    before = datetime(2026, 9, 30, 20, tzinfo=UTC)
    assert not any(each.overdue for each in _read(before).values())


def test_after_its_days_of_grace_a_cycle_is_read_no_more() -> None:
    last = datetime(2027, 1, 5, 22, 59, tzinfo=UTC)
    assert _read(last)["acme"].overdue
    assert _read(last + timedelta(minutes=1)) == {}


def test_a_server_with_a_clock_of_its_own_was_read_at_the_time_that_was_asked_for() -> None:
    past = WORKSPACE.replace('net"}', 'net", reads_past: yes}', 1)
    entry, body = _sync(THURSDAY, "acme", "a.one")
    now = body.model_copy(update={"observed_at": datetime(2030, 1, 1, tzinfo=UTC)})
    acme = _read(THURSDAY, [(entry, now)], workspace=past)["acme"]
    assert acme.read_at == entry.at
