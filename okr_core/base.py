"""What all models share: frozen, no unknown keys, finite decimals, ids."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

ID_PATTERN = r"^[a-z0-9][a-z0-9._-]*$"
CYCLE_ID_PATTERN = r"^[a-z0-9][a-z0-9-]*$"
MAX_DIGITS = 40
"""Digits and exponent that a number may have: enough for any measure, too few for a bomb."""


class FrozenModel(BaseModel):
    """A value: cannot be changed, refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _reasonable(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    if len(value.as_tuple().digits) > MAX_DIGITS or abs(int(exponent)) > MAX_DIGITS:
        raise ValueError(f"a number has at most {MAX_DIGITS} digits. Write a shorter one.")
    return value


Number = Annotated[Decimal, Field(allow_inf_nan=False), AfterValidator(_reasonable)]
"""A finite decimal, as written (1.10 stays 1.10)."""
PositiveNumber = Annotated[Number, Field(gt=0)]
Weight = Annotated[Number, Field(ge=0)]
ItemId = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=200)]
CycleId = Annotated[str, StringConstraints(pattern=CYCLE_ID_PATTERN, max_length=60)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]
