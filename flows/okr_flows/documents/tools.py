"""Other tools, looked at: `okr try`, `people import`; and the people themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from okr_core.basics.wire import Text, Value, filled
from okr_flows.documents.explain import RowDocument
from okr_flows.documents.status import TroubleDocument

if TYPE_CHECKING:
    from okr_core.plan.plan import Plan
    from okr_core.plan.workspace import Workspace
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDocument:
    """A person of the workspace, with the `roles` held on the day.

    `left`: they are not with the organisation that day; `comes`: the day on which they come (back);
    `until`: their last day, where it is known; both only where that is still ahead.
    """

    id: str
    name: str
    email: str | None
    roles: tuple[str, ...]
    key_results: int
    left: bool
    until: date | None
    comes: date | None

    @classmethod
    def of(cls, plan: Plan, workspace: Workspace, person: str, day: date) -> PersonDocument:
        """A person on a local day, with how many key results of a plan they answer for."""
        known = workspace.people[person]
        held = (name for name in workspace.roles if _holds(workspace, name, person, day))
        answered = (kr for kr in plan.active_key_results if plan.role_of(kr) is not None)
        return cls(
            id=person,
            name=known.name,
            email=known.email,
            roles=tuple(held),
            key_results=sum(
                _holds(workspace, str(plan.role_of(kr)), person, day) for kr in answered
            ),
            left=not known.is_with_us(day),
            until=known.until if known.until and known.until >= day else None,
            comes=known.from_ if known.from_ and known.from_ > day else None,
        )


def _holds(workspace: Workspace, role: str, person: str, day: date) -> bool:
    return any(each.person == person for each in workspace.holders(role, day))


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyDocument:
    """A role that nobody holds, `since` when (null: since before the cycle), and its goals."""

    role: str
    since: date | None
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleListDocument:
    """The people of a workspace on a day, and the roles that goals name and nobody holds."""

    schema: Literal["okr.people-list/1"] = "okr.people-list/1"
    cycle: str
    day: date
    people: tuple[PersonDocument, ...]
    vacant: tuple[VacancyDocument, ...]
