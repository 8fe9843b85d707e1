"""`okr checkin`: a person's value, confidence and note; one, or a CSV file of many."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from okr_cli.shell.acting import occasion
from okr_cli.shell.figures import count
from okr_cli.shell.home import Home, read_text
from okr_cli.shell.options import HERE, NOW, By, CycleAt, Format, Place
from okr_cli.shell.output import show
from okr_core.basics.wire import filled
from okr_core.errors import InputError
from okr_core.plan.metrics import Binary
from okr_core.words.figures import value_text
from okr_flows.checkin.check_ins import CheckInText, RecordedCheckIns, check_in
from okr_flows.checkin.table import check_in_table
from okr_flows.documents.words import CheckInDocument, CheckInsDocument

Text = Annotated[str, Parameter(show_default=False)]


def checkin(
    key_result: Annotated[
        str | None, Parameter(help="Id of the key result; of a milestone: KR/PART.")
    ] = None,
    value: Annotated[
        str | None,
        Parameter(help="A number; a grade's word; done. Left out: confidence or note alone."),
    ] = None,
    /,
    *,
    confidence: Annotated[
        str | None, Parameter(help="How sure that the target will be reached, 0 to 10.")
    ] = None,
    note: Annotated[str, Parameter(help="What happened, what is next.")] = "",
    reason: Annotated[str, Parameter(help="Why a value by hand, where a source is bound.")] = "",
    until: Annotated[
        str | None, Parameter(help="Last day that a value by hand holds, where a source is bound.")
    ] = None,
    from_: Annotated[
        Path | None, Parameter(name="--from", help="CSV: key_result,at,value,confidence,note,by.")
    ] = None,
    by: By = None,
    format_: Format = "text",
    when: CycleAt = NOW,
    place: Place = HERE,
) -> int:
    """Record a check-in, or all rows of a CSV file: all of them or none.

    Recording the same check-in twice changes nothing.
    """
    _refuse_both(key_result, from_)
    with Home.of(place).open_cycle(when) as (store, cycle, at):
        if from_ is not None:
            brought = occasion(cycle, at, by, "csv")
            done = check_in_table(store, cycle.id, str(from_), read_text(from_), brought)
        else:
            assert key_result is not None
            text = CheckInText(
                key_result,
                value=value or "",
                confidence=confidence or "",
                note=note,
                reason=reason,
                until=until or "",
            )
            done = check_in(store, cycle.id, text, occasion(cycle, at, by))
    said = (filled(CheckInDocument, one, key_result=one.key_result.id) for one in done.check_ins)
    show(format_, CheckInsDocument(cycle=cycle.id, check_ins=tuple(said)), _sentence(done))
    return 0


def _refuse_both(key_result: str | None, from_: Path | None) -> None:
    if (key_result is None) == (from_ is None):
        raise InputError(
            "a check-in needs either a key result or a file.",
            hint="Write `okr checkin KR VALUE` or `okr checkin --from FILE.csv`.",
        )


def _sentence(done: RecordedCheckIns) -> str:
    if len(done.check_ins) == 1 and done.new:
        one = done.check_ins[0]
        metric = Binary() if one.part else one.key_result.metric
        value = f" {value_text(metric, one.value)}" if one.value is not None else ""
        sure = f", confidence {one.confidence} of 10" if one.confidence is not None else ""
        return f"{one.name}:{value or ' noted'}{sure}, by {one.by}."
    there = len(done.check_ins) - done.new
    known = f"; {there} recorded earlier" if there else ""
    return f"{count(done.new, 'check-in')} recorded{known}."
