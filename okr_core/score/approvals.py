"""Approvals: which decisions that moved a score had no second person."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Literal, NamedTuple

from okr_core.plan.agreement import PlanVersion
from okr_core.plan.cycle import Cycle
from okr_core.plan.plan import KeyResult, Plan
from okr_core.record.entries import Entry, Exclusion, Override, Reading
from okr_core.record.readings import MANUAL
from okr_core.record.score_records import Restatement

Decision = Literal[
    "addition",
    "retirement",
    "metric_error",
    "source",
    "contributors",
    "override",
    "exclusion",
    "restatement",
    "value_by_hand",
    "corrected_value",
]
Holders = Callable[[str, date], Collection[str]]
"""Role and local day → who held it."""
_SAID: Mapping[type, Decision] = {
    Override: "override",
    Exclusion: "exclusion",
    Restatement: "restatement",
}


class SelfApproved(NamedTuple):
    """A decision that moved a score and that no second person approved.

    Attributes:
        decision: What was decided.
        by: Who proposed it, and approved it or is accountable.
    """

    decision: Decision
    at: datetime
    by: str


def nobody(_role: str, _day: date) -> Collection[str]:
    """Nobody held any role: no workspace is known."""
    return ()


class Approvals:
    """Who approved what of a cycle.

    A decision is self-approved where its proposer and its approver are one person, or the approver
    held the accountable role of the key result or of its objective on that day.

    Source: this product's rule.

    Args:
        versions: Versions of the plan since it was first agreed, that one first.
        holders: Who held which role when.
    """

    def __init__(self, versions: Sequence[PlanVersion], holders: Holders = nobody) -> None:
        self._holders = holders
        self._changed: dict[str, list[tuple[Decision, PlanVersion]]] = {}
        for before, after in pairwise(versions):
            for name, decision in _decided(before.plan, after):
                self._changed.setdefault(name, []).append((decision, after))

    def self_approved(
        self,
        kr: KeyResult,
        plan: Plan,
        entries: Sequence[Entry],
        reading: Reading | None,
    ) -> tuple[SelfApproved, ...]:
        """What of a key result's score nobody else approved, oldest first.

        Args:
            kr: The key result.
            plan: The plan that has it: whose roles are accountable.
            entries: What was said of it, as far as it counts.
            reading: What its score rests on.
        """
        found = [
            SelfApproved(decision, version.at, version.by)
            for decision, version in self._changed.get(kr.id, ())
            if version.by and self._alone(kr, plan, version.at, version.by, version.approved_by)
        ]
        found += [SelfApproved(_SAID[type(e.body)], e.at, e.by) for e in _counting(entries)]
        if reading is not None:
            found += _by_hand(kr, reading)
        return tuple(sorted(found, key=lambda each: each.at))

    def _alone(self, kr: KeyResult, plan: Plan, at: datetime, by: str, approver: str) -> bool:
        if approver in ("", by):
            return True
        day = plan.cycle.day_of(at)
        roles = {kr.accountable, plan.objective_of[kr.id].accountable} - {None}
        return any(approver in self._holders(role, day) for role in roles if role)


def _counting(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Of each kind the last word; an override that was withdrawn counts no more."""
    last = {type(entry.body): entry for entry in sorted(entries, key=lambda e: e.at)}
    for kind, entry in last.items():
        withdrawn = isinstance(entry.body, Override) and entry.body.score is None
        if kind in _SAID and not withdrawn:
            yield entry


def _by_hand(kr: KeyResult, reading: Reading) -> Iterator[SelfApproved]:
    """A person's value in the place of a source's."""
    if not reading.by or not kr.bound:
        return
    said = reading.observed_at or reading.at
    if reading.source == MANUAL:
        yield SelfApproved("value_by_hand", said, reading.by)
    elif reading.supersedes:
        yield SelfApproved("corrected_value", said, reading.by)


def _decided(before: Plan, after: PlanVersion) -> Iterator[tuple[str, Decision]]:
    """Key result → what a version decided about it."""
    old, new = before.key_results_by_id, after.plan.key_results_by_id
    for name in {**old, **new}:
        was, now = old.get(name), new.get(name)
        if was is None:
            yield name, "addition"
        elif now is None or _out(after.plan, now) > _out(before, was):
            yield name, "retirement"
        else:
            yield from ((name, decision) for decision in _terms(was, now, after))


def _out(plan: Plan, kr: KeyResult) -> bool:
    return not plan.objective_of[kr.id].pursues(kr)


def _terms(was: KeyResult, now: KeyResult, after: PlanVersion) -> Iterator[Decision]:
    if was.metric != now.metric and after.reason_class == "metric_error":
        yield "metric_error"
    if was.source != now.source:
        yield "source"
    if was.contributors != now.contributors:
        yield "contributors"


def remeasured_on(versions: Sequence[PlanVersion], name: str, cycle: Cycle) -> date | None:
    """Since which local day a key result is measured by another query than was agreed; or None."""
    held = [
        (v, v.plan.key_results_by_id[name]) for v in versions if name in v.plan.key_results_by_id
    ]
    for version, kr in held:
        if kr.source != held[0][1].source:
            return cycle.day_of(version.at)
    return None
