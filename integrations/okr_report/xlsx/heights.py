"""Heights: how high a row has to be for the texts that wrap in it."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import east_asian_width

LONGEST = 400
"""Characters from which a text is not wrapped: its row would fill the screen."""
LINE = 13.5
"""Points of a line of text."""
HIGHEST = 409
"""Points that a row can have."""
_WIDE = frozenset("WF")


def height_of(texts: Iterable[tuple[str, float]]) -> float | None:
    """Points of a row, from its wrapped texts and the widths of their columns in characters.

    Not every program finds the height by itself, and the font may be another there: a text that
    is as long as its column is wide has a line for itself. None: one line is enough.

    >>> height_of([("short", 20), ("one and two and three", 10)])
    40.5
    """
    lines = max((_lines(text, width) for text, width in texts), default=1)
    return min(LINE * lines, HIGHEST) if lines > 1 else None


def wraps(text: str) -> bool:
    """Whether a text is short enough to be read in a cell that wraps."""
    return len(text) <= LONGEST


def _lines(text: str, width: float) -> int:
    if not wraps(text) or (len(text) * 2 <= width and "\n" not in text):
        return 1
    return sum(max(1, -int(-_width(line) // width)) for line in text.splitlines())


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return len(text) + sum(east_asian_width(letter) in _WIDE for letter in text)
