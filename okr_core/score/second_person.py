"""Second person: who else answered for a decision that moved a score, or waits to move one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Literal, NamedTuple

from okr_core.plan.plan import Plan
from okr_core.record.entries import Approval, Entry, Exclusion, Override
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


class SelfApproved(NamedTuple):
    """A decision that moved a score and that no second person approved.

    Attributes:
        decision: What was decided.
        by: Who proposed it, and approved it or is accountable.
        about: What a second person answers for: id of the entry or the reading, or the revision
            such as `2026-q4:3`. Empty: it is not on record yet.
    """

    decision: Decision
    at: datetime
    by: str
    about: str = ""


def nobody(_role: str, _day: date) -> Collection[str]:
    """Nobody held any role: no workspace is known."""
    return ()


class SecondPerson:
    """What second persons answered by a time, and whom a plan lets be one.

    Args:
        plans: Whose roles are accountable: of those that have a key result the last.
        holders: Who held which role when.
        answers: Entries among which the answers are; others do not matter.
        as_of: In UTC; later answers do not count.
    """

    def __init__(
        self, plans: Sequence[Plan], holders: Holders, answers: Iterable[Entry], as_of: datetime
    ) -> None:
        self._plans = plans
        self._holders = holders
        self._answers: dict[str, list[tuple[Entry, Approval]]] = {}
        for entry in answers:
            if isinstance(entry.body, Approval) and entry.at <= as_of:
                self._answers.setdefault(entry.body.about, []).append((entry, entry.body))

    def may_approve(self, name: str, by: str, person: str, day: date) -> bool:
        """Whether a person is a second one for a decision about a key result.

        Args:
            name: The key result; one that no plan has has nobody accountable.
            by: Who proposed it.
            person: Who would approve it; empty: nobody.
            day: Local day on which they do.
        """
        if person in ("", by):
            return False
        plan = next((p for p in reversed(self._plans) if name in p.key_results_by_id), None)
        if plan is None:
            return True
        roles = {plan.key_results_by_id[name].accountable, plan.objective_of[name].accountable}
        return not any(role and person in self._holders(role, day) for role in roles)

    def approved(self, name: str, by: str, about: str) -> bool:
        """Whether a second person approved of a decision about a key result."""
        day = self._plans[-1].cycle.day_of
        return any(
            body.outcome == "approved" and self.may_approve(name, by, entry.by, day(entry.at))
            for entry, body in self._answers.get(about, ())
        )

    def answered(self, about: str) -> bool:
        """Whether somebody answered, whatever they said."""
        return about in self._answers

    def counts(self, entry: Entry) -> bool:
        """Whether what an entry decides holds: one that was proposed waits for a second person."""
        proposed = is_proposed(entry)
        return not proposed or self.approved(entry.key_result, entry.by, entry.id)


def is_proposed(entry: Entry) -> bool:
    """Whether an entry was recorded as one that waits for a second person."""
    body = entry.body
    return isinstance(body, Override | Exclusion | Restatement) and body.proposed
