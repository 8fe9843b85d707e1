"""`okr help ask` and `okr help offer`: help on a key result, which waits until it is answered."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from okr_cli.shell.acting import occasion
from okr_cli.shell.home import Home
from okr_cli.shell.options import HERE, NOW, By, CycleAt, Format, Place
from okr_cli.shell.output import show
from okr_core.basics.command import okr
from okr_core.basics.wire import filled
from okr_core.record.voices import HelpWay
from okr_flows.documents.words import HelpDocument

KeyResultId = Annotated[str, Parameter(help="Id of the key result.")]
Where = tuple[CycleAt, Place]
With = Annotated[str, Parameter(help="With what, in a sentence.")]


def ask_(
    key_result: KeyResultId,
    text: With,
    /,
    *,
    by: By = None,
    format_: Format = "text",
    when: CycleAt = NOW,
    place: Place = HERE,
) -> int:
    """Ask for help on a key result: the role's circle and those who carry it are asked.

    It waits in the list of `okr decide` until somebody offers it, you take it and it is done, or
    you withdraw it.
    """
    return _help(key_result, "asked", text, by=by, format_=format_, where=(when, place))


def offer_(
    key_result: KeyResultId,
    text: With,
    /,
    *,
    by: By = None,
    format_: Format = "text",
    when: CycleAt = NOW,
    place: Place = HERE,
) -> int:
    """Offer help on a key result: who is accountable for it is asked whether to take it.

    What somebody asked for is offered with `okr decide`.
    """
    return _help(key_result, "offered", text, by=by, format_=format_, where=(when, place))


def _help(
    key_result: str, way: HelpWay, text: str, *, by: str | None, format_: str, where: Where
) -> int:
    from okr_flows.checkin.helping import help_on  # noqa: PLC0415

    when, place = where
    with Home.of(place).open_cycle(when) as (store, cycle, at):
        said = occasion(cycle, at, by)
        done = help_on(store, cycle.id, key_result, way, text, occasion=said)
    answers = okr("decide", done.question, cycle=cycle.id).code
    already = "" if done.new else " already"
    told = f"help {way} by {done.by}{already}; it waits under {done.question}: {answers}"
    show(format_, filled(HelpDocument, done, cycle=cycle.id), f"{done.key_result}: {told}.")
    return 0
