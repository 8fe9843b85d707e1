"""Write-back: scores of items in properties of the pages that they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from okr_core.basics.command import okr
from okr_core.basics.exact import decimal_text
from okr_core.errors import AccessError, ConfigError, DataError, OkrError
from okr_notion.read.rows import cell_of, is_deleted, title_of
from okr_notion.read.schema import Property, Schema, schema_of, schema_of_page
from okr_notion.read.values import number_in, option_in, plain_text
from okr_notion.site.errors import SHARE, NotSharedError
from okr_notion.site.wire import Json
from okr_notion.write_back.mirror import DATE, FieldName, NotionWriteBack
from okr_sources.send.workers import in_order
from okr_sources.send.workers import outcome as job_outcome
from okr_sources.session import Send
from okr_sources.write_back.ownership import Cell, Settled, refused, settle
from okr_sources.write_back.write_back import Compared, Target, WriteBackFields, unreached

if TYPE_CHECKING:
    from okr_notion.site.client import Client

TYPES: Mapping[FieldName, tuple[str, ...]] = {
    "score": ("number", "rich_text"),
    "progress": ("number", "rich_text"),
    "grade": ("select", "status", "rich_text"),
    "status": ("status", "select", "rich_text"),
    "date": ("date", "rich_text"),
}
"""Field → types of property that it may be written to."""
_OTHERS = {
    "title": "a title is written by people",
    "people": "people are chosen by people",
    "relation": "a relation is made by people",
    "formula": "Notion computes it",
    "rollup": "Notion computes it",
    "unique_id": "Notion counts it",
    "created_time": "Notion writes it",
    "created_by": "Notion writes it",
    "last_edited_time": "Notion writes it",
    "last_edited_by": "Notion writes it",
}
"""Type of property → who writes it."""


@dataclass(frozen=True, slots=True)
class _Notes:
    """What `put` needs of `compare`: the page, and the property of each field."""

    target: Target
    properties: Mapping[str, Property]


class NotionWriter:
    """Compares and writes at the pages of one workspace.

    Args:
        name: Name of the connection.
        client: Where requests go.
        send: See `Send`.
        at_once: Requests at once.
    """

    def __init__(self, name: str, client: Client, send: Send, at_once: int) -> None:
        self._name = name
        self._client = client
        self._send = send
        self._at_once = at_once
        self._schemas: dict[str, Schema] = {}
        self._lock = Lock()

    def compare(self, fields: WriteBackFields, targets: Sequence[Target]) -> list[Compared]:
        """What a write would change; see `okr_sources.write_back.write_back.Writing`."""
        assert isinstance(fields, NotionWriteBack)
        results = in_order(targets, partial(self._compared, fields), self._at_once)
        return [
            self._unreached(target, result.error) if result.error else result.get()
            for target, result in zip(targets, results, strict=True)
        ]

    def put(self, compared: Sequence[Compared]) -> list[Compared]:
        """Write the changes; see `okr_sources.write_back.write_back.Writing`."""
        return [result.get() for result in in_order(compared, self._put, self._at_once)]

    def _compared(self, fields: NotionWriteBack, target: Target) -> Compared:
        item, identifier = target.outcome.item, target.mirror.place
        page = self._send(lambda: self._client.page(identifier), endpoint="pages")
        _refuse_closed(page, identifier)
        title = title_of(page) or identifier
        schema = schema_of_page(page, title)
        found, lost = _Reading(page, schema, fields, target, self._schema).cells()
        cells = [cell for _, cell in found.values()]
        settled = {s.field: s for s in settle(item, identifier, cells, target.own, target.taken)}
        listed = tuple((settled | lost)[field] for field in fields.properties)
        notes = _Notes(target, {field: known for field, (known, _) in found.items()})
        return Compared(item, title, listed, detail=notes)

    def _put(self, compared: Compared) -> Compared:
        notes = compared.detail
        if not isinstance(notes, _Notes) or not compared.changes:
            return compared
        found = ((notes.properties[each.field], each.value) for each in compared.changes)
        body: Json = {each.id: _BODIES[each.type](value) for each, value in found}
        identifier = notes.target.mirror.place
        send = partial(self._client.update_page, identifier, body)
        done = job_outcome(compared.item, lambda: self._send(send, endpoint="pages"))
        if done.error is None:
            shown = done.get()
            fields = (_taken(each, notes, shown) for each in compared.fields)
        else:
            error = _about_writing(done.error)
            fields = (_failed(each, error) for each in compared.fields)
        return replace(compared, fields=tuple(fields))

    def _schema(self, source: str) -> Schema:
        """The schema of a data source, asked for once."""
        with self._lock:
            if source not in self._schemas:
                body = self._send(lambda: self._client.data_source(source), endpoint="data_sources")
                self._schemas[source] = schema_of(body)
            return self._schemas[source]

    def _unreached(self, target: Target, error: OkrError) -> Compared:
        if isinstance(error, NotSharedError):
            hint = f"{SHARE}, or correct `mirror.notion.page`."
            error = NotSharedError(error.message, hint=hint)
        return unreached(target, error, f"notion `{self._name}`")


@dataclass(frozen=True, slots=True)
class _Reading:
    """One page, read for the fields that it mirrors."""

    page: Json
    schema: Schema
    fields: NotionWriteBack
    target: Target
    schema_of: Callable[[str], Schema]

    def cells(self) -> tuple[dict[str, tuple[Property, Cell]], dict[str, Settled]]:
        """Field → its property with what it holds and should hold; field → why it has none."""
        found: dict[str, tuple[Property, Cell]] = {}
        lost: dict[str, Settled] = {}
        for field, written in self.fields.properties.items():
            result = job_outcome(field, partial(self.cell, field, written))
            if result.error is not None:
                lost[field] = refused(field, written, result.error)
            else:
                found[field] = result.get()
        return found, lost

    def cell(self, field: FieldName, written: str) -> tuple[Property, Cell]:
        """The property of a field, with what it holds and should hold.

        Raises:
            ConfigError: There is no such property, or it is not for us to write.
        """
        found = self.schema.find(written)
        _refuse_type(field, found)
        holds = _HOLDS[found.type](cell_of(self.page, found))
        wanted = self.fields.text_of(field, self.target.outcome)
        if found.type in ("status", "select") and wanted is not None:
            wanted = self._option(found, holds, wanted)
        return found, Cell(field, found.name, holds, wanted, follows=field == DATE)

    def _option(self, found: Property, holds: str | None, wanted: str) -> str:
        """The option as the data source spells it."""
        if holds is not None and holds.casefold() == wanted.casefold():
            return holds
        source = _source_of(self.page)
        options = self.schema_of(source).find(found.id).options if source else ()
        spelt = next((each for each in options if each.casefold() == wanted.casefold()), None)
        if spelt is None and found.type == "status":
            names = ", ".join(options)
            raise ConfigError(
                f'status "{found.name}" has no option "{wanted}".',
                hint=f"Add it in Notion, or name one in `write_back.options`: {names}.",
            )
        return wanted if spelt is None else spelt


def _refuse_closed(page: Json, identifier: str) -> None:
    if is_deleted(page):
        raise DataError(
            f"page {identifier} is in the trash.",
            hint="Restore it, or correct `mirror.notion.page`.",
        )
    if page.get("is_locked") is True:
        raise AccessError(
            f"page {identifier} is locked.", hint="Unlock it (··· → Lock page) to have it written."
        )


def _refuse_type(field: FieldName, found: Property) -> None:
    types = TYPES[field]
    if found.type not in types:
        why = _OTHERS.get(found.type, f"a {field} does not fit into it")
        names = " or ".join(types).replace("rich_text", "text")
        raise ConfigError(
            f'property "{found.name}" is a {found.type}: {why}.',
            hint=f"Name a {names} property in `write_back.{field}`.",
        )


def _about_writing(error: OkrError) -> OkrError:
    """The refusal of a write; its hints are about reading."""
    if isinstance(error, NotSharedError) or not isinstance(error, AccessError | ConfigError):
        return error
    hint = "Give the integration the capability to update content."
    return type(error)(error.message, hint=hint if isinstance(error, AccessError) else "")


def _failed(settled: Settled, error: OkrError) -> Settled:
    if settled.verdict != "changed":
        return settled
    failed = refused(settled.field, settled.label, error)
    return replace(failed, old=settled.old, new=settled.new)


def _taken(settled: Settled, notes: _Notes, page: Json) -> Settled:
    """The field, if the page that Notion answers a write with holds what was written."""
    if settled.verdict != "changed":
        return settled
    known = notes.properties[settled.field]
    try:
        holds = _HOLDS[known.type](cell_of(page, known))
    except OkrError as error:
        return _failed(settled, error)
    if holds == settled.value:
        return settled
    there, due = (f'"{each}"' if each else "nothing" for each in (holds, settled.value))
    lost = DataError(
        f'property "{known.name}" was to hold {due}; the page that answers shows {there}.',
        hint=f"Look at the page; the next {okr('write-back').code} compares anew.",
    )
    return _failed(settled, lost)


def _source_of(page: Json) -> str:
    parent = page.get("parent")
    source = parent.get("data_source_id") if isinstance(parent, Mapping) else None
    return source if isinstance(source, str) else ""


def _number(cell: object) -> str | None:
    value = number_in(cell)
    if value is None:
        return None
    return decimal_text(value.normalize()) if value else "0"


def _text(cell: object) -> str | None:
    content = cell.get("rich_text") if isinstance(cell, Mapping) else None
    return plain_text(content) or None


def _date(cell: object) -> str | None:
    """A date as text; its end too, since a range is none of ours."""
    content = cell.get("date") if isinstance(cell, Mapping) else None
    if not isinstance(content, Mapping) or not content.get("start"):
        return None
    end = content.get("end")
    return f"{content['start']} → {end}" if end else str(content["start"])


_HOLDS: Mapping[str, Callable[[object], str | None]] = {
    "number": _number,
    "rich_text": _text,
    "select": lambda cell: option_in(cell) or None,
    "status": lambda cell: option_in(cell) or None,
    "date": _date,
}
"""Type of property → what its cell holds, as text."""
_BODIES: Mapping[str, Callable[[str | None], Json]] = {
    "number": lambda text: {"number": None if text is None else float(text)},
    "rich_text": lambda text: {
        "rich_text": [] if text is None else [{"type": "text", "text": {"content": text}}]
    },
    "select": lambda text: {"select": None if text is None else {"name": text}},
    "status": lambda text: {"status": None if text is None else {"name": text}},
    "date": lambda text: {"date": None if text is None else {"start": text}},
}
"""Type of property → the JSON that writes a text, or clears the cell."""
