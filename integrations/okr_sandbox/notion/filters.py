"""Notion's filters: a JSON filter becomes a test of rows."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from operator import eq, ge, gt, le, lt
from typing import Final, Protocol
from uuid import UUID

from okr_sandbox.notion.columns import OPTION_KINDS, Column, Value
from okr_sandbox.notion.dates import COMPARISONS, RELATIVE, compare, start_of, within
from okr_sandbox.notion.errors import invalid, unknown_property
from okr_sandbox.notion.rollups import Rolled

MAX_DEPTH: Final = 2
"""Compound filters may hold compound filters once."""

Test = Callable[[object], bool]
"""A test of a cell's plain value (or rollup)."""


class Row(Protocol):
    """What a filter looks at."""

    def value(self, column: Column) -> Value | Rolled:
        """The plain value of a cell."""


RowTest = Callable[[Row], bool]
TIMESTAMPS: Final = {
    "created_time": Column("created_time", "\0created_time"),
    "last_edited_time": Column("last_edited_time", "\0last_edited_time"),
}
"""Every row has these, whether or not a column shows them; no column can have such a name."""


def find_column(name: object, columns: Mapping[str, Column]) -> Column:
    """The column with this name or id (encoded or not).

    Raises:
        NotionRefusal: there is none.
    """
    if isinstance(name, str):
        if name in columns:
            return columns[name]
        for column in columns.values():
            if name in (column.id, column.encoded_id):
                return column
    raise unknown_property(name)


def row_test(body: object, columns: Mapping[str, Column], today: date, depth: int = 0) -> RowTest:
    """The test that a filter asks for.

    Args:
        body: the filter's JSON.
        columns: the data source's columns by name.
        today: what relative dates refer to.
        depth: how many compound filters are around this one.

    Raises:
        NotionRefusal: an unknown property, option, operator or shape.
    """
    if not isinstance(body, dict):
        raise invalid("body failed validation: body.filter should be an object.")
    for junction in ("and", "or"):
        if junction in body:
            return _compound(junction, body[junction], columns, today, depth)
    if "timestamp" in body:
        return _timestamp(body, today)
    if "property" not in body:
        raise invalid(
            "body failed validation: body.filter.or should be defined, body.filter.and should be "
            "defined, body.filter.property should be defined, instead was `undefined`."
        )
    column = find_column(body["property"], columns)
    kinds = [key for key in body if key not in ("property", "type")]
    if kinds != [column.kind]:
        asked = kinds[0] if kinds else "undefined"
        raise invalid(f"database property {column.kind} does not match filter {asked}")
    test = cell_test(column.kind, body[column.kind], column, today)
    return lambda row: test(row.value(column))


def _compound(
    junction: str, parts: object, columns: Mapping[str, Column], today: date, depth: int
) -> RowTest:
    if depth >= MAX_DEPTH:
        raise invalid("body failed validation: body.filter is nested deeper than two levels.")
    if not isinstance(parts, list):
        raise invalid(f"body failed validation: body.filter.{junction} should be an array.")
    tests = [row_test(part, columns, today, depth + 1) for part in parts]
    if junction == "and":
        return lambda row: all(test(row) for test in tests)
    return lambda row: any(test(row) for test in tests)


def _timestamp(body: Mapping[str, object], today: date) -> RowTest:
    name = body["timestamp"]
    column = TIMESTAMPS.get(name) if isinstance(name, str) else None
    if column is None or column.kind not in body:
        raise invalid(f"body failed validation: body.filter.timestamp is invalid: `{name}`.")
    test = _date_test(body[column.kind], today)
    return lambda row: test(row.value(column))


def cell_test(kind: str, condition: object, column: Column, today: date) -> Test:
    """The test of a cell of some kind; ``column`` names the options.

    Raises:
        NotionRefusal: an unknown operator, option or shape.
    """
    if kind == "formula":
        return _nested_test(condition, {"string": "rich_text"}, column, today)
    if kind == "rollup":
        return _rollup_test(condition, column, today)
    operator, argument = _single(condition)
    if operator in ("is_empty", "is_not_empty") and kind not in ("checkbox", "unique_id"):
        return _is_filled if operator == "is_not_empty" else lambda v: not _is_filled(v)
    if kind in _DATE_KINDS:
        return _date_test(condition, today)
    if kind in OPTION_KINDS:
        _known_option(column, argument)
    if kind in _REFERENCE_KINDS:
        argument = _reference(argument)
    operators = _OPERATORS.get(kind, {})
    if operator not in operators:
        raise invalid(f"body failed validation: body.filter.{kind}.{operator} is not an operator.")
    _check_type(kind, operator, argument)
    holds = operators[operator]
    return lambda value: holds(value, argument)


def _single(condition: object) -> tuple[str, object]:
    if not isinstance(condition, dict) or len(condition) != 1:
        raise invalid("body failed validation: a filter's condition should have one operator.")
    return next(iter(condition.items()))


def _date_test(condition: object, today: date) -> Test:
    operator, argument = _single(condition)
    if operator in RELATIVE:
        return within(operator, today)
    if operator in ("is_empty", "is_not_empty"):
        empty = operator == "is_empty"
        return lambda value: (start_of(value) is None) == empty
    if operator not in COMPARISONS:
        raise invalid(f"body failed validation: body.filter.date.{operator} is not an operator.")
    return compare(operator, argument)


def _nested_test(condition: object, names: Mapping[str, str], column: Column, today: date) -> Test:
    kind, inner = _single(condition)
    return cell_test(names.get(kind, kind), inner, column, today)


def _rollup_test(condition: object, column: Column, today: date) -> Test:
    how, inner = _single(condition)
    if how in ("number", "date"):
        test = cell_test(how, inner, column, today)
        return lambda value: test(value.plain() if isinstance(value, Rolled) else value)
    if how not in ("any", "every", "none"):
        raise invalid(f"body failed validation: body.filter.rollup.{how} is not an operator.")
    test = _nested_test(inner, {}, column, today)
    return lambda value: _of_items(how, test, value.items if isinstance(value, Rolled) else ())


def _of_items(how: str, test: Test, items: Sequence[Value]) -> bool:
    if how == "every":
        return all(test(item) for item in items)
    return any(test(item) for item in items) == (how == "any")


def _known_option(column: Column, argument: object) -> None:
    if column.kind not in OPTION_KINDS or argument is True:
        return
    if isinstance(argument, str) and column.option(argument) is not None:
        return
    known = ", ".join(f'"{option.name}"' for option in column.options)
    raise invalid(
        f'{column.kind} option "{argument}" not found for property "{column.name}". '
        f"Available options: {known}."
    )


def _reference(argument: object) -> str:
    try:
        return str(UUID(str(argument)))
    except ValueError:
        raise invalid(
            f"body failed validation: body.filter should be a valid uuid, instead was `{argument}`."
        ) from None


def _check_type(kind: str, operator: str, argument: object) -> None:
    if kind in ("number", "unique_id"):
        fine = isinstance(argument, int | float) and not isinstance(argument, bool)
    elif kind in ("checkbox", "boolean"):
        fine = isinstance(argument, bool)
    else:
        fine = isinstance(argument, str)
    if not fine:
        raise invalid(
            f"body failed validation: body.filter.{kind}.{operator} has the wrong type, instead "
            f"was `{argument}`."
        )


def _is_filled(value: object) -> bool:
    if isinstance(value, Rolled):
        value = value.items or value.value
    return value not in (None, "", ())


def _folded(value: object) -> str:
    return str(value or "").casefold()


def _holds(value: object, argument: object) -> bool:
    return argument in value if isinstance(value, tuple) else value == argument


def _number(compare: Callable[[float, float], bool]) -> Callable[[object, object], bool]:
    def holds(value: object, argument: object) -> bool:
        if isinstance(value, int | float) and isinstance(argument, int | float):
            return compare(value, argument)
        return False

    return holds


def _not(holds: Callable[[object, object], bool]) -> Callable[[object, object], bool]:
    return lambda value, argument: not holds(value, argument)


_Operators = dict[str, Callable[[object, object], bool]]
_TEXT: Final[_Operators] = {
    "equals": lambda v, a: (v or "") == a,
    "does_not_equal": lambda v, a: (v or "") != a,
    "contains": lambda v, a: _folded(a) in _folded(v),
    "does_not_contain": lambda v, a: _folded(a) not in _folded(v),
    "starts_with": lambda v, a: _folded(v).startswith(_folded(a)),
    "ends_with": lambda v, a: _folded(v).endswith(_folded(a)),
}
_NUMBER: Final[_Operators] = {
    "equals": eq,
    "does_not_equal": _not(eq),
    "greater_than": _number(gt),
    "less_than": _number(lt),
    "greater_than_or_equal_to": _number(ge),
    "less_than_or_equal_to": _number(le),
}
_EQUAL: Final[_Operators] = {"equals": eq, "does_not_equal": _not(eq)}
_HOLDS: Final[_Operators] = {"contains": _holds, "does_not_contain": _not(_holds)}
_DATE_KINDS: Final = frozenset({"date", "created_time", "last_edited_time"})
_REFERENCE_KINDS: Final = frozenset({"people", "relation", "created_by", "last_edited_by"})
_OPERATORS: Final[dict[str, _Operators]] = {
    **dict.fromkeys(("title", "rich_text", "url", "email", "phone_number"), _TEXT),
    **dict.fromkeys(("number", "unique_id"), _NUMBER),
    **dict.fromkeys(("checkbox", "select", "status"), _EQUAL),
    **dict.fromkeys(("multi_select", *_REFERENCE_KINDS), _HOLDS),
}
