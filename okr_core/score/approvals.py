"""Approvals: which decisions that moved a score had no second person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from okr_core.plan.agreement import PlanVersion
from okr_core.plan.cycle import Cycle
from okr_core.plan.plan import KeyResult, Plan
from okr_core.record.entries import Correction, Entry, Exclusion, Override, Reading
from okr_core.record.readings import MANUAL
from okr_core.record.score_records import Restatement
from okr_core.score.second_person import Decision, SecondPerson, SelfApproved

SAID: Mapping[type, Decision] = {
    Override: "override",
    Exclusion: "exclusion",
    Restatement: "restatement",
}
"""What an entry decides by its body."""


class Approvals:
    """Who approved what of a cycle.

    A decision is self-approved where its proposer and its approver are one person, or the approver
    held the accountable role of the key result or of its objective on that day; until a second
    person answers for it.

    Source: this product's rule.

    Args:
        versions: Versions of the plan since it was first agreed, that one first.
        second: Who else answered for what.
    """

    def __init__(self, versions: Sequence[PlanVersion], second: SecondPerson) -> None:
        self._second = second
        self._changed: dict[str, list[tuple[Decision, PlanVersion]]] = {}
        for before, after in pairwise(versions):
            for name, decision in _decided(before.plan, after):
                self._changed.setdefault(name, []).append((decision, after))

    def self_approved(
        self, kr: KeyResult, entries: Sequence[Entry], reading: Reading | None, cycle: Cycle
    ) -> tuple[SelfApproved, ...]:
        """What of a key result's score nobody else approved, oldest first.

        Args:
            kr: The key result.
            entries: What was said of it, as far as it counts.
            reading: What its score rests on.
            cycle: Whose plan it is.
        """
        found = [
            SelfApproved(decision, version.at, version.by, f"{cycle.id}:{version.number}")
            for decision, version in self._changed.get(kr.id, ())
            if version.by
            and not self._second.may_approve(
                kr.id, version.by, version.approved_by, cycle.day_of(version.at)
            )
        ]
        holding = [entry for entry in entries if self._second.counts(entry)]
        found += [SelfApproved(SAID[type(e.body)], e.at, e.by, e.id) for e in _counting(holding)]
        if reading is not None:
            found += _by_hand(kr, reading, entries)
        alone = (e for e in found if not self._second.approved(kr.id, e.by, e.about))
        return tuple(sorted(alone, key=lambda each: each.at))


def _counting(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Of each kind the last word; an override that was withdrawn counts no more."""
    last = {type(entry.body): entry for entry in sorted(entries, key=lambda e: e.at)}
    for kind, entry in last.items():
        withdrawn = isinstance(entry.body, Override) and entry.body.score is None
        if kind in SAID and not withdrawn:
            yield entry


def _by_hand(kr: KeyResult, reading: Reading, entries: Sequence[Entry]) -> Iterator[SelfApproved]:
    """A person's value in the place of a source's, or of what was said before."""
    if not reading.by:
        return
    said = reading.observed_at or reading.at
    for entry in entries if reading.supersedes else ():
        if isinstance(entry.body, Correction) and entry.body.reading == reading.supersedes:
            if not entry.body.own:
                yield SelfApproved("corrected_value", entry.at, reading.by, reading.id)
            return
    if not kr.bound:
        return
    if reading.source == MANUAL:
        yield SelfApproved("value_by_hand", said, reading.by, reading.id)
    elif reading.supersedes:
        yield SelfApproved("corrected_value", said, reading.by, reading.id)


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
