"""Blind: answers that nobody reads before their round is opened, and what opens it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from okr_core.errors import InputError, RefusalError
from okr_core.plan.acting import CHOSEN, Occasion, deciding_person
from okr_core.record.entries import Body, Entry
from okr_core.record.rounds import answers_of, sealed_rounds
from okr_core.record.sealed import Sealed, SealedExport, Unsealed
from okr_flows.run.cycle import current_workspace

if TYPE_CHECKING:
    from okr_store import Store

_KINDS = ("sealed", "unsealed")


def seal(store: Store, cycle: str, item: str, said: Sealed, occasion: Occasion) -> Entry:
    """Record a blind answer; a person's last one before the round is opened counts.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        item: Objective or key result that it is about.
        said: The round and the answer.
        occasion: When, and who.

    Returns:
        The entry as it is stored, without the answer.

    Raises:
        InputError: It says nothing, or nobody in particular answers.
        RefusalError: The cycle is closed, or it comes through a form, which others can read.
    """
    _refuse_forms(occasion)
    if not said.answer:
        raise InputError("nothing is answered.", hint="Give an answer.")
    (entry,) = store.add_entries(cycle, [_entry(store, cycle, item, said, occasion)])
    return replace(entry, body=Sealed(round=said.round))


def unseal(store: Store, cycle: str, item: str, said: Unsealed, occasion: Occasion) -> Entry:
    """Open a round, once: from now on its answers can be read, and no other counts.

    When a round may be opened is for the rules of what is answered; that it was, by whom and why,
    is on record.

    Raises:
        InputError: Nobody in particular opens it.
        RefusalError: It is open already, or whoever opens it chose their name in a form.
    """
    _refuse_forms(occasion)
    entry = replace(_entry(store, cycle, item, said, occasion), key=said.round)
    recorded = store.add_entries(cycle, [entry])
    if not recorded:
        raise RefusalError(f"round `{said.round}` is opened already.")
    return recorded[0]


def answers(store: Store, cycle: str, round_: str) -> dict[str, str]:
    """Person → their answer in a round; empty before it is opened."""
    known = sorted(store.entries(cycle, kinds=_KINDS), key=lambda each: int(each.id[1:]))
    return answers_of(known, round_)


def _refuse_forms(occasion: Occasion) -> None:
    """What is entered into a form of Prefect's, everybody there can read, and choose any name."""
    if occasion.actor.via in CHOSEN:
        raise RefusalError(
            "no form takes what is answered blind: everybody with access reads what is entered.",
            hint="Answer on the page or on the command line.",
        )


def record_sealed_export(
    store: Store, cycles: Iterable[str], reason: str, occasion: Occasion
) -> tuple[str, ...]:
    """Put on record that sealed answers are exported before their rounds are opened.

    Returns:
        The rounds; empty where none is sealed, and nothing is recorded.

    Raises:
        InputError: Nobody in particular exports them.
    """
    found: list[str] = []
    for cycle in cycles:
        rounds = sealed_rounds(store.entries(cycle, kinds=_KINDS))
        if rounds:
            body = SealedExport(rounds=rounds, reason=reason)
            store.add_entries(cycle, [_entry(store, cycle, "", body, occasion)])
            found += rounds
    return tuple(found)


def _entry(store: Store, cycle: str, item: str, body: Body, occasion: Occasion) -> Entry:
    return Entry(
        at=occasion.at,
        body=body,
        cycle=cycle,
        key_result=item,
        by=deciding_person(occasion.actor, current_workspace(store)),
        via=occasion.actor.via,
    )
