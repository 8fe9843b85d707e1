"""Rules: what newer rules of scoring change of an open cycle, told until it is scored by them."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from okr_core.errors import RefusalError
from okr_core.record.entries import JUDGED_BY
from okr_core.record.score_records import RULES
from okr_core.score.recording import as_fraction, rounded
from okr_core.snapshot import Snapshot
from okr_store import Store
from okr_store.snapshot import read_snapshot


class MovedByRules(NamedTuple):
    """A cycle's score by the rules that it was last scored by, and by today's, at that time."""

    before: Fraction | None
    now: Fraction | None


def moved_by_rules(store: Store, snapshot: Snapshot) -> MovedByRules | None:
    """How today's rules change what the last scoring of an open cycle found.

    Asked once: the next scoring is by today's rules.

    Args:
        store: The open store.
        snapshot: The cycle, with its newest scoring.

    Returns:
        None where they change nothing, or nothing was scored by older ones.
    """
    if snapshot.closed or not snapshot.scorings:
        return None
    entry, last = snapshot.scorings[-1]
    if last.rules >= RULES or "" not in last.teams:
        return None
    try:
        card = read_snapshot(store, snapshot.cycle.id, entry.at, kinds=JUDGED_BY).scorecard
    except RefusalError:
        return None
    before, now = as_fraction(last.teams[""].effective), card.teams[""].effective
    return None if rounded(before) == rounded(now) else MovedByRules(before, now)
