"""Filters: what a binding writes, as the JSON that Notion takes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from okr_core.errors import ConfigError, DataError
from okr_notion.read.days import (
    COMPARISONS,
    DATES,
    EVER,
    RELATIVE,
    Calendar,
    Dates,
    compared,
    relative,
)
from okr_notion.read.schema import Property, Schema
from okr_notion.site.wire import Json
from okr_sources.numbers import exact

NATIVE: Final = frozenset({"and", "or", "property", "timestamp"})
"""Keys of Notion's own form."""

MAX_DEPTH: Final = 2
"""Compound filters may hold compound filters once (Notion's reference)."""

_OPERATOR = re.compile(r"^\s*(>=|<=|!=|!~|>|<|=|~)\s*(.*?)\s*$", re.DOTALL)
_EQUAL: Final = {"=": "equals", "!=": "does_not_equal"}
_CONTAIN: Final = {"=": "contains", "!=": "does_not_contain"}
_TEXT: Final = {**_EQUAL, "~": "contains", "!~": "does_not_contain"}
_NUMBER: Final = {
    **_EQUAL,
    ">": "greater_than",
    ">=": "greater_than_or_equal_to",
    "<": "less_than",
    "<=": "less_than_or_equal_to",
}
OPERATORS: Final[Mapping[str, Mapping[str, str]]] = {
    **dict.fromkeys(("title", "rich_text", "url", "email", "phone_number"), _TEXT),
    **dict.fromkeys(("number", "unique_id"), _NUMBER),
    **dict.fromkeys(("select", "status", "checkbox"), _EQUAL),
    **dict.fromkeys(("multi_select", "people", "relation"), _CONTAIN),
    **dict.fromkeys(("created_by", "last_edited_by"), _CONTAIN),
    "files": {},
}
"""Type → operator of the short form → Notion's; dates are compared in `days`."""

_EXISTENCE: Final = {"is empty": "is_empty", "is not empty": "is_not_empty"}
_NUMERIC: Final = frozenset({"number", "unique_id"})


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter as it is sent, and what is decided here of the rows that come.

    Attributes:
        json: As Notion takes it; None: all rows.
        dates: Dates that a row has to have.
    """

    json: Json | None = None
    dates: tuple[Dates, ...] = ()

    def joined(self, dates: Dates) -> Filter:
        """With one more."""
        json = self.json
        for condition in dates.conditions:
            json = both(json, condition)
        return Filter(json, (*self.dates, dates))


def is_native(written: Mapping[str, object]) -> bool:
    """Whether a filter has Notion's own form; the short one maps property names to conditions."""
    return bool(NATIVE & written.keys())


def check_shape(written: Mapping[str, object]) -> None:
    """Refuse what no property's type could make right.

    Raises:
        ValueError: An empty filter, one nested too deep, or a condition that is neither a text nor
            a list of texts.
    """
    if not written:
        raise ValueError("the filter is empty. Remove it to take all rows.")
    if is_native(written):
        if _depth(written) > MAX_DEPTH:
            raise ValueError("Notion nests `and` and `or` two levels deep at most. Flatten it.")
        return
    for name, condition in written.items():
        parts = condition if isinstance(condition, list) else [condition]
        if not parts or not all(isinstance(part, str | int | float) for part in parts):
            raise ValueError(
                f"the condition of `{name}` is neither a value nor a list of values. "
                "Write it as `Status: Done`, or the whole filter as Notion's JSON."
            )


def compiled(
    written: Mapping[str, object] | None, schema: Schema | None, calendar: Calendar
) -> Filter:
    """The filter as Notion takes it; the short form needs the schema for its types.

    Args:
        written: In either form.
        schema: Of the data source.
        calendar: Whose days the short form means.

    Raises:
        ConfigError: An unknown property, or a condition that its type does not have.
    """
    if written is None:
        return Filter()
    if is_native(written):
        return Filter(_typed(written))
    assert schema is not None
    parts: list[Json] = []
    dates: list[Dates] = []
    for name, wish in written.items():
        found, wishes = schema.find(name), wish if isinstance(wish, list) else [wish]
        if found.type in DATES:
            dates.append(_dates(found, wishes, calendar))
            parts += dates[-1].conditions
        else:
            parts += _conditions(found, wishes)
    return Filter(_all(parts), tuple(dates))


def _all(parts: Sequence[Json]) -> Json | None:
    if len(parts) > 1:
        return {"and": list(parts)}
    return parts[0] if parts else None


def both(one: Json | None, other: Json) -> Json:
    """A filter and one more condition, without nesting deeper than Notion allows."""
    if one is None:
        return other
    if "and" in one:
        return {"and": [*_parts(one["and"]), other]}
    if "or" in one and any(_is_compound(part) for part in _parts(one["or"])):
        flat = [p for part in _parts(one["or"]) for p in _parts(part.get("or", [part]))]
        return {"or": [both(part, other) for part in flat]}
    return {"and": [one, other]}


def created_from(instant: str) -> Json:
    """Rows that were created at a time or later."""
    return {"timestamp": "created_time", "created_time": {"on_or_after": instant}}


def _conditions(found: Property, wishes: Sequence[object]) -> list[Json]:
    """Of the plain values one must hold, of the comparisons all."""
    plain = [w for w in wishes if not _is_comparison(w)]
    parts = [_condition(found, w) for w in wishes if _is_comparison(w)]
    if len(plain) == 1:
        parts.append(_condition(found, plain[0]))
    elif plain:
        parts.append({"or": [_condition(found, w) for w in plain]})
    return parts


def _dates(found: Property, wishes: Iterable[object], calendar: Calendar) -> Dates:
    """The same of dates."""
    span, choices, others, takes_empty = EVER, [], 0, False
    for text in map(_text, wishes):
        if text in _EXISTENCE:
            takes_empty = takes_empty or text == "is empty"
            choices += [EVER] if text == "is not empty" else []
        elif text in RELATIVE:
            choices.append(relative(text, calendar))
        else:
            operator, value = _split(found, text, COMPARISONS)
            chosen = compared(operator, value, found, calendar)
            if operator == "=":
                choices.append(chosen)
            else:
                span, others = span.both(chosen), others + 1
    plain = tuple(choices) if choices or takes_empty else None
    return Dates(found, span if others else None, plain, takes_empty)


def _is_comparison(wish: object) -> bool:
    found = _OPERATOR.match(wish) if isinstance(wish, str) else None
    return found is not None and found[1] != "="


def _text(wish: object) -> str:
    return wish if isinstance(wish, str) else str(wish).lower()


def _condition(found: Property, wish: object) -> Json:
    if found.type not in OPERATORS:
        raise ConfigError(
            f'the short form of `filter` cannot ask for "{found.name}", a {found.type}.',
            hint="Write the filter as Notion's JSON (`property`, `and`, `or`).",
        )
    text = _text(wish)
    if text in _EXISTENCE and found.type not in ("checkbox", "unique_id"):
        return _asked(found, _EXISTENCE[text], True)
    known = OPERATORS[found.type]
    operator, value = _split(found, text, known)
    return _asked(found, known[operator], _value(found, value))


def _split(found: Property, text: str, known: Collection[str]) -> tuple[str, str]:
    """Operator and value of a wish; a plain value has to be equal."""
    match = _OPERATOR.match(text)
    operator, value = (match[1], match[2]) if match else ("=", text.strip())
    if operator not in known:
        raise ConfigError(
            f'filter of "{found.name}": a {found.type} has no `{operator}`.',
            hint=f"It has: {', '.join([*known, *_EXISTENCE])}.",
        )
    return operator, value


def _asked(found: Property, operator: str, value: object) -> Json:
    return {"property": found.name, found.type: {operator: value}}


def _value(found: Property, text: str) -> object:
    if found.type in _NUMERIC:
        return _number(text, found.name)
    if found.type == "checkbox":
        return _boolean(text, found.name)
    if not found.options:
        return text
    option = found.option(text)
    if not option:
        raise ConfigError(
            f'filter of "{found.name}": there is no option "{text}".',
            hint=f"Options: {', '.join(found.options)}.",
        )
    return option


def _typed(node: Mapping[str, object], kind: str = "") -> Json:
    """Notion's form with numbers and booleans where it wants them: YAML gives all as text."""
    return {key: _typed_value(key, value, kind) for key, value in node.items()}


def _typed_value(key: str, value: object, kind: str) -> object:
    if isinstance(value, Mapping):
        return _typed(value, key)
    if isinstance(value, list):
        return [_typed(item) if isinstance(item, Mapping) else item for item in value]
    if key in ("is_empty", "is_not_empty"):
        return True
    if key.replace("_", " ") in RELATIVE:
        return {}
    return _leaf(value, kind)


def _leaf(value: object, kind: str) -> object:
    if isinstance(value, str) and kind in _NUMERIC:
        return _number(value, kind)
    if isinstance(value, str) and kind == "checkbox":
        return _boolean(value, kind)
    return value


def _number(text: str, name: str) -> int | float:
    try:
        found = exact(text)
    except DataError:
        raise ConfigError(
            f'filter of "{name}": `{text}` is no number.', hint="Correct `filter`."
        ) from None
    return int(found) if found == found.to_integral_value() else float(found)


def _boolean(text: str, name: str) -> bool:
    if text.lower() not in ("true", "false", "yes", "no"):
        raise ConfigError(
            f'filter of "{name}": `{text}` is neither true nor false.', hint="Correct `filter`."
        )
    return text.lower() in ("true", "yes")


def _is_compound(part: Mapping[str, object]) -> bool:
    return "and" in part or "or" in part


def _parts(members: object) -> Sequence[Json]:
    return members if isinstance(members, list) else []


def _depth(node: object) -> int:
    if not isinstance(node, Mapping):
        return 0
    members = [m for key in ("and", "or") for m in _parts(node.get(key))]
    return 1 + max(map(_depth, members), default=0) if _is_compound(node) else 0
