"""Reading a connection: every ask has an answer, whatever server, binding or source do."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import third_source
from sync_answers import why
from sync_world import (
    BOUND,
    FIRST,
    MONDAY,
    PLAN,
    WEEK,
    WORKSPACE,
    SyncWorld,
    planned,
    synced,
    values,
)

from okr_core.plan.workspace import Connection
from okr_core.record.evidence import decode, re_add
from okr_flows.sync.plan import ConnectionJob
from okr_flows.sync.read import ReadOutcome, plan_requests, read_connection
from okr_sandbox import Fault
from okr_sandbox.faults import FaultKind
from okr_store import Store

UNKNOWN_FIELD = PLAN.replace("{sum: Story Points}", "{sum: Storypoints}")


def jobs(store: Store) -> dict[str, ConnectionJob]:
    return {job.name: job for job in planned(store).jobs}


def read(job: ConnectionJob, env: Mapping[str, str]) -> ReadOutcome:
    return read_connection(job, env=env, revision=1)


def test_readings_come_with_evidence_that_re_adds_and_a_link(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    for job in jobs(store).values():
        outcome = read(job, world.env)
        assert not outcome.failed
        for reading, content in outcome.readings:
            assert reading.value == FIRST[reading.key_result] == re_add(decode(content))
            assert reading.source == job.source
            assert outcome.links[reading.key_result].startswith("http")
        assert outcome.requests == sum(
            fetch.pages or 1 for fetch in plan_requests(job, world.env).fetches
        )
        assert outcome.counts


def test_a_dry_run_names_the_queries_and_sends_nothing(world: SyncWorld, store: Store) -> None:
    world.apply(store)
    lines = [
        f"{f.endpoint} {f.query}" for f in plan_requests(jobs(store)["tracker"], world.env).fetches
    ]
    assert any("labels = scaling" in line and "search/jql" in line for line in lines)
    assert world.sent == 0


def test_live_readings_are_dated_when_we_looked_and_never_back(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store, workspace=WORKSPACE.replace(", reads_past: yes", ""))
    began = datetime.now(UTC)
    for reading, _ in read(jobs(store)["tracker"], world.env).readings:
        assert reading.as_of == MONDAY
        assert reading.observed_at == reading.at
        assert began <= reading.at <= datetime.now(UTC)


def test_a_broken_binding_does_not_stop_the_others(world: SyncWorld, store: Store) -> None:
    world.apply(store, UNKNOWN_FIELD)
    outcome = read(jobs(store)["tracker"], world.env)
    assert [r.key_result for r, _ in outcome.readings] == ["bugs.open", "scaling.done"]
    (broken,) = outcome.unavailable
    assert broken.key_result == "scaling.points"
    assert "Storypoints" in broken.reason
    assert "Story Points" in f"{broken.reason} {broken.hint}"
    assert outcome.failed == ""


def test_wrong_bindings_alone_are_no_failed_connection(world: SyncWorld, store: Store) -> None:
    text = UNKNOWN_FIELD.replace("measure: count}", "measure: {sum: Bugs}}").replace(
        "measure: done_ratio,", "measure: {average: Shares},"
    )
    world.apply(store, text)
    outcome = read(jobs(store)["tracker"], world.env)
    assert len(outcome.unavailable) == 3
    assert outcome.failed == ""
    report = synced(store, world.env)
    assert report.exit_code == 4


@pytest.mark.parametrize("kind", [401, 403, 500, 503, 529, "drop"])
def test_a_connection_that_answers_nothing_has_failed_and_nothing_is_zero(
    world: SyncWorld, store: Store, kind: FaultKind
) -> None:
    world.apply(store)
    world.sandbox.faults.add(Fault(kind, match="/v1/", times=None, retry_after=0))
    wiki = read(jobs(store)["wiki"], world.env)
    assert [answer.key_result for answer in wiki.unavailable] == list(BOUND[3:])
    assert wiki.readings == ()
    assert all(answer.reason and answer.hint for answer in wiki.unavailable)
    if kind != 403:  # a permission that one page lacks is no outage
        assert wiki.failed
    assert read(jobs(store)["tracker"], world.env).failed == ""


def test_an_endpoint_that_fails_for_one_key_result_is_no_failed_connection(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    world.sandbox.faults.add(Fault(500, match="/field", times=None))
    outcome = read(jobs(store)["tracker"], world.env)
    assert [answer.key_result for answer in outcome.unavailable] == ["scaling.points"]
    assert outcome.unavailable[0].temporary
    assert outcome.failed == ""


def test_a_server_that_comes_back_has_cost_requests_only(world: SyncWorld, store: Store) -> None:
    world.apply(store)
    world.sandbox.faults.add(Fault(503, match="search/jql", retry_after=0))
    outcome = read(jobs(store)["tracker"], world.env)
    assert not outcome.unavailable
    assert outcome.requests == world.sent


@pytest.mark.parametrize(
    ("missing", "reason", "hint"),
    [
        ("OKR_WIKI_TOKEN", "connection `wiki` has no token.", "Set OKR_WIKI_TOKEN"),
        ("OKR_TRACKER_USER", "connection `tracker` has no user", "Set OKR_TRACKER_USER"),
    ],
)
def test_missing_credentials_say_which_variable_to_set(
    world: SyncWorld, store: Store, missing: str, reason: str, hint: str
) -> None:
    world.apply(store)
    env = {name: value for name, value in world.env.items() if name != missing}
    outcomes = [read(job, env) for job in jobs(store).values()]
    (failed,) = [outcome for outcome in outcomes if outcome.failed]
    assert all(answer.reason.startswith(reason) for answer in failed.unavailable)
    assert all(hint in answer.hint for answer in failed.unavailable)
    assert failed.requests == 0


def test_a_kind_that_no_package_offers_lists_those_there_are(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    job = replace(jobs(store)["wiki"], connection=Connection(kind="linear"))
    outcome = read(job, world.env)
    assert "`linear` is unknown" in outcome.failed
    assert "jira" in outcome.failed


def test_a_connection_that_is_asked_for_nothing_is_not_opened(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    outcome = read(replace(jobs(store)["wiki"], asks=()), {})
    assert (outcome.readings, outcome.unavailable, outcome.failed) == ((), (), "")


THIRD = """\
cycle: {id: 2026-q4, starts: 2026-10-01, ends: 2026-12-31}
objectives:
  - id: third
    title: A tool that nobody here knows is read
    owner: ada
    key_results:
      - id: one
        title: One
        metric: {kind: at_least, bound: 0}
        source: {third: {connection: other, says: "7"}}
      - id: two
        title: Two
        metric: {kind: at_least, bound: 0}
        source: {third: {connection: other, says: <says>}}
"""
THIRD_WORKSPACE = f"{WORKSPACE}  other: {{kind: third}}\n"
THIRD_ENV = {"OKR_OTHER_TOKEN": "third-token-that-shows-nowhere"}


@pytest.fixture
def third(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    third_source.install(tmp_path, monkeypatch)


@pytest.mark.usefixtures("third")
def test_a_source_that_gives_no_answer_is_answered_for(world: SyncWorld, store: Store) -> None:
    world.apply(store, THIRD.replace("<says>", "silence"), THIRD_WORKSPACE)
    report = synced(store, THIRD_ENV)
    one, two = report.readings
    assert (one.state, two.state) == ("observed", "unavailable")
    assert why(two).reason == "the source gave no answer."
    assert report.exit_code == 4


@pytest.mark.usefixtures("third")
def test_answers_are_in_the_order_of_the_asks_however_they_come(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store, THIRD.replace("<says>", "8"), THIRD_WORKSPACE)
    (job,) = jobs(store).values()
    for asks in (job.asks, job.asks[::-1]):
        outcome = read(replace(job, asks=asks), THIRD_ENV)
        assert [r.key_result for r, _ in outcome.readings] == [ask.key_result for ask in asks]


@pytest.mark.usefixtures("third")
def test_of_two_answers_the_first_counts_and_strangers_do_not(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store, THIRD.replace("<says>", "twice"), THIRD_WORKSPACE)
    assert synced(store, THIRD_ENV).readings[1].value == 1
    world.apply(store, THIRD.replace("<says>", "stranger"), workspace=None)
    report = synced(store, THIRD_ENV, MONDAY + WEEK)
    assert [reading.key_result for reading in report.readings] == ["one", "two"]
    assert values(store, MONDAY + WEEK) == {"one": 7}


@pytest.mark.usefixtures("third")
def test_a_source_that_breaks_stops_no_other_and_its_words_stay_inside(
    world: SyncWorld, store: Store
) -> None:
    both = PLAN + THIRD.partition("objectives:\n")[2].replace("<says>", "crash")
    world.apply(store, both, THIRD_WORKSPACE)
    report = synced(store, {**world.env, **THIRD_ENV})
    assert report.totals == {"observed": 5, "unavailable": 2}
    assert "source third made a mistake: KeyError in third_source.py:" in report.failed["other"]
    assert THIRD_ENV["OKR_OTHER_TOKEN"] not in repr(report)


@pytest.mark.usefixtures("third")
@pytest.mark.parametrize("says", ["infinite", "odd evidence"])
def test_an_answer_that_cannot_be_stored_stops_no_other_of_its_connection(
    world: SyncWorld, store: Store, says: str
) -> None:
    world.apply(store, THIRD.replace("<says>", says), THIRD_WORKSPACE)
    report = synced(store, THIRD_ENV)
    one, two = report.readings
    assert (one.state, two.state) == ("observed", "unavailable")
    assert "source third made a mistake" in why(two).reason
    assert report.failed == {}


@pytest.mark.usefixtures("third")
@pytest.mark.parametrize("says", ["crash", "nonsense"])
def test_what_a_source_answered_before_it_broke_stays(
    world: SyncWorld, store: Store, says: str
) -> None:
    third = THIRD.replace('says: "7"', f"says: {says}").replace("<says>", "8")
    world.apply(store, third, THIRD_WORKSPACE)
    one, two = synced(store, THIRD_ENV).readings
    assert (one.state, two.state) == ("unavailable", "observed")
    assert "source third made a mistake" in why(one).reason


def test_a_package_that_cannot_be_loaded_stops_no_other(
    world: SyncWorld, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "broken_source-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-source\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[okr.sources]\nbroken = broken_source:SOURCE\n")
    (tmp_path / "broken_source.py").write_text("raise RuntimeError('of its own')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    bound = "metric: {kind: at_least, bound: 0}, source: {broken: {says: x}}"
    both = f"{PLAN}      - {{id: odd, title: Odd, {bound}}}\n"
    world.apply(store, both)
    report = synced(store, world.env)
    assert report.totals == {"observed": 5, "unavailable": 1}
