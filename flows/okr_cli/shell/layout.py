"""Layout: text that keeps to a number of terminal columns, whatever its script."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len

ELLIPSIS = "…"
_BREAKS = re.compile(r"[ \t\r\n]+")
"""Where a line may break: not at a no-break space, which holds a number and its unit together."""
MAX_WIDTH = 100
"""Columns that the product's text keeps to."""


def width_of(text: str) -> int:
    """Terminal columns that a text takes (a Chinese character takes two)."""
    return len(text) if text.isascii() else cell_len(text)


def cut(text: str, width: int) -> str:
    """The text in at most `width` columns, with an ellipsis where something was left out.

    >>> cut("Retention", 6)
    'Reten…'
    """
    if width_of(text) <= width:
        return text
    if width < 1:
        return ""
    return _head(text, width - 1).rstrip() + ELLIPSIS


def left(text: str, width: int) -> str:
    """The text cut and filled up on the right to exactly `width` columns."""
    text = cut(text, width)
    return text + " " * (width - width_of(text))


def right(text: str, width: int) -> str:
    """The text cut and filled up on the left to exactly `width` columns."""
    text = cut(text, width)
    return " " * (width - width_of(text)) + text


def wrap(text: str, width: int) -> Iterator[str]:
    """Lines of at most `width` columns, broken at spaces where there are any."""
    line = ""
    for piece in _BREAKS.split(text.strip()):
        word = piece
        joined = f"{line} {word}" if line else word
        if width_of(joined) <= width:
            line = joined
            continue
        if line:
            yield line
        while width_of(word) > width:
            head = _head(word, width) or word[0]
            yield head
            word = word[len(head) :]
        line = word
    if line:
        yield line


def sentence(text: str) -> str:
    """A remark with the full stop that some have and some have not.

    >>> sentence("1 of 2 issues has no Points"), sentence("A view was meant.")
    ('1 of 2 issues has no Points.', 'A view was meant.')
    """
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


def hang(text: str, indent: str, width: int) -> list[str]:
    """Wrapped lines that all begin with `indent`."""
    return [indent + line for line in wrap(text, width - width_of(indent))]


def _head(text: str, width: int) -> str:
    """The longest start of a text that takes at most `width` columns."""
    taken = 0
    for position, character in enumerate(text):
        taken += width_of(character)
        if taken > width:
            return text[:position]
    return text
