"""Calibration: how challenging a goal was meant to be, and how well people foresaw the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from statistics import median_low
from typing import Literal, NamedTuple

from okr_core.errors import InputError
from okr_core.plan.cycle import Cycle
from okr_core.plan.plan import Ambition
from okr_core.record.entries import CheckIn, Entry
from okr_core.score.scores import Score

Zone = Literal["moonshot", "hard", "challenging", "safe", "timid", "commitment", "not_a_commitment"]
ENOUGH = 20
"""Forecasts from which a mean Brier score says something; below, counts only."""
_ASPIRATIONAL: tuple[tuple[Zone, Decimal], ...] = (
    ("moonshot", Decimal("0.15")),
    ("hard", Decimal("0.3")),
)
Probability = Decimal | Fraction | float


def blind_probability(estimates: Sequence[Decimal]) -> Decimal | None:
    """The lower median of blind estimates; None where there are none.

    Source: estimates that nobody saw before (Delphi: Dalkey & Helmer 1963); of two middle ones the
    less confident.

    >>> blind_probability([Decimal("0.9"), Decimal("0.3"), Decimal("0.5"), Decimal("0.6")])
    Decimal('0.5')
    """
    return median_low(estimates) if estimates else None


def zone_of(p: Decimal | None, ambition: Ambition | None) -> Zone | None:
    """How challenging a goal is, by its blind probability.

    Aspirational: < .15 moonshot (needs explicit consent and a learning goal), < .3 hard, ≤ .7
    challenging, ≤ .85 safe, else timid. Committed: < .9 is not a commitment. Learning goals and
    goals without an ambition have no zone. Source: Locke & Latham 2002 on goal difficulty; the
    limits are the product's own.

    >>> zone_of(Decimal("0.7"), "aspirational"), zone_of(Decimal("0.8"), "committed")
    ('challenging', 'not_a_commitment')
    """
    if p is None or ambition is None or ambition == "learning":
        return None
    if ambition == "committed":
        return "commitment" if p >= Decimal("0.9") else "not_a_commitment"
    for zone, above in _ASPIRATIONAL:
        if p < above:
            return zone
    if p <= Decimal("0.7"):
        return "challenging"
    return "safe" if p <= Decimal("0.85") else "timid"


def base_rate(hits: int, trials: int) -> Fraction:
    """How often goals like this one were reached, drawn towards one half: (k + 2) ÷ (n + 4).

    Source: Agresti & Coull 1998 ("plus four").

    >>> base_rate(0, 0), base_rate(9, 10)
    (Fraction(1, 2), Fraction(11, 14))
    """
    return Fraction(hits + 2, trials + 4)


def brier(forecasts: Sequence[Probability], outcomes: Sequence[bool | int]) -> float:
    """Mean of (f − o)²: 0 is clairvoyant, 0.25 says one half always. Source: Brier 1950.

    Args:
        forecasts: Probabilities in [0, 1]; a float is taken as it is written.
        outcomes: Whether it happened, one per forecast.

    Raises:
        InputError: None at all, not as many of one as of the other, or no probability.

    >>> brier([0.1, 0.9, 0.8, 0.3], [0, 1, 1, 0])
    0.0375
    """
    if not forecasts or len(forecasts) != len(outcomes):
        raise InputError(
            f"{len(forecasts)} forecasts and {len(outcomes)} outcomes cannot be judged.",
            hint="Give at least one forecast, and one outcome for each.",
        )
    return float(_mean_square([_exact(f) for f in forecasts], outcomes))


def _exact(p: Probability) -> Fraction:
    if not 0 <= p <= 1:  # neither is NaN
        raise InputError(f"{p} is no probability.", hint="Give 0 to 1.")
    return Fraction(str(p)) if isinstance(p, float) else Fraction(p)


def _mean_square(forecasts: Sequence[Fraction], outcomes: Sequence[bool | int]) -> Fraction:
    pairs = zip(forecasts, outcomes, strict=True)
    squares = [(forecast - int(outcome)) ** 2 for forecast, outcome in pairs]
    return sum(squares, Fraction(0)) / len(squares)


def outcomes(scores: Iterable[Score]) -> dict[str, bool]:
    """Key result → whether it succeeded, of those that can be said: what foresight is judged by.

    Args:
        scores: Of objectives too; only key results have a confidence to judge.
    """
    found = ((score, score.outcome) for score in scores if score.kind == "key_result")
    return {score.id: outcome for score, outcome in found if outcome is not None}


class Foresight(NamedTuple):
    """How well confidence foresaw success in one third of a cycle; nobody is paid on it.

    Attributes:
        third: 1 to 3.
        goals: Key results with a confidence in that third and a known outcome.
        expected: Σ f: successes that the confidences add up to.
        successes: How many there were.
        score: Mean Brier score; None below 20, where chance decides.
    """

    third: int
    goals: int
    expected: Fraction
    successes: int
    score: Fraction | None


def foresight(
    cycles: Iterable[tuple[Cycle, Mapping[str, Sequence[Entry]], Mapping[str, bool]]],
) -> tuple[Foresight, Foresight, Foresight]:
    """Brier scores of the last confidence in each third of a cycle, over one or several cycles.

    f = last confidence of that third ÷ 10, o = success: mean (f − o)². Source: Brier 1950.

    Args:
        cycles: Each with the entries and the `outcomes` of its key results.
    """
    pairs: tuple[list[tuple[Fraction, bool]], ...] = ([], [], [])
    for cycle, entries, outcomes in cycles:
        for name, success in outcomes.items():
            for third, confidence in _by_third(cycle, entries.get(name, ())).items():
                pairs[third].append((Fraction(confidence, 10), success))
    first, second, last = (_judged(index + 1, each) for index, each in enumerate(pairs))
    return first, second, last


def _by_third(cycle: Cycle, entries: Sequence[Entry]) -> dict[int, int]:
    """Third → the last confidence said in it; what is said afterwards foresees nothing."""
    begins, ends = cycle.start_of(cycle.starts), cycle.end_of(cycle.ends)
    said: list[tuple[datetime, int]] = [
        ((entry.body.said_at or entry.at).astimezone(UTC), entry.body.confidence)
        for entry in entries
        if isinstance(entry.body, CheckIn) and entry.body.confidence is not None
    ]
    said.sort(key=lambda pair: pair[0])
    return {
        int(3 * (at - begins) / (ends - begins)): confidence
        for at, confidence in said
        if begins <= at < ends
    }


def _judged(third: int, pairs: Sequence[tuple[Fraction, bool]]) -> Foresight:
    forecasts, outcomes = [f for f, _ in pairs], [o for _, o in pairs]
    return Foresight(
        third,
        len(pairs),
        sum(forecasts, Fraction(0)),
        sum(outcomes),
        _mean_square(forecasts, outcomes) if len(pairs) >= ENOUGH else None,
    )
