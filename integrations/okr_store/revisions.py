"""Revisions: numbered versions of plans and of the workspace, and what was decided about them."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

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
from okr_core.errors import RefusalError
from okr_core.plan.revision import first_added
from okr_core.plan.settling import Opening
from okr_core.record.entries import Entry
from okr_store.entries import add_entry
from okr_store.links import append_link
from okr_store.private import keep_text, person_of, subject_of
from okr_store.revision import (
    DocumentKind,
    NewRevision,
    Outcome,
    Revision,
    RevisionHeader,
    document_name,
    unreadable,
)
from okr_store.tables import entries, people, revisions, texts


def add_revision(connection: Connection, new: NewRevision) -> Revision:
    """Record a revision under the next number; the scope's lock must be held.

    Raises:
        RefusalError: Its base is not the latest accepted revision.
    """
    _refuse_stale(new.base, latest_accepted(connection, new.kind, new.scope), document_name(new))
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
    name = document_name(header)
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
        raise unreadable(RevisionHeader(**_header_fields(row)), "is missing")
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
        raise unreadable(of, "is damaged") from error


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
