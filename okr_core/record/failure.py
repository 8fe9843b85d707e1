"""Failure: no value, and why: the one shape of it, wherever it happens and whoever tells of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from okr_core.errors import OkrError


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no value that counts, and what to do about it.

    Attributes:
        reason: What happened, a sentence.
        hint: What to do; empty where nothing can be done.
        at: The time whose value is missing (aware); None where it is not known yet.

    >>> str(Failure("label `old` is unknown.", "Correct the binding."))
    'label `old` is unknown. Correct the binding.'
    """

    reason: str
    hint: str = ""
    at: datetime | None = None

    def __str__(self) -> str:
        return f"{self.reason} {self.hint}".rstrip()

    @classmethod
    def of(cls, error: OkrError) -> Failure:
        """An error as the reason why there is no value."""
        return cls(error.message, error.hint)
