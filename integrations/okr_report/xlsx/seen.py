"""Seen: the columns of a sheet that an audience may see."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from okr_report.xlsx.cells import Kind

Named = tuple[str, Kind, float]
"""Name, kind and width of a column."""


def seen_columns(
    columns: tuple[Named, ...], needs: Mapping[str, str], sees: Collection[str]
) -> tuple[Named, ...]:
    """The columns without those of what may not be seen: an empty one would say nothing is known.

    Args:
        columns: All of them, in order.
        needs: Column → the word of `okr_report.audience` that lets see it; others always are.
        sees: The words that are granted.
    """
    return tuple(each for each in columns if each[0] not in needs or needs[each[0]] in sees)
