"""Override: a named person's score beside the computed one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from okr_cli.pairs import pairs_of
from okr_cli.person import VIA, deciding_person
from okr_core.closing import checked_override, parse_score
from okr_core.entries import Entry

if TYPE_CHECKING:
    from okr_core.snapshot import Snapshot

WITHDRAWN = "none"


def override_entry(
    snapshot: Snapshot, text: str, reason: str, by: str | None, at: datetime
) -> Entry:
    """The entry of `KR=SCORE`, or of `KR=none`, which withdraws an earlier one.

    Raises:
        InputError: The form is wrong, or the score is none.
        RefusalError: The key result is unknown, retired early or of a closed cycle, or the reason
            is missing.
    """
    [(name, value)] = pairs_of([text], "--override", "KR=SCORE").items()
    score = None if value == WITHDRAWN else parse_score(value)
    person = deciding_person(by, snapshot.workspace)
    body = checked_override(
        snapshot.scorecard, name, score, by=person, reason=reason, closed=snapshot.closed
    )
    cycle = snapshot.cycle.id
    return Entry(at=at, body=body, cycle=cycle, key_result=name, by=person, via=VIA)
