"""Printable: texts of people as a page can hold them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from unicodedata import bidirectional

from pydantic import JsonValue

from okr_report.outline.pieces import line

_RUN = re.compile(r"\S{25,}")
_STEP = 20
_ISOLATE, _POP = "\u2068", "\u2069"
_BREAK = "\N{ZERO WIDTH SPACE}"
"""Where a word that is too long for a column may break."""


def printable(value: object) -> JsonValue:
    """What a section prints, with every text in it made harmless to the page.

    Args:
        value: Mappings, sequences, texts, numbers, flags and None.
    """
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Mapping):
        return {str(key): printable(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [printable(each) for each in value]
    assert value is None or isinstance(value, bool | int | float), "no part of a page"
    return value


def text(written: str) -> str:
    r"""A text of people: its lines, without control characters, long words breakable.

    >>> text("a\x00b\r\nc"), text("x" * 26).count("\u200b")
    ('ab\nc', 1)
    """
    lines = (line(each) for each in written.splitlines())
    shown = _RUN.sub(_breakable, "\n".join(lines).strip("\n"))
    return f"{_ISOLATE}{shown}{_POP}" if _turns(shown) else shown


def _turns(shown: str) -> bool:
    """Whether a text has letters that are read from the right, and would turn what is beside it."""
    return not shown.isascii() and any(bidirectional(each) in {"R", "AL"} for each in shown)


def _breakable(match: re.Match[str]) -> str:
    run = match.group()
    return _BREAK.join(run[at : at + _STEP] for at in range(0, len(run), _STEP))
