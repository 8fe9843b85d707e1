"""Answers: what waits for a person is listed, and answered by one use case, whatever it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from okr_core.basics.command import okr
from okr_core.errors import InputError, RefusalError
from okr_core.open.entries import open_entries
from okr_core.open.entry import OpenEntry, by_name, id_of
from okr_core.plan.acting import Occasion
from okr_core.record.entries import Approval, Decided, Entry, HypothesisClosed
from okr_core.record.voices import BlockerLifted, HelpAnswer
from okr_core.snapshot import Snapshot
from okr_core.words.figures import day_text
from okr_flows.decide.carrying_out import carry_out
from okr_flows.decide.case import Case, Given
from okr_store.snapshot import read_snapshot

if TYPE_CHECKING:
    from okr_store import Store


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that waits no more, and who answered it how."""

    entry: OpenEntry
    answer: str
    by: str


def chosen(snapshot: Snapshot, name: str | None) -> tuple[OpenEntry, ...]:
    """What waits under an id such as `Q17` or a full name such as `risk:activation`; None: all.

    Raises:
        InputError: Nothing is called so, or several are.
        RefusalError: It was answered already.
    """
    return open_entries(snapshot) if name is None else (_named(snapshot, name),)


def answer(store: Store, cycle: str, name: str, given: Given, *, occasion: Occasion) -> Answered:
    """Answer what waits for a person; then it leaves the list.

    Args:
        store: The open store.
        cycle: Id of the cycle; a closed one takes what changes no score.
        name: Id or full name of the question.
        given: The answer.
        occasion: When it is given, by whom, and whether what is hard to believe is meant.

    Raises:
        InputError: Nothing is called so, it does not take that answer, a note or a reason is
            missing, or nobody in particular answers.
        RefusalError: It was answered already, or a rule of what it is about says no.
        UnbelievedError: A value is hard to believe, and not said to be meant.
    """
    snapshot = read_snapshot(store, cycle, occasion.at, newest=True)
    case = Case(store, cycle, snapshot, _named(snapshot, name), given, occasion)
    case.refuse_chosen_name()
    case.refuse_other_words()
    by = carry_out(case)
    return Answered(case.entry, " ".join(given.words), by)


def _named(snapshot: Snapshot, name: str) -> OpenEntry:
    found = by_name(open_entries(snapshot), name)
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(f"`{each.name}`" for each in found)
        raise InputError(
            f"`{name}` is what several wait under: {names}.", hint="Write the full name."
        )
    _refuse_answered(snapshot, name)
    everything = okr("decide", cycle=snapshot.cycle.id)
    raise InputError(
        f"nothing of cycle `{snapshot.cycle.id}` waits under `{name}`.",
        hint=f"{everything.code} lists what does.",
    )


def _refuse_answered(snapshot: Snapshot, name: str) -> None:
    """Whoever comes second is told who was first."""
    for id_, entry, word in _answers_on_record(snapshot):
        if id_.casefold() == name.strip().casefold():
            day = day_text(snapshot.cycle.day_of(entry.at))
            raise RefusalError(
                f"`{id_}` was answered on {day} by {entry.by or 'nobody named'}: {word}.",
                hint=f"{okr('decide', cycle=snapshot.cycle.id).code} lists what still waits.",
            )


def _answers_on_record(snapshot: Snapshot) -> Iterator[tuple[str, Entry, str]]:
    """Id of each question that was answered, the entry that says so, and the answer; last first."""
    cycle = snapshot.cycle.id
    kinds = ("decided", "hypothesis_closed", "approval", "help_answer", "blocker_lifted")
    entries = [entry for kind in kinds for entry in snapshot.of_kind(kind)]
    for entry in sorted(entries, key=lambda each: each.at, reverse=True):
        if isinstance(entry.body, Decided):
            yield id_of(cycle, entry.body.asked, entry.key_result), entry, entry.body.answer
        elif isinstance(entry.body, HypothesisClosed):
            yield id_of(cycle, "hypothesis", entry.key_result), entry, entry.body.outcome
        elif isinstance(entry.body, Approval):
            yield id_of(cycle, "second_person", entry.body.about), entry, entry.body.outcome
        elif isinstance(entry.body, HelpAnswer):
            yield id_of(cycle, "help", entry.body.about), entry, entry.body.answer
        elif isinstance(entry.body, BlockerLifted):
            yield id_of(cycle, "blocker", entry.body.about), entry, "lifted"
