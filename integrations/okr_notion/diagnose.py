"""Diagnose: what `okr doctor` says of a connection to Notion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from okr_core.errors import OkrError
from okr_notion.read.evidence import about_query
from okr_notion.read.filters import compiled
from okr_notion.read.lookups import Lookups
from okr_notion.read.planner import PageRead, Query, SourceRead, compiled_of
from okr_notion.read.rows import refuse_deleted, title_of
from okr_notion.read.schema import schema_of_page
from okr_notion.read.sources import Opened, Sources
from okr_sources.answers import RequestPlan
from okr_sources.checks import clock_check
from okr_sources.session import BaseSession
from okr_sources.source import Check

if TYPE_CHECKING:
    from okr_notion.site.client import Client


def diagnose(
    session: BaseSession, plan: RequestPlan, client: Client, sources: Sources, *, now: datetime
) -> list[Check]:
    """One line for each thing that was looked at; ends early where nothing answers.

    Args:
        session: Sends requests.
        plan: What the key results ask for.
        client: Where requests go.
        sources: Opens data sources.
        now: This machine's time (aware).
    """
    found = _Diagnosis(session, client, sources, Lookups(sources, session.remember))
    try:
        with session.query_deadline():
            body = session.send(client.me, endpoint="users")
    except OkrError as error:
        return [session.failed("connection", error)]
    who = _authorised(body)
    if who.outcome == "error":
        return [who]
    checks, compiled = [who], compiled_of(plan)
    if not session.connection.reads_past:
        checks.append(clock_check(client.server_time, now))
    checks += [Check(r.key_result, "error", r.reason, r.hint) for r in plan.refused]
    checks += [check for source in compiled.sources for check in found.source(source)]
    return checks + [check for page in compiled.pages for check in found.page(page)]


def _authorised(body: object) -> Check:
    """Whose secret it is; any server answers something, and only Notion names the integration."""
    fields = body if isinstance(body, dict) else {}
    bot, name = fields.get("bot"), fields.get("name")
    is_user = fields.get("object") == "user" and isinstance(fields.get("id"), str)
    if not is_user or fields.get("type") != "bot" or not isinstance(bot, dict):
        return Check(
            "connection",
            "error",
            "the address answers, but not as Notion does: it names no integration.",
            "Check `url`; leave it out for Notion's own.",
        )
    workspace = bot.get("workspace_name")
    where = f" in workspace {workspace}" if workspace else ""
    called = name if isinstance(name, str) and name else f"integration {fields['id']}"
    return Check("connection", "ok", f"reachable; authorised as {called}{where}.")


@dataclass(frozen=True, slots=True)
class _Diagnosis:
    """Asks for each page and each data source, and looks names up."""

    session: BaseSession
    client: Client
    sources: Sources
    lookups: Lookups

    def source(self, read: SourceRead) -> Iterator[Check]:
        """Whether a data source is shared, and has what its key results name."""
        subject = f"data source {read.source}"
        try:
            with self.session.query_deadline():
                opened = self.sources.described(read)
        except OkrError as error:
            yield self.session.failed(subject, error)
            return
        schema = opened.schema
        assert schema is not None
        yield Check(
            subject, "ok", f'shared: "{schema.title}", {len(schema.properties)} properties.'
        )
        for query in read.queries:
            yield from self._query(query, opened)

    def _query(self, query: Query, opened: Opened) -> Iterator[Check]:
        with self.session.query_deadline():
            columns, refused = self.lookups.columns(query, opened)
        for wanted in query.wanted:
            try:
                if wanted.key_result in refused:
                    raise refused[wanted.key_result]
                compiled(query.filter, opened.schema, query.calendar)
            except OkrError as error:
                yield self.session.failed(wanted.key_result, error)
                continue
            names = [p.name for p in columns[wanted.key_result].used]
            yield Check(wanted.key_result, "ok", _found(names))
            yield from (Check(wanted.key_result, "warning", note) for note in about_query(wanted))

    def page(self, read: PageRead) -> Iterator[Check]:
        """Whether a page is shared, and has what its key results name."""
        subject = f"page {read.page}"
        try:
            with self.session.query_deadline():
                page = self.session.send(lambda: self.client.page(read.page), endpoint="pages")
            refuse_deleted(page, read.page)
            schema = schema_of_page(page, title_of(page))
        except OkrError as error:
            yield self.session.failed(subject, error)
            return
        yield Check(subject, "ok", f'shared: "{title_of(page)}".')
        for wanted in read.wanted:
            try:
                with self.session.query_deadline():
                    found = self.lookups.of_page(page, schema, str(wanted.binding.property_))
            except OkrError as error:
                yield self.session.failed(wanted.key_result, error)
            else:
                yield Check(wanted.key_result, "ok", _found([found.name]))


def _found(names: Iterable[str]) -> str:
    listed = ", ".join(dict.fromkeys(names))
    return f"properties found: {listed}." if listed else "needs no property."
