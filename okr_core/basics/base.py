"""What all models share: frozen, no unknown keys, finite decimals, ids."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from okr_core.basics.numbers import number_to_write

ID_PATTERN = r"^[a-z0-9][a-z0-9._-]*$"
CYCLE_ID_PATTERN = r"^[a-z0-9][a-z0-9-]*$"
MAX_DIGITS = 40
"""Digits and exponent that a number may have: enough for any measure, too few for a bomb."""


class FrozenModel(BaseModel):
    """A value: cannot be changed, refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,4})?", re.ASCII)
_LONGEST = 60
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*", re.ASCII)


def shortened(value: object) -> str:
    """A wrong value as an error shows it: in backticks, at most 60 characters."""
    text = " ".join(str(value).split())
    return f"`{text if len(text) <= 60 else text[:57] + '…'}`"


def _written_number(value: object) -> object:
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        instead = number_to_write(value[:_LONGEST]) or "digits alone, such as 4.5"
        raise ValueError(f"{shortened(value)} is not a number. Write {instead}.")
    return value


def _reasonable(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    if len(value.as_tuple().digits) > MAX_DIGITS or abs(int(exponent)) > MAX_DIGITS:
        raise ValueError(f"a number has at most {MAX_DIGITS} digits. Write a shorter one.")
    return value


def _written_day(value: object) -> object:
    # pydantic would take `20261231` for seconds since 1970.
    if not isinstance(value, str):
        if isinstance(value, date):
            return value
    elif _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError(f"{shortened(value)} is no day. Write year-month-day, such as 2026-12-31.")


def _written_time(value: object) -> object:
    if not isinstance(value, str):
        if isinstance(value, datetime):
            return value
    elif _TIME.fullmatch(value):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError(f"{shortened(value)} is no time. Write it as 2026-12-31T23:59.")


Number = Annotated[
    Decimal,
    Field(allow_inf_nan=False),
    AfterValidator(_reasonable),
    BeforeValidator(_written_number),
]
"""A finite decimal, as written (1.10 stays 1.10)."""
Day = Annotated[date, BeforeValidator(_written_day)]
"""A local day, written as 2026-12-31."""
LocalTime = Annotated[datetime, BeforeValidator(_written_time)]
"""A time without an offset, written as 2026-12-31T23:59."""
PositiveNumber = Annotated[Number, Field(gt=0)]
Weight = Annotated[Number, Field(ge=0)]
ItemId = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=200)]
CycleId = Annotated[str, StringConstraints(pattern=CYCLE_ID_PATTERN, max_length=60)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]
