"""Sealed: whose words nobody reads before the round is opened that they answer."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, or_, select

from okr_store.tables import entries


def readable() -> ColumnElement[bool]:
    """Of an entry: whether its words may be read: it is not sealed, or its round was opened."""
    return or_(entries.c.kind != "sealed", _opened())


def sealed_words() -> Select[tuple[int]]:
    """Numbers of the texts that nobody may read yet."""
    c = entries.c
    return select(c.words).where(c.kind == "sealed", c.words.is_not(None), ~_opened())


def _opened() -> ColumnElement[bool]:
    opened = entries.alias("opened")
    return (
        select(opened.c.id)
        .where(
            opened.c.cycle == entries.c.cycle,
            opened.c.kind == "unsealed",
            opened.c.topic == entries.c.topic,
        )
        .correlate(entries)
        .exists()
    )
