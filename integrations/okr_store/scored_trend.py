"""Scored trends: a cycle over time, with what scoring runs recorded of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from okr_core.errors import RefusalError
from okr_core.progress.trends import Trend
from okr_core.record.entries import JUDGED_BY
from okr_core.record.score_records import ForecastRecord, Scored
from okr_core.score.recording import as_fraction
from okr_core.score.scores import Scorecard
from okr_core.snapshot import Snapshot
from okr_store.snapshot import read_snapshot
from okr_store.store import Store


@dataclass(frozen=True, slots=True)
class ScoredTrend:
    """A cycle over time; every tuple that it gives has one place per time.

    The last scores are those of now: of an open cycle as they would be recorded, of a closed one
    frozen, and restated since. Those before are what scoring runs recorded.

    Attributes:
        snapshot: The cycle as it is known now.
        scorings: What the last scoring by each time recorded; None before the first.
    """

    snapshot: Snapshot
    scorings: tuple[Scored | None, ...]

    @property
    def trend(self) -> Trend:
        """Progress, expectation, confidence and values."""
        return self.snapshot.trend

    def scores(self, item: str) -> tuple[Fraction | None, ...]:
        """Effective scores of an objective or key result."""
        found = [
            as_fraction(known.lines[item].effective) if known and item in known.lines else None
            for known in self.scorings
        ]
        if self._card is not None and item in self._card.scores:
            found[-1] = self._card.scores[item].figures.effective
        return tuple(found)

    def team_scores(self, team: str) -> tuple[Fraction | None, ...]:
        """Effective scores of a team; the cycle's under the empty name."""
        found = [
            as_fraction(known.teams[team].effective) if known and team in known.teams else None
            for known in self.scorings
        ]
        if self._card is not None and team in self._card.teams:
            found[-1] = self._card.teams[team].effective
        return tuple(found)

    @property
    def _card(self) -> Scorecard | None:
        """The scores of now; None where there is nothing to score yet."""
        try:
            return self.snapshot.scorecard
        except RefusalError:
            return None

    def forecasts(self, key_result: str) -> tuple[ForecastRecord | None, ...]:
        """Forecasts of a key result that held at each time."""
        return tuple(known.forecasts.get(key_result) if known else None for known in self.scorings)


def read_scored_trend(store: Store, cycle: str, as_of: datetime) -> ScoredTrend:
    """Read a cycle week by week, up to a time.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        as_of: Aware time.

    Raises:
        InputError: No plan of the cycle was in force by then.
    """
    snapshot = read_snapshot(store, cycle, as_of, kinds=(*JUDGED_BY, "scored"))
    return ScoredTrend(snapshot, tuple(_latest(snapshot)))


def _latest(snapshot: Snapshot) -> Iterator[Scored | None]:
    for at in snapshot.trend.times:
        earlier = [body for entry, body in snapshot.scorings if entry.at <= at]
        yield earlier[-1] if earlier else None
