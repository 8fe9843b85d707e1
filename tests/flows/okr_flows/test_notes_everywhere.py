"""What a reader must know of a number is told wherever the number is, and stops nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter
from sync_world import CYCLE, MONDAY, PLAN, WEEK, SyncWorld, synced

from okr_cli.plan.schema import schema_of
from okr_cli.progress.sync import report_rows, report_text
from okr_cli.trust.explain import explanation_text
from okr_core.record.evidence import decode, digest_of, encode
from okr_flows.documents.explain import ExplainDocument
from okr_flows.report.report_input import read_report_input
from okr_flows.sync.page import page_of
from okr_flows.sync.report import SyncDocument
from okr_store import Store
from okr_store.explanation import explain_key_result
from okr_store.snapshot import read_snapshot

BOTH = PLAN.replace(
    'jql: "labels = scaling AND statusCategory = Done"', 'jql: "labels in (scaling, checkout)"'
)
NOTE = "8 of 12 issues have no Story Points"
KR = "scaling.points"


@pytest.fixture
def noted(world: SyncWorld, store: Store) -> Store:
    """A sum over issues of which most have no points: it stands, with a note."""
    world.apply(store, BOTH)
    return store


def test_a_sync_tells_it_on_every_door_and_counts_the_number(
    noted: Store, world: SyncWorld
) -> None:
    report = synced(noted, world.env)
    one = next(each for each in report.readings if each.key_result == KR)
    assert (one.state, one.notes) == ("observed", (NOTE,))
    document = SyncDocument.of(report)
    assert {r.key_result: r.notes for r in document.readings}[KR] == (NOTE,)
    assert f"note: {NOTE}" in report_text(report)
    assert next(row for row in report_rows(report) if row[0] == KR)[-1] == NOTE
    page = page_of(read_snapshot(noted, CYCLE, MONDAY, newest=True), report)
    assert f"(`{KR}`): {NOTE}." in page.partition("### Notes")[2]
    assert "gave no value" not in page
    assert "is this value true" not in page


def test_the_page_of_a_run_without_notes_has_no_room_for_them(
    world: SyncWorld, store: Store
) -> None:
    world.apply(store)
    report = synced(store, world.env, MONDAY, "bugs.open")
    page = page_of(read_snapshot(store, CYCLE, MONDAY, newest=True), report)
    assert "### Notes" not in page


def test_a_second_run_of_the_slot_tells_what_the_first_recorded(
    noted: Store, world: SyncWorld
) -> None:
    synced(noted, world.env)
    again = next(r for r in synced(noted, world.env).readings if r.key_result == KR)
    assert (again.existing, again.notes) == (True, (NOTE,))


def test_explain_and_the_report_tell_it(noted: Store, world: SyncWorld) -> None:
    synced(noted, world.env)
    at = MONDAY + WEEK
    explained = explain_key_result(noted, CYCLE, KR, at)
    assert f"note       {NOTE}" in explanation_text(explained)
    document = TypeAdapter(ExplainDocument).dump_python(ExplainDocument.of(explained), mode="json")
    Draft202012Validator(schema_of("explain")).validate(document)
    assert document["evidence"]["notes"] == [NOTE]
    assert read_report_input(noted, CYCLE, at).provenance[KR].note == NOTE


def test_what_a_past_value_takes_for_granted_is_told_as_its_notes_are(
    noted: Store, world: SyncWorld
) -> None:
    report = synced(noted, world.env)
    (read,) = (r.reading for r in report.readings if r.key_result == KR and r.reading)
    told = noted.evidence(read.evidence)
    assert told is not None
    past = encode(
        replace(decode(told), reconstructed="from dates", assumptions=("Nothing was deleted.",))
    )
    at = MONDAY + timedelta(days=1)
    noted.record(CYCLE, [(replace(read, at=at, as_of=at, id="", evidence=digest_of(past)), past)])
    note = read_report_input(noted, CYCLE, MONDAY + WEEK).provenance[KR].note
    assert note.startswith("reconstructed: from dates; ")
    assert note.endswith("; taken for granted: Nothing was deleted")
