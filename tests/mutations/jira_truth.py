"""What Jira's answers say, read without the product's parsers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from replay import Served
from truth import (
    IMPOSSIBLE,
    NOTHING,
    Options,
    Truth,
    averages,
    frozen,
    medians,
    number_or_text,
    ratios,
    sums,
    time,
)

Row = Mapping[str, object]
_DAY = 86_400_000_000
_READS = {
    "count": (),
    "sum": ("points",),
    "average": ("points",),
    "done_ratio": ("status",),
    "weighted": ("points", "status"),
    "lead_time": ("created", "resolutiondate"),
}


def selection_truth(
    served: Sequence[Served], measure: str, points: str, window: tuple[datetime, datetime]
) -> Truth:
    """What a measure may be after these pages of a search, both kinds of Jira.

    Where an answer does not tell which issues are done, a query for those may: it is left to Jira.
    """
    names = tuple(points if name == "points" else name for name in _READS[measure])
    # A lead time's own query is about done issues.
    asked_done = [each for each in served if measure != "lead_time" and _asks_done(each)]
    needed = [name for name in names if not (asked_done and name == "status")]
    pages = _last_reading([s for s in served if s not in asked_done and _asks(s, needed)])
    rows = _rows(pages)
    if rows is None:
        return Truth()
    done_pages = _last_reading(asked_done) if "status" in names else []
    done = _rows(done_pages) if done_pages else None
    if done_pages and done is None:
        return Truth()
    known = None if done is None else {_identity(row) for row in done}
    basis = (_basis(pages, names), _basis(done_pages, ()))
    return Truth(_values(rows, measure, points, window, known), basis)


def issue_truth(served: Sequence[Served], key: str, points: str) -> Truth:
    """What a field of one issue may be."""
    issues = [issue for page in _last_reading(served) for issue in _issues_of(page)]
    named = [issue for issue in issues if issue.get("key") == key] or issues
    cells = [_points(issue, points) for issue in named]
    values = frozenset(value for cell in cells for value in cell if value is not None)
    pages = [page for page in _last_reading(served) if isinstance(page, dict)]
    kept = [{"id": i.get("id"), "key": i.get("key"), "f": _kept(i, (points,))} for i in issues]
    ends = [
        {name: page.get(name) for name in ("total", "startAt", "issueErrors")} for page in pages
    ]
    return Truth(values, frozen([*ends, *kept]))


def frozen_truth(served: Sequence[Served], measure: str, points: str, ids: Sequence[str]) -> Truth:
    """What a measure of a frozen scope may be: its issues as they stand, wherever they went.

    Args:
        served: Pages of the search, and of the look-up of issues that left it.
        measure: `count` counts those that are still selected.
        points: Field of the sum.
        ids: The scope.
    """
    searched = [each for each in served if "till" in str(each.request.asks.get("jql"))]
    asked_done = [each for each in searched if _asks_done(each)]
    pages = _last_reading([each for each in searched if each not in asked_done])
    done_pages = _last_reading(asked_done)
    live = _rows(pages)
    done = _rows(done_pages) if done_pages else None
    # What one answer lacks is asked for once more: later answers go beside the earlier ones.
    answers = [each.says for each in served if each not in searched]
    looked_up = [row for page in answers for row in _issues_of(page)]
    names = {"count": (), "sum": (points,), "done_ratio": ("status",)}[measure]
    kept: list[object] = [{"id": row.get("id"), "f": _kept(row, names)} for row in looked_up]
    ends = ("total", "startAt", "issueErrors")
    kept += [{name: page.get(name) for name in ends} for page in answers if isinstance(page, dict)]
    if live is None or (done_pages and done is None):
        return Truth()
    known = None if done is None else {_identity(row) for row in done}
    now: dict[object, Row] = {_identity(row): row for row in (*live, *looked_up)}
    basis = (_basis(pages, names), _basis(done_pages, ()), frozen(kept))
    if any(name not in now for name in ids):
        return Truth(frozenset(), basis)
    scope = [now[name] for name in ids]
    here = {_identity(row) for row in live}
    if measure == "count":
        return Truth(frozenset({Fraction(sum(name in here for name in ids))}), basis)
    if measure == "sum":
        return Truth(sums([_points(row, points) for row in scope]), basis)
    one: Options = frozenset({Fraction(1)})
    cells = [_done(row, known if _identity(row) in here else None) for row in scope]
    return Truth(ratios(cells, [one] * len(scope)), basis)


def _issues_of(page: object) -> list[Row]:
    issues = page.get("issues") if isinstance(page, dict) else None
    return [row for row in issues if isinstance(row, dict)] if isinstance(issues, list) else []


def _asks_done(served: Served) -> bool:
    return "statusCategory" in str(served.request.asks.get("jql"))


def _asks(served: Served, names: Sequence[str]) -> bool:
    fields = served.request.asks.get("fields", "")
    asked = fields if isinstance(fields, list) else str(fields).split(",")
    return set(names) <= set(asked)


def _basis(pages: Sequence[object], names: Sequence[str]) -> object:
    """All of the pages but what the measure does not need.

    The order of rows is none of it in the Cloud; pages of a Data Center join by their ends. That a
    row comes twice is: another may be missing.
    """
    known = [page for page in pages if isinstance(page, dict)]
    ends = [
        {name: page.get(name) for name in ("nextPageToken", "isLast", "total", "startAt")}
        for page in known
    ]
    order = [row for page in known for row in page["issues"]]
    if not any("total" in page for page in known):
        order.sort(key=lambda row: str(row.get("id")))
    return frozen([*ends, *({"id": row.get("id"), "fields": _kept(row, names)} for row in order)])


def _last_reading(served: Sequence[Served]) -> list[object]:
    """The pages since the search was begun for the last time."""
    begun = max((n for n, each in enumerate(served) if _is_first(each)), default=0)
    return [each.says for each in served[begun:]]


def _is_first(served: Served) -> bool:
    asked = served.request.asks
    return not asked.get("nextPageToken") and asked.get("startAt", "0") in ("0", 0)


def _rows(pages: Sequence[object]) -> list[Row] | None:
    """Issues, each once; None where the answers are not a whole list of issues."""
    found: dict[object, Row] = {}
    for page in pages:
        issues = page.get("issues") if isinstance(page, dict) else None
        if not isinstance(issues, list) or not all(isinstance(each, dict) for each in issues):
            return None
        for issue in issues:
            found.setdefault(_identity(issue), issue)
    last = pages[-1] if pages else None
    return list(found.values()) if isinstance(last, dict) and _ends(last, len(found)) else None


def _identity(issue: Row) -> object:
    name = issue.get("id")
    if isinstance(name, int) and not isinstance(name, bool):
        return str(name)
    return name if isinstance(name, str) and name else id(issue)


def _ends(page: Row, read: int) -> bool:
    """Whether nothing may follow: of a Data Center all that it counts was seen."""
    if "total" in page or "startAt" in page:
        total = page.get("total")
        return isinstance(total, int) and not isinstance(total, bool) and 0 <= total <= read
    token, last = page.get("nextPageToken"), page.get("isLast")
    return last is not False if token in (None, "") else last is True


def _kept(row: Row, names: Sequence[str]) -> object:
    fields = row.get("fields")
    if not isinstance(fields, dict):
        return "no fields"
    found = {name: fields.get(name, "absent") for name in names}
    status = found.get("status")
    category = status.get("statusCategory") if isinstance(status, dict) else None
    if isinstance(category, dict):
        found["status"] = category.get("key")
    return found


def _values(
    rows: Sequence[Row],
    measure: str,
    points: str,
    window: tuple[datetime, datetime],
    known: set[object] | None,
) -> frozenset[Fraction]:
    if measure == "count":
        return frozenset({Fraction(len(rows))})
    if measure == "lead_time":
        return medians([_lead_time(row, window) for row in rows])
    if measure in ("sum", "average"):
        if rows and not any(points in _fields(row) for row in rows):
            return frozenset()
        cells = [_points(row, points) for row in rows]
        return sums(cells) if measure == "sum" else averages(cells)
    one: Options = frozenset({Fraction(1)})
    done = [_done(row, known) for row in rows]
    weights = [one if measure == "done_ratio" else _points(row, points) for row in rows]
    return ratios(done, weights)


def _fields(row: Row) -> Row:
    fields = row.get("fields")
    return fields if isinstance(fields, dict) else {}


def _points(row: Row, points: str) -> Options:
    return number_or_text(_fields(row).get(points))


def _done(row: Row, known: set[object] | None) -> Options:
    status = _fields(row).get("status")
    category = status.get("statusCategory") if isinstance(status, dict) else None
    key = category.get("key") if isinstance(category, dict) else None
    if known is not None:
        return frozenset({Fraction(_identity(row) in known)})
    return frozenset({Fraction(key == "done")}) if isinstance(key, str) and key else IMPOSSIBLE


def _lead_time(row: Row, window: tuple[datetime, datetime]) -> Options:
    """Days; no value for an issue that was not resolved in the window."""
    resolved = _fields(row).get("resolutiondate")
    if resolved is None:
        return NOTHING
    ended, began = time(resolved), time(_fields(row).get("created"))
    if ended is None:
        return IMPOSSIBLE
    if not window[0] <= ended <= window[1]:
        return NOTHING
    if began is None or began > ended:
        return IMPOSSIBLE
    passed = ended - began
    micros = (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds
    return frozenset({Fraction(micros, _DAY)})
