"""Derivation: a key result whose value is worked out from other key results' values."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from okr_core.basics.base import FrozenModel, ItemId
from okr_core.plan.metrics import BaselineFinding, Binary, Grade, Metric, Milestones

DERIVED = "key_results"
"""The binding kind of such a key result."""
Operation = Literal["sum", "average", "min", "max"]
OPERATIONS: tuple[Operation, ...] = ("sum", "average", "min", "max")


class Derivation(FrozenModel):
    """Fields of the binding kind `key_results`: one operation and the key results it is over.

    Attributes:
        sum: Their values added up.
        average: The mean of their values, each counting the same.
        min: The lowest of their values.
        max: The highest of their values.
    """

    sum: tuple[ItemId, ...] = ()
    average: tuple[ItemId, ...] = ()
    min: tuple[ItemId, ...] = ()
    max: tuple[ItemId, ...] = ()

    @model_validator(mode="after")
    def _one_operation(self) -> Self:
        named = [name for name in OPERATIONS if getattr(self, name)]
        if len(named) != 1:
            raise ValueError(
                "it needs one operation over key results. Write `sum: [a.k, b.k]`, or average, "
                "min or max."
            )
        twice = sorted({each for each in self.children if self.children.count(each) > 1})
        if twice:
            raise ValueError(f"`{twice[0]}` is named twice. Name each key result once.")
        return self

    @property
    def operation(self) -> Operation:
        """The one that is named."""
        return next(name for name in OPERATIONS if getattr(self, name))

    @property
    def children(self) -> tuple[str, ...]:
        """Ids of the key results that it is over."""
        return next((several for name in OPERATIONS if (several := getattr(self, name))), ())


def has_value_to_derive(metric: Metric) -> bool:
    """Whether a metric is measured in numbers that can be added up or compared."""
    if isinstance(metric, Grade):
        return not metric.worded
    return not isinstance(metric, Milestones | Binary | BaselineFinding)
