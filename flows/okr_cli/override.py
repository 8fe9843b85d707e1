"""Override: a named person's score beside the computed one."""

from __future__ import annotations

from okr_cli.desk import Desk
from okr_cli.moment import clock, locate
from okr_cli.options import Moment
from okr_cli.output import tell
from okr_cli.pairs import pairs_of
from okr_cli.person import VIA, deciding_person
from okr_core.closing import checked_override, parse_score
from okr_core.entries import Entry

WITHDRAWN = "none"


def record_override(desk: Desk, text: str, reason: str, by: str | None, moment: Moment) -> None:
    """Record `KR=SCORE`, or withdraw an earlier one with `KR=none`.

    Raises:
        InputError: The form is wrong, or the score is none.
        RefusalError: The key result is unknown, retired early or of a closed cycle, or the reason
            is missing; nothing was recorded.
    """
    from okr_flows.score_record import preview  # noqa: PLC0415 - the store takes half a second

    [(name, value)] = pairs_of([text], "--override", "KR=SCORE").items()
    score = None if value == WITHDRAWN else parse_score(value)
    with desk.open_store() as store:
        cycle, as_of = locate(store, moment, clock())
        chronicle = preview(store, cycle.id, as_of).chronicle
        person = deciding_person(by, chronicle.workspace)
        body = checked_override(
            chronicle.scorecard, name, score, by=person, reason=reason, closed=chronicle.closed
        )
        entry = Entry(at=as_of, body=body, cycle=cycle.id, key_result=name, by=person, via=VIA)
        store.add_entries(cycle.id, [entry])
    said = "withdrawn" if score is None else f"{score}"
    tell(f"override of {name}: {said}, by {person}.")
