"""Export documents: the lines of an export, and what export, restore and upgrade print."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class ExportHeader(TypedDict):
    """First line of an export; `cycles` is null where it holds everything."""

    schema: Literal["okr.export/1"]
    store: str
    cycles: list[str] | None
    rows: dict[str, int]


class ExportRow(TypedDict):
    """One row of a table; what is null is left out, times and measured values are text."""

    table: Literal["people", "texts", "evidence", "revisions", "readings", "entries", "chain"]
    row: dict[str, str | int]


class ExportEndFields(TypedDict):
    """Lines before the end, rows by table, and the digest of all bytes before the end."""

    lines: int
    rows: dict[str, int]
    sha256: str


class ExportEnd(TypedDict):
    """Last line of an export."""

    end: ExportEndFields


ExportLine = ExportHeader | ExportRow | ExportEnd


class ExportedDocument(TypedDict):
    """What `okr export --out FILE` wrote."""

    schema: Literal["okr.exported/1"]
    file: str
    store: str
    cycles: list[str] | None
    rows: dict[str, int]
    lines: int
    sha256: str


class RestoredDocument(TypedDict):
    """What `okr restore` put into a store; `problems` are what the audit found."""

    schema: Literal["okr.restored/1"]
    store: str
    rows: dict[str, int]
    sha256: str
    links: int
    head: str
    problems: list[str]


class UpgradedDocument(TypedDict):
    """The versions that a store had and has."""

    schema: Literal["okr.upgraded/1"]
    store: str
    before: str
    after: str
