"""Decisions that a second person is asked about: those that wait for one, those that had none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from okr_core.basics.days import days_after
from okr_core.open.entry import (
    Addressee,
    Answer,
    Asked,
    card_of,
    decide,
    others,
    owner_of,
)
from okr_core.record.entries import Entry
from okr_core.record.score_records import Restatement
from okr_core.score.approvals import SAID, Approvals
from okr_core.score.second_person import SecondPerson, SelfApproved, is_proposed
from okr_core.snapshot import Snapshot

_DAYS = 7
"""In which a second person is to answer."""
_LEAST = 2
"""People that a workspace must know, so that one of them can be the second."""


@dataclass(frozen=True, slots=True)
class Question:
    """A decision about which a second person is asked.

    Attributes:
        about: What is decided: id of an entry or a reading, or a revision.
        by: Who proposed it.
        at: When (aware).
        decisions: Key result → what is decided of it.
        waits: It holds only once it is approved.
    """

    about: str
    by: str
    at: datetime
    decisions: Mapping[str, str]
    waits: bool

    @property
    def item(self) -> str:
        """The key result; the revision where that decided of several."""
        several = ":" in self.about and len(self.decisions) > 1
        return self.about if several else next(iter(self.decisions))


def second_persons(snapshot: Snapshot) -> Iterator[Asked]:
    """Decisions that moved a figure, or wait to move one, and that no second person answered."""
    for question in questions(snapshot):
        yield Asked(
            question.item,
            _addressee(snapshot, question),
            tuple(_answers(snapshot, question)),
            about=question.about,
            deadline=days_after(snapshot.cycle.day_of(question.at), _DAYS),
            text=_text(question),
        )


def questions(snapshot: Snapshot) -> list[Question]:
    """What second persons are asked about, oldest first; nothing where nobody else is known."""
    if snapshot.workspace is None or len(snapshot.workspace.people) < _LEAST:
        return []
    second = snapshot.second_person
    waiting = [e for e in _entries(snapshot) if is_proposed(e) and _may_still_hold(snapshot, e)]
    found = [
        Question(e.id, e.by, e.at, {e.key_result: SAID[type(e.body)]}, waits=True) for e in waiting
    ]
    alone: dict[str, dict[str, SelfApproved]] = {}
    for name, several in _decided_alone(snapshot, second).items():
        for each in several:
            if each.about and each.by:
                alone.setdefault(each.about, {})[name] = each
    for about, of_items in alone.items():
        first = next(iter(of_items.values()))
        said = {name: each.decision for name, each in of_items.items()}
        found.append(Question(about, first.by, first.at, said, waits=False))
    open_ = (each for each in found if not second.answered(each.about))
    return sorted(open_, key=lambda each: (each.at, each.about))


def _may_still_hold(snapshot: Snapshot, entry: Entry) -> bool:
    """Of a closed cycle a restatement alone can still move a figure."""
    return isinstance(entry.body, Restatement) == snapshot.closed


def _entries(snapshot: Snapshot) -> Iterator[Entry]:
    for several in snapshot.entries.values():
        yield from several


def _decided_alone(
    snapshot: Snapshot, second: SecondPerson
) -> Mapping[str, Iterable[SelfApproved]]:
    """Key result → what nobody else approved: as its score says, before any has ended as now."""
    if snapshot.closed or snapshot.plan.any_ended(snapshot.as_of):
        card = card_of(snapshot)
        return {s.id: s.self_approved for s in card.key_results} if card else {}
    versions = snapshot.since_agreed
    approvals = Approvals(versions, second)
    known = {kr.id: kr for version in versions for kr in version.plan.key_results()}
    known |= snapshot.plan.key_results_by_id
    found = {}
    for name, kr in known.items():
        if not kr.guard:
            standing = snapshot.standings.get(name)
            said = [e for e in snapshot.entries.get(name, ()) if e.at <= snapshot.as_of]
            reading = standing.reading if standing else None
            found[name] = approvals.self_approved(kr, said, reading, snapshot.cycle)
    return found


def _addressee(snapshot: Snapshot, question: Question) -> Addressee:
    """The cycle's owner; all other people where that is who proposed it, or who is accountable."""
    owner, day = owner_of(snapshot), snapshot.cycle.day_of(snapshot.as_of)

    def may(person: str) -> bool:
        return may_answer(snapshot, question, person, day)

    people = tuple(filter(may, owner.people))
    return owner._replace(people=people) if people else others(snapshot, may)


def may_answer(snapshot: Snapshot, question: Question, person: str, day: date) -> bool:
    """Whether a person is a second one for all that is decided."""
    second = snapshot.second_person
    return all(second.may_approve(n, question.by, person, day) for n in question.decisions)


def _answers(snapshot: Snapshot, question: Question) -> Iterator[Answer]:
    cycle, about = snapshot.cycle.id, question.about
    if question.waits:
        means = "it holds from now on", "nothing changes"
    else:
        means = "it is self-approved no more", "it stays marked as self-approved"
    yield Answer("approve", decide(cycle, "second_person", about, "approve"), means[0])
    reject = decide(cycle, "second_person", about, "reject", note="TEXT")
    yield Answer("reject", reject, means[1])


def _text(question: Question) -> str:
    """What is decided, such as `addition (2026-q4:2)`; by whom is not everybody's to see."""
    words = {name: each.replace("_", " ") for name, each in question.decisions.items()}
    if question.item in words:
        revision = f" ({question.about})" if ":" in question.about else ""
        said = f"{words[question.item]}{revision}"
    else:
        said = "; ".join(f"{word} of {name}" for name, word in words.items())
    waits = "; it does not hold yet" if question.waits else ""
    return said + waits
