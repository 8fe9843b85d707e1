"""Schema: the properties of a data source, found by name or id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from unicodedata import normalize

from okr_core.basics.base import shortened
from okr_core.errors import ConfigError, DataError
from okr_notion.read.behind import Behind, behind, mapping, mappings
from okr_notion.read.values import MEASURED, plain_text
from okr_notion.site.ids import decoded

COMPLETE = "complete"
"""Name of the status group whose options mean done, in lower case; Notion fixes all three."""

WITH_OPTIONS = ("status", "select", "multi_select")


def folded(name: str) -> str:
    """A name as it is compared: however its letters are composed, in whatever case.

    >>> folded("E\u0301tat") == folded("\u00e9tat")
    True
    """
    return normalize("NFC", normalize("NFC", name).casefold())


@dataclass(frozen=True, slots=True)
class Property:
    """One property (column).

    Attributes:
        id: Decoded, as `filter_properties` takes it.
        options: Names of its options where it is a select, multi-select or status.
        option_ids: Their ids, in the same order.
        complete: Names of the options that mean done, status only.
        relations: Ids of the relations that a rollup or formula computes from: where one of them
            shows all of its 25 references, the computed value may be wrong.
        behind: What it computes from in other data sources.
    """

    id: str
    name: str
    type: str
    options: tuple[str, ...] = ()
    option_ids: tuple[str, ...] = ()
    complete: frozenset[str] = frozenset()
    relations: tuple[str, ...] = ()
    behind: tuple[Behind, ...] = ()

    def option(self, written: str) -> str:
        """The name of the option that is meant: by id, by name, by its folded name; else empty."""
        if written in self.option_ids:
            return self.options[self.option_ids.index(written)]
        if written in self.options:
            return written
        same = [option for option in self.options if folded(option) == folded(written)]
        return same[0] if len(same) == 1 else ""

    def shown(self, identifier: object, name: str) -> str:
        """The name of an option that a cell shows, even if it was renamed since.

        Raises:
            DataError: There was no such option when the property was looked up.
        """
        if isinstance(identifier, str) and identifier in self.option_ids:
            return self.options[self.option_ids.index(identifier)]
        if name in self.options:
            return name
        raise DataError(
            f"its option {shortened(name)} was not there when the property was looked up.",
            hint="Somebody changed the options: sync again.",
        )

    def chosen(self, written: Sequence[str]) -> frozenset[str] | None:
        """The names of the options that are meant; None if one of them is none of its options."""
        found = [self.option(name) for name in written]
        return frozenset(found) if all(found) else None


@dataclass(frozen=True, slots=True)
class Schema:
    """The properties of a data source, or of one page.

    Attributes:
        title: What people call it.
        url: Address that a person can open, empty if the server gave none.
        noun: `data source` or `page`.
    """

    title: str
    url: str
    properties: tuple[Property, ...]
    noun: str = "data source"

    def __str__(self) -> str:
        return f'{self.noun} "{self.title}"'

    def find(self, written: str) -> Property:
        """The property with this id or name; letters may be composed and cased differently.

        Raises:
            ConfigError: None, or several; the error lists candidates.
        """
        exact = [p for p in self.properties if written in (p.id, p.name)]
        found = exact or [p for p in self.properties if folded(p.name) == folded(written)]
        found = found or [p for p in self.properties if p.id == decoded(written)]
        if len(found) == 1:
            return found[0]
        raise ConfigError(
            f'property "{written}" of {self} is {"ambiguous" if found else "unknown"}.',
            hint=self._candidates(written, found),
        )

    def has(self, written: str) -> bool:
        """Whether there is a property with this id or name."""
        named = (written, folded(written))
        return any(
            p.id == written or named[0] == p.name or named[1] == folded(p.name)
            for p in self.properties
        )

    def number(self, written: str) -> Property:
        """The property with this name or id, of a type that can be a number.

        Raises:
            ConfigError: See `find`; or nothing can be measured of its type.
        """
        found = self.find(written)
        if found.type in MEASURED:
            return found
        fit = _listed([p for p in self.properties if p.type in MEASURED and p.type != "title"])
        raise ConfigError(
            f'property "{found.name}" of {self} is a {found.type}, which is no number.',
            hint=f"Name one that is: {fit}.",
        )

    def of_type(self, *types: str) -> tuple[Property, ...]:
        """Its properties of these types."""
        return tuple(p for p in self.properties if p.type in types)

    def _candidates(self, written: str, folded: Sequence[Property]) -> str:
        close = get_close_matches(written, [p.name for p in self.properties], n=3, cutoff=0.5)
        closest = [p for name in close for p in self.properties if p.name == name]
        if folded or closest:
            return f"Closest: {_listed(folded or closest)}."
        return f"It has: {_listed(self.properties[:20])}."


def schema_of(body: Mapping[str, object]) -> Schema:
    """The schema in the answer of `GET /v1/data_sources/{id}`.

    Raises:
        DataError: The answer is no data source.
    """
    url = body.get("url")
    columns = _columns(body.get("properties"))
    title = plain_text(body.get("title")) or str(body.get("id"))
    return Schema(title, url if isinstance(url, str) else "", _properties(columns))


def schema_of_page(page: Mapping[str, object], title: str) -> Schema:
    """What a page tells of its properties: names, ids and types.

    Raises:
        DataError: The answer is no page.
    """
    return Schema(title, "", _properties(_columns(page.get("properties"))), "page")


Column = Mapping[str, object]


def _columns(written: object) -> dict[str, Column]:
    if not isinstance(written, Mapping):
        raise DataError(
            "the answer about a page or data source has no properties.",
            hint="Give the integration the capability to read content.",
        )
    return {
        str(column.get("name", key)): column
        for key, column in written.items()
        if isinstance(column, Mapping) and "id" in column and "type" in column
    }


def _properties(columns: Mapping[str, Column]) -> tuple[Property, ...]:
    return tuple(_property(name, column, columns) for name, column in columns.items())


def _property(name: str, column: Column, columns: Mapping[str, Column]) -> Property:
    kind = str(column["type"])
    config = mapping(column.get(kind))
    options = _options(config.get("options"))
    relations, others = behind(name, columns)
    return Property(
        id=decoded(str(column["id"])),
        name=name,
        type=kind,
        options=tuple(options.values()),
        option_ids=tuple(options),
        complete=frozenset(
            options[member]
            for group in mappings(config.get("groups"))
            if str(group.get("name", "")).casefold() == COMPLETE
            for member in _texts(group.get("option_ids"))
            if member in options
        ),
        relations=relations,
        behind=others,
    )


def _options(written: object) -> dict[str, str]:
    """Id → name of options that can be told apart; a cell that shows another one is no number."""
    told: list[tuple[str, str]] = []
    for option in mappings(written):
        id_, name = option.get("id"), option.get("name")
        if isinstance(id_, str) and isinstance(name, str) and id_ and name:
            told.append((id_, name))
    ids, names = Counter(id_ for id_, _ in told), Counter(name for _, name in told)
    return {id_: name for id_, name in told if ids[id_] == names[name] == 1}


def _listed(properties: Sequence[Property]) -> str:
    return ", ".join(f'"{p.name}" ({p.type}, id {p.id})' for p in properties) or "none"


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
