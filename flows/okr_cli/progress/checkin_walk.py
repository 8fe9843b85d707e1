"""The walk of `okr checkin`: what is due is asked one by one, each answer recorded at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from okr_cli.shell.acting import occasion
from okr_cli.shell.asking import asked, if_meant, someone_there
from okr_cli.shell.figures import count
from okr_cli.shell.open_text import line_of
from okr_cli.shell.output import tell
from okr_core.basics.command import okr
from okr_core.errors import InputError, RefusalError
from okr_core.plan.acting import Occasion, acting_person
from okr_core.plan.plan import KeyResult
from okr_core.record.check_ins import NOTHING_NEW
from okr_core.snapshot import Snapshot
from okr_core.words.figures import day_text, percent, value_text
from okr_flows.checkin.check_ins import CheckInText
from okr_flows.checkin.helping import help_on
from okr_flows.owed.due import DueCheckIn, due_check_ins, say
from okr_flows.owed.owed import owed_by
from okr_store.snapshot import read_snapshot

if TYPE_CHECKING:
    from datetime import datetime

    from okr_core.plan.cycle import Cycle
    from okr_store import Store


class _QuitError(Exception):
    """The person has had enough; what was answered is recorded."""


def walk(store: Store, cycle: Cycle, at: datetime, by: str | None, *, meant: bool) -> str:
    """Ask what is due for the person, one after another.

    Args:
        store: The open store.
        cycle: The cycle.
        at: When it is said (aware).
        by: Who answers, as `--by` says; None: the user of this computer.
        meant: Whether values that are hard to believe are meant.

    Returns:
        How many were answered, a sentence.

    Raises:
        InputError: Nobody is there to ask; the hint says what to type.
    """
    said = replace(occasion(cycle, at, by), meant=meant)
    snapshot = read_snapshot(store, cycle.id, at, newest=True)
    person = acting_person(said.actor, snapshot.workspace)
    due = due_check_ins(snapshot, owed_by(snapshot, person))
    if not due:
        return f"No check-in of cycle {cycle.id} is due for {person}."
    if not someone_there():
        raise InputError(
            f"{count(len(due), 'check-in')} of cycle `{cycle.id}` due for {person}, and nobody is "
            "at a terminal to ask.",
            hint=_to_type(due),
        )
    return _Walk(store, snapshot, said, due).through()


def _to_type(due: tuple[DueCheckIn, ...]) -> str:
    commands = [each.entry.answers[0].command.code for each in due]
    return f"Type {'; '.join(commands)}."


class _Walk:
    """Through the check-ins that are due, with a person."""

    def __init__(
        self, store: Store, snapshot: Snapshot, said: Occasion, due: tuple[DueCheckIn, ...]
    ) -> None:
        self._store, self._snapshot, self._said, self._due = store, snapshot, said, due
        self._cycle = snapshot.cycle.id

    def through(self) -> str:
        """Ask them all, or until the person quits."""
        answered = 0
        try:
            for number, due in enumerate(self._due, 1):
                tell(f"\n{number} of {len(self._due)}: {line_of(self._snapshot, due.entry)}")
                for line in self._known(due):
                    tell(f"  {line}")
                answered += self._answered(due)
        except _QuitError:
            pass
        left = len(self._due) - answered
        rest = (
            f"; {left} still due: {okr('checkin', cycle=self._cycle).code} goes on" if left else ""
        )
        return f"{count(answered, 'check-in')} recorded{rest}."

    def _known(self, due: DueCheckIn) -> Iterator[str]:
        """What is known: last value and when, target, what is expected by now, confidence."""
        known, kr = due.standing, due.key_result
        if known.current is not None:
            day = known.observed_at and self._snapshot.cycle.day_of(known.observed_at)
            when = f" on {day_text(day)}" if day else ""
            shown = percent(known.progress.clamped)
            yield f"last {value_text(kr.metric, known.current)}{when}, progress {shown}"
        if due.expected is not None:
            yield f"expected by now {percent(due.expected)}"
        if known.confidence is not None:
            yield f"last confidence {known.confidence} of 10"
        if due.left:
            yield f"not done: {', '.join(due.left)}"

    def _answered(self, due: DueCheckIn) -> bool:
        """Ask one until it is answered or passed over."""
        while True:
            try:
                return self._asked(due)
            except InputError as error:
                tell(str(error))
            except RefusalError as error:
                tell(str(error))
                return False

    def _asked(self, due: DueCheckIn) -> bool:
        value = _reply(f"  {_question(due)}")
        if not value:
            return False
        if value == "h" and not due.of_its_end:
            self._help(due.key_result)
            return self._asked(due)
        if value == "n" and due.may_stand:
            value = NOTHING_NEW
        self._record(due, value)
        return True

    def _record(self, due: DueCheckIn, value: str) -> None:
        name, nothing_new = due.key_result.id, value == NOTHING_NEW
        confidence = note = ""
        if not (due.of_its_end or nothing_new):
            confidence = _reply("  Confidence, 0 to 10 (empty: as before):")
        note = _reply("  Note (empty: none):")
        names = [name]
        if due.left and not nothing_new:
            names, value = [f"{name}/{part}" for part in value.replace(",", " ").split()], "done"
        texts = [CheckInText(each, value=value, confidence=confidence, note=note) for each in names]

        def record(meant: bool) -> None:
            said = replace(self._said, meant=meant)
            say(self._store, self._cycle, due, texts, said)

        if_meant(record, meant=self._said.meant)

    def _help(self, key_result: KeyResult) -> None:
        text = _reply("  Help with what?")
        if text:
            asked_for = help_on(
                self._store, self._cycle, key_result.id, "asked", text, occasion=self._said
            )
            tell(f"  Asked for; it waits under {asked_for.question}.")


def _question(due: DueCheckIn) -> str:
    what = "Milestones that are done" if due.left else "Value"
    others = [
        *(["n nothing new"] if due.may_stand else []),
        *([] if due.of_its_end else ["h ask for help"]),
        "empty pass over",
        "q quit",
    ]
    return f"{what} ({', '.join(others)}):"


def _reply(question: str) -> str:
    typed = asked(question)
    if typed is None or typed == "q":
        raise _QuitError
    return typed
