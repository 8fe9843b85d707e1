"""Helping: help is asked for and offered, and answered; blockers are lifted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from okr_core.basics.command import okr
from okr_core.errors import InputError, RefusalError
from okr_core.open.entry import id_of
from okr_core.plan.acting import Occasion, acting_person
from okr_core.plan.ids import key_result_named
from okr_core.record.entries import Body, Entry, Reading
from okr_core.record.help import TAKES, HelpCase, help_cases, open_blockers
from okr_core.record.voices import BlockerLifted, Help, HelpAnswer, HelpWay, HelpWord
from okr_flows.run.cycle import current_workspace, in_force

if TYPE_CHECKING:
    from okr_store import Store
    from okr_store.readings import Measured

_HELP = ("help", "help_answer")
_BLOCKERS = ("blocker", "blocker_lifted")


@dataclass(frozen=True, slots=True)
class RecordedHelp:
    """Help that waits to be answered.

    Attributes:
        question: Id under which it waits.
        entry: Id of the entry that asked for it, or offered it.
        new: Whether it was recorded now; else the same waited already.
    """

    question: str
    entry: str
    key_result: str
    way: HelpWay
    by: str
    new: bool


def help_on(
    store: Store, cycle: str, key_result: str, way: HelpWay, text: str, *, occasion: Occasion
) -> RecordedHelp:
    """Ask for help on a key result, or offer it; the same words wait once.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        key_result: Its id.
        way: Whether help is asked for or offered.
        text: What with.
        occasion: When, and who.

    Raises:
        InputError: The key result is unknown or not pursued, nothing is said, or nobody of the
            workspace says it.
        RefusalError: The cycle is closed.
    """
    known, said = in_force(store, cycle), text.strip()
    kr = key_result_named(known.plan, key_result)
    if not known.plan.objective_of[kr.id].pursues(kr):
        raise InputError(f"key result `{kr.id}` is not pursued any more.", hint="Name another one.")
    if not said:
        raise InputError(f"`{kr.id}`: help with what?", hint="Say it in a sentence.")
    by = acting_person(occasion.actor, known.workspace)
    body, earlier = Help(way=way, text=said), ""

    def decide(
        _: Sequence[Reading], entries: Sequence[Entry]
    ) -> tuple[list[Measured], list[Entry]]:
        nonlocal earlier
        same = (each for each in help_cases(entries, occasion.now) if _is_same(each, by, body))
        earlier = next((each.id for each in same), "")
        return [], [] if earlier else [_entry(cycle, kr.id, body, by, occasion)]

    recorded = store.record_beside(cycle, [kr.id], decide, _HELP)
    id_ = earlier or recorded.entries[0].id
    return RecordedHelp(id_of(cycle, "help", id_), id_, kr.id, way, by, new=not earlier)


def _is_same(case: HelpCase, by: str, body: Help) -> bool:
    return bool(TAKES[case.state]) and (case.by, case.way, case.text) == (by, body.way, body.text)


def answer_help(
    store: Store,
    cycle: str,
    key_result: str,
    about: str,
    word: HelpWord,
    *,
    note: str,
    occasion: Occasion,
) -> str:
    """Answer help that was asked for or offered; see `okr_core.record.help.TAKES`.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        key_result: What it is about.
        about: Id of the entry that asked for it, or offered it.
        word: The answer.
        note: What is said besides; may be empty.
        occasion: When, and who.

    Returns:
        Id of the person who answers.

    Raises:
        InputError: Nobody of the workspace answers.
        RefusalError: Who asked offers it themselves, somebody else was first, or the cycle is
            closed.
    """
    by = acting_person(occasion.actor, current_workspace(store))

    def refuse(entries: Sequence[Entry]) -> None:
        case = next(each for each in help_cases(entries, occasion.now) if each.id == about)
        if word not in TAKES[case.state]:
            raise _answered_meanwhile(cycle, "help", about)
        if word == "offer" and by == case.by:
            raise RefusalError(
                f"`{id_of(cycle, 'help', about)}`: {by} asked for help; somebody else offers it.",
                hint="They name themselves with `--by` or OKR_PERSON.",
            )

    body = HelpAnswer(about=about, answer=word, note=note)
    return _recorded(store, _entry(cycle, key_result, body, by, occasion), refuse, _HELP)


def lift_blocker(
    store: Store, cycle: str, key_result: str, about: str, *, note: str, occasion: Occasion
) -> str:
    """Lift a blocker.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        key_result: What it blocks.
        about: Id of the entry that named it.
        note: What lifted it; may be empty.
        occasion: When, and who.

    Returns:
        Id of the person who lifts it.

    Raises:
        InputError: Nobody of the workspace lifts it.
        RefusalError: Somebody else was first, or the cycle is closed.
    """
    by = acting_person(occasion.actor, current_workspace(store))

    def refuse(entries: Sequence[Entry]) -> None:
        if about not in {each.id for each, _ in open_blockers(entries, occasion.now)}:
            raise _answered_meanwhile(cycle, "blocker", about)

    body = BlockerLifted(about=about, note=note)
    return _recorded(store, _entry(cycle, key_result, body, by, occasion), refuse, _BLOCKERS)


def _recorded(
    store: Store, entry: Entry, refuse: Callable[[Sequence[Entry]], None], kinds: Sequence[str]
) -> str:
    def decide(
        _: Sequence[Reading], entries: Sequence[Entry]
    ) -> tuple[list[Measured], list[Entry]]:
        refuse(entries)
        return [], [entry]

    store.record_beside(entry.cycle, [entry.key_result], decide, kinds)
    return entry.by


def _entry(cycle: str, key_result: str, body: Body, by: str, occasion: Occasion) -> Entry:
    return Entry(
        at=occasion.at, body=body, cycle=cycle, key_result=key_result, by=by, via=occasion.actor.via
    )


def _answered_meanwhile(cycle: str, kind: str, about: str) -> RefusalError:
    return RefusalError(
        f"`{id_of(cycle, kind, about)}` was answered by somebody else meanwhile.",
        hint=f"{okr('decide', cycle=cycle).code} lists what still waits.",
    )
