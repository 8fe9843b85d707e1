"""OpenEntry: what waits for a person: who is asked what, until when, and how it is answered.

Its id follows from cycle, kind and object alone, so that it stays while others come and go: the
same question has the same id in a report of Monday and on the command line on Friday.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from okr_core.basics.command import Command, okr
from okr_core.errors import RefusalError
from okr_core.plan.stand_in import PASSES, ActKind, acting_stand_in
from okr_core.plan.vacancies import in_place_of, people_of_circle
from okr_core.score.scores import Scorecard
from okr_core.snapshot import Snapshot

OpenKind = Literal[
    "suspect",
    "unread",
    "check_in",
    "silent",
    "last_said",
    "second_person",
    "revision",
    "help",
    "blocker",
    "lost",
    "risk",
    "guard",
    "hypothesis",
    "post_mortem",
    "carry_over",
    "unreported",
    "vacancy",
    "close",
]
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter of it is taken for a digit."""
_LENGTH = 5


class Addressee(NamedTuple):
    """Who is asked: nobody who is not with the organisation that day.

    Attributes:
        role: The accountable role; None: people are asked as such, any of whom may answer.
        people: Ids of those who hold it that day, or of the people.
        stand_ins: Ids of those who act for whoever of them is away that day.
        vacant: Nobody holds the role, or owns the cycle: the people are asked in their place.
    """

    role: str | None = None
    people: tuple[str, ...] = ()
    stand_ins: tuple[str, ...] = ()
    vacant: bool = False

    @property
    def everyone(self) -> tuple[str, ...]:
        """All who may answer: those who are asked, and who stands in for them."""
        return (*self.people, *(each for each in self.stand_ins if each not in self.people))

    @property
    def holders(self) -> tuple[str, ...]:
        """Ids of those who hold the role, without those who are asked in their place."""
        return () if self.vacant else self.people


class Answer(NamedTuple):
    """One of the answers that a question takes.

    Attributes:
        word: What is said, such as `accept`; `VALUE` is left for the person to fill in.
        command: What says it, as it can be run.
        means: What follows from it.
    """

    word: str
    command: Command
    means: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a finder has found.

    Attributes:
        item: Objective or key result; a revision such as `2026-q4:3`; empty: the cycle.
        about: What the id is made from: one of several of the item, such as a reading's id; empty:
            the item.
        deadline: Last local day to answer on; None: there is none.
        value: The value that it is about, with its unit.
        text: Why it is asked, as people or the source said it; empty where the kind says it all.
        fix: What to do about it, as the source said it.
        asks: The question, where it is not the one of its kind.
    """

    item: str
    to: Addressee
    answers: tuple[Answer, ...]
    about: str = ""
    deadline: date | None = None
    value: str = ""
    text: str = ""
    fix: str = ""
    asks: str = ""


@dataclass(frozen=True, slots=True)
class OpenEntry:
    """One question that waits for a person; see `Asked` for what it has of it.

    Attributes:
        id: Short, and the same as long as the question is: see `id_of`.
        title: Of the item.
        asks: The question, a sentence.
    """

    id: str
    kind: OpenKind
    item: str
    title: str
    asks: str
    to: Addressee
    answers: tuple[Answer, ...]
    about: str = ""
    deadline: date | None = None
    value: str = ""
    text: str = ""
    fix: str = ""

    @property
    def name(self) -> str:
        """What it is called in full; nothing else is."""
        return name_of(self.kind, self.item)

    def overdue(self, day: date) -> bool:
        """Whether its last day has passed."""
        return self.deadline is not None and self.deadline < day


def name_of(kind: str, item: str) -> str:
    """Kind and item, such as `risk:activation`; of the cycle as a whole the kind alone."""
    return f"{kind}:{item}" if item else kind


def id_of(cycle: str, kind: str, object_: str) -> str:
    """The id of a question: `Q` and five signs that follow from what it is about.

    Two of a thousand questions share one in one cycle of seventy; their full names tell them apart.

    >>> id_of("2026-q4", "risk", "activation")
    'QRKZ2K'
    """
    hashed = hashlib.sha256(f"{cycle}\n{kind}\n{object_}".encode()).digest()
    number = int.from_bytes(hashed[:8], "big")
    signs = []
    for _ in range(_LENGTH):
        number, sign = divmod(number, len(_ALPHABET))
        signs.append(_ALPHABET[sign])
    return f"Q{''.join(signs)}"


def decide(cycle: str, kind: str, object_: str, answer: str, **options: str | None) -> Command:
    """The command that gives an answer."""
    words = answer.split(" ")
    return okr("decide", id_of(cycle, kind, object_), *words, **options, cycle=cycle)


# Who is asked


def holders_of(snapshot: Snapshot, role: str | None) -> Addressee:
    """A role, and who holds it on the day of the snapshot."""
    if role is None or snapshot.workspace is None:
        return Addressee(role)
    day = snapshot.cycle.day_of(snapshot.as_of)
    held = snapshot.workspace.holders(role, day)
    return Addressee(role, tuple(dict.fromkeys(each.person for each in held)))


def with_stand_ins(snapshot: Snapshot, to: Addressee, act: ActKind | None) -> Addressee:
    """Who is asked, and who acts for those of them who are away on the day of the snapshot.

    Args:
        snapshot: Knows the people and their absences.
        to: Who is asked.
        act: What answering is; None: nobody does it for another.
    """
    space = snapshot.workspace
    if act is None or not PASSES[act] or space is None:
        return to
    day = snapshot.cycle.day_of(snapshot.as_of)
    found = (acting_stand_in(space, each, day) for each in to.people)
    return to._replace(stand_ins=tuple(dict.fromkeys(each for each in found if each)))


def owner_of(snapshot: Snapshot) -> Addressee:
    """Who owns the cycle: as its plan says, else the person who accepted its first revision.

    Where they are not with the organisation, its role's circle is asked, and everybody at last.
    """
    owner, space = owner_named(snapshot), snapshot.workspace
    if space is None or not space.people:
        return Addressee(None, (owner,) if owner else ())
    day = snapshot.cycle.day_of(snapshot.as_of)
    if owner in space.roles:
        held = holders_of(snapshot, owner)
        circle = space.roles[owner].circle
        people = people_of_circle(space, circle, day) if circle else ()
        if held.people:
            return held
        return Addressee(owner, people or space.people_on(day), vacant=True)
    if owner and space.is_with_us(owner, day):
        return Addressee(None, (owner,))
    return Addressee(None, space.people_on(day), vacant=True)


def owner_named(snapshot: Snapshot) -> str:
    """Id of the person or role that owns the cycle, there or not; empty where nobody is known."""
    return snapshot.cycle.owner or snapshot.opened_by


def others(snapshot: Snapshot, may: Callable[[str], bool]) -> Addressee:
    """Everybody who may answer, where it is nobody's by role; nobody where no person may."""
    space, day = snapshot.workspace, snapshot.cycle.day_of(snapshot.as_of)
    return Addressee(None, tuple(filter(may, space.people_on(day))) if space else ())


def accountable(snapshot: Snapshot, item: str) -> Addressee:
    """Who is accountable for an objective or key result of the plan in force.

    Where nobody holds the role, the nearest who are there are asked in its place: see
    `okr_core.plan.vacancies.in_place_of`; the cycle's owner at last.
    """
    plan, space = snapshot.plan, snapshot.workspace
    kr = plan.key_results_by_id.get(item)
    objective = plan.objectives_by_id.get(item)
    role = plan.role_of(kr) if kr else objective.accountable if objective else None
    held = holders_of(snapshot, role)
    if held.people or space is None or not space.people:
        return held
    near = in_place_of(plan, space, item, snapshot.cycle.day_of(snapshot.as_of))
    return Addressee(role, near or owner_of(snapshot).people, vacant=True)


def is_over(snapshot: Snapshot) -> bool:
    """Whether the last day of the cycle has passed."""
    return snapshot.as_of >= snapshot.cycle.end_of(snapshot.cycle.ends)


def card_of(snapshot: Snapshot) -> Scorecard | None:
    """The scorecard; None before anything has ended, where only the newest may have been read."""
    if snapshot.one is not None:
        return None
    try:
        return snapshot.card(unread=True)
    except RefusalError:  # it has not begun
        return None


def by_name(entries: Iterable[OpenEntry], name: str) -> list[OpenEntry]:
    """Those of that id or full name, whatever its case."""
    wanted = name.strip().casefold()
    return [each for each in entries if wanted in (each.id.casefold(), each.name.casefold())]
