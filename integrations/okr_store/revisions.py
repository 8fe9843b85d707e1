"""Revisions: numbered versions of plans and of the workspace, and what was decided about them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, TypeVar

from pydantic import ValidationError
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    insert,
    or_,
    select,
)

from okr_core.basics.command import okr
from okr_core.basics.exact import canonical_json
from okr_core.errors import ConfigError, RefusalError
from okr_core.plan.cycle import Cycle
from okr_core.plan.plan import Plan
from okr_core.plan.revision import first_added
from okr_core.plan.settling import SETTLING_DAYS, Opening, with_starts
from okr_core.plan.workspace import Workspace
from okr_core.record.entries import Entry
from okr_store.entries import add_entry
from okr_store.links import append_link
from okr_store.private import keep_text, person_of, subject_of
from okr_store.tables import entries, people, revisions, texts

DocumentKind = Literal["plan", "workspace"]
RevisionState = Literal["proposed", "accepted", "rejected"]
Outcome = Literal["accepted", "rejected"]
_Document = TypeVar("_Document", Plan, Workspace)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRevision:
    """A plan or workspace about to be recorded.

    Attributes:
        scope: Cycle id of a plan, empty for the workspace.
        document: Canonical JSON of what is written, without defaults filled in.
        digest: Digest of the plan or workspace.
        at: Since when it holds (aware).
        base: Number of the accepted revision that it was made from, 0 for none.
        text: YAML as the person wrote it.
        added: Key result → local day of the revision that added it.
        state: `accepted`, or `proposed` where a named person has to decide.
    """

    kind: DocumentKind
    scope: str
    document: str
    digest: str
    at: datetime
    base: int = 0
    by: str = ""
    via: str = ""
    reason: str = ""
    reason_class: str = ""
    state: Literal["accepted", "proposed"] = "accepted"
    text: str = ""
    added: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionHeader:
    """Who recorded a revision, when and why, and its state now; without its document.

    Attributes:
        number: 1-based, per kind and scope.
        state: The state it was recorded with, or what was decided since.
        decided_by: Person who accepted or rejected a proposal, empty if nobody had to.
        decided_at: When, None if nobody had to.
    """

    kind: DocumentKind
    scope: str
    number: int
    base: int
    digest: str
    at: datetime
    by: str
    via: str
    reason: str
    reason_class: str
    state: RevisionState
    decided_by: str
    decided_at: datetime | None

    @property
    def reference(self) -> str:
        """How it is named: `2026-q4:3` or `workspace:2`."""
        return f"{self.scope or 'workspace'}:{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision(RevisionHeader):
    """A revision with its document; for the rest see `RevisionHeader` and `NewRevision`.

    Attributes:
        added: Key result → local day of the revision that first added it, whatever was removed
            and added again since.
        opening: Of a plan: its first accepted revision; itself where none is accepted.
    """

    document: str
    text: str
    added: Mapping[str, date]
    opening: Opening

    def plan(self, settling_days: int = SETTLING_DAYS) -> Plan:
        """The plan, each key result with the day on which its pace starts.

        Args:
            settling_days: The policy: what was added while the plan settled starts with the cycle.

        Raises:
            ConfigError: The document is damaged.
        """
        return with_starts(self.written_plan(), self.added, self.opening, settling_days)

    def written_plan(self) -> Plan:
        """The plan as it was written; raises as `plan` does."""
        return self._read(Plan)

    def workspace(self) -> Workspace:
        """The workspace; raises as `plan` does."""
        return self._read(Workspace)

    def cycle(self) -> Cycle:
        """The plan's cycle alone: a plan of 5,000 key results is slow to read; raises as `plan`."""
        try:
            return Cycle.model_validate(self.fields().get("cycle"))
        except ValidationError as error:
            raise _unreadable(self, "is damaged") from error

    def fields(self) -> dict[str, Any]:
        """The document as it is written, unchecked; raises as `plan` does where it is none."""
        try:
            found = json.loads(self.document)
        except (ValueError, RecursionError) as error:
            raise _unreadable(self, "is damaged") from error
        if not isinstance(found, dict):
            raise _unreadable(self, "is damaged")
        return found

    def _read(self, kind: type[_Document]) -> _Document:
        try:
            return kind.model_validate_json(self.document)
        except ValidationError as error:
            raise _unreadable(self, "is damaged") from error


def _unreadable(of: RevisionHeader, what: str) -> ConfigError:
    return ConfigError(
        f"the document of revision {of.number} of {_name(of)} {what} in the store.",
        hint=f"{okr('audit', 'verify').code} lists what was altered; restore the last backup.",
    )


def add_revision(connection: Connection, new: NewRevision) -> Revision:
    """Record a revision under the next number; the scope's lock must be held.

    Raises:
        RefusalError: Its base is not the latest accepted revision.
    """
    _refuse_stale(new.base, latest_accepted(connection, new.kind, new.scope), _name(new))
    c = revisions.c
    last = connection.scalar(
        select(func.max(c.number)).where(c.kind == new.kind, c.scope == new.scope)
    )
    number = (last or 0) + 1
    row = {
        "kind": new.kind,
        "scope": new.scope,
        "number": number,
        "base": new.base,
        "digest": new.digest,
        "document": keep_text(connection, new.document),
        "text": keep_text(connection, new.text),
        "added": canonical_json(dict(new.added)).decode(),
        "state": new.state,
        "at": new.at,
        "by": subject_of(connection, new.by),
        "via": new.via,
        "reason": keep_text(connection, new.reason),
        "reason_class": new.reason_class,
    }
    added = connection.execute(insert(revisions).values(row).returning(c.id)).scalar_one()
    append_link(connection, "revisions", added)
    stored = revision_numbered(connection, new.kind, new.scope, number)
    assert stored is not None
    return stored


def decide_revision(
    connection: Connection, header: RevisionHeader, decision: Entry, outcome: Outcome
) -> None:
    """Accept or reject a proposed revision; the scope's lock must be held.

    Raises:
        RefusalError: It is no proposal, or it was made from a revision that is not the latest.
    """
    name = _name(header)
    if header.state != "proposed":
        who = f" by {header.decided_by}" if header.decided_by else ""
        raise RefusalError(
            f"revision {header.number} of {name} is {header.state}{who} already.",
            hint=f"{okr('revisions', 'list').code} shows what is proposed.",
        )
    if outcome == "accepted":
        latest = latest_accepted(connection, header.kind, header.scope)
        _refuse_stale(header.base, latest, name)
    add_entry(connection, decision)


def decision_key(kind: DocumentKind, number: int) -> str:
    """The key of the entry that decides a revision: one per revision."""
    return f"{kind}:{number}"


def latest_accepted(
    connection: Connection, kind: DocumentKind, scope: str, as_of: datetime | None = None
) -> int:
    """Number of the accepted revision that held then (None: now), 0 if there was none."""
    c = revisions.c
    conditions = [c.kind == kind, c.scope == scope, _state() == "accepted"]
    if as_of is not None:
        conditions += [c.at <= as_of, or_(entries.c.at.is_(None), entries.c.at <= as_of)]
    source = revisions.outerjoin(entries, _decided())
    found = connection.scalar(select(func.max(c.number)).select_from(source).where(*conditions))
    return found or 0


def revision_numbered(
    connection: Connection, kind: DocumentKind, scope: str, number: int
) -> Revision | None:
    """The revision of that number, whatever its state.

    Raises:
        ConfigError: Its document is missing from the store.
    """
    c = revisions.c
    document, written = texts.alias("document_text"), texts.alias("written_text")
    statement = (
        _headers()
        .add_columns(
            document.c.text.label("document_text"),
            written.c.text.label("written_text"),
            c.added,
        )
        .outerjoin(document, document.c.id == c.document)
        .outerjoin(written, written.c.id == c.text)
        .where(c.kind == kind, c.scope == scope, c.number == number)
    )
    row = connection.execute(statement).one_or_none()
    if row is None:
        return None
    if row.document_text is None:
        raise _unreadable(RevisionHeader(**_header_fields(row)), "is missing")
    return Revision(
        **_header_fields(row),
        document=row.document_text,
        text=row.written_text or "",
        added=_added(connection, RevisionHeader(**_header_fields(row)), row.added),
        opening=_opening(connection, kind, scope) or Opening(row.at, _days(row.added)),
    )


def _opening(connection: Connection, kind: DocumentKind, scope: str) -> Opening | None:
    """When the first accepted revision came into force, and what it had; None: there is none."""
    c = revisions.c
    statement = (
        select(c.added, func.coalesce(entries.c.at, c.at).label("since"))
        .select_from(revisions.outerjoin(entries, _decided()))
        .where(c.kind == kind, c.scope == scope, _state() == "accepted")
        .order_by(c.number)
        .limit(1)
    )
    row = connection.execute(statement).one_or_none()
    return Opening(row.since, _days(row.added)) if row else None


def _added(connection: Connection, of: RevisionHeader, text: str) -> dict[str, date]:
    try:
        return first_added([*_added_before(connection, of.kind, of.scope, of.number), _days(text)])
    except (ValueError, TypeError, AttributeError) as error:
        raise _unreadable(of, "is damaged") from error


def _added_before(
    connection: Connection, kind: DocumentKind, scope: str, number: int
) -> list[dict[str, date]]:
    """Key result → day that it was added, as each accepted revision before says, oldest first.

    Asked of all of them: stores of earlier releases forgot what was removed. Revisions that add
    nothing have the same text, which is read once.
    """
    c = revisions.c
    statement = (
        select(c.added)
        .select_from(revisions.outerjoin(entries, _decided()))
        .where(c.kind == kind, c.scope == scope, c.number < number, _state() == "accepted")
        .group_by(c.added)
        .order_by(func.min(c.number))
    )
    return [_days(text) for text in connection.scalars(statement)]


def _days(text: str) -> dict[str, date]:
    return {name: date.fromisoformat(day) for name, day in json.loads(text).items()}


def revision_headers(
    connection: Connection, kind: DocumentKind | None, scope: str | None
) -> list[RevisionHeader]:
    """Revisions by kind, scope and number, without their documents."""
    c = revisions.c
    conditions = [] if kind is None else [c.kind == kind]
    if scope is not None:
        conditions.append(c.scope == scope)
    statement = _headers().where(*conditions).order_by(c.kind, c.scope, c.number)
    return [RevisionHeader(**_header_fields(row)) for row in connection.execute(statement)]


def _decided() -> ColumnElement[bool]:
    c = revisions.c
    return and_(
        entries.c.cycle == c.scope,
        entries.c.kind == "revision_decision",
        entries.c.key == c.kind + ":" + cast(c.number, String),
    )


def _state() -> ColumnElement[str]:
    # The outcome is the topic of the entry that decides.
    proposed = revisions.c.state == "proposed"
    return case((proposed, func.coalesce(entries.c.topic, "proposed")), else_=revisions.c.state)


def _headers() -> Select[Any]:
    c = revisions.c
    author, decider = people.alias("author"), people.alias("decider")
    reason = texts.alias("reason_text")
    source = (
        revisions.outerjoin(entries, _decided())
        .outerjoin(author, author.c.subject == c.by)
        .outerjoin(decider, decider.c.subject == entries.c.by)
        .outerjoin(reason, reason.c.id == c.reason)
    )
    return select(
        c.kind,
        c.scope,
        c.number,
        c.base,
        c.digest,
        c.at,
        c.by.label("author_subject"),
        author.c.person.label("author"),
        c.via,
        reason.c.text.label("why"),
        c.reason_class,
        _state().label("state"),
        entries.c.by.label("decider_subject"),
        decider.c.person.label("decider"),
        entries.c.at.label("decided_at"),
    ).select_from(source)


def _header_fields(row: Row[Any]) -> dict[str, Any]:
    same = ("kind", "scope", "number", "base", "digest", "at", "via", "reason_class", "state")
    return {
        **{name: getattr(row, name) for name in same},
        "by": person_of(row.author_subject, row.author),
        "reason": row.why or "",
        "decided_by": person_of(row.decider_subject, row.decider),
        "decided_at": row.decided_at,
    }


def _refuse_stale(base: int, latest: int, name: str) -> None:
    if base != latest:
        made = f"revision {base}" if base else "no revision"
        now = f"revision {latest}" if latest else "none"
        raise RefusalError(
            f"{name}: this was made from {made}, and the latest is {now}.",
            hint=f"Run {okr('pull').code}, make your changes again, then {okr('apply').code}.",
        )


def _name(of: NewRevision | RevisionHeader) -> str:
    return f"plan `{of.scope}`" if of.kind == "plan" else "workspace"
