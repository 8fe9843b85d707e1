"""Pieces: what an outline consists of; every text is one line, and nothing in it is markup."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from okr_core.words.figures import NOTHING, percent
from okr_core.words.markdown import one_line

_DIRECTIONS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Characters that turn the writing direction of all that follows."""
_KEPT = "\u200c\u200d"
"""Joiners: they show nothing, and emoji and some scripts are other signs without them."""
BAR_WIDTH = 10


def line(text: str) -> str:
    r"""Text of people on one line: no breaks, no control characters, nothing that turns the rest.

    >>> line("two\nlines \u202eturned\x07")
    'two lines turned'
    """
    shown = (c for c in text.translate(_DIRECTIONS) if c.isprintable() or c.isspace() or c in _KEPT)
    return one_line("".join(shown))


def figure(text: str) -> str:
    """A figure, which is not broken between its number and its unit."""
    return text.replace(" ", "\u00a0")


class Span(NamedTuple):
    """A part of a line.

    Attributes:
        strong: What the line is about.
        code: An id or a command.
    """

    text: str
    strong: bool = False
    code: bool = False


Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the report's title."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence or two."""

    spans: Spans


@dataclass(frozen=True, slots=True)
class Item:
    """One of a list."""

    spans: Spans


@dataclass(frozen=True, slots=True)
class Table:
    """A table of plain cells.

    Attributes:
        right: Columns whose cells are figures.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int] = frozenset()


Piece = Heading | Line | Item | Table


def sentence(text: str) -> Line:
    """A line of our own words."""
    return Line((Span(text),))


def about(title: str, words: str, item: str = "") -> Item:
    """What is said of an objective or key result, named by its title and id."""
    named = Span(line(title), strong=True)
    place = (Span(" ("), Span(item, code=True), Span("): ")) if item else (Span(": "),)
    return Item((named, *place, Span(words)))


def plain(spans: Spans) -> str:
    """A line without its marks."""
    return "".join(span.text for span in spans)


def bar(share: Fraction | None) -> str:
    r"""A share as a bar with its percents; what is not known has no bar.

    Only what is reached fills the bar, and what is begun shows.

    >>> bar(Fraction(43, 100)), bar(Fraction(1, 500)), bar(None)
    ('■■■■□□□□□□\xa043\xa0%', '■□□□□□□□□□\xa0<\xa01\xa0%', '–')
    """
    if share is None:
        return NOTHING
    kept = min(max(share, Fraction(0)), Fraction(1))
    full = max(int(kept * BAR_WIDTH), 1 if kept else 0)
    return figure(f"{'■' * full}{'□' * (BAR_WIDTH - full)} {percent(share)}")
