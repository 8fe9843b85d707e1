"""Vocabulary: closed sets of words that both figures and the records of them use."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

Outcome = Literal["reached", "not_reached", "green", "yellow", "red", "learned", "open"]
"""How an item ended: see `okr_core.progress.grades.outcome_of`."""
BEST_FIRST: tuple[Outcome, ...] = (
    "reached", "green", "learned", "yellow", "red", "not_reached", "open",
)  # fmt: skip
"""Outcomes in the order in which they are told."""
Status = (
    Outcome
    | Literal[
        "closed", "not_begun", "pending", "done", "ahead", "on_track", "behind", "at_risk",
        "not_known",
    ]
)  # fmt: skip
"""`not_known`: a guard of which nobody has said lately whether it holds."""
Shown = Status | Literal["stale", "left_out"]
Told = Shown | Literal["missed"]
"""What records of scorings tell; earlier releases called an end below the target `missed`."""
Basis = Literal["forecast", "reached_due", "confidence", "blind", "none"]
"""What the probability of a hit rests on: see `okr_core.forecast.forecast.Forecast`."""
Method = Literal["last_value", "pace", "theil_sen", "holt"]
"""How a forecast extrapolates: see `okr_core.forecast.methods`."""
GradeName = Literal["red", "yellow", "green"]
YELLOW, GREEN = Fraction(4, 10), Fraction(7, 10)
"""Lowest scores of the two better grades."""
