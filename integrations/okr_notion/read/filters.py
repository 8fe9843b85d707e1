"""Filters: what a binding writes, as the JSON that Notion takes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from okr_core.errors import ConfigError, DataError
from okr_notion.read.schema import Property, Schema
from okr_sources.numbers import exact

Json = dict[str, object]
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
_DATE: Final = {
    "=": "equals",
    ">": "after",
    ">=": "on_or_after",
    "<": "before",
    "<=": "on_or_before",
}
OPERATORS: Final[Mapping[str, Mapping[str, str]]] = {
    **dict.fromkeys(("title", "rich_text", "url", "email", "phone_number"), _TEXT),
    **dict.fromkeys(("number", "unique_id"), _NUMBER),
    **dict.fromkeys(("date", "created_time", "last_edited_time"), _DATE),
    **dict.fromkeys(("select", "status", "checkbox"), _EQUAL),
    **dict.fromkeys(("multi_select", "people", "relation"), _CONTAIN),
    **dict.fromkeys(("created_by", "last_edited_by"), _CONTAIN),
    "files": {},
}
"""Type → operator of the short form → Notion's."""

RELATIVE: Final = frozenset(
    f"{when} {period}" for when in ("past", "this", "next") for period in ("week", "month", "year")
) - {"this month", "this year"}
_EXISTENCE: Final = {"is empty": "is_empty", "is not empty": "is_not_empty"}
_NUMERIC: Final = frozenset({"number", "unique_id"})


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


def compiled(written: Mapping[str, object] | None, schema: Schema | None) -> Json | None:
    """The filter as Notion takes it; the short form needs the schema for its types.

    Raises:
        ConfigError: An unknown property, or a condition that its type does not have.
    """
    if written is None:
        return None
    if is_native(written):
        return _typed(written)
    assert schema is not None
    parts = [p for name, wish in written.items() for p in _conditions(schema.find(name), wish)]
    return parts[0] if len(parts) == 1 else {"and": parts}


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


def up_to(property_: Property, day: str) -> Json:
    """Rows whose date is not after a day."""
    return {"property": property_.name, property_.type: {"on_or_before": day}}


def _conditions(found: Property, wish: object) -> list[Json]:
    """Of the plain values one must hold, of the comparisons all."""
    wishes = wish if isinstance(wish, list) else [wish]
    plain = [w for w in wishes if not _is_comparison(w)]
    parts = [_condition(found, w) for w in wishes if _is_comparison(w)]
    if len(plain) == 1:
        parts.append(_condition(found, plain[0]))
    elif plain:
        parts.append({"or": [_condition(found, w) for w in plain]})
    return parts


def _is_comparison(wish: object) -> bool:
    found = _OPERATOR.match(wish) if isinstance(wish, str) else None
    return found is not None and found[1] != "="


def _condition(found: Property, wish: object) -> Json:
    if found.type not in OPERATORS:
        raise ConfigError(
            f'the short form of `filter` cannot ask for "{found.name}", a {found.type}.',
            hint="Write the filter as Notion's JSON (`property`, `and`, `or`).",
        )
    text = wish if isinstance(wish, str) else str(wish).lower()
    if text in _EXISTENCE and found.type not in ("checkbox", "unique_id"):
        return _asked(found, _EXISTENCE[text], True)
    if text in RELATIVE and OPERATORS[found.type] is _DATE:
        return _asked(found, text.replace(" ", "_"), {})
    match = _OPERATOR.match(text)
    operator, value = (match[1], match[2]) if match else ("=", text.strip())
    known = OPERATORS[found.type]
    if operator not in known:
        raise ConfigError(
            f'filter of "{found.name}": a {found.type} has no `{operator}`.',
            hint=f"It has: {', '.join([*known, *_EXISTENCE])}.",
        )
    return _asked(found, known[operator], _value(found, value))


def _asked(found: Property, operator: str, value: object) -> Json:
    return {"property": found.name, found.type: {operator: value}}


def _value(found: Property, text: str) -> object:
    if found.type in _NUMERIC:
        return _number(text, found.name)
    if found.type == "checkbox":
        return _boolean(text, found.name)
    if found.options and text not in found.options:
        raise ConfigError(
            f'filter of "{found.name}": there is no option "{text}".',
            hint=f"Options: {', '.join(found.options)}.",
        )
    return text


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
