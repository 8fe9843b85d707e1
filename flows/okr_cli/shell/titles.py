"""Titles: what an item is called, in as many lines as its column asks for."""

from __future__ import annotations

from collections.abc import Iterator

from okr_cli.shell.ink import Ink
from okr_cli.shell.layout import cut, width_of, wrap

ROOMY = 92
"""Columns from which the figures of an item stand beside its title; else they stand below it."""
_MOST = 4
"""Lines that a title takes at most."""


def title_lines(
    title: str, width: int, ink: Ink, *, owner: str = "", strong: bool = False
) -> Iterator[str]:
    """Lines of a title, each filled up to `width` columns; what has more than four is cut.

    Args:
        title: In one line.
        width: Columns of a line.
        ink: What may be used to draw.
        owner: Who answers for it, named behind it; empty: nobody is named.
        strong: Whether it is what a group of lines is about.
    """
    style = ink.bold if strong else str
    lines = list(wrap(title, width)) or [title]
    if len(lines) > _MOST:
        lines = [*lines[: _MOST - 1], cut(" ".join(lines[_MOST - 1 :]), width)]
    told = f" · {owner}" if owner else ""
    beside = width_of(lines[-1]) + width_of(told) <= width
    for line in lines[:-1]:
        yield _filled(style(line), line, width)
    if beside:
        yield _filled(style(lines[-1]) + ink.faint(told), lines[-1] + told, width)
        return
    yield _filled(style(lines[-1]), lines[-1], width)
    for line in wrap(owner, width):
        yield _filled(ink.faint(line), line, width)


def _filled(drawn: str, plain: str, width: int) -> str:
    """What is drawn, filled up to `width` columns: its colours take none."""
    return drawn + " " * (width - width_of(plain))
