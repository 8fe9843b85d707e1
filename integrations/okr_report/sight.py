"""Sight: what one audience sees of one cycle."""

from __future__ import annotations

from dataclasses import dataclass

from okr_report.audience import Audience


@dataclass(frozen=True, slots=True)
class Sight:
    """An audience in front of a cycle.

    Attributes:
        cycle: Its id.
        items: Objectives and key results that may be seen.
        people: Ids of all people: an implicit role of one of them is a name.
        lineage: `CYCLE/OBJECTIVE` of earlier cycles that may be seen; None: all of them.
    """

    audience: Audience
    cycle: str
    items: frozenset[str]
    people: frozenset[str]
    lineage: frozenset[str] | None = None

    @property
    def whole(self) -> bool:
        """Whether every objective may be seen."""
        return self.audience.whole

    def sees(self, *words: str) -> bool:
        """Whether all of these words are granted."""
        return self.audience.sees.issuperset(words)

    def text(self, text: str, *words: str) -> str:
        """A text if all of these words are granted, else nothing."""
        return text if self.sees(*words) else ""

    def carried_from(self, link: str | None) -> str | None:
        """A link to an earlier cycle, where its objective may be seen."""
        return link if self.lineage is None or link in self.lineage else None
