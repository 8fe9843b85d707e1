"""Layout: text that keeps to a number of terminal columns, whatever its script."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len

from okr_core.basics.command import MARKED

ELLIPSIS = "…"
_BREAKS = re.compile(r"[ \t\r\n]+")
"""Where a line may break: not at a no-break space, which holds a number and its unit together."""
_WHOLE = re.compile(rf"(?:{MARKED}[^`]*`|[^ \t\r\n])+")
"""A word, or a command with what stands right beside it: in one line it can be copied."""
_ALONE = re.compile(r" *(?:okr [a-z-]|(?:link +)?[a-z]+://)")
"""A command or a link on a line of its own: it is copied as it stands."""
_LEAD = re.compile(r" *(?:[✓✗!?•–+-] )?")
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
MIN_WIDTH, MAX_WIDTH = 60, 100
"""Columns that the product's text keeps to: the terminal's own between these two."""


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
    """Lines of at most `width` columns, broken at spaces where there are any.

    A command between backticks stays in one line where a line has room for it.
    """
    line = ""
    for piece in _words(text, width):
        word = piece
        joined = f"{line} {word}" if line else word
        if _shown(joined) <= width:
            line = joined
            continue
        if line:
            yield line
        while _shown(word) > width:
            head = _head(word, width) or word[0]
            yield head
            word = word[len(head) :]
        line = word
    if line:
        yield line


def _words(text: str, width: int) -> list[str]:
    text = text.strip()
    if MARKED not in text:
        return _BREAKS.split(text)
    words = []
    for whole in _WHOLE.findall(text):
        words += [whole] if _shown(whole) <= width else _BREAKS.split(whole)
    return words


def _shown(text: str) -> int:
    """Columns that a text takes, whose colours take none."""
    return width_of(_ESCAPES.sub("", text) if "\x1b" in text else text)


def fitted(text: str, width: int) -> str:
    """A text whose lines keep to `width` columns; what is broken goes on below its beginning.

    A command or a link that stands alone on a line stays whole.
    """
    return "\n".join(part for line in text.split("\n") for part in _fitted(line, width))


def _fitted(line: str, width: int) -> Iterator[str]:
    if _shown(line) <= width or _ALONE.match(line):
        yield line
        return
    found = _LEAD.match(line)
    lead = found[0] if found else ""
    first, *more = hang(line[len(lead) :], " " * len(lead), width)
    yield lead + first[len(lead) :]
    yield from more


def sentence(text: str) -> str:
    """A remark with the full stop that some have and some have not.

    >>> sentence("1 of 2 issues has no Points"), sentence("A view was meant.")
    ('1 of 2 issues has no Points.', 'A view was meant.')
    """
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


def hang(text: str, indent: str, width: int, *, more: str | None = None) -> list[str]:
    """Wrapped lines that begin with `indent`, all but the first with `more` where that is given."""
    room = width - width_of(indent)
    if more is None or width_of(text) <= room:
        return [indent + line for line in wrap(text, room)]
    spaced = " ".join(_BREAKS.split(text.strip()))
    first = next(wrap(spaced, room), "")
    rest = spaced[len(first) :]
    return [indent + first, *(more + line for line in wrap(rest, width - width_of(more)))]


def _head(text: str, width: int) -> str:
    """The longest start of a text that takes at most `width` columns."""
    taken = 0
    for position, character in enumerate(text):
        taken += width_of(character)
        if taken > width:
            return text[:position]
    return text
