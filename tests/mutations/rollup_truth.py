"""What Notion's rollups and formulas say, read without the product's parsers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from notion_truth import (
    ENDS,
    HEAD,
    Column,
    Json,
    cell_of,
    home_of,
    last_reading,
    readings_of,
    rows_of,
)
from replay import Served
from truth import IMPOSSIBLE, NOTHING, Options, Truth, averages, frozen, number, sums

SHOWN = 25
"""References of a list that a page shows; what it computes over a longer one may be wrong."""


def computed_truth(
    served: Sequence[Served], measure: str, column: Column, list_of: Column
) -> Truth:
    """What a measure of a computed property may be.

    Args:
        served: Pages of the query, and properties that were asked for on their own.
        measure: `average`; else the sum.
        column: The rollup or formula.
        list_of: The relation that the rollup goes over.
    """
    queries = [each for each in served if "/query" in each.request.target]
    pages = [each.says for each in last_reading(queries)]
    rows = rows_of(pages, whole=True)
    if rows is None:
        return Truth()
    wholes = _wholes(served)
    values = set[Fraction]()
    for kept in readings_of(rows):
        cells = [_options(row, column, list_of, wholes) for row in kept]
        values |= averages(cells) if measure == "average" else sums(cells)
    return Truth(frozenset(values), _basis(pages, column, list_of, wholes))


def computed_page_truth(served: Sequence[Served], column: Column, list_of: Column) -> Truth:
    """What a computed property of one page may be."""
    pages = [each for each in served if "/properties/" not in each.request.target]
    page = pages[-1].says if pages else None
    if not isinstance(page, dict) or page.get("in_trash") is True or page.get("archived") is True:
        return Truth()
    wholes = _wholes(served)
    options = _options(page, column, list_of, wholes)
    basis = frozen([page, dict(wholes)])
    return Truth(frozenset(each for each in options if each is not None), basis)


def _wholes(served: Sequence[Served]) -> dict[str, object]:
    """Page → its rollup as the property's own endpoint says it, without dashes."""
    found = {}
    for each in served:
        place, _, rest = each.request.target.partition("/properties/")
        if rest:
            found[place.rpartition("/")[2].replace("-", "")] = each.says
    return found


def _options(row: Json, column: Column, list_of: Column, wholes: Mapping[str, object]) -> Options:
    whole = wholes.get(str(row.get("id")).replace("-", ""))
    if whole is not None:
        return _whole(whole)
    cell = cell_of(row, column)
    if cell is None:
        return IMPOSSIBLE
    if cell.get("type", "rollup") == "formula" or "formula" in cell:
        return _number_of(cell.get("formula"), NOTHING_SHOWN)
    empty = _is_empty(row, list_of)
    if empty is None:
        return IMPOSSIBLE
    return _number_of(cell.get("rollup"), NOTHING if empty else NOTHING_SHOWN)


NOTHING_SHOWN = IMPOSSIBLE
"""Of what shows nothing though there is something behind it."""


def _is_empty(row: Json, list_of: Column) -> bool | None:
    """Whether the list is visibly empty; None where more of it may be hidden, or it is none."""
    cell = cell_of(row, list_of)
    related = cell.get("relation") if cell is not None else None
    if not isinstance(related, list) or len(related) >= SHOWN:
        return None
    return None if cell is not None and cell.get("has_more") is True else not related


def _whole(said: object) -> Options:
    """The rollup in the answer about one property."""
    item = said.get("property_item") if isinstance(said, dict) else None
    return _number_of(item.get("rollup") if isinstance(item, dict) else None, NOTHING)


def _number_of(value: object, nothing: Options) -> Options:
    if not isinstance(value, dict) or value.get("type", "number") != "number":
        return IMPOSSIBLE
    if value.get("number") is None:
        return nothing
    return number(value["number"])


def _basis(
    pages: Sequence[object], column: Column, list_of: Column, wholes: Mapping[str, object]
) -> object:
    """All of the rows but what the measure does not need, and all of the single properties."""
    documents = [page for page in pages if isinstance(page, dict)]
    ends: list[object] = [{name: page.get(name) for name in ENDS} for page in documents]
    rows = [row for page in documents for row in page["results"]]
    kept: list[object] = [
        {
            "row": {name: row.get(name) for name in HEAD},
            "home": home_of(row),
            "cell": cell_of(row, column),
            "list": cell_of(row, list_of),
        }
        for row in sorted(rows, key=lambda row: str(row.get("id")))
    ]
    return frozen([*ends, *kept, dict(wholes)])
