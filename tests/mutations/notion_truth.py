"""What Notion's answers say, read without the product's parsers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from urllib.parse import unquote

from replay import Served
from truth import (
    IMPOSSIBLE,
    NOTHING,
    Options,
    Truth,
    averages,
    frozen,
    number,
    ratios,
    sums,
    time,
)

Json = Mapping[str, object]


@dataclass(frozen=True)
class Column:
    """A property as the vendor knows it."""

    name: str
    id: str


def rows_truth(
    served: Sequence[Served],
    measure: str,
    score: Column,
    status: Column,
    complete: Mapping[str, str],
) -> Truth:
    """What a measure may be after these pages of a query.

    Args:
        served: The pages.
        measure: Its name.
        score: The number.
        status: What tells what is done.
        complete: Options that mean done, id → name.
    """
    pages = [each.says for each in last_reading(served)]
    rows = rows_of(pages, whole=measure != "latest")
    if rows is None:
        return Truth()
    values: set[Fraction] = set()
    for kept in readings_of(rows):
        values |= _values(kept, measure, score, status, complete)
    return Truth(frozenset(values), _basis(pages, measure, score, status))


def page_truth(served: Sequence[Served], score: Column) -> Truth:
    """What a property of a page may be."""
    page = served[-1].says if served else None
    if not isinstance(page, dict) or page.get("in_trash") is True or page.get("archived") is True:
        return Truth()
    cell = _score(page, score)
    return Truth(frozenset(v for v in cell if v is not None), frozen(page))


def complete_of(served: Sequence[Served], status: Column) -> dict[str, str] | None:
    """Options of the group Complete as the schema has them, id → name; None where it does not."""
    schema = served[-1].says if served else None
    column = cell_of(schema, status) if isinstance(schema, dict) else None
    config = column.get("status") if isinstance(column, dict) else None
    if not isinstance(config, dict):
        return None
    options = _dicts(config.get("options"))
    groups = [g for g in _dicts(config.get("groups")) if g.get("name") == "Complete"]
    members = [m for g in groups for m in _list(g.get("option_ids"))]
    return {str(o["id"]): str(o.get("name")) for o in options if "id" in o and o["id"] in members}


def last_reading(served: Sequence[Served]) -> Sequence[Served]:
    """The pages since the query was begun for the last time."""
    firsts = [n for n, each in enumerate(served) if not each.request.asks.get("start_cursor")]
    return served[max(firsts, default=0) :]


def rows_of(pages: Sequence[object], *, whole: bool) -> list[Json] | None:
    """Rows, each once; None where the answers are not a whole list of rows."""
    found: dict[object, Json] = {}
    for page in pages:
        results = page.get("results") if isinstance(page, dict) else None
        if not isinstance(results, list) or not all(isinstance(row, dict) for row in results):
            return None
        for row in results:
            name = row.get("id")
            found.setdefault(name if isinstance(name, str) and name else id(row), row)
    last = pages[-1] if pages else None
    if not isinstance(last, dict) or (whole and not _ends(last)):
        return None
    return list(found.values())


def _ends(page: Json) -> bool:
    if "has_more" not in page and "next_cursor" not in page:
        return False
    more, cursor = page.get("has_more", False), page.get("next_cursor")
    return more is False and cursor is None


def readings_of(rows: Sequence[Json]) -> list[list[Json]]:
    """The rows that count, in each way that they may be told from what is no row."""
    sure = [row for row in rows if _presence(row) == {True}]
    doubtful = [row for row in rows if _presence(row) == {True, False}]
    return [sure, [*sure, *doubtful]] if doubtful else [sure]


def _presence(row: Json) -> set[bool]:
    """Whether a row counts: a page that is not in the trash; both where it says it badly."""
    if row.get("in_trash") is True or row.get("archived") is True:
        return {False}
    if row.get("object") in ("data_source", "database"):
        return {False}
    plain = row.get("object") == "page"
    flags = [row.get(name, False) for name in ("in_trash", "archived")]
    return {True} if plain and all(flag is False for flag in flags) else {True, False}


def _values(
    rows: Sequence[Json], measure: str, score: Column, status: Column, complete: Mapping[str, str]
) -> frozenset[Fraction]:
    if measure == "count":
        return frozenset({Fraction(len(rows))})
    if measure == "latest":
        return _latest(rows, score)
    if measure == "done_ratio":
        one: Options = frozenset({Fraction(1)})
        return ratios([_done(row, status, complete) for row in rows], [one] * len(rows))
    cells = [_score(row, score) for row in rows]
    return sums(cells) if measure == "sum" else averages(cells)


def _latest(rows: Sequence[Json], score: Column) -> frozenset[Fraction]:
    at = {n: time(row.get("created_time")) for n, row in enumerate(rows)}
    known = [when for when in at.values() if when is not None]
    if len(known) < len(rows) or not rows:
        return frozenset()
    newest = [row for n, row in enumerate(rows) if at[n] == max(known)]
    return frozenset(v for row in newest for v in _score(row, score) if v is not None)


def cell_of(row: Json, column: Column) -> Json | None:
    """A property by id, else by name."""
    cells = row.get("properties")
    if not isinstance(cells, dict):
        return None
    for cell in cells.values():
        if isinstance(cell, dict) and unquote(str(cell.get("id"))) == column.id:
            return cell
    named = cells.get(column.name)
    return named if isinstance(named, dict) else None


def _score(row: Json, column: Column) -> Options:
    cell = cell_of(row, column)
    if cell is None or "number" not in cell:
        return NOTHING
    if cell.get("type", "number") != "number":
        return IMPOSSIBLE
    return number(cell["number"])


def _done(row: Json, column: Column, complete: Mapping[str, str]) -> Options:
    cell = cell_of(row, column)
    if cell is None or "status" not in cell or cell.get("type", "status") != "status":
        return IMPOSSIBLE
    option = cell["status"]
    if option is None:
        return frozenset({Fraction(0)})
    if not isinstance(option, dict):
        return IMPOSSIBLE
    ways = set()
    if isinstance(option.get("name"), str):
        ways.add(Fraction(option["name"] in complete.values()))
    if isinstance(option.get("id"), str):
        ways.add(Fraction(option["id"] in complete))
    return frozenset(ways)


ENDS = ("object", "type", "has_more", "next_cursor", "request_status")
"""What of a list of rows is needed beside its rows."""
HEAD = ("id", "object", "in_trash", "archived", "created_time")
"""What of a row is needed beside its cells."""


def _basis(pages: Sequence[object], measure: str, score: Column, status: Column) -> object:
    """All of the rows but what no measure needs; that one comes twice is told."""
    rows = [row for page in pages if isinstance(page, dict) for row in page["results"]]
    ends = [{name: page.get(name) for name in ENDS} for page in pages if isinstance(page, dict)]
    kept = [
        {
            "row": {name: row.get(name) for name in HEAD},
            "home": home_of(row),
            "score": cell_of(row, score) if measure not in ("count", "done_ratio") else None,
            "status": cell_of(row, status) if measure == "done_ratio" else None,
        }
        for row in sorted(rows, key=lambda row: str(row.get("id")))
    ]
    return frozen([*ends, *kept])


def home_of(row: Json) -> object:
    """The data source that a row says it belongs to."""
    parent = row.get("parent")
    return parent.get("data_source_id") if isinstance(parent, dict) else None


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _dicts(value: object) -> list[Json]:
    return [each for each in _list(value) if isinstance(each, dict)]
