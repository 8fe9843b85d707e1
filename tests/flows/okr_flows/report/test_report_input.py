"""The input of a report: it says what the store knows, and the same that explain says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from kept_stores import AS_OF as KEPT_AS_OF
from kept_stores import CYCLE as KEPT_CYCLE
from kept_stores import kept_versions, unpack
from report_cycles import AS_OF, BEGINS, CYCLE, WEEK, evidence, fill, reading
from store_samples import tamper

from okr_core.errors import InputError
from okr_core.record.entries import Acceptance
from okr_core.record.evidence import digest_of
from okr_core.record.failure import Failure
from okr_flows.report.report_input import read_report_input
from okr_report.report_facts import ReportFacts
from okr_report.report_input import ReportInput
from okr_report.sections.objectives.key_results import ProvenanceView, provenance_view
from okr_store import Store, open_store, upgrade_store
from okr_store.explanation import explain_key_result


@pytest.fixture
def filled(store: Store) -> Store:
    fill(store)
    return store


@pytest.fixture
def lite(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[Store, str]]:
    """A filled store on SQLite, and its address."""
    path = tmp_path / "lite.db"
    path.write_bytes(sqlite_template.read_bytes())
    with open_store(str(path)) as opened:
        fill(opened)
        yield opened, str(path)


def report_input(store: Store, as_of: datetime = AS_OF) -> ReportInput:
    return read_report_input(store, CYCLE, as_of)


def shown(read: ReportInput, name: str) -> ProvenanceView:
    """What the report says of where a number comes from."""
    facts = ReportFacts(read)
    view = provenance_view(facts, facts.plan.key_results_by_id[name])
    assert view is not None
    return view


def test_a_number_comes_from_where_explain_says(filled: Store) -> None:
    read = report_input(filled)
    for name, told in read.provenance.items():
        explained = explain_key_result(filled, CYCLE, name, AS_OF)
        assert told.reading == explained.reading
        assert told.evidence == explained.evidence
        seen = shown(read, name)
        if explained.reading is None:
            assert seen.reading == ""
            continue
        assert seen.reading == explained.reading.id
        assert seen.source == explained.reading.source
        assert seen.by == explained.reading.by
        assert seen.digest == explained.reading.evidence
        if explained.evidence is not None:
            assert seen.query == explained.evidence.query
            assert seen.link == explained.evidence.link
            assert seen.rows == len(explained.evidence.rows)
            assert seen.complete is explained.evidence.complete
    assert shown(read, "bugs.open").sample == (("SHOP-0", Decimal(1)), ("SHOP-1", Decimal(1)))
    assert shown(read, "bugs.open").formula == "(2 − 8) ÷ (0 − 8) = 0.75"


def test_of_many_rows_the_first_ten_are_shown(filled: Store) -> None:
    at = AS_OF - timedelta(days=1)
    content = evidence(25)
    newest = reading("bugs.open", 25, at, source="jira:acme", evidence=digest_of(content))
    filled.record(CYCLE, [(newest, content)])
    told = shown(report_input(filled), "bugs.open")
    assert (told.rows, len(told.sample)) == (25, 10)


def test_what_the_last_sync_could_not_read_is_told_with_its_reason(filled: Store) -> None:
    at = BEGINS + 6 * WEEK
    failure = Failure("label `old` is unknown", at=at)
    assert report_input(filled).snapshot.unavailable == {"bugs.age": failure}


def test_a_key_result_without_a_reading_has_a_formula_and_no_source(filled: Store) -> None:
    told = shown(report_input(filled), "activation.talks")
    assert (told.reading, told.source, told.observed_at) == ("", "", None)
    assert told.formula == "(current − 0) ÷ (10 − 0)"


def test_an_accepted_value_says_so_and_names_nobody(filled: Store) -> None:
    at = AS_OF - timedelta(days=2)
    content = evidence(0)
    doubted = reading(
        "bugs.open",
        0,
        at,
        source="jira:acme",
        evidence=digest_of(content),
        state="suspect",
        reason="it fell from 2 to 0 issues.",
    )
    filled.record(CYCLE, [(doubted, content)])
    name = next(r.id for r in filled.readings(CYCLE, as_of=AS_OF) if r.state == "suspect")
    now = reading("bugs.open", 0, at, evidence=digest_of(content), by="bo")
    filled.supersede(CYCLE, name, now, Acceptance(reading=name), by="bo", at=at)
    told = shown(report_input(filled), "bugs.open")
    assert told.note == "was suspect; a person said on 2026-11-18 that it is true"
    assert told.source == "jira:acme"


def test_evidence_that_was_altered_is_told_and_stops_no_report(lite: tuple[Store, str]) -> None:
    store, url = lite
    tamper(url, "UPDATE evidence SET content = x'00'")
    told = shown(report_input(store), "bugs.open")
    assert told.note.startswith("its evidence is damaged")
    assert (told.rows, told.complete) == (0, None)


def test_evidence_that_does_not_add_up_to_the_value_is_told(filled: Store) -> None:
    content = evidence(3)
    at = AS_OF - timedelta(days=1)
    wrong = reading("bugs.open", 1, at, source="jira:acme", evidence=digest_of(content))
    filled.record(CYCLE, [(wrong, content)])
    assert report_input(filled).provenance["bugs.open"].note == (
        "its evidence does not add up to the value"
    )


def test_the_last_two_cycles_come_along_newest_first(filled: Store) -> None:
    earlier = report_input(filled).earlier
    assert [each.cycle.id for each in earlier] == ["2026-q3", "2026-q2"]
    assert earlier[0].as_of == datetime(2026, 10, 6, tzinfo=UTC)  # five days of grace
    assert earlier[0].scorecard.scores["onboarding.week1"].figures.computed == Decimal("0.6")


def test_cycles_that_goals_were_carried_over_from_come_along_however_old(filled: Store) -> None:
    read = read_report_input(filled, CYCLE, AS_OF, history=1)
    assert [each.cycle.id for each in read.earlier] == ["2026-q3", "2026-q2"]
    alone = read_report_input(filled, "2026-q3", datetime(2026, 9, 1, tzinfo=UTC), history=0)
    assert alone.earlier == ()


def test_what_was_recorded_later_is_not_in_it(filled: Store) -> None:
    read = report_input(filled, BEGINS + WEEK)
    assert len(read.snapshot.readings["bugs.open"]) == 1
    assert shown(read, "bugs.open").rows == 7


def test_a_cycle_that_had_no_plan_then_is_refused(filled: Store) -> None:
    with pytest.raises(InputError, match="had no plan at"):
        read_report_input(filled, CYCLE, BEGINS - WEEK)


@pytest.mark.parametrize("version", kept_versions())
def test_a_store_of_an_older_release_gives_a_report_once_upgraded(
    version: str, tmp_path: Path
) -> None:
    url = unpack(version, tmp_path)
    upgrade_store(url)
    with open_store(url) as store:
        read = read_report_input(store, KEPT_CYCLE, KEPT_AS_OF)
    assert set(read.provenance) == set(read.snapshot.plan.key_results_by_id)
    assert read.organization == "Acme"
