"""Replies: all that a person says at once, each recorded or refused by itself.

Five answers are sent with one press. One that cannot be understood, or that somebody else answered
meanwhile, does not hold up the other four.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from okr_core.errors import InputError, OkrError, RefusalError
from okr_core.open.entries import open_entries
from okr_core.plan.acting import Occasion
from okr_flows.checkin.check_ins import CheckInText, read_check_in
from okr_flows.checkin.recording import RecordedCheckIn, record_check_ins
from okr_flows.decide.answers import Answered, answer
from okr_flows.decide.case import Given
from okr_flows.run.cycle import InForce, in_force
from okr_store.snapshot import read_snapshot

if TYPE_CHECKING:
    from okr_store import Store


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person says to one thing.

    Attributes:
        name: What the door calls it.
        check_ins: What is said of a key result; of milestones one for each.
        question: Id of what waits; empty where check-ins are all that is said.
        given: The answer to it.
        meant: Whether a value that is hard to believe is meant.
    """

    name: str
    check_ins: tuple[CheckInText, ...] = ()
    question: str = ""
    given: Given | None = None
    meant: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a reply.

    Attributes:
        check_ins: What is in the store of what was said.
        answered: What waits no more.
        error: Why nothing was recorded; None: it was.
    """

    reply: Reply
    check_ins: tuple[RecordedCheckIn, ...] = ()
    answered: Answered | None = None
    error: OkrError | None = None


class GoneError(RefusalError):
    """Nothing was recorded: it was answered meanwhile."""


def send(
    store: Store, cycle: str, replies: Sequence[Reply], occasion: Occasion
) -> tuple[Outcome, ...]:
    """Record what a person says, each reply all or nothing and by itself.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        replies: In their order.
        occasion: When, and who.

    Returns:
        What became of each, in the same order.

    Raises:
        InputError: The cycle has no plan in force.
        StoreUnreachableError: The store does not answer.
    """
    known = in_force(store, cycle)
    return tuple(_sent(store, known, reply, occasion) for reply in replies)


def _sent(store: Store, known: InForce, reply: Reply, occasion: Occasion) -> Outcome:
    occasion = Occasion(
        occasion.at, occasion.now, occasion.actor, occasion.zone, occasion.day, reply.meant
    )
    try:
        if reply.given is not None:
            return Outcome(reply, answered=_answered(store, known, reply, occasion))
        said = [read_check_in(known, text, occasion) for text in reply.check_ins]
        return Outcome(reply, record_check_ins(store, known, said, occasion).check_ins)
    except (InputError, RefusalError) as error:
        return Outcome(reply, error=error)


def _answered(store: Store, known: InForce, reply: Reply, occasion: Occasion) -> Answered:
    """Carry out an answer to what waits for this person; what waits for others is not theirs."""
    assert reply.given is not None
    cycle = known.plan.cycle.id
    waiting = open_entries(read_snapshot(store, cycle, occasion.at, newest=True))
    found = [each for each in waiting if each.id == reply.question]
    if not found:
        raise GoneError("it does not wait any more: it was answered meanwhile.")
    if not any(occasion.actor.named in each.to.everyone for each in found):
        raise RefusalError(f"`{reply.question}` waits for somebody else.")
    name = found[0].name if len(found) == 1 else reply.question
    return answer(store, cycle, name, reply.given, occasion=occasion)
