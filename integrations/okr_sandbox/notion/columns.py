"""Columns of a Notion data source: their types, what each type needs to know, and their schema."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal, Protocol
from urllib.parse import quote

Kind = Literal[
    "title", "rich_text", "number", "select", "multi_select", "status", "date", "people", "files",
    "checkbox", "url", "email", "phone_number", "relation", "rollup", "formula", "unique_id",
    "created_time", "created_by", "last_edited_time", "last_edited_by",
]  # fmt: skip
"""Notion's name of a column's type."""

COMPUTED: Final[frozenset[Kind]] = frozenset(
    {"rollup", "formula", "unique_id", "created_time", "created_by", "last_edited_time",
     "last_edited_by"}
)  # fmt: skip
"""Types that nobody can write."""

OPTION_KINDS: Final[frozenset[Kind]] = frozenset({"select", "multi_select", "status"})
FormulaKind = Literal["number", "string", "boolean", "date"]
RollupAnswer = Literal["number", "date", "array", "unsupported", "incomplete"]
_COLORS: Final = ("gray", "blue", "green", "yellow", "orange", "red", "purple", "pink", "brown")


@dataclass(frozen=True, slots=True)
class DateRange:
    """A date value as ISO 8601 text: a day, or a time with offset; ``end`` makes it a range."""

    start: str
    end: str | None = None
    time_zone: str | None = None


Value = str | int | float | bool | DateRange | tuple[str, ...] | None
"""A plain value of a cell: text, number, option name, ids of people or pages, date, or nothing."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a select, multi-select or status column."""

    name: str
    color: str = "default"

    @property
    def id(self) -> str:
        """Stable id of the option."""
        return sha256(self.name.encode()).hexdigest()[:8]

    def json(self) -> dict[str, object]:
        """The option as a cell shows it."""
        return {"id": self.id, "name": self.name, "color": self.color}


@dataclass(frozen=True, slots=True)
class Formula:
    """A computed column: ``compute`` gets the row's plain values by column name."""

    kind: FormulaKind
    compute: Callable[[Mapping[str, Value]], Value]
    expression: str = "/* computed by the sandbox */"


@dataclass(frozen=True, slots=True)
class Rollup:
    """An aggregate over related rows: ``function`` of their ``column``, found by ``relation``."""

    relation: str
    column: str
    function: str
    answers: RollupAnswer | None = None


class Target(Protocol):
    """What a relation points at: a data source of some database."""

    @property
    def id(self) -> str:
        """Id of the data source."""

    @property
    def database_id(self) -> str:
        """Id of its database."""

    @property
    def columns(self) -> "Mapping[str, Column]":
        """Its columns by name."""


@dataclass(frozen=True, slots=True)
class Column:
    """One property of a data source; ``id`` is decoded (Notion's answers show it URL-encoded)."""

    kind: Kind
    name: str = ""
    id: str = ""
    options: tuple[Option, ...] = ()
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    format: str = "number"
    prefix: str | None = None
    target: Target | None = None
    rollup: Rollup | None = None
    formula: Formula | None = None

    @property
    def encoded_id(self) -> str:
        """The id as Notion's answers show it."""
        return quote(self.id, safe="-_.!~*'()")

    def option(self, name: str) -> Option | None:
        """The option with this name or id, None where there is none."""
        return next((o for o in self.options if name in (o.name, o.id)), None)


def status(
    todo: tuple[str, ...] = ("Not started",),
    in_progress: tuple[str, ...] = ("In progress",),
    complete: tuple[str, ...] = ("Done",),
    *,
    id: str = "",  # noqa: A002 - Notion's word
) -> Column:
    """A status column with the options of its three groups."""
    groups = (("To-do", todo), ("In progress", in_progress), ("Complete", complete))
    return Column("status", id=id, options=_options(todo + in_progress + complete), groups=groups)


def select(*names: str, id: str = "") -> Column:  # noqa: A002
    """A select column."""
    return Column("select", id=id, options=_options(names))


def multi_select(*names: str, id: str = "") -> Column:  # noqa: A002
    """A multi-select column."""
    return Column("multi_select", id=id, options=_options(names))


def number(format: str = "number", *, id: str = "") -> Column:  # noqa: A002
    """A number column; formats are Notion's, such as ``percent`` or ``euro``."""
    return Column("number", id=id, format=format)


def relation(target: Target, *, id: str = "") -> Column:  # noqa: A002
    """A one-way relation to the rows of another data source."""
    return Column("relation", id=id, target=target)


def rollup(
    relation: str,
    column: str,
    function: str = "sum",
    *,
    answers: RollupAnswer | None = None,
    id: str = "",  # noqa: A002
) -> Column:
    """A rollup; ``answers="unsupported"`` or ``"incomplete"`` makes Notion decline to say."""
    return Column("rollup", id=id, rollup=Rollup(relation, column, function, answers))


def formula(
    kind: FormulaKind,
    compute: Callable[[Mapping[str, Value]], Value],
    *,
    expression: str = "/* computed by the sandbox */",
    id: str = "",  # noqa: A002
) -> Column:
    """A formula: ``compute`` gets the row's plain values by column name; None shows as null."""
    return Column("formula", id=id, formula=Formula(kind, compute, expression))


def unique_id(prefix: str | None = None, *, id: str = "") -> Column:  # noqa: A002
    """Numbers that Notion counts up, such as TASK-12."""
    return Column("unique_id", id=id, prefix=prefix)


def column_json(column: Column, columns: Mapping[str, Column]) -> dict[str, object]:
    """The column as ``GET /v1/data_sources/{id}`` describes it."""
    return {
        "id": column.encoded_id,
        "name": column.name,
        "description": None,
        "type": column.kind,
        column.kind: _config(column, columns),
    }


def _config(column: Column, columns: Mapping[str, Column]) -> dict[str, object]:
    if column.kind in OPTION_KINDS:
        return _option_config(column)
    if column.formula is not None:
        return {"expression": column.formula.expression}
    if column.target is not None:
        ids = {"data_source_id": column.target.id, "database_id": column.target.database_id}
        return {**ids, "type": "single_property", "single_property": {}}
    if column.rollup is not None:
        return _rollup_config(column.rollup, columns)
    plain: dict[str, dict[str, object]] = {
        "number": {"format": column.format},
        "unique_id": {"prefix": column.prefix},
    }
    return plain.get(column.kind, {})


def _option_config(column: Column) -> dict[str, object]:
    config: dict[str, object] = {
        "options": [{**option.json(), "description": None} for option in column.options]
    }
    if column.kind == "status":
        colors = {"To-do": "gray", "In progress": "blue", "Complete": "green"}
        config["groups"] = [
            {
                "id": Option(f"group {name}").id,
                "name": name,
                "color": colors.get(name, "default"),
                "option_ids": [Option(member).id for member in members],
            }
            for name, members in column.groups
        ]
    return config


def _rollup_config(rolled: Rollup, columns: Mapping[str, Column]) -> dict[str, object]:
    relating = columns[rolled.relation]
    related = relating.target.columns if relating.target else {}
    return {
        "function": rolled.function,
        "relation_property_name": rolled.relation,
        "relation_property_id": relating.encoded_id,
        "rollup_property_name": rolled.column,
        "rollup_property_id": related[rolled.column].encoded_id if rolled.column in related else "",
    }


def _options(names: tuple[str, ...]) -> tuple[Option, ...]:
    return tuple(Option(name, _COLORS[i % len(_COLORS)]) for i, name in enumerate(names))
