"""History: a cycle over time, from append-only rows: progress, confidence, forecasts and scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from okr_core.chronicle import Chronicle
from okr_core.recording import as_fraction
from okr_core.score_records import ForecastRecord, Scored
from okr_core.trends import Trend, trend, trend_times
from okr_flows.chronicles import read_chronicle
from okr_flows.score_record import JUDGED_BY

if TYPE_CHECKING:
    from okr_store import Store


@dataclass(frozen=True, slots=True)
class History:
    """A cycle over time; every tuple that it gives has one place per time.

    The last scores of a closed cycle are those that stand: frozen, and restated since.

    Attributes:
        chronicle: The cycle as it is known now.
        trend: Progress, expectation, confidence and values.
        scorings: What the last scoring by each time recorded; None before the first.
    """

    chronicle: Chronicle
    trend: Trend
    scorings: tuple[Scored | None, ...]

    def scores(self, item: str) -> tuple[Fraction | None, ...]:
        """Effective scores of an objective or key result."""
        found = [
            as_fraction(known.lines[item].effective) if known and item in known.lines else None
            for known in self.scorings
        ]
        if self.chronicle.closed and item in self.chronicle.scorecard.scores:
            found[-1] = self.chronicle.scorecard.scores[item].figures.effective
        return tuple(found)

    def team_scores(self, team: str) -> tuple[Fraction | None, ...]:
        """Effective scores of a team; the cycle's under the empty name."""
        found = [
            as_fraction(known.teams[team].effective) if known and team in known.teams else None
            for known in self.scorings
        ]
        if self.chronicle.closed and team in self.chronicle.scorecard.teams:
            found[-1] = self.chronicle.scorecard.teams[team].effective
        return tuple(found)

    def forecasts(self, key_result: str) -> tuple[ForecastRecord | None, ...]:
        """Forecasts of a key result that held at each time."""
        return tuple(known.forecasts.get(key_result) if known else None for known in self.scorings)


def read_history(store: Store, cycle: str, as_of: datetime) -> History:
    """Read a cycle week by week, up to a time.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        as_of: Aware time.

    Raises:
        InputError: No plan of the cycle was in force by then.
    """
    chronicle = read_chronicle(store, cycle, as_of, kinds=(*JUDGED_BY, "scored"))
    times = trend_times(chronicle.cycle, as_of)
    known = trend(
        chronicle.versions,
        chronicle.readings,
        chronicle.entries,
        times,
        chronicle.days_off,
        policies=chronicle.policies,
    )
    return History(chronicle, known, tuple(_latest(chronicle, times)))


def _latest(chronicle: Chronicle, times: Sequence[datetime]) -> Iterator[Scored | None]:
    for at in times:
        earlier = [body for entry, body in chronicle.scorings if entry.at <= at]
        yield earlier[-1] if earlier else None
