"""Values: what the cell of a page says, as a number, a word or a date; missing is never zero."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal

from okr_core.errors import DataError
from okr_sources.numbers import exact

INLINE_REFERENCES = 25
"""References that a page shows of a list; exactly as many may mean that there are more."""

_LISTS = ("relation", "people", "multi_select", "files")
_TEXTS = ("title", "rich_text")
_OPTIONS = ("select", "status")


def number_in(cell: object) -> Decimal | None:
    """The number in a property value; None where nobody filled it.

    A checkbox is 1 or 0, a list the number of its entries, a text or option the number that it
    spells.

    Raises:
        DataError: It is no number, or a rollup or formula that does not say.
    """
    kind, content = _opened(cell)
    if kind in ("rollup", "formula"):
        return _computed(kind, content)
    if kind in _LISTS:
        return Decimal(len(content)) if isinstance(content, list) else None
    if kind in _TEXTS:
        return _spelled(plain_text(content))
    if kind in _OPTIONS:
        return _spelled(option_in(cell))
    if kind in ("number", "checkbox"):
        return None if content is None else _decimal(content)
    raise DataError(
        f"a {kind} is no number.", hint="Name a number, formula, rollup, checkbox or relation."
    )


def done_in(cell: object, complete: frozenset[str]) -> bool:
    """Whether a status is in the group Complete, a checkbox ticked, a formula true.

    Raises:
        DataError: It is none of them.
    """
    kind, content = _opened(cell)
    if kind == "status":
        return option_in(cell) in complete
    if kind == "formula" and isinstance(content, Mapping):
        content = content.get("boolean")
    if kind in ("checkbox", "formula") and isinstance(content, bool):
        return content
    raise DataError(f"a {kind} does not tell what is done.", hint="Name a status or a checkbox.")


def option_in(cell: object) -> str:
    """The chosen option's name, empty where none is chosen.

    Raises:
        DataError: It is no select or status.
    """
    kind, content = _opened(cell)
    if kind not in _OPTIONS:
        raise DataError(f"a {kind} has no option.", hint="Name a select or status.")
    name = content.get("name") if isinstance(content, Mapping) else ""
    return name if isinstance(name, str) else ""


def instant_in(cell: object) -> datetime | None:
    """The start of a date, UTC; a day counts from its midnight. None where nobody filled it.

    Raises:
        DataError: It is no date.
    """
    kind, content = _opened(cell)
    if kind in ("formula", "rollup") and isinstance(content, Mapping):
        kind, content = str(content.get("type")), content.get("date")
    if kind == "date":
        content = content.get("start") if isinstance(content, Mapping) else None
    elif kind not in ("created_time", "last_edited_time"):
        raise DataError(f"a {kind} is no date.", hint="Name a date property in `latest.by`.")
    return None if content is None else instant(content)


def instant(text: object) -> datetime:
    """An ISO 8601 date or time as an aware time.

    Raises:
        DataError: It is none.
    """
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        raise DataError(f"`{str(text)[:40]}` is no date.") from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def midnight(day: date) -> datetime:
    """A day as its midnight in UTC, comparable with `instant_in`."""
    return datetime.combine(day, time(), UTC)


def plain_text(content: object) -> str:
    """The text of rich text items, empty where there are none."""
    items = content if isinstance(content, list) else []
    texts = (item.get("plain_text") for item in items if isinstance(item, Mapping))
    return "".join(text for text in texts if isinstance(text, str))


def is_cut(cell: object) -> bool:
    """Whether a list may have more references than the page shows."""
    if not isinstance(cell, Mapping) or cell.get("type") not in ("relation", "people"):
        return False
    content = cell.get(str(cell["type"]))
    shown = len(content) if isinstance(content, list) else 0
    return cell.get("has_more") is True or shown >= INLINE_REFERENCES


def is_incomplete(cell: object) -> bool:
    """Whether a rollup says that the page does not tell all of it."""
    if not isinstance(cell, Mapping) or cell.get("type") != "rollup":
        return False
    content = cell.get("rollup")
    return isinstance(content, Mapping) and content.get("type") == "incomplete"


def _opened(cell: object) -> tuple[str, object]:
    kind = cell.get("type") if isinstance(cell, Mapping) else None
    if not isinstance(cell, Mapping) or not isinstance(kind, str) or kind not in cell:
        raise DataError("the property is missing from the answer, or has an unknown shape.")
    return kind, cell[kind]


def _computed(kind: str, content: object) -> Decimal:
    """The number that a rollup or formula shows; null is not 0 and not empty: it may be cut off."""
    inner = content.get("type") if isinstance(content, Mapping) else None
    if not isinstance(content, Mapping) or not isinstance(inner, str):
        raise DataError(f"the {kind} has an unknown shape.")
    if inner in ("unsupported", "incomplete"):
        raise DataError(
            f"Notion answers `{inner}` for the {kind}.",
            hint="Let it compute from fewer pages, or measure the related data source itself.",
        )
    value = content.get(inner)
    if value is None:
        raise DataError(
            f"the {kind} shows nothing.", hint="Filter such rows out, or mend the property."
        )
    if inner in ("number", "boolean"):
        return _decimal(value)
    found = _spelled(value) if inner == "string" and isinstance(value, str) else None
    if found is None:
        raise DataError(f"the {kind} shows {inner} and no number.")
    return found


def _decimal(value: object) -> Decimal:
    if isinstance(value, str):
        raise DataError(f"`{value[:40]}` is a text and no number.")
    return Decimal(int(value)) if isinstance(value, bool) else exact(value)


def _spelled(text: str) -> Decimal | None:
    return exact(text.strip()) if text.strip() else None
