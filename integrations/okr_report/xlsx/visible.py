"""Visible: texts of people as a cell can hold them."""

from __future__ import annotations

import re

CELL = 32_767
"""Characters that a cell holds, counted as UTF-16 does."""
_PICTURES = {code: 0x2400 + code for code in range(0x20) if code not in {0x09, 0x0A}}
_UNPRINTABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
_UNUSUAL = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_REPLACED = "\N{REPLACEMENT CHARACTER}"


def visible(text: str) -> str:
    r"""A text without what XML forbids: control characters become their pictures.

    >>> visible("a\x00b\r\nc\ud800")
    'a␀b\nc�'
    """
    if len(text) * 2 <= CELL and not _UNUSUAL.search(text):
        return text
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _cut(_UNPRINTABLE.sub(_REPLACED, lines.translate(_PICTURES)))


def _cut(text: str) -> str:
    if len(text) * 2 <= CELL:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= CELL * 2:
        return text
    return f"{units[: (CELL - 1) * 2].decode('utf-16-le', 'ignore')}…"
