"""What a sync says it found: one line, an exit code, a document."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter
from sync_answers import observed, suspect, unavailable
from sync_world import MONDAY, PLAN, SyncWorld, synced

from okr_cli.plan.schema import schema_of
from okr_flows.sync.report import SyncDocument, SyncedReading, SyncReport, SyncState
from okr_sandbox import Fault
from okr_store import Store

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)


def report(
    *states: SyncState,
    failed: Mapping[str, str] | None = None,
    requests: Mapping[str, int] | None = None,
) -> SyncReport:
    answers: dict[str, Callable[[str], SyncedReading]]
    answers = {"observed": observed, "suspect": suspect, "unavailable": unavailable}
    readings = tuple(answers[state](f"kr{n}") for n, state in enumerate(states))
    return SyncReport(
        "2026-q4", AT, 1, readings, dict(requests or {"tracker": 2}), dict(failed or {})
    )


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (report(), "no key result is bound to a source"),
        (report("observed", "observed"), "2 of 2 key results observed"),
        (
            report("observed", "suspect", "unavailable", "unavailable"),
            "1 of 4 key results observed, 1 suspect, 2 unavailable",
        ),
    ],
)
def test_the_headline_counts_answers(found: SyncReport, line: str) -> None:
    assert found.headline == line


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (report(), 0),
        (report("observed"), 0),
        (report("observed", "suspect"), 4),
        (report("observed", "unavailable"), 4),
        (report("unavailable", failed={"tracker": "down"}), 3),
        (report("unavailable", failed={"wiki": "down"}, requests={"tracker": 2, "wiki": 1}), 4),
    ],
)
def test_the_exit_code_says_whether_somebody_must_look(found: SyncReport, code: int) -> None:
    assert found.exit_code == code
    assert found.needs_attention is (code != 0)


def test_the_time_of_a_report_is_that_of_its_newest_reading() -> None:
    later = AT + timedelta(minutes=3)
    live = observed("kr", 1, at=later)
    gone = unavailable("other")
    assert SyncReport("2026-q4", AT, 1, (live, gone)).seen_at == later
    assert report("unavailable").seen_at == AT


def printed(found: SyncReport) -> dict[str, object]:
    adapter = TypeAdapter(SyncDocument)
    document: dict[str, object] = adapter.dump_python(SyncDocument.of(found), mode="json")
    return document


def test_the_document_is_as_its_schema_says(world: SyncWorld, store: Store) -> None:
    world.apply(store, PLAN.replace("{average: Score}", "{average: Rating}"))
    found = synced(store, world.env)
    world.sandbox.faults.add(Fault(401, match="/v1/", times=None))
    down = synced(store, world.env, MONDAY + timedelta(hours=1))
    validator = Draft202012Validator(schema_of("sync"))
    for each in (found, down, synced(store, world.env), report()):
        document = printed(each)
        validator.validate(document)
        assert document["schema"] == "okr.sync/1"
    document = printed(found)
    assert document["as_of"] == "2026-11-02T08:00:00Z"
    readings = document["readings"]
    assert isinstance(readings, list)
    assert readings[0]["value"] == "6"
    assert readings[1]["value"] == "50"
    assert (readings[4]["value"], readings[4]["state"]) == (None, "unavailable")
