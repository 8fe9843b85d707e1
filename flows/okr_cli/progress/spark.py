"""Spark: a series as one line of blocks; an unknown value is a dot and never a low block."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

_BLOCKS = "▁▂▃▄▅▆▇█"
UNKNOWN = "·"
_ROUNDED = Fraction(1, 10**5)
"""Stored shares are rounded: 2/7 must not become another block than its record."""


def spark(shares: Sequence[Fraction | None], width: int) -> str:
    """Shares in [0, 1] as blocks, the newest last, at most `width` of them.

    A full block stands for a share that is reached, nothing less.

    >>> spark([None, Fraction(0), Fraction(1, 2), Fraction(99, 100), Fraction(1)], 13)
    '·▁▄▇█'
    """
    return "".join(_block(share) for share in shares[-width:])


def _block(share: Fraction | None) -> str:
    if share is None:
        return UNKNOWN
    last = len(_BLOCKS) - 1
    return _BLOCKS[last if share >= 1 else max(int(share * last + _ROUNDED), 0)]
