"""Audit: whether what a store holds is what was recorded, decisions and numbers alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from okr_core.basics.exact import decimal_text
from okr_core.errors import DataError
from okr_core.record.entries import Reading
from okr_core.record.evidence import decode, re_add

if TYPE_CHECKING:
    from okr_store import AuditReport, Store

MOST = 100
"""Problems that are listed; where a rule is broken once, it can be broken for every reading."""


@dataclass(frozen=True, slots=True)
class StoreAudit:
    """What an audit found.

    Attributes:
        chain: What following the chain found.
        agreeing: Live readings whose evidence adds up to their value.
        problems: What does not hold, chain first, at most 100 sentences of each.
    """

    chain: AuditReport
    agreeing: int
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.problems


def audit_store(store: Store, expected: Mapping[str, str] | None = None) -> StoreAudit:
    """Follow the chain and add up the evidence of every live reading of every cycle.

    One reading's evidence is in memory at a time.

    Args:
        store: The open store.
        expected: Scope → hash that was its head once; it must still be in the chain.
    """
    report = store.audit(expected)
    agreeing, problems = 0, list[str]()
    for cycle in store.cycles():
        for reading in store.readings(cycle, as_of=None):
            if not reading.evidence:
                continue
            problem = _problem(store, cycle, reading)
            agreeing += problem is None
            if problem and len(problems) < MOST:
                problems.append(problem)
    return StoreAudit(report, agreeing, (*report.problems, *problems))


def _problem(store: Store, cycle: str, reading: Reading) -> str | None:
    """Why a reading does not agree; empty where its evidence is gone, which the store tells."""
    name = f"reading {reading.id} of `{reading.key_result}` in cycle `{cycle}`"
    try:
        content = store.evidence(reading.evidence)
        if content is None:
            return ""
        added_up = re_add(decode(content))
    except DataError as error:
        return f"{name}: {error.message}"
    if added_up == reading.value:
        return None
    value, evidence = decimal_text(reading.value), decimal_text(added_up)
    return f"{name}: its value is {value}, its evidence adds up to {evidence}."
