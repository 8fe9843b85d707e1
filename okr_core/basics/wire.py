"""Wire: how times, values, ratios and texts leave in JSON documents, as types of their fields.

A document is a frozen dataclass. Its fields hold what the model holds; these types say what is
written and, by that, what its JSON Schema says.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import PlainSerializer

from okr_core.basics.exact import decimal_text, ratio_json, time_json

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Document = TypeVar("Document", bound=DataclassInstance)


def _text_json(text: str) -> str | None:
    return text or None


Time = Annotated[datetime, PlainSerializer(time_json)]
"""An aware time, in UTC."""
Value = Annotated[Decimal, PlainSerializer(decimal_text)]
"""A measured value, as a decimal string."""
Ratio = Annotated[Fraction, PlainSerializer(ratio_json, return_type=float)]
"""A ratio, as a number with 6 places."""
Text = Annotated[str, PlainSerializer(_text_json)]
"""A text; null where it is empty."""


def filled(kind: type[Document], record: object, **own: object) -> Document:
    """A document whose fields are those of a record by the same names.

    Args:
        kind: The document's type.
        record: What it is about.
        own: Fields that are not the record's, or differ from it.

    >>> from okr_core.record.failure import Failure
    >>> filled(Failure, Failure("Gone."), hint="Look.", at=None)
    Failure(reason='Gone.', hint='Look.', at=None)
    """
    names = (each.name for each in fields(kind) if each.default is MISSING)
    return kind(**{name: getattr(record, name) for name in names if name not in own}, **own)
