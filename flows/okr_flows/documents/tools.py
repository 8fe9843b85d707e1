"""Other tools, looked at: `okr try`, `people import`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from okr_core.basics.wire import Text, Value, filled
from okr_flows.documents.explain import RowDocument
from okr_flows.documents.status import TroubleDocument

if TYPE_CHECKING:
    from okr_flows.people.changes import Imported


@dataclass(frozen=True, slots=True)
class ExcludedDocument:
    """How many rows leaving out a resolution or status would remove."""

    name: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TryDocument:
    """A number that is not in a plan yet; `value` is null where there is none."""

    schema: Literal["okr.try/1"] = "okr.try/1"
    connection: str
    kind: str
    value: Value | None = None
    measure: str | None = None
    query: str | None = None
    link: Text = ""
    complete: bool = False
    count: int | None = None
    rows: tuple[RowDocument, ...]
    excluded: tuple[ExcludedDocument, ...]
    notes: tuple[str, ...] = ()
    requests: int
    binding: dict[str, object]
    yaml: str
    unavailable: TroubleDocument | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChangeDocument:
    """One thing that changes about a person."""

    person: str
    field: str
    old: Text
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmatchedDocument:
    """An account that belongs to nobody in okr.yaml; `similar` has the same name."""

    account: str
    name: str
    email: Text
    similar: Text
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleDocument:
    """People that were imported, or would be."""

    schema: Literal["okr.people/1"] = "okr.people/1"
    source: str
    written: bool
    people: int
    changes: tuple[PersonChangeDocument, ...]
    unmatched: tuple[UnmatchedDocument, ...]
    without: tuple[str, ...]

    @classmethod
    def of(cls, found: Imported, source: str, *, written: bool) -> PeopleDocument:
        """What an import changed, or would."""
        return cls(
            source=source,
            written=written,
            people=len({change.person for change in found.changes}),
            changes=tuple(filled(PersonChangeDocument, change) for change in found.changes),
            unmatched=tuple(
                filled(
                    UnmatchedDocument,
                    each,
                    account=each.account.id,
                    name=each.account.name,
                    email=each.account.email,
                )
                for each in found.unmatched
            ),
            without=found.without,
        )
