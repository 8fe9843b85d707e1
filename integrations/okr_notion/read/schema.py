"""Schema: the properties of a data source, found by name or id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from okr_core.errors import ConfigError, DataError
from okr_notion.read.values import plain_text
from okr_notion.site.ids import decoded

COMPLETE = "complete"
"""Name of the status group whose options mean done, in lower case; Notion fixes all three."""


@dataclass(frozen=True, slots=True)
class Property:
    """One property (column).

    Attributes:
        id: Decoded, as `filter_properties` takes it.
        options: Names of its options where it is a select or status.
        complete: Names of the options that mean done, status only.
        relations: Ids of the relations that a rollup or formula computes from: where one of them
            shows all of its 25 references, the computed value may be wrong.
    """

    id: str
    name: str
    type: str
    options: tuple[str, ...] = ()
    complete: frozenset[str] = frozenset()
    relations: tuple[str, ...] = ()


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
        """The property with this name or id; a name that differs in case only is taken too.

        Raises:
            ConfigError: None, or several that differ in case only; the error lists candidates.
        """
        for candidate in self.properties:
            if written in (candidate.name, candidate.id):
                return candidate
        folded = [p for p in self.properties if p.name.casefold() == written.casefold()]
        folded = folded or [p for p in self.properties if p.id == decoded(written)]
        if len(folded) == 1:
            return folded[0]
        raise ConfigError(
            f'property "{written}" of {self} is {"ambiguous" if folded else "unknown"}.',
            hint=self._candidates(written, folded),
        )

    def of_type(self, *types: str) -> tuple[Property, ...]:
        """Its properties of these types."""
        return tuple(p for p in self.properties if p.type in types)

    def status(self, written: str = "") -> Property:
        """The property that tells what is done: the one written, else the only status.

        Raises:
            ConfigError: There is none, several, or it is no status and no checkbox.
        """
        if written:
            found = self.find(written)
            if found.type not in ("status", "checkbox", "formula"):
                raise ConfigError(
                    f'property "{found.name}" of {self} is a {found.type}; '
                    "done is told by a status, a checkbox or a formula that is true or false.",
                    hint="Name another in `measure.done_ratio.by`.",
                )
            return found
        statuses = self.of_type("status")
        if len(statuses) == 1:
            return statuses[0]
        names = _listed(statuses or self.of_type("checkbox"))
        raise ConfigError(
            f"{self} has {len(statuses) or 'no'} status properties.",
            hint=f"Name the one that tells what is done in `measure.done_ratio.by`: {names}.",
        )

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
    config = _mapping(column.get(kind))
    options = {str(o.get("id")): str(o.get("name")) for o in _mappings(config.get("options"))}
    return Property(
        id=decoded(str(column["id"])),
        name=name,
        type=kind,
        options=tuple(options.values()),
        complete=frozenset(
            options[member]
            for group in _mappings(config.get("groups"))
            if str(group.get("name", "")).casefold() == COMPLETE
            for member in _texts(group.get("option_ids"))
            if member in options
        ),
        relations=_relations(kind, config, columns),
    )


def _relations(
    kind: str, config: Mapping[str, object], columns: Mapping[str, Column]
) -> tuple[str, ...]:
    if kind == "rollup":
        relation = config.get("relation_property_id")
        return (decoded(relation),) if isinstance(relation, str) and relation else ()
    if kind != "formula":
        return ()
    expression = str(config.get("expression", ""))
    used = [column for name, column in columns.items() if _is_in(name, column, expression)]
    found = {decoded(str(c["id"])) for c in used if c["type"] == "relation"}
    for rollup in (c for c in used if c["type"] == "rollup"):
        found.update(_relations("rollup", _mapping(rollup.get("rollup")), columns))
    return tuple(sorted(found))


def _is_in(name: str, column: Column, expression: str) -> bool:
    names = (name, str(column["id"]), decoded(str(column["id"])))
    return any(each and each in expression for each in names)


def _listed(properties: Sequence[Property]) -> str:
    return ", ".join(f'"{p.name}" ({p.type}, id {p.id})' for p in properties) or "none"


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: object) -> list[Mapping[str, object]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
