"""Behind: what a rollup or formula is computed from, as its data source describes it.

Notion computes over lists that hold 25 references at most, and says nothing where more were cut
off. A list in the same row shows its length; one in a row of another data source does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from okr_notion.site.ids import decoded

if TYPE_CHECKING:
    from okr_notion.read.schema import Property, Schema

UNTOLD = ""
"""In place of a relation's id where the description does not tell what is computed from what."""
COUNTS_ROWS = "count"
"""The rollup that counts related rows, whatever is in them."""

_NAMED = re.compile(r"""prop\(\s*["']((?:[^"'\\]|\\.)*)["']\s*\)""")
_BY_ID = re.compile(r"block_property:([^:}]+)")

Column = Mapping[str, object]


class Behind(NamedTuple):
    """What a property computes from in another data source.

    Attributes:
        source: Id of the data source.
        property: Id of the property there; empty where only a formula's text tells.
        formula: That text.
    """

    source: str
    property: str = ""
    formula: str = ""

    def nested(self, schema: Schema) -> Property | None:
        """The property there that is itself computed over lists, or is one; None if none is."""
        for found in schema.properties:
            if found.id == self.property and (found.relations or found.type == "relation"):
                return found
            if self.formula and found.relations and _is_used(found.name, found.id, self.formula):
                return found
        return None


def behind(name: str, columns: Mapping[str, Column]) -> tuple[tuple[str, ...], tuple[Behind, ...]]:
    """Ids of the relations that a property computes from, and what it reads beyond them.

    `UNTOLD` is among the relations of a rollup or formula whose description does not tell.

    Args:
        name: Of the property.
        columns: All properties of its data source by name, as Notion describes them.
    """
    relations: set[str] = set()
    others: set[Behind] = set()
    for relation, other in _behind(name, columns, {name}):
        relations.add(relation)
        others.update([other] if other.source else [])
    return tuple(sorted(relations)), tuple(sorted(others))


def _behind(
    name: str, columns: Mapping[str, Column], seen: set[str]
) -> Iterator[tuple[str, Behind]]:
    column = columns[name]
    config = mapping(column.get(str(column["type"])))
    if column["type"] == "rollup":
        yield from _of_rollup(config, columns)
    elif column["type"] == "formula":
        text = config.get("expression")
        if not isinstance(text, str):
            yield UNTOLD, Behind("")
            return
        for other, used in columns.items():
            if other in seen or not _is_used(other, str(used["id"]), text):
                continue
            if used["type"] == "relation":
                yield _id(used), Behind(_source(used), formula=text)
            elif used["type"] in ("rollup", "formula"):
                yield from _behind(other, columns, {*seen, other})


def _of_rollup(
    config: Mapping[str, object], columns: Mapping[str, Column]
) -> Iterator[tuple[str, Behind]]:
    written = config.get("relation_property_id")
    rolled = config.get("rollup_property_id")
    counts = config.get("function") == COUNTS_ROWS
    if not isinstance(written, str) or not written or not (counts or isinstance(rolled, str)):
        yield UNTOLD, Behind("")
        return
    relation = decoded(written)
    source = next((_source(c) for c in columns.values() if _id(c) == relation), "")
    yield relation, Behind("") if counts else Behind(source, decoded(str(rolled)))


def _is_used(name: str, identifier: str, text: str) -> bool:
    """Whether a formula names a property; one that names none in a known way may mean any."""
    named = {found.replace('\\"', '"') for found in _NAMED.findall(text)}
    named |= {decoded(found) for found in _BY_ID.findall(text)}
    if named:
        return name in named or decoded(identifier) in named
    return any(each and each in text for each in (name, identifier, decoded(identifier)))


def _id(column: Column) -> str:
    return decoded(str(column["id"]))


def _source(relation: Column) -> str:
    config = mapping(relation.get("relation"))
    found = config.get("data_source_id") or config.get("database_id")
    return found if isinstance(found, str) else ""


def mapping(value: object) -> Mapping[str, object]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def mappings(value: object) -> list[Mapping[str, object]]:
    """The objects in a list, none if it is no list."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
