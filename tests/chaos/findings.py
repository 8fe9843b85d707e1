"""What a scenario found: its figures, and the promises that it saw broken."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

COLUMNS = ("readings", "ended", "told after", "next slot", "others", "seconds")


@dataclass
class Finding:
    """One scenario's line of the table.

    Attributes:
        scenario: What was done.
        figures: Column → what was seen.
        broken: Each promise that did not hold, as a sentence.
    """

    scenario: str
    figures: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    _found: int = 0
    _expected: int = 0
    _begun: float = field(default_factory=time.monotonic)

    def promise(self, *, holds: bool, otherwise: str) -> None:
        """Note a promise that does not hold."""
        if not holds:
            self.broken.append(otherwise)

    def counted(self, readings: int) -> None:
        """Count a key result's readings of a slot, of which there should be one."""
        self._found += readings
        self._expected += 1
        self.figures["readings"] = f"{self._found} of {self._expected}"

    def end(self) -> None:
        """Note how long it took."""
        self.figures["seconds"] = f"{time.monotonic() - self._begun:.0f}"

    @property
    def line(self) -> str:
        """The scenario in one line."""
        seen = (f"{name}: {self.figures[name]}" for name in COLUMNS if name in self.figures)
        return f"{self._mark} {self.scenario}: {'; '.join(seen)}"

    @property
    def row(self) -> list[str]:
        """The scenario as a row of the table."""
        return [self._mark, self.scenario, *(self.figures.get(name, "-") for name in COLUMNS)]

    @property
    def _mark(self) -> str:
        return "BROKEN" if self.broken else "held"


def table(findings: Sequence[Finding]) -> Iterable[str]:
    """All scenarios, a line each, in columns; below it what was broken."""
    rows = [["", "scenario", *COLUMNS], *(finding.row for finding in findings)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    for finding in findings:
        for sentence in finding.broken:
            yield f"BROKEN {finding.scenario}: {sentence}"
