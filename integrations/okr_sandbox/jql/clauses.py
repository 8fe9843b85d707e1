"""What each JQL field reads of an issue, which operators it takes, which values exist."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from okr_sandbox.jira.catalog import CATEGORIES, Catalog
from okr_sandbox.jira.fields import Field
from okr_sandbox.jira.issues import EPIC_LINK, SPRINT
from okr_sandbox.jira.snapshot import Row, Value, Values
from okr_sandbox.jql.tokens import JqlError

Resolve = Callable[[str], list[Value] | None]
"""The comparable values that a written one means; None where no such value exists."""

_SETS = frozenset({"=", "!=", "in", "not in", "is", "is not"})
_RANGES = frozenset({">", ">=", "<", "<="})
_TEXT = frozenset({"~", "!~", "is", "is not"})
_HISTORY = frozenset({"was", "was not", "was in", "was not in"})


@dataclass(frozen=True, slots=True)
class Column:
    """A field as queries see it.

    Attributes:
        name: what messages call it.
        operators: the operators it takes.
        read: its values in a row; none where it is empty.
        resolve: what a written value means; dates are read by the query's calendar instead.
        dates: True where values are times.
        issues: True where values are keys of issues, which the query's snapshot looks up.
        rank: order of values in ORDER BY; the values themselves where it is None.
    """

    name: str
    operators: frozenset[str]
    read: Callable[[Row], Values]
    resolve: Resolve
    dates: bool = False
    issues: bool = False
    rank: Callable[[Value], float] | None = None

    @property
    def indexed(self) -> bool:
        """True where equality is looked up rather than tried row by row."""
        return not self.dates and "=" in self.operators

    def meant(self, text: str) -> list[Value]:
        """The values that ``text`` means.

        Raises:
            JqlError: there is no such value, and the field is one that Jira checks.
        """
        values = self.resolve(text)
        if values is None:
            raise JqlError(f"The value '{text}' does not exist for the field '{self.name}'.")
        return values


def columns_of(
    catalog: Catalog, fields: Iterable[Field], me: str, *, history: bool = True
) -> dict[str, Column]:
    """Every field by its lower-case names; custom fields by ``cf[…]``, name and clause.

    Args:
        catalog: what the site knows.
        fields: the site's fields.
        me: account id of the token's user.
        history: whether ``WAS`` is known.
    """
    system = _system(catalog, me)
    if not history:
        status = system["status"]
        system["status"] = replace(status, operators=status.operators - _HISTORY)
    custom = [field for field in fields if field.custom]
    by_name: dict[str, Column] = {}
    for field in custom:
        column = system["parent"] if field.id == EPIC_LINK else _custom(field)
        for name in field.names:
            by_name[name.casefold()] = _either(by_name.get(name.casefold()), column)
    return {**by_name, **_aliased(system)}


def _aliased(system: Mapping[str, Column]) -> dict[str, Column]:
    aliases = {
        "id": "key",
        "issue": "key",
        "issuekey": "key",
        "type": "issuetype",
        "createddate": "created",
        "updateddate": "updated",
        "resolved": "resolutiondate",
        "text": "summary",
        "label": "labels",
    }
    return {**system, **{alias: system[name] for alias, name in aliases.items()}}


def _system(catalog: Catalog, me: str) -> dict[str, Column]:
    columns = [
        _named("project", _project_values(catalog), lambda row: (row.state.project,)),
        Column("key", _SETS | _RANGES, lambda row: (row.state.key,), _nothing, issues=True),
        _named("issuetype", _names(catalog.types), lambda row: (row.state.type,)),
        _named("status", _names(catalog.statuses), lambda row: (row.state.status,), more=_HISTORY),
        _named("statuscategory", _categories(), lambda row: (row.category,)),
        _named("resolution", _names(catalog.resolutions), lambda row: _one(row.state.resolution)),
        _priority(catalog),
        _named("labels", None, lambda row: tuple(label.casefold() for label in row.state.labels)),
        _person("assignee", catalog, me, lambda row: _one(row.state.assignee)),
        _person("reporter", catalog, me, lambda row: _one(row.state.reporter)),
        Column("parent", _SETS, lambda row: _one(row.state.parent), _nothing, issues=True),
        Column("summary", _TEXT, lambda row: (row.state.summary,), lambda text: [text]),
        _date("created", lambda row: (row.state.created,)),
        _date("updated", lambda row: (row.state.updated,)),
        _date(
            "resolutiondate",
            lambda row: () if row.state.resolved is None else (row.state.resolved,),
        ),
        _date("statuscategorychangeddate", lambda row: (_category_since(row, catalog),)),
    ]
    return {column.name: column for column in columns}


def _category_since(row: Row, catalog: Catalog) -> datetime:
    return row.issue.category_since(row.state.updated, catalog.statuses)


def _one(value: str | None) -> Values:
    return () if value is None else (value,)


def _nothing(_: str) -> None:
    """For fields whose values the query itself reads."""


def _names(known: Iterable[str]) -> dict[str, str]:
    return {name.casefold(): name for name in known}


def _project_values(catalog: Catalog) -> dict[str, str]:
    by_name = {name.casefold(): key for key, name in catalog.projects.items()}
    return {**by_name, **{key.casefold(): key for key in catalog.projects}}


def _categories() -> dict[str, str]:
    by_key = {key.casefold(): str(key) for key in CATEGORIES}
    return {**by_key, **{CATEGORIES[key][1].casefold(): str(key) for key in CATEGORIES}}


def _named(
    name: str,
    known: Mapping[str, str] | None,
    read: Callable[[Row], Values],
    more: frozenset[str] = frozenset(),
) -> Column:
    """A field of names; with ``known`` None any name is fine, as with labels."""

    def resolve(text: str) -> list[Value] | None:
        if known is None:
            return [text.casefold()]
        found = known.get(text.casefold())
        return None if found is None else [found]

    return Column(name, _SETS | more, read, resolve)


def _priority(catalog: Catalog) -> Column:
    ranks = {name: -rank for rank, name in enumerate(catalog.priorities)}
    named = _named("priority", _names(catalog.priorities), lambda row: (row.state.priority,))
    return Column(
        named.name,
        _SETS | _RANGES,
        named.read,
        named.resolve,
        rank=lambda value: float(ranks[str(value)]),
    )


def _person(name: str, catalog: Catalog, me: str, read: Callable[[Row], Values]) -> Column:
    def resolve(text: str) -> list[Value] | None:
        return [me] if text == "currentUser()" else [*catalog.accounts(text)] or None

    return Column(name, _SETS, read, resolve)


def _date(name: str, read: Callable[[Row], Values]) -> Column:
    return Column(name, _SETS | _RANGES, read, _nothing, dates=True)


def _custom(field: Field) -> Column:
    if field.id == SPRINT:
        return _named("sprint", None, lambda row: tuple(_folded(row.state.sprint)))
    if field.type == "number":
        return Column(field.name, _SETS | _RANGES, _number_reader(field.id), _number)

    def read(row: Row) -> Values:
        return tuple(_folded(row.state.custom.get(field.id)))

    return Column(field.name, _SETS | _TEXT, read, lambda text: [text.casefold()])


def _folded(value: object) -> list[Value]:
    return [] if value is None else [str(value).casefold()]


def _number_reader(field_id: str) -> Callable[[Row], Values]:
    def read(row: Row) -> Values:
        value = row.state.custom.get(field_id)
        return () if value is None else (float(value),)

    return read


def _number(text: str) -> list[Value] | None:
    try:
        return [float(text)]
    except ValueError:
        return None


def _either(first: Column | None, second: Column) -> Column:
    """Two fields of one name: a clause looks at both, as in Jira."""
    if first is None:
        return second

    def read(row: Row) -> Values:
        return (*first.read(row), *second.read(row))

    return Column(second.name, second.operators, read, second.resolve)
