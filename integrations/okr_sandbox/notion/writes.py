"""Writing: cells of pages out of the JSON of a request."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from okr_sandbox.notion.blocks import plain_text
from okr_sandbox.notion.columns import COMPUTED, Column, DateRange, Option, Value
from okr_sandbox.notion.dates import instant
from okr_sandbox.notion.errors import invalid
from okr_sandbox.notion.filters import find_column
from okr_sandbox.notion.requests import as_id
from okr_sandbox.notion.values import empty

if TYPE_CHECKING:
    from okr_sandbox.notion.records import DataSource


def written_cells(
    properties: object, columns: Mapping[str, Column], source: "DataSource | None"
) -> dict[str, Value]:
    """The plain values by column name that a request's ``properties`` ask for.

    A select option that does not exist yet is added to the data source, as Notion does.

    Raises:
        NotionRefusal: an unknown property, a computed one, or a value of another type.
    """
    if not isinstance(properties, dict):
        raise invalid("body failed validation: body.properties should be an object.")
    cells: dict[str, Value] = {}
    for name, body in properties.items():
        column = find_column(name, columns)
        if source is not None:
            column = _with_options(column, body, source)
        cells[column.name] = _cell(column, body, f"body.properties.{name}")
    return cells


def _cell(column: Column, body: object, path: str) -> Value:
    if column.kind == "title" and isinstance(body, list):
        return plain_text(body, path)
    if column.kind in COMPUTED:
        raise invalid(f"{column.name} is a {column.kind} property and cannot be written.")
    if not isinstance(body, dict) or column.kind not in body:
        raise invalid(f"{column.name} is expected to be {column.kind}.")
    value = body[column.kind]
    if value is None:
        return empty(column)
    parse = _PARSERS.get(column.kind, _text)
    return parse(column, value, f"{path}.{column.kind}")


def _with_options(column: Column, body: object, source: "DataSource") -> Column:
    if column.kind not in ("select", "multi_select") or not isinstance(body, dict):
        return column
    given = body.get(column.kind)
    named = given if isinstance(given, list) else [given]
    for one in named:
        name = one.get("name") if isinstance(one, dict) else None
        if isinstance(name, str) and column.option(name) is None:
            column = replace(column, options=(*column.options, Option(name)))
            source.columns[column.name] = column
    return column


def _text(_: Column, value: object, path: str) -> Value:
    if not isinstance(value, str):
        raise invalid(f"body failed validation: {path} should be a string.")
    return value


def _rich_text(_: Column, value: object, path: str) -> Value:
    return plain_text(value, path)


def _number(_: Column, value: object, path: str) -> Value:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise invalid(f"body failed validation: {path} should be a number, instead was `{value}`.")
    return value


def _checkbox(_: Column, value: object, path: str) -> Value:
    if not isinstance(value, bool):
        raise invalid(f"body failed validation: {path} should be a boolean, instead was `{value}`.")
    return value


def _option(column: Column, value: object, path: str) -> Value:
    asked = value.get("name") or value.get("id") if isinstance(value, dict) else None
    option = column.option(asked) if isinstance(asked, str) else None
    if option is None:
        raise invalid(f'Invalid {column.kind} option in {path}: "{asked}" does not exist.')
    return option.name


def _options(column: Column, value: object, path: str) -> Value:
    return tuple(str(_option(column, one, path)) for one in _list(value, path))


def _references(_: Column, value: object, path: str) -> Value:
    found = (one.get("id") if isinstance(one, dict) else None for one in _list(value, path))
    return tuple(as_id(one, path) for one in found)


def _date(_: Column, value: object, path: str) -> Value:
    if not isinstance(value, dict):
        raise invalid(f"body failed validation: {path} should be an object.")
    start, end, zone = (value.get(key) for key in ("start", "end", "time_zone"))
    try:
        for text in (start, end):
            if text is not None:
                instant(str(text))
        if start is None:
            raise ValueError(path)  # noqa: TRY301 - one answer for both mistakes
    except ValueError:
        raise invalid(
            f"body failed validation: {path}.start should be a valid ISO 8601 date string, "
            f"instead was `{start}`."
        ) from None
    return DateRange(str(start), None if end is None else str(end), str(zone) if zone else None)


def _files(_: Column, value: object, path: str) -> Value:
    found = (one.get("external") if isinstance(one, dict) else None for one in _list(value, path))
    return tuple(str(one.get("url")) for one in found if isinstance(one, dict))


def _list(value: object, path: str) -> list[object]:
    if not isinstance(value, list):
        raise invalid(f"body failed validation: {path} should be an array.")
    return value


_PARSERS: Final[dict[str, Callable[[Column, object, str], Value]]] = {
    "title": _rich_text,
    "rich_text": _rich_text,
    "number": _number,
    "checkbox": _checkbox,
    "select": _option,
    "status": _option,
    "multi_select": _options,
    "people": _references,
    "relation": _references,
    "date": _date,
    "files": _files,
}
"""How a kind's value is read; a kind that is not here is text."""
