"""`okr decide`: what waits for a person, and the answer to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from okr_cli.shell.acting import occasion
from okr_cli.shell.asking import Meant, if_meant
from okr_cli.shell.home import Home
from okr_cli.shell.open_text import in_full
from okr_cli.shell.options import HERE, NOW, By, CycleAt, Format, Place
from okr_cli.shell.output import page_width, show
from okr_cli.shell.whose import EVERYBODY, Whose
from okr_core.basics.wire import filled
from okr_core.open.entries import entries_of
from okr_core.open.entry import OpenEntry
from okr_core.plan.part import Part
from okr_core.plan.revision import ReasonClass
from okr_core.snapshot import Snapshot
from okr_flows.documents.open import AnsweredDocument, OpenDocument
from okr_flows.owed.owed import owed_in

if TYPE_CHECKING:
    from okr_flows.decide.answers import Answered


def decide(
    question: Annotated[
        str | None,
        Parameter(help="Its id, such as Q4K7M; without one everything that waits is listed."),
    ] = None,
    /,
    *answer: Annotated[
        str, Parameter(help="One of those that it takes; without one they are shown.")
    ],
    reason: Annotated[
        str, Parameter(help="Why, in a sentence; of a hypothesis: what shows it.")
    ] = "",
    note: Annotated[str, Parameter(help="What is to be said about it.")] = "",
    reason_class: Annotated[
        ReasonClass | None, Parameter(help="Why what was agreed changes, where a proposal does.")
    ] = None,
    meant: Meant = False,
    whose: Whose = EVERYBODY,
    by: By = None,
    format_: Format = "text",
    when: CycleAt = NOW,
    place: Place = HERE,
) -> int:
    """List what waits for a person, or answer it; what is answered leaves every list.

    Suspect values, proposals, goals at risk, hypotheses to close, post-mortems of missed
    commitments, check-ins that are owed, and the cycle that is to be closed. A closed cycle takes
    the answers that change no score.
    """
    from okr_flows.decide import answers  # noqa: PLC0415 - the store: half a second
    from okr_flows.decide.case import Given  # noqa: PLC0415 - with it
    from okr_store.snapshot import read_snapshot  # noqa: PLC0415

    home = Home.of(place)
    with home.open_cycle(when) as (store, cycle, at):
        if question is None or not answer:
            snapshot = read_snapshot(store, cycle.id, at, newest=True)
            part = whose.part_of(snapshot, home.env)
            found = answers.chosen(snapshot, question)
            several = entries_of(part, found) if question else owed_in(snapshot, part, found)
            _show(snapshot, part, several, format_)
            return 0
        given = Given(answer, reason=reason, note=note, reason_class=reason_class)

        def record(meant: bool) -> Answered:
            said = occasion(cycle, at, by, named=when.as_of is not None)
            said = replace(said, meant=meant)
            return answers.answer(store, cycle.id, question, given, occasion=said)

        done = if_meant(record, meant=meant)
    document = filled(
        AnsweredDocument, done.entry, cycle=cycle.id, answer=done.answer, by=done.by, at=at
    )
    name = done.entry.title if done.entry.item else f"cycle {cycle.id}"
    show(format_, document, f"{done.entry.id} {name}: {done.answer}, by {done.by}.")
    return 0


def _show(snapshot: Snapshot, part: Part, entries: Sequence[OpenEntry], format_: str) -> None:
    document = OpenDocument.of(snapshot.cycle.id, snapshot.as_of, entries)
    width = page_width()
    blocks = ["\n".join(in_full(snapshot, entry, width)) for entry in entries]
    whom = f"`{part.person}`" if part.person else "a person"
    of_team = f" of team `{part.team}`" if part.team else ""
    nothing = f"Nothing{of_team} in cycle {snapshot.cycle.id} waits for {whom}."
    show(format_, document, "\n\n".join(blocks) or nothing)
