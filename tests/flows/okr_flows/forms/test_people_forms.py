"""What people say in Prefect's forms: recorded as by every other door, or a run that has failed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from open_world import RUNNING, begin
from prefect_api import PrefectApi

from okr_core.errors import InputError, RefusalError
from okr_core.open.entry import OpenEntry
from okr_core.record.entries import CheckIn
from okr_flows.checkin.recording import RecordedCheckIns
from okr_flows.decide.answers import Answered, chosen
from okr_flows.forms.filled_in import occasion_of
from okr_flows.run.cycle import in_force
from okr_flows.run.ending import Refused
from okr_store import Store, open_store
from okr_store.snapshot import read_snapshot

pytestmark = pytest.mark.usefixtures("prefect_server")
CANARY = "canary-of-a-note"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return begin(tmp_path / "acme")


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    with open_store(str(folder / "okr.db")) as opened:
        yield opened


def check_in(folder: Path, **said: Any) -> RecordedCheckIns | Refused:
    from okr_flows.forms.check_in import check_in_form  # noqa: PLC0415 - the server's settings come first
    from okr_flows.run.here import called_here  # noqa: PLC0415

    with called_here(str(folder / "okr.db"), RUNNING):
        done: RecordedCheckIns | Refused = check_in_form(cycle=RUNNING, **said)
        return done


def decide(folder: Path, **said: Any) -> Answered | Refused:
    from okr_flows.forms.decide import decide_form  # noqa: PLC0415 - as above
    from okr_flows.run.here import called_here  # noqa: PLC0415

    with called_here(str(folder / "okr.db"), RUNNING):
        done: Answered | Refused = decide_form(cycle=RUNNING, **said)
        return done


def waits(store: Store, kind: str) -> OpenEntry:
    snapshot = read_snapshot(store, RUNNING, datetime.now(UTC), newest=True)
    return next(each for each in chosen(snapshot, None) if each.kind == kind)


def test_a_check_in_by_form_is_recorded_as_one_through_a_form(
    folder: Path, store: Store, prefect_server: PrefectApi
) -> None:
    done = check_in(
        folder, person="ada", key_result="sales.new", value="4", confidence="7", note=CANARY
    )
    assert isinstance(done, RecordedCheckIns)
    entry = list(store.entries(RUNNING, kinds=("check_in",)))[-1]
    assert (entry.by, entry.via, entry.key_result) == ("ada", "form", "sales.new")
    assert isinstance(entry.body, CheckIn)
    assert (entry.body.confidence, entry.body.note) == (7, CANARY)
    run = prefect_server.flow_runs()[-1]
    assert run["state_name"] == "Completed"
    # What was typed is where Prefect keeps it, in the parameters of the run, and nowhere else.
    assert CANARY not in str(run["state"]) + prefect_server.logs(run["id"])


REFUSED: tuple[tuple[dict[str, object], str], ...] = (
    ({"person": ""}, "nobody is named."),
    ({"person": "eve"}, "person `eve` is not in the workspace."),
    ({"key_result": "sales.old"}, "has no key result `sales.old`."),
    ({"value": "four"}, "`sales.new`: "),
    ({"confidence": "11"}, "is not a whole number from 0 to 10."),
    ({"value": "4000"}, "If that is right, say it again with `sure`."),
    ({"note": "x" * 2001}, "note does not fit. It takes a text of at most 2,000 characters."),
)
"""What is said beside what would be right, and how the run ends."""


def test_what_cannot_be_recorded_ends_with_a_sentence_and_records_nothing(
    folder: Path, store: Store
) -> None:
    def recorded() -> int:
        return len(list(store.entries(RUNNING, kinds=("check_in",))))

    before = recorded()
    right = {"person": "ada", "key_result": "sales.new", "value": "4"}
    for said, why in REFUSED:
        done = check_in(folder, **{**right, **said})
        assert isinstance(done, Refused), said
        assert why in str(done)
    assert recorded() == before


def test_who_has_left_says_nothing_in_a_form_any_more(store: Store) -> None:
    known, now = in_force(store, RUNNING), datetime.now(UTC)
    assert known.workspace is not None
    left = known.workspace.people["bo"].model_copy(update={"until": now.date() - timedelta(days=2)})
    people = {**known.workspace.people, "bo": left}
    later = replace(known, workspace=known.workspace.model_copy(update={"people": people}))
    assert occasion_of(known, "bo", now, now, sure=False).actor.named == "bo"
    with pytest.raises(InputError, match="`bo` is not with the organisation today"):
        occasion_of(later, "bo", now, now, sure=False)


def test_a_value_far_outside_is_recorded_where_it_is_meant(folder: Path, store: Store) -> None:
    said = {"person": "ada", "key_result": "sales.new", "value": "4000"}
    assert isinstance(check_in(folder, **said, sure=True), RecordedCheckIns)


def test_what_waits_is_answered_by_form_and_leaves_the_list(folder: Path, store: Store) -> None:
    asked = waits(store, "hypothesis")
    done = decide(folder, person="bo", question=asked.id, reply="refuted", reason="nobody came")
    assert isinstance(done, Answered)
    assert done.by == "bo"
    with pytest.raises(StopIteration):
        waits(store, "hypothesis")
    again = decide(folder, person="bo", question=asked.id, reply="refuted", reason="nobody came")
    assert isinstance(again, Refused)
    assert isinstance(again.error, RefusalError)


def test_no_form_takes_an_approval(folder: Path, store: Store) -> None:
    asked = waits(store, "revision")
    done = decide(folder, person="cy", question=asked.id, reply="accept")
    assert isinstance(done, Refused)
    assert "is an approval, which no form takes" in str(done)
    assert waits(store, "revision") == asked


def test_an_answer_without_a_question_says_what_is_missing(folder: Path) -> None:
    done = decide(folder, person="cy", reply="act")
    assert isinstance(done, Refused)
    assert isinstance(done.error, InputError)
    assert "no question is named" in str(done)
