"""How a score came about, in words that a reader needs no formula for."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from pydantic import TypeAdapter

from okr_core.plan.metrics import Metric
from okr_core.words.formula import score_formula_text

_METRIC: TypeAdapter[Metric] = TypeAdapter(Metric)
_PARTS = [{"id": "a", "title": "A"}, {"id": "b", "title": "B"}, {"id": "c", "title": "C"}]
_HEAVY = [{**_PARTS[0], "weight": 2}, *_PARTS[1:]]


@pytest.mark.parametrize(
    ("metric", "value", "score", "told"),
    [
        ({"kind": "binary"}, 1, Fraction(1), "done"),
        ({"kind": "binary"}, 0, Fraction(0), "not done"),
        ({"kind": "milestones", "parts": _PARTS}, 1, Fraction(1, 3), "1 of 3 milestones"),
        (
            {"kind": "milestones", "parts": _HEAVY},
            1,
            Fraction(1, 2),
            "1 of 3 milestones, 50 % of their weight,",
        ),
        (
            {"kind": "baseline_finding", "unit": "min"},
            12,
            Fraction(1),
            "a baseline of 12 min found",
        ),
        ({"kind": "grade"}, 1, Fraction(3, 7), "commit"),
        ({"kind": "at_most", "bound": 12}, 9, Fraction(1), "9, ≤ 12 asked,"),
        (
            {"kind": "increase", "baseline": 31, "target": 45},
            39,
            Fraction(4, 7),
            "(39 − 31) ÷ (45 − 31) = 0.57",
        ),
    ],
)
def test_what_a_score_rests_on_is_said_with_at_most_two_places(
    metric: dict[str, object], value: int, score: Fraction, told: str
) -> None:
    found = score_formula_text(_METRIC.validate_python(metric), Decimal(value), score, "30 Sep")
    assert found == f"{told} by 30 Sep"
    assert "Σ" not in found
