"""Correction: a metric error put right in every version of a plan that held it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from okr_core.plan.metrics import Metric
from okr_core.plan.plan import KeyResult, Objective

_METRIC: TypeAdapter[Metric] = TypeAdapter(Metric)
_Value = TypeVar("_Value")


def corrected_key_result(held: KeyResult, old: KeyResult, new: KeyResult) -> KeyResult:
    """An earlier version of a key result with the error put right that a revision corrects.

    A field is replaced where it held the value that the revision replaced. What another, earlier
    revision had changed meanwhile (a target that was lowered after a shock) stays as it was agreed.

    Args:
        held: The earlier version.
        old: The version before the correction.
        new: The correction.
    """
    terms = {
        "metric": corrected_metric(held.metric, old.metric, new.metric),
        "due": _swapped(held.due, old.due, new.due),
        "weight": _swapped(held.weight, old.weight, new.weight),
    }
    return held.model_copy(update=terms)


def corrected_objective(held: Objective, old: Objective, new: Objective) -> Objective:
    """An earlier version of an objective with ambition, weight and links put right.

    Args:
        held: The earlier version.
        old: The version before the correction.
        new: The correction.
    """
    terms = {
        "ambition": _swapped(held.ambition, old.ambition, new.ambition),
        "weight": _swapped(held.weight, old.weight, new.weight),
        "counts": _counts(held.counts, old.counts, new.counts),
        "contributes_to": _links(held.contributes_to, old.contributes_to, new.contributes_to),
    }
    return held.model_copy(update=terms)


def corrected_metric(held: Metric, old: Metric, new: Metric) -> Metric:
    """An earlier metric with the fields put right that held the mistake.

    Where the corrected fields contradict the others, or another kind was meant all along, the
    whole corrected metric takes its place.

    >>> from okr_core.plan.metrics import Increase
    >>> def rise(baseline: int, target: int) -> Increase:
    ...     return Increase(baseline=Decimal(baseline), target=Decimal(target))
    >>> corrected_metric(rise(31, 45), rise(31, 50), rise(30, 50))
    Increase(kind='increase', unit='', baseline=Decimal('30'), target=Decimal('45'))
    """
    if old == new or held.kind != old.kind:
        return held
    if held == old or old.kind != new.kind:
        return new
    before, after = old.model_dump(), new.model_dump()
    terms = {
        field: _swapped(value, before[field], after[field])
        for field, value in held.model_dump().items()
    }
    try:
        return _METRIC.validate_python(terms)
    except ValidationError:
        return new


def _swapped(value: _Value, old: _Value, new: _Value) -> _Value:
    return new if value == old else value


def _counts(
    held: Mapping[str, Decimal], old: Mapping[str, Decimal], new: Mapping[str, Decimal]
) -> dict[str, Decimal]:
    found = dict(held)
    for child in {*old, *new}:
        if old.get(child) == new.get(child) or held.get(child) != old.get(child):
            continue
        if child in new:
            found[child] = new[child]
        else:
            del found[child]
    return found


def _links(held: tuple[str, ...], old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    gone = {link for link in old if link not in new}
    come = [link for link in new if link not in old and link not in held]
    return (*(link for link in held if link not in gone), *come)
