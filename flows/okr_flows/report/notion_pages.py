"""Report pages: the report of a cycle as a page in Notion, off unless a connection asks for it.

```yaml
connections:
  wiki: {kind: notion, options: {report_parent: LINK OR ID OF A PAGE, report_audience: company}}
```
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from okr_core.errors import ConfigError
from okr_core.plan.workspace import Connection
from okr_core.record.entries import Entry
from okr_core.record.write_back import ReportPage
from okr_flows.sync.plan import ConnectionJob
from okr_flows.sync.read import open_session
from okr_notion import NotionSession
from okr_notion.site.ids import id_in
from okr_notion.write_back.content import Kind
from okr_notion.write_back.content import Piece as Block
from okr_notion.write_back.pages import Published, Wanted
from okr_report.audience.audience import COMPANY
from okr_report.locale import LANGUAGES, Language
from okr_report.outline import Heading, Item, Line, Piece, Table, outline
from okr_report.outline.pieces import plain
from okr_report.report_input import ReportInput
from okr_report.reports import report

if TYPE_CHECKING:
    from okr_store import Store

PARENT, AUDIENCE, LANGUAGE = "report_parent", "report_audience", "report_language"
_OPTIONS = frozenset({PARENT, AUDIENCE, LANGUAGE})


@dataclass(frozen=True, slots=True)
class PageJob:
    """A page that one connection is to show.

    Attributes:
        name: Of the connection.
        parent: Id of the page under which it lives.
        audience: For whom it is; who can open the parent can read it.
        language: Of everything that is not written by people.
    """

    name: str
    connection: Connection
    parent: str
    audience: str
    language: Language


def page_jobs(connections: Mapping[str, Connection]) -> tuple[PageJob, ...]:
    """The pages that connections ask for; usually none.

    Raises:
        ConfigError: An option of a connection says something that cannot be.
    """
    return tuple(
        _job(name, connection)
        for name, connection in sorted(connections.items())
        if connection.kind == "notion" and _OPTIONS & connection.options.keys()
    )


def _job(name: str, connection: Connection) -> PageJob:
    said = {key: str(connection.options[key]) for key in _OPTIONS & connection.options.keys()}
    try:
        parent = id_in(said.get(PARENT, ""))
    except ValueError as error:
        raise ConfigError(
            f"connection `{name}`: `options.{PARENT}` names no page.", hint=str(error)
        ) from None
    language = said.get(LANGUAGE, LANGUAGES[0])
    if language not in LANGUAGES:
        raise ConfigError(
            f"connection `{name}`: `options.{LANGUAGE}` is `{language}`.",
            hint=f"Choose from {', '.join(LANGUAGES)}.",
        )
    return PageJob(name, connection, parent, said.get(AUDIENCE, COMPANY), language)


def publish_page(
    store: Store, report_input: ReportInput, job: PageJob, env: Mapping[str, str], at: datetime
) -> Published:
    """Create or update the page of a cycle.

    Args:
        store: Remembers which page it is.
        report_input: What the report is made from.
        job: Which page.
        env: Variables that may hold the connection's token.
        at: When it is published.

    Raises:
        OkrError: The connection cannot be used, or the parent is not shared with it.
    """
    cycle = report_input.snapshot.cycle.id
    told = report(report_input, job.audience, job.language)
    wanted = Wanted(
        parent=job.parent,
        title=_title(cycle, job.audience),
        pieces=tuple(blocks(outline(told))),
        known=_known(store, cycle, job),
    )

    def remember(page: str) -> None:
        body = ReportPage(connection=job.name, parent=job.parent, audience=job.audience, page=page)
        key = f"{job.name}/{job.audience}/{page}"
        store.add_entries(cycle, [Entry(at=at, body=body, cycle=cycle, via="report", key=key)])

    opened = open_session(ConnectionJob(job.name, job.connection), env)
    with opened as session:
        assert isinstance(session, NotionSession), "its kind is notion"
        return session.pages().publish(wanted, remember)


def blocks(pieces: Iterable[Piece]) -> Iterator[Block]:
    """An outline as blocks of a page; its title is the page's own."""
    for piece in pieces:
        match piece:
            case Heading(level=1):
                continue
            case Heading():
                yield Block(cast("Kind", f"heading_{min(piece.level, 3)}"), piece.text)
            case Line():
                yield Block("paragraph", plain(piece.spans))
            case Item():
                yield Block("bulleted_list_item", plain(piece.spans))
            case Table():
                yield Block("table", rows=(piece.head, *piece.rows))


def _title(cycle: str, audience: str) -> str:
    return f"OKR {cycle}" if audience == COMPANY else f"OKR {cycle} · {audience}"


def _known(store: Store, cycle: str, job: PageJob) -> str:
    """The page that was created last for this place and audience."""
    found = ""
    for entry in store.entries(cycle, kinds=("report_page",)):
        body = entry.body
        if isinstance(body, ReportPage) and (body.connection, body.parent, body.audience) == (
            job.name,
            job.parent,
            job.audience,
        ):
            found = body.page
    return found
