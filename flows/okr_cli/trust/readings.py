"""`okr accept` and `okr correct`: people decide about readings; what was wrong stays on record."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from cyclopts import Parameter

from okr_cli.shell.acting import occasion
from okr_cli.shell.asking import Meant, if_meant
from okr_cli.shell.home import Home
from okr_cli.shell.options import HERE, NOW, By, CycleAt, Format, Place
from okr_cli.shell.output import print_json, print_text
from okr_core.basics.days import minute_text
from okr_core.words.figures import value_text
from okr_flows.decide.reading import DecidedReading, accept_reading, correct_reading
from okr_flows.documents.explain import ReadingDocument
from okr_flows.documents.words import DecisionDocument


def accept(
    key_result: Annotated[str, Parameter(help="Id or title of the key result.")],
    /,
    *,
    note: Annotated[str, Parameter(help="How you know, in a sentence.")] = "",
    by: By = None,
    format_: Format = "text",
    when: CycleAt = NOW,
    place: Place = HERE,
) -> int:
    """Say that the suspect value of a key result is true; it counts from now on."""
    with Home.of(place).open_cycle(when) as (store, cycle, at):
        said = occasion(cycle, at, by)
        done = accept_reading(store, cycle.id, key_result, occasion=said, note=note)
    value = value_text(done.key_result.metric, done.reading.value)
    sentence = f"{done.key_result.id}: {value} ({done.replaced.id}) counts now."
    announce(cycle.id, done, sentence, format_)
    return 0


def announce(cycle: str, done: DecidedReading, sentence: str, format_: Format) -> None:
    """Print what was decided about a reading."""
    if format_ == "text":
        print_text(sentence)
        return
    reading = ReadingDocument.of(done.reading)
    print_json(
        DecisionDocument(cycle=cycle, key_result=done.key_result.id, reading=reading, by=done.by)
    )


def correct(
    key_result: Annotated[str, Parameter(help="Id or title of the key result.")],
    /,
    *,
    reading: Annotated[
        str | None,
        Parameter(help="Id of the wrong reading [default: the suspect, else the last recorded]."),
    ] = None,
    value: Annotated[
        str | None, Parameter(help="The right value; without one the reading is taken out.")
    ] = None,
    reason: Annotated[str, Parameter(help="What was wrong, in a sentence.")],
    meant: Meant = False,
    by: By = None,
    format_: Format = "text",
    when: CycleAt = NOW,
    place: Place = HERE,
) -> int:
    """Supersede a wrong reading by the right value, or take it out. Both stay on record."""
    with Home.of(place).open_cycle(when) as (store, cycle, at):

        def record(meant: bool) -> DecidedReading:
            return correct_reading(
                store,
                cycle.id,
                key_result,
                occasion=replace(occasion(cycle, at, by), meant=meant),
                reason=reason,
                reading=reading,
                value=value,
            )

        done = if_meant(record, meant=meant)
    metric = done.key_result.metric
    was = value_text(metric, done.replaced.value)
    now = "taken out" if value is None else value_text(metric, done.reading.value)
    of = f"of {minute_text(done.replaced.at, cycle.zone)}"
    sentence = f"{done.key_result.id}: {was} {of} ({done.replaced.id}) is {now} now."
    announce(cycle.id, done, sentence, format_)
    return 0
