"""Dots: where each of many dots stands on a line, as large as they fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

_STEPS = (14, 12, 10, 8, 6, 5, 4)
"""Pixels from dot to dot, the largest that fits is taken."""
_BINS = ((500, 50), (0, 20))
"""Width from which a line is divided into so many bins: 0.4 and 0.7 are edges of both."""


@dataclass(frozen=True, slots=True)
class Packing:
    """Dots on a line from 0 to 1.

    Attributes:
        step: Pixels from dot to dot.
        rows: Dots that stand above each other at most.
        places: Of each dot: where on the line, and in which row above it.
    """

    step: int
    rows: int
    places: tuple[tuple[float, int], ...]


def packed(shares: Sequence[Fraction], width: int, tallest: int = 200) -> Packing:
    """Each dot in the bin of its share, side by side where a pile would grow too high.

    A dot never leaves its bin, so that none crosses 0.4 or 0.7; a broad pile of what reached 1 ends
    a bin beyond it.

    Args:
        shares: In [0, 1], in the order in which dots of one bin are piled up.
        width: Of the line in pixels.
        tallest: Pixels that a pile may be high, if the smallest dots allow.
    """
    bins = next(count for least, count in _BINS if width >= least)
    homes = [min(int(share * bins), bins - 1) if share < 1 else bins for share in shares]
    fullest = max(Counter(homes).values(), default=0)
    for step in _STEPS:
        across = max(width // bins // step, 1)
        rows = -(-fullest // across)
        if rows * step <= tallest:
            break
    return Packing(step, rows, tuple(_places(homes, bins, across, step / width)))


def _places(homes: Sequence[int], bins: int, across: int, step: float) -> list[tuple[float, int]]:
    seen: Counter[int] = Counter()
    found = []
    for home in homes:
        row, beside = divmod(seen[home], across)
        found.append((home / bins + beside * step, row))
        seen[home] += 1
    return found
