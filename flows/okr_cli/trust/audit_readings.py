"""Audit of readings: whether each value is still what its evidence adds up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from okr_core.basics.exact import decimal_text
from okr_core.errors import DataError
from okr_core.record.entries import Reading
from okr_core.record.evidence import decode, re_add

if TYPE_CHECKING:
    from okr_store import Store

MOST = 100
"""Problems that are listed; where a rule is broken once, it can be broken for every reading."""


@dataclass(frozen=True, slots=True)
class ReadingsReport:
    """What adding up again found.

    Attributes:
        agreeing: Live readings whose evidence adds up to their value.
        problems: Those whose does not, at most 100 sentences.
    """

    agreeing: int
    problems: tuple[str, ...]


def audit_readings(store: Store) -> ReadingsReport:
    """Add up the evidence of every live reading of every cycle; one at a time is in memory."""
    agreeing, problems = 0, list[str]()
    for cycle in store.cycles():
        for reading in store.readings(cycle, as_of=None):
            if not reading.evidence:
                continue
            problem = _problem(store, cycle, reading)
            agreeing += not problem
            if problem and len(problems) < MOST:
                problems.append(problem)
    return ReadingsReport(agreeing, tuple(problems))


def _problem(store: Store, cycle: str, reading: Reading) -> str:
    name = f"reading {reading.id} of `{reading.key_result}` in cycle `{cycle}`"
    try:
        content = store.evidence(reading.evidence)
        if content is None:
            return f"{name}: its evidence {reading.evidence} is missing."
        added_up = re_add(decode(content))
    except DataError as error:
        return f"{name}: {error.message}"
    if added_up == reading.value:
        return ""
    value, evidence = decimal_text(reading.value), decimal_text(added_up)
    return f"{name}: its value is {value}, its evidence adds up to {evidence}."
