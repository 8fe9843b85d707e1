"""Records: what the store keeps of reminders, so that none goes out twice whatever dies when.

Each is recorded as intended before it is sent, and afterwards how it ended. Of one without an end
nobody knows whether it went out: it counts as sent, and is told as unsure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from okr_core.record.entries import Entry
from okr_core.record.reminders import Covered, ReminderRecord, ReminderStep
from okr_core.reminders.due import About, Past
from okr_store import Store

_LENGTH = 16
_NOT_SENT: ReminderStep = "failed"
_IN_DOUBT = "the run that sent it ended before it could say whether it did"


@dataclass(frozen=True, slots=True)
class Intention:
    """A reminder that this run alone may send, and has recorded.

    Attributes:
        number: Names it, with the number of the attempt.
        entry: What was recorded.
    """

    number: str
    record: ReminderRecord


class Records:
    """The reminders of a cycle.

    Args:
        store: Under the lease of whoever sends: what was stopped for too long records nothing.
        cycle: Id of the cycle.
        at: Business time of the run.
    """

    def __init__(self, store: Store, cycle: str, at: datetime) -> None:
        self._store, self._cycle, self._at = store, cycle, at
        self._subjects = store.people()
        entries = store.entries(cycle, kinds=("reminder",))
        bodies = ((entry.at, entry.body) for entry in entries)
        self._steps = [(at, body) for at, body in bodies if isinstance(body, ReminderRecord)]

    def end_doubts(self) -> list[str]:
        """Record of reminders that a run has left without an end that nobody knows it.

        Returns:
            Whom they were for: ids of people, or routes.
        """
        ended = {body.number for _, body in self._steps if body.step != "intended"}
        found = [body for _, body in self._steps if body.step == "intended"]
        left = [body for body in found if body.number not in ended]
        for body in left:
            self.end(Intention(body.number, body), "unsure", _IN_DOUBT)
        people = {subject: person for person, subject in self._subjects.items()}
        return [body.route or people.get(body.to, "somebody who was erased") for body in left]

    def past(self) -> list[Past]:
        """What went out, or may have."""
        people = {subject: person for person, subject in self._subjects.items()}
        failed = {body.number for _, body in self._steps if body.step == _NOT_SENT}
        return [
            Past(
                at,
                tuple(
                    About(each.matter, each.stage, people.get(each.whose, each.whose))
                    for each in body.covers
                ),
                to=people.get(body.to, body.to),
                circle=body.route,
            )
            for at, body in self._steps
            if body.step == "intended" and body.number not in failed
        ]

    def intend(self, about: Iterable[About], *, to: str = "", route: str = "") -> Intention | None:
        """Record that a reminder is about to go out; None: another run has done so.

        Args:
            about: All that it is about.
            to: Id of the person whom it goes to.
            route: Team or circle whose route it goes to.
        """
        covers = tuple(
            Covered(matter=each.matter, stage=each.stage, whose=self._subject(each.whose))
            for each in about
        )
        subject = self._subject(to)
        name = _named([subject, route, *(f"{c.matter}/{c.stage}/{c.whose}" for c in covers)])
        attempts = sum(
            body.step == _NOT_SENT and body.number.partition("-")[0] == name
            for _, body in self._steps
        )
        number = f"{name}-{attempts + 1}"
        body = ReminderRecord(
            number=number, step="intended", to=subject, route=route, covers=covers
        )
        return Intention(number, body) if self._add(body, "begin") else None

    def end(self, intention: Intention, step: ReminderStep, why: str = "") -> None:
        """Record how it ended."""
        body = intention.record.model_copy(update={"step": step, "covers": (), "why": why})
        self._add(body, "end")

    def _add(self, body: ReminderRecord, key: str) -> bool:
        entry = Entry(
            at=self._at, body=body, cycle=self._cycle, via="flow", key=f"{body.number}/{key}"
        )
        if not self._store.add_entries(self._cycle, [entry]):
            return False
        self._steps.append((self._at, body))
        return True

    def _subject(self, person: str) -> str:
        if person and person not in self._subjects:
            self._subjects[person] = self._store.subject(person)
        return self._subjects.get(person, "")


def _named(parts: Sequence[str]) -> str:
    return sha256("\n".join(sorted(parts)).encode()).hexdigest()[:_LENGTH]


Ends = Mapping[ReminderStep, int]
"""How many reminders ended how."""


def counted(store: Store, cycle: str) -> Ends:
    """How many reminders of a cycle ended how; those under way are `intended`."""
    bodies = (entry.body for entry in store.entries(cycle, kinds=("reminder",)))
    last = {body.number: body.step for body in bodies if isinstance(body, ReminderRecord)}
    steps = list(last.values())
    return {step: steps.count(step) for step in dict.fromkeys(steps)}
