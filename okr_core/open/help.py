"""Help that is asked for or offered, and blockers, while they wait for a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from okr_core.basics.days import days_after
from okr_core.open.entry import (
    Addressee,
    Answer,
    Asked,
    accountable,
    decide,
    holders_of,
    others,
    owner_of,
)
from okr_core.plan.plan import KeyResult
from okr_core.record.help import TAKES, HelpCase, HelpState, help_cases, open_blockers
from okr_core.record.voices import HelpWord
from okr_core.snapshot import Snapshot

_ASKS: dict[HelpState, str] = {
    "asked": "help is asked for: who offers it?",
    "offered": "help is offered: is it taken?",
    "taken": "help was taken: is it done?",
}
_MEANS: dict[HelpWord, str] = {
    "offer": "who asked is told, and takes it or not",
    "taken": "it is theirs to give from now on",
    "done": "it was given, and leaves the list",
    "withdrawn": "it is taken back; an offer that is leaves the question open",
}


def helps(snapshot: Snapshot) -> Iterator[Asked]:
    """Help on key results that waits to be offered, taken or given."""
    for kr in () if snapshot.closed else snapshot.plan.active_key_results:
        for case in help_cases(snapshot.entries.get(kr.id, ()), snapshot.as_of):
            if TAKES[case.state]:
                yield Asked(
                    kr.id,
                    asked_to_help(snapshot, kr, case),
                    tuple(_answer(snapshot, case, word) for word in TAKES[case.state]),
                    about=case.id,
                    deadline=_deadline(snapshot, case.since),
                    text=case.text,
                    asks=_ASKS[case.state],
                )


def asked_to_help(snapshot: Snapshot, key_result: KeyResult, case: HelpCase) -> Addressee:
    """Whose turn it is: who may help, who asked, or who took it upon themselves.

    Help is asked of the role's circle and of those who carry the key result; where that is nobody
    but who asks, of the cycle's owner, else of everybody. Nobody is asked who has left.
    """
    if case.state == "taken":
        return _person(snapshot, case.helper, key_result)
    if case.state == "offered":
        if case.way == "offered":
            return accountable(snapshot, key_result.id)
        return _person(snapshot, case.by, key_result)
    people = _without(case.by, circle_of(snapshot, key_result))
    if people:
        return Addressee(None, people)
    owner = owner_of(snapshot)
    people = _without(case.by, owner.people)
    return owner._replace(people=people) if people else others(snapshot, case.by.__ne__)


def _without(person: str, people: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each for each in people if each != person)


def _person(snapshot: Snapshot, name: str, key_result: KeyResult) -> Addressee:
    """A person; where they have left, whoever is accountable for the key result."""
    if not name:
        return Addressee()  # a reader may not see who it is
    space, day = snapshot.workspace, snapshot.cycle.day_of(snapshot.as_of)
    if space is not None and not space.is_with_us(name, day):
        return accountable(snapshot, key_result.id)
    return Addressee(None, (name,))


def circle_of(snapshot: Snapshot, key_result: KeyResult) -> tuple[str, ...]:
    """People of the accountable role's circle, and those who carry the key result, that day."""
    space, role = snapshot.workspace, snapshot.plan.role_of(key_result)
    roles = dict.fromkeys((*((role,) if role else ()), *key_result.contributors))
    if space is not None and role in space.roles and (circle := space.roles[role].circle):
        roles |= dict.fromkeys(name for name, each in space.roles.items() if each.circle == circle)
    found = (person for name in roles for person in holders_of(snapshot, name).people)
    return tuple(dict.fromkeys(found))


def blocked(snapshot: Snapshot) -> Iterator[Asked]:
    """Blockers that nobody lifted."""
    for kr in () if snapshot.closed else snapshot.plan.active_key_results:
        for entry, body in open_blockers(snapshot.entries.get(kr.id, ()), snapshot.as_of):
            lifted = decide(snapshot.cycle.id, "blocker", entry.id, "lifted", note="TEXT")
            yield Asked(
                kr.id,
                accountable(snapshot, kr.id),
                (Answer("lifted", lifted, "it leaves the list; the note says what lifted it"),),
                about=entry.id,
                deadline=_deadline(snapshot, entry.at),
                text=body.text,
            )


def _answer(snapshot: Snapshot, case: HelpCase, word: HelpWord) -> Answer:
    return Answer(word, decide(snapshot.cycle.id, "help", case.id, word), _MEANS[word])


def _deadline(snapshot: Snapshot, since: datetime) -> date:
    return days_after(snapshot.cycle.day_of(since), snapshot.policies.help_days)
