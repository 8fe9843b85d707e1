"""Other tools, looked at: `okr try`, `people import`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from okr_cli.documents.explain import RowDocument
from okr_cli.documents.status import TroubleDocument


class ExcludedDocument(TypedDict):
    """How many rows leaving out a resolution or status would remove."""

    name: str
    rows: int


class TryDocument(TypedDict):
    """A number that is not in a plan yet; `value` is null where there is none."""

    schema: Literal["okr.try/1"]
    connection: str
    kind: str
    value: str | None
    measure: str | None
    query: str | None
    link: str | None
    complete: bool
    count: int | None
    rows: list[RowDocument]
    excluded: list[ExcludedDocument]
    notes: list[str]
    requests: int
    binding: dict[str, object]
    yaml: str
    unavailable: TroubleDocument | None


class PersonChangeDocument(TypedDict):
    """One thing that changes about a person."""

    person: str
    field: str
    old: str | None
    new: str


class UnmatchedDocument(TypedDict):
    """An account that belongs to nobody in okr.yaml; `similar` has the same name."""

    account: str
    name: str
    email: str | None
    similar: str | None
    reason: str


class PeopleDocument(TypedDict):
    """People that were imported, or would be."""

    schema: Literal["okr.people/1"]
    source: str
    written: bool
    people: int
    changes: list[PersonChangeDocument]
    unmatched: list[UnmatchedDocument]
    without: list[str]
