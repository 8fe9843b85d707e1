"""`okr correct`: a wrong reading is replaced or taken out, with a reason; it stays on record."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from cyclopts import Parameter

from okr_cli.decision import Case, announce, open_case, reading_named
from okr_cli.desk import Desk
from okr_cli.figures import value_text
from okr_cli.options import HERE, NOW, By, Format, Moment, Place
from okr_cli.person import VIA
from okr_core.entries import Correction, Reading
from okr_core.errors import InputError
from okr_core.progress import parse_value


def correct(
    key_result: Annotated[str, Parameter(help="Id of the key result.")],
    /,
    *,
    reading: Annotated[
        str | None,
        Parameter(help="Id of the wrong reading [default: the suspect, else the newest one]."),
    ] = None,
    value: Annotated[
        str | None, Parameter(help="The right value; without one the reading is taken out.")
    ] = None,
    reason: Annotated[str, Parameter(help="What was wrong, in a sentence.")],
    by: By = None,
    format_: Format = "text",
    moment: Moment = NOW,
    place: Place = HERE,
) -> int:
    """Supersede a wrong reading by the right value, or take it out. Both stay on record."""
    if not reason.strip():
        raise InputError("a correction needs a reason.", hint='Add `--reason "…"`.')
    with Desk.of(place).open_store() as store:
        case = open_case(store, key_result, moment, by)
        wrong = reading_named(store, case, reading)
        right = _right(case, wrong, value, reason)
        body = Correction(
            reading=wrong.id, value=right.value if value is not None else None, reason=reason
        )
        stored = store.supersede(
            case.cycle, wrong.id, right, body, by=case.person, at=case.as_of, via=VIA
        )
    was = value_text(case.key_result.metric, wrong.value)
    now = "taken out" if value is None else value_text(case.key_result.metric, stored.value)
    announce(case, stored, f"{case.key_result.id}: {was} ({wrong.id}) is {now} now.", format_)
    return 0


def _right(case: Case, wrong: Reading, value: str | None, reason: str) -> Reading:
    """The reading that takes the wrong one's place; it keeps its times and its source."""
    fresh = replace(
        wrong, id="", sequence=0, supersedes=wrong.id, reason=reason, by=case.person, evidence=""
    )
    if value is None:
        return replace(fresh, state="void")
    try:
        parsed = parse_value(case.key_result.metric, value)
    except ValueError as error:
        raise InputError(f"`{case.key_result.id}`: {error}") from error
    return replace(fresh, value=parsed, state="observed")
