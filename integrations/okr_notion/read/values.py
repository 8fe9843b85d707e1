"""Values: what the cell of a page says, as a number, a word or a date; missing is never zero."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from okr_core.basics.base import shortened
from okr_core.errors import DataError
from okr_sources.numbers import as_json, exact

INLINE_REFERENCES = 25
"""References that a page shows of a list; exactly as many may mean that there are more."""

_REFERENCES = ("relation", "people")
_LISTS = (*_REFERENCES, "multi_select", "files")
_TEXTS = ("title", "rich_text")
_OPTIONS = ("select", "status")
COMPUTED = ("rollup", "formula")
"""Types that Notion computes."""
_CUT = (*_REFERENCES, *_TEXTS)
"""Types whose list a page shows the beginning of; the property's own address gives all of it."""

MEASURED = frozenset({"number", "checkbox", *COMPUTED, *_LISTS, *_TEXTS, *_OPTIONS})
"""Types of property that can be a number."""

_LATER = "Try again later."


def number_in(cell: object) -> Decimal | None:
    """The number in a property value; None where nobody filled it.

    A checkbox is 1 or 0, a list the number of its entries, a text or option the number that it
    spells.

    Raises:
        DataError: It is no number, or a rollup or formula that does not say.
    """
    kind, content = _opened(cell)
    if kind == "number":
        return None if content is None else _decimal(content)
    if kind == "checkbox":
        return Decimal(_boolean(kind, content))
    if kind in COMPUTED:
        return _computed(kind, content)
    if kind in _LISTS:
        return _length(kind, content)
    if kind in _TEXTS:
        return _spelled(_text(kind, content))
    if kind in _OPTIONS:
        return _spelled(option_in(cell))
    raise DataError(
        f"a {kind} is no number.", hint="Name a number, formula, rollup, checkbox or relation."
    )


def ticked_in(cell: object) -> bool:
    """Whether a checkbox is ticked, or a formula true.

    Raises:
        DataError: It is neither.
    """
    kind, content = _opened(cell)
    if kind == "checkbox":
        return _boolean(kind, content)
    if kind == "formula" and isinstance(content, Mapping) and content.get("type") == "boolean":
        return _boolean(kind, content.get("boolean"))
    raise DataError(
        f"a {kind} does not tell what is done.",
        hint="Name a status, a select, a checkbox, or a formula that is true or false.",
    )


def options_in(cell: object) -> list[tuple[object, str]]:
    """Ids and names of the chosen options of a status, select or multi-select, empty without any.

    Raises:
        DataError: It is none of them.
    """
    kind, content = _opened(cell)
    if kind == "multi_select":
        return [(option.get("id"), _name(kind, option)) for option in _items(kind, content)]
    if kind not in _OPTIONS:
        raise DataError(f"a {kind} has no option.", hint="Name a select or status.")
    if content is None:
        return []
    name = _name(kind, content)
    return [(content.get("id") if isinstance(content, Mapping) else None, name)]


def option_in(cell: object) -> str:
    """The chosen option's name, empty where none is chosen.

    Raises:
        DataError: It is no select or status.
    """
    return "".join(name for _, name in options_in(cell))


def moment_in(cell: object, zone: tzinfo) -> datetime | None:
    """The start of a date; None where nobody filled it.

    Args:
        cell: A date, created_time or last_edited_time.
        zone: Whose days count: a date without a time counts from its midnight there.

    Raises:
        DataError: It is no date.
    """
    kind, content = _opened(cell)
    if kind in ("created_time", "last_edited_time"):
        return moment(content, zone)
    if kind != "date":
        raise DataError(f"a {kind} is no date.", hint="Name a date property in `latest.by`.")
    if content is None:
        return None
    if not isinstance(content, Mapping):
        raise DataError("the date has an unknown shape.", hint=_LATER)
    return moment(content.get("start"), zone, content.get("time_zone"))


def moment(text: object, zone: tzinfo, written_in: object = None) -> datetime:
    """An ISO 8601 date or time as an aware time.

    Args:
        text: A date counts from its midnight in `zone`; a time without offset is UTC.
        zone: Whose days count.
        written_in: Zone of a time without offset, where Notion names one.

    Raises:
        DataError: It is none.
    """
    try:
        assert isinstance(text, str)
        found = datetime.fromisoformat(text)
        if found.tzinfo is not None:
            return found
        if len(text) <= len("2026-12-31"):
            return found.replace(tzinfo=zone)
        return found.replace(tzinfo=ZoneInfo(written_in) if isinstance(written_in, str) else UTC)
    except (AssertionError, ValueError, LookupError, OSError):
        raise DataError(f"{shortened(text)} is no date.", hint=_LATER) from None


def plain_text(content: object) -> str:
    """The text of rich text items as a label, empty where there are none."""
    items = content if isinstance(content, list) else []
    texts = (item.get("plain_text") for item in items if isinstance(item, Mapping))
    return "".join(text for text in texts if isinstance(text, str))


def is_cut(cell: object) -> bool:
    """Whether a list may have more entries than the page shows."""
    if not isinstance(cell, Mapping) or cell.get("type") not in _CUT:
        return False
    content = cell.get(str(cell["type"]))
    if not isinstance(content, list):
        return True
    return cell.get("has_more") not in (None, False) or len(content) >= INLINE_REFERENCES


def refuse_shorter(shown: object, whole: object) -> None:
    """Refuse a list in full that has fewer entries than its page shows.

    Args:
        shown: The property as the page shows it.
        whole: The same in full.

    Raises:
        DataError: It has.
    """
    least, most = _entries(shown), _entries(whole)
    if least is not None and most is not None and most < least:
        raise DataError(
            f"the answers contradict each other: the page shows {least} entries, and the full list "
            f"has {most}.",
            hint=_LATER,
        )


def _entries(cell: object) -> int | None:
    """How many entries a list has; None of what is none."""
    kind = cell.get("type") if isinstance(cell, Mapping) else None
    content = cell.get(str(kind)) if isinstance(cell, Mapping) and kind in _CUT else None
    return len(content) if isinstance(content, list) else None


def is_empty(cell: object) -> bool:
    """Whether a relation shows that it refers to nothing."""
    return (
        isinstance(cell, Mapping)
        and cell.get("type") == "relation"
        and cell.get("relation") == []
        and not is_cut(cell)
    )


def is_blank(cell: object) -> bool:
    """Whether a rollup shows neither a number nor a date."""
    content = cell.get("rollup") if isinstance(cell, Mapping) else None
    kind = content.get("type") if isinstance(content, Mapping) else None
    return (
        isinstance(content, Mapping)
        and kind in ("number", "date")
        and content.get(str(kind), "") is None
    )


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
    if inner == "number":
        return _decimal(value)
    if inner == "boolean":
        return Decimal(_boolean(kind, value))
    found = _spelled(value) if inner == "string" and isinstance(value, str) else None
    if found is None:
        raise DataError(f"the {kind} shows {inner} and no number.")
    return found


def _items(kind: str, content: object) -> list[Mapping[str, object]]:
    if not isinstance(content, list) or not all(isinstance(each, Mapping) for each in content):
        raise DataError(f"the {kind} is not a list of entries.", hint=_LATER)
    return content


def _length(kind: str, content: object) -> Decimal:
    items = _items(kind, content)
    if kind in _REFERENCES:
        ids = {each.get("id") for each in items}
        if len(ids) < len(items) or not all(isinstance(each, str) for each in ids):
            raise DataError(f"the {kind} names an entry twice, or one without id.", hint=_LATER)
    return Decimal(len(items))


def _text(kind: str, content: object) -> str:
    texts = [item.get("plain_text") for item in _items(kind, content)]
    if not all(isinstance(text, str) for text in texts):
        raise DataError(f"a part of the {kind} has no text.", hint=_LATER)
    return "".join(map(str, texts))


def _name(kind: str, option: object) -> str:
    name = option.get("name") if isinstance(option, Mapping) else None
    if not isinstance(name, str) or not name:
        raise DataError(f"the {kind} shows an option without a name.", hint=_LATER)
    return name


def _boolean(kind: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise DataError(f"the {kind} is neither true nor false.", hint=_LATER)
    return value


def _decimal(value: object) -> Decimal:
    if isinstance(value, str | bool):
        what = f"the text {shortened(value)}" if isinstance(value, str) else as_json(value)
        raise DataError(f"{what} is no number.", hint=_LATER)
    return exact(value)


def _spelled(text: str) -> Decimal | None:
    return exact(text) if text.strip() else None
