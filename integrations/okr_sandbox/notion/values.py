"""Values of cells: from what a builder writes, and to what Notion's API shows."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final, Protocol

from okr_sandbox.notion.columns import OPTION_KINDS, Column, DateRange, Value

TEXT_LIMIT: Final = 2000
"""Characters that one rich text item may hold."""

INLINE_REFERENCES: Final = 25
"""References that a page object shows of a relation or people list."""


class Identified(Protocol):
    """A page or a person: anything with an id that a cell can refer to."""

    @property
    def id(self) -> str:
        """The id that is referred to."""


RawValue = (
    str | int | float | bool | Decimal | date | datetime | DateRange | Identified
    | Iterable[str | Identified] | tuple[date, date] | None
)  # fmt: skip
"""What a builder accepts for a cell."""

People = Mapping[str, dict[str, object]]
"""User objects by id."""

_PLAIN_STYLE: Final = {
    "bold": False,
    "italic": False,
    "strikethrough": False,
    "underline": False,
    "code": False,
    "color": "default",
}


def minute(when: datetime) -> str:
    """A time as Notion stamps rows: UTC, floored to the minute."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:00.000Z")


def aware(when: date) -> datetime:
    """A day as its midnight in UTC, an aware time as itself.

    Raises:
        ValueError: a time without a time zone.
    """
    if not isinstance(when, datetime):
        return datetime(when.year, when.month, when.day, tzinfo=UTC)
    if when.tzinfo is None:
        raise ValueError(f"{when.isoformat()} has no time zone; give an aware time, such as UTC")
    return when.astimezone(UTC)


def cell(column: Column, raw: RawValue) -> Value:
    """The plain value that ``column`` stores for ``raw``.

    Raises:
        ValueError: the column has no such option, or cannot hold such a value.
    """
    if raw is None:
        return empty(column)
    if column.kind in OPTION_KINDS:
        return _chosen(column, raw)
    if column.kind in ("people", "relation", "files"):
        return _ids(raw)
    if column.kind == "date":
        return _dated(raw)
    if column.kind == "number":
        return _number(column, raw)
    return raw if isinstance(raw, bool) else str(raw)


def empty(column: Column) -> Value:
    """What a cell holds before anyone filled it."""
    if column.kind == "checkbox":
        return False
    if column.kind in ("multi_select", "people", "relation", "files"):
        return ()
    return "" if column.kind in ("title", "rich_text") else None


def rich_text(text: str) -> list[dict[str, object]]:
    """Text as rich text items of at most 2000 characters."""
    return [
        {
            "type": "text",
            "text": {"content": part, "link": None},
            "annotations": _PLAIN_STYLE,
            "plain_text": part,
            "href": None,
        }
        for start in range(0, len(text), TEXT_LIMIT)
        if (part := text[start : start + TEXT_LIMIT])
    ]


def date_json(value: DateRange) -> dict[str, object]:
    """A date as Notion shows it."""
    return {"start": value.start, "end": value.end, "time_zone": value.time_zone}


def shown(column: Column, value: Value, people: People) -> object:
    """The content of a cell as a page object shows it (without id and type)."""
    render = _SHOWN.get(column.kind)
    return value if render is None else render(column, value, people)


def _show_text(_: Column, value: Value, __: People) -> object:
    return rich_text(str(value or ""))


def _show_option(column: Column, value: Value, _: People) -> object:
    option = column.option(str(value)) if value is not None else None
    return option.json() if option else None


def _show_options(column: Column, value: Value, _: People) -> object:
    found = (column.option(name) for name in _names(value))
    return [option.json() for option in found if option]


def _show_date(_: Column, value: Value, __: People) -> object:
    return date_json(value) if isinstance(value, DateRange) else None


def _show_people(_: Column, value: Value, people: People) -> object:
    return [person(user, people) for user in _names(value)[:INLINE_REFERENCES]]


def _show_person(_: Column, value: Value, people: People) -> object:
    return person(str(value), people)


def _show_relation(_: Column, value: Value, __: People) -> object:
    return [{"id": page} for page in _names(value)[:INLINE_REFERENCES]]


def _show_unique(column: Column, value: Value, _: People) -> object:
    return {"prefix": column.prefix, "number": value}


def _show_files(_: Column, value: Value, __: People) -> object:
    return [{"name": url, "type": "external", "external": {"url": url}} for url in _names(value)]


_SHOWN: Final[dict[str, Callable[[Column, Value, People], object]]] = {
    "title": _show_text,
    "rich_text": _show_text,
    "select": _show_option,
    "status": _show_option,
    "multi_select": _show_options,
    "date": _show_date,
    "people": _show_people,
    "created_by": _show_person,
    "last_edited_by": _show_person,
    "relation": _show_relation,
    "unique_id": _show_unique,
    "files": _show_files,
}
"""How a kind's content is shown; a kind that is not here shows its plain value."""


def person(user: str, people: People) -> dict[str, object]:
    """The user object, or its partial form where the user is unknown (has left)."""
    return people.get(user) or {"object": "user", "id": user}


def _names(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _chosen(column: Column, raw: RawValue) -> Value:
    names = _ids(raw) if column.kind == "multi_select" else (str(raw),)
    for name in names:
        if column.option(name) is None:
            known = ", ".join(option.name for option in column.options)
            raise ValueError(
                f"{column.kind} column {column.name!r} has no {name!r}; it has {known}"
            )
    return names if column.kind == "multi_select" else names[0]


def _ids(raw: RawValue) -> tuple[str, ...]:
    if isinstance(raw, str) or not isinstance(raw, Iterable):
        return (_id(raw),)
    return tuple(_id(one) for one in raw)


def _id(raw: object) -> str:
    found = raw if isinstance(raw, str) else getattr(raw, "id", None)
    if not isinstance(found, str):
        raise ValueError(f"{raw!r} is neither a name nor something with an id")  # noqa: TRY004
    return found


def _dated(raw: RawValue) -> DateRange:
    if isinstance(raw, DateRange):
        return raw
    if isinstance(raw, tuple):
        start, end = raw
        return DateRange(_iso(start), _iso(end))
    return DateRange(_iso(raw))


def _iso(raw: object) -> str:
    if isinstance(raw, datetime):
        return aware(raw).isoformat(timespec="milliseconds")
    if isinstance(raw, date):
        return raw.isoformat()
    datetime.fromisoformat(str(raw))
    return str(raw)


def _number(column: Column, raw: RawValue) -> int | float:
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        raise ValueError(f"number column {column.name!r} cannot hold {raw!r}")  # noqa: TRY004
    if isinstance(raw, Decimal):
        return int(raw) if raw == raw.to_integral_value() else float(raw)
    return raw
