"""Rows recorded: what became of the rows in which people check in; light to load."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Wrong = Literal["row", "key result", "person", "value", "said already"]
"""What of a row cannot be understood."""


@dataclass(frozen=True, slots=True)
class MisreadRow:
    """A row that was not recorded.

    Attributes:
        link: Address of the row.
        wrong: What of it, in a word that quotes nothing: everyone may read that.
        reason: Why, for whoever may read check-ins; it quotes the row.
        hint: What to do.
        edited: When the row was changed last (aware).
    """

    link: str
    wrong: Wrong
    reason: str
    hint: str
    edited: datetime


@dataclass(frozen=True, slots=True)
class RowsRecorded:
    """What became of rows.

    Attributes:
        new: Check-ins that were recorded now.
        misread: Rows that were not, oldest first.
        known_until: Rows that were changed before (aware) need not be read again; None: as before.
    """

    new: int = 0
    misread: tuple[MisreadRow, ...] = ()
    known_until: datetime | None = None
