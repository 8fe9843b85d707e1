"""Decision: what `okr accept` and `okr correct` share: which reading, who says so, what is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from okr_cli.documents import DecisionDocument
from okr_cli.moment import clock, locate
from okr_cli.output import print_json, print_text
from okr_cli.person import acting_person
from okr_cli.plain import reading_json
from okr_core.entries import Reading
from okr_core.errors import InputError, RefusalError
from okr_core.ids import key_result_named
from okr_core.plan import KeyResult

if TYPE_CHECKING:
    from okr_cli.options import Moment
    from okr_store import Store


@dataclass(frozen=True, slots=True)
class Case:
    """The key result that a person decides about."""

    cycle: str
    key_result: KeyResult
    as_of: datetime
    person: str


def open_case(store: Store, name: str, moment: Moment, by: str | None) -> Case:
    """Find the key result and the person.

    Raises:
        InputError: Cycle, key result or person is unknown.
    """
    cycle, as_of = locate(store, moment, clock())
    revision = store.revision("plan", cycle.id)
    assert revision is not None
    workspace = store.revision("workspace", "")
    person = acting_person(by, workspace.workspace() if workspace else None)
    return Case(cycle.id, key_result_named(revision.plan(), name), as_of, person)


def suspect_reading(store: Store, case: Case) -> Reading:
    """The newest suspect reading of the case's key result.

    Raises:
        RefusalError: No reading waits for a decision.
    """
    waiting = [reading for reading in _readings(store, case) if reading.state == "suspect"]
    if not waiting:
        raise RefusalError(
            f"no reading of `{case.key_result.id}` is suspect; there is nothing to accept.",
            hint=f"`okr explain {case.key_result.id}` shows what counts.",
        )
    return waiting[-1]


def reading_named(store: Store, case: Case, given: str | None) -> Reading:
    """The reading of that id (`r8`, or its number alone), else the suspect one, else the newest.

    Raises:
        InputError: There is none yet, or it belongs to another key result.
        RefusalError: The cycle has no reading of that id.
    """
    if given is None:
        known = _readings(store, case)
        waiting = [reading for reading in known if reading.state == "suspect"]
        if not known:
            raise InputError(f"`{case.key_result.id}` has no reading to correct.")
        return (waiting or known)[-1]
    reading = store.reading(case.cycle, f"r{given}" if given.isdecimal() else given)
    if reading.key_result != case.key_result.id:
        raise InputError(
            f"`{case.key_result.id}` has no reading `{given}`.",
            hint=f"`okr explain {case.key_result.id}` lists its readings.",
        )
    return reading


def announce(case: Case, stored: Reading, sentence: str, format_: str) -> None:
    """Print what was decided."""
    if format_ == "text":
        print_text(sentence)
        return
    document: DecisionDocument = {
        "schema": "okr.decision/1",
        "cycle": case.cycle,
        "key_result": case.key_result.id,
        "reading": reading_json(stored),
        "by": case.person,
    }
    print_json(document)


def _readings(store: Store, case: Case) -> list[Reading]:
    ids = [case.key_result.id]
    return list(store.readings(case.cycle, as_of=case.as_of, key_results=ids, history=ids))
