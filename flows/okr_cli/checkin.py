"""`okr checkin`: a person's value, confidence and note; one, or a CSV file of many."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from okr_cli.checkin_book import Book, Said
from okr_cli.checkin_csv import read_csv
from okr_cli.desk import Desk
from okr_cli.documents import CheckInsDocument
from okr_cli.figures import count, value_text
from okr_cli.moment import clock, locate
from okr_cli.options import HERE, NOW, By, Format, Moment, Place
from okr_cli.output import print_json, print_text
from okr_cli.person import VIA
from okr_cli.plain import maybe_value, time_json
from okr_core.errors import InputError
from okr_core.metrics import Binary

if TYPE_CHECKING:
    from okr_store import Store

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
        Path | None,
        Parameter(name="--from", help="CSV: key_result,at,value,confidence,note,by."),
    ] = None,
    by: By = None,
    format_: Format = "text",
    moment: Moment = NOW,
    place: Place = HERE,
) -> int:
    """Record a check-in, or all rows of a CSV file: all of them or none.

    Recording the same check-in twice changes nothing.
    """
    _refuse_both(key_result, from_)
    with Desk.of(place).open_store() as store:
        book = _book(store, moment, by)
        if from_ is not None:
            said = read_csv(book, from_)
        else:
            assert key_result is not None
            raw = {"value": value, "confidence": confidence, "note": note}
            filled = {key: text or "" for key, text in raw.items()}
            said = [book.read(key_result, filled, reason=reason, until=until)]
        new = book.record(store, said, via="csv" if from_ else VIA)
    if format_ == "json":
        print_json(_document(book.cycle_id, said))
    else:
        print_text(_sentence(said, new))
    return 0


def _refuse_both(key_result: str | None, from_: Path | None) -> None:
    if (key_result is None) == (from_ is None):
        raise InputError(
            "a check-in needs either a key result or a file.",
            hint="Write `okr checkin KR VALUE` or `okr checkin --from FILE.csv`.",
        )


def _book(store: Store, moment: Moment, by: str | None) -> Book:
    now = clock()
    cycle, at = locate(store, moment, now)
    revision = store.revision("plan", cycle.id)
    assert revision is not None
    applied = store.revision("workspace", "")
    workspace = applied.workspace() if applied else None
    return Book(revision.plan(), revision.number, workspace, by, at, now)


def _sentence(said: list[Said], new: int) -> str:
    if len(said) == 1 and new:
        one = said[0]
        metric = Binary() if one.part else one.key_result.metric
        value = f" {value_text(metric, one.value)}" if one.value is not None else ""
        sure = f", confidence {one.confidence} of 10" if one.confidence is not None else ""
        return f"{one.name}:{value or ' noted'}{sure}, by {one.by}."
    there = len(said) - new
    known = f"; {there} recorded earlier" if there else ""
    return f"{count(new, 'check-in')} recorded{known}."


def _document(cycle: str, said: list[Said]) -> CheckInsDocument:
    return {
        "schema": "okr.checkin/1",
        "cycle": cycle,
        "check_ins": [
            {
                "key_result": one.key_result.id,
                "part": one.part or None,
                "at": time_json(one.at),
                "value": maybe_value(one.value),
                "confidence": one.confidence,
                "note": one.note,
                "by": one.by,
            }
            for one in said
        ],
    }
