"""Decided: what people decided about the score of an item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction

from okr_core.progress.grades import has_learned
from okr_core.record.entries import Entry, Exclusion, Override
from okr_core.score.scores import Excluded, Overridden
from okr_core.score.second_person import SecondPerson


class Decided:
    """Decisions of a cycle that were taken by a time and do not wait for a second person."""

    def __init__(
        self, entries: Mapping[str, Sequence[Entry]], second: SecondPerson, as_of: datetime
    ) -> None:
        self._entries, self._second, self._as_of = entries, second, as_of

    def excluded(self, name: str) -> Excluded | None:
        """Why a key result is left out of all figures; None: it is not."""
        found = [
            Excluded(entry.by, entry.at, entry.body.reason)
            for entry in self._held(name)
            if isinstance(entry.body, Exclusion)
        ]
        return found[-1] if found else None

    def override(self, name: str) -> Overridden | None:
        """The score that a person gave in place of the computed one; None: nobody did."""
        found = [
            (entry, entry.body) for entry in self._held(name) if isinstance(entry.body, Override)
        ]
        if not found:
            return None
        # Backwards: of several at one time the last that was recorded counts.
        entry, body = max(reversed(found), key=lambda pair: pair[0].at.astimezone(UTC))
        if body.score is None:
            return None
        return Overridden(Fraction(body.score), entry.by, entry.at, body.reason)

    def learned(self, objective: str) -> bool:
        """Whether the hypothesis of an objective is closed with evidence."""
        return has_learned(self._entries.get(objective, ()), self._as_of)

    def _held(self, name: str) -> Iterator[Entry]:
        for entry in self._entries.get(name, ()):
            if entry.at <= self._as_of and self._second.counts(entry):
                yield entry
