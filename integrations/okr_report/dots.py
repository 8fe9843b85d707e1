"""Dots: where each of many dots stands on a line, as large as they fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

_STEPS = (14, 12, 10, 8, 6, 5, 4)
"""Widths of a dot and the space beside it; the largest that fits is taken."""


@dataclass(frozen=True, slots=True)
class Packing:
    """Dots on a line from 0 to 1.

    Attributes:
        step: From a dot to the one beside it, in the unit of the width.
        rise: From a dot to the one above it; less than `step` where a pile would be too high.
        rows: Dots that stand above each other at most.
        places: Of each dot: its share, and its row above the line.
    """

    step: int
    rise: float
    rows: int
    places: tuple[tuple[float, int], ...]


def packed(
    shares: Sequence[Fraction], width: float, tallest: int = 200, largest: int = _STEPS[0]
) -> Packing:
    """Each dot at its share exactly, above those that it would cover.

    A dot is never moved aside: what is drawn at 0.54 is 0.54. So many equal shares that their pile
    would be too high even with the smallest dots stand closer above each other.

    Args:
        shares: In [0, 1]; equal ones are piled up in their order.
        width: Of the line, such as in pixels.
        tallest: How high a pile may be, in the same unit.
        largest: Step of the largest dots.
    """
    for step in (each for each in _STEPS if each <= largest):
        rows = _rows(shares, step / width)
        highest = max(rows, default=-1) + 1
        if highest * step <= tallest:
            break
    rise = min(float(step), tallest / highest) if highest else float(step)
    return Packing(step, rise, highest, tuple(zip(map(float, shares), rows, strict=True)))


def _rows(shares: Sequence[Fraction], gap: float) -> list[int]:
    """The lowest row of each dot in which it covers none that stands there."""
    rows, ends = [0] * len(shares), list[float]()
    for index in sorted(range(len(shares)), key=shares.__getitem__):
        share = float(shares[index])
        row = next((row for row, end in enumerate(ends) if share >= end), len(ends))
        ends[row : row + 1] = [share + gap]
        rows[index] = row
    return rows
