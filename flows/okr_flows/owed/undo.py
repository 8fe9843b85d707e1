"""Undo: a person takes back what they said, as a correction that stays on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from okr_core.basics.command import okr
from okr_core.errors import RefusalError
from okr_core.plan.acting import Occasion
from okr_core.plan.ids import name_of
from okr_core.record.check_ins import named
from okr_core.record.entries import CheckIn, Entry, Reading
from okr_flows.checkin.helping import answer_help
from okr_flows.decide.reading import correct_reading
from okr_flows.run.cycle import in_force
from okr_store.snapshot import read_snapshot

if TYPE_CHECKING:
    from okr_store import Store

REASON = "taken back by the person who said it"


def undo_check_in(
    store: Store, cycle: str, key_result: str, check_in: str, occasion: Occasion
) -> None:
    """Take back a check-in: its value does not count, and the confidence before it does again.

    Who takes back what was taken back already changes nothing.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        key_result: Id of the key result.
        check_in: Id of the entry.
        occasion: When, and who.

    Raises:
        RefusalError: It is not theirs, not of today, or the cycle is closed.
    """
    said = sorted(
        store.entries(cycle, kinds=("check_in",), key_results=[key_result]),
        key=lambda each: int(each.id[1:]),
    )
    entry = next((each for each in said if each.id == check_in), None)
    if entry is None or entry.by != occasion.actor.named:
        raise RefusalError("only who said something takes it back.")
    zone_day = in_force(store, cycle).plan.cycle.day_of
    if zone_day(entry.at) != zone_day(occasion.now):
        correct = okr("correct", key_result, value="VALUE", reason="TEXT", cycle=cycle)
        raise RefusalError(
            "what was said on another day stays.", hint=f"Correct it: {correct.code}."
        )
    assert isinstance(entry.body, CheckIn)
    if entry.body.value is not None:
        _take_out(store, cycle, entry, occasion)
    if entry.body.confidence is not None and said[-1].id == entry.id:
        _say_again(store, cycle, [each for each in said if each.id != entry.id], entry, occasion)


def undo_help(store: Store, cycle: str, key_result: str, about: str, occasion: Occasion) -> None:
    """Take back help that the person asked for or offered; it stays on record as withdrawn.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        key_result: What it is about.
        about: Id of the entry that asked for it, or offered it.
        occasion: When, and who.

    Raises:
        RefusalError: It is not theirs, it is over, or the cycle is closed.
    """
    said = store.entries(cycle, kinds=("help",), key_results=[key_result])
    if not any(each.id == about and each.by == occasion.actor.named for each in said):
        raise RefusalError("only who said something takes it back.")
    answer_help(store, cycle, key_result, about, "withdrawn", note="", occasion=occasion)


def _take_out(store: Store, cycle: str, entry: Entry, occasion: Occasion) -> None:
    name = named(entry)[0]
    snapshot = read_snapshot(store, cycle, occasion.now, newest=True)
    live = store.readings(cycle, as_of=None, key_results=[entry.key_result])
    wrong = next((each for each in live if _is_of(each, name, entry)), None)
    if wrong is not None and not snapshot.closed:
        correct_reading(
            store, cycle, entry.key_result, occasion=occasion, reason=REASON, reading=wrong.id
        )


def _is_of(reading: Reading, name: str, entry: Entry) -> bool:
    same = name_of(reading.key_result, reading.part) == name and reading.at == entry.at
    return same and reading.state == "observed" and reading.by == entry.by


def _say_again(
    store: Store, cycle: str, before: list[Entry], entry: Entry, occasion: Occasion
) -> None:
    """The confidence that was said last before holds again."""
    name = named(entry)[0]
    words = [e.body for e in before if isinstance(e.body, CheckIn) and named(e)[0] == name]
    sure = next((b.confidence for b in reversed(words) if b.confidence is not None), None)
    if sure is not None:
        again = Entry(
            at=occasion.at,
            body=CheckIn(confidence=sure),
            cycle=cycle,
            key_result=entry.key_result,
            by=entry.by,
            via=occasion.actor.via,
            key=f"{name}|{occasion.at.isoformat()}|undone {entry.id}",
        )
        store.add_entries(cycle, [again])
