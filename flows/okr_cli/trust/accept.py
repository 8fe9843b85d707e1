"""`okr accept`: a person says that a suspect reading is true, and it counts from then on."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from okr_cli.documents.explain import ReadingDocument
from okr_cli.documents.words import DecisionDocument
from okr_cli.shell.figures import value_text
from okr_cli.shell.home import Desk
from okr_cli.shell.moment import clock, locate
from okr_cli.shell.options import HERE, NOW, By, Format, Moment, Place
from okr_cli.shell.output import print_json, print_text
from okr_cli.shell.person import actor
from okr_flows.decide.reading import DecidedReading, accept_reading


def accept(
    key_result: Annotated[str, Parameter(help="Id of the key result.")],
    /,
    *,
    note: Annotated[str, Parameter(help="How you know, in a sentence.")] = "",
    by: By = None,
    format_: Format = "text",
    moment: Moment = NOW,
    place: Place = HERE,
) -> int:
    """Say that the suspect value of a key result is true; it counts from now on."""
    with Desk.of(place).open_store() as store:
        cycle, at = locate(store, moment, clock())
        done = accept_reading(store, cycle.id, key_result, actor=actor(by), at=at, note=note)
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
