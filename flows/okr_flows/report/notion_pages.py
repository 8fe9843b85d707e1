"""Report pages: the report of a cycle as pages in Notion that connections ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, cast

from okr_core.record.entries import Entry
from okr_core.record.write_back import ReportPage
from okr_flows.connect.report_page import PageJob, asked_pages
from okr_flows.run.cycle import current_workspace
from okr_flows.run.leases import WAIT, held, publishing
from okr_flows.sync.plan import ConnectionJob
from okr_flows.sync.read import open_session
from okr_notion import NotionSession
from okr_notion.write_back.content import Kind
from okr_notion.write_back.content import Piece as Block
from okr_notion.write_back.pages import Published, Wanted
from okr_report.audience.audience import COMPANY
from okr_report.outline import Heading, Item, Line, Piece, Table, outline
from okr_report.outline.pieces import plain
from okr_report.report_input import ReportInput
from okr_report.reports import report

if TYPE_CHECKING:
    from okr_store import Store


def page_jobs(store: Store) -> tuple[PageJob, ...]:
    """The pages that connections ask for today; usually none.

    As they are today, whatever the time of the report: an earlier one has no say in who may read
    the page.

    Raises:
        ConfigError: An option of a connection says something that cannot be.
    """
    workspace = current_workspace(store)
    return asked_pages(workspace.connections if workspace else {})


def publish_page(
    store: Store,
    report_input: ReportInput,
    job: PageJob,
    env: Mapping[str, str],
    at: datetime,
    *,
    wait: float = WAIT,
) -> Published:
    """Create or update the page of a cycle; one run at a time, so that there is one page.

    Args:
        store: Remembers which page it is.
        report_input: What the report is made from.
        job: Which page.
        env: Variables that may hold the connection's token.
        at: When it is published.
        wait: Seconds to wait for another run.

    Raises:
        BusyError: Another run updates it for longer.
        OkrError: The connection cannot be used, or the parent is not shared with it.
    """
    purpose = publishing(report_input.snapshot.cycle.id, job.name, job.parent, job.audience)
    with held(store, purpose, wait=wait) as mine:
        return _published(mine, report_input, job, env, at)


def _published(
    store: Store, report_input: ReportInput, job: PageJob, env: Mapping[str, str], at: datetime
) -> Published:
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
