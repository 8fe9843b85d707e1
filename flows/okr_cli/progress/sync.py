"""`okr sync`: key results read from their tools, here or as a flow, or what would be asked."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from okr_cli.progress.reading import reading_shown
from okr_cli.shell.acting import clock
from okr_cli.shell.figures import count
from okr_cli.shell.home import Home
from okr_cli.shell.layout import hang, left, right
from okr_cli.shell.options import HERE, NOW, CycleAt, Format, Place
from okr_cli.shell.output import on_terminal, page_width, print_rows, show, tell
from okr_cli.shell.prefect_server import Local, through_prefect
from okr_core.words.figures import short_number
from okr_flows.sync.plan import SyncPlan
from okr_flows.sync.report import SyncDocument, SyncedReading, SyncReport

if TYPE_CHECKING:
    from okr_sources.answers import Fetch, RequestPlan

_ID, _VALUE = 34, 14
_MARKS = {"observed": "✓", "suspect": "?", "unavailable": "✗"}


def sync(
    *,
    only: Annotated[list[str] | None, Parameter(help="Ids of the key results to read.")] = None,
    connection: Annotated[str, Parameter(help="Read this connection only.")] = "",
    dry_run: Annotated[bool, Parameter(help="Show what would be asked; ask nothing.")] = False,
    local: Local = False,
    format_: Format = "text",
    when: CycleAt = NOW,
    place: Place = HERE,
) -> int:
    """Read every bound key result from its source and record it with its evidence.

    Safe to run twice, and again after a crash. Where a Prefect server is configured it runs the
    flow sync-progress, else it does the same in this process. Ends with 4 if a key result is
    suspect or unavailable, with 3 if no connection could be used.
    """
    home = Home.of(place)
    with home.open_cycle(when) as (_, cycle, as_of):
        wanted = Wanted(cycle.id, as_of, connection, tuple(only or ()))
    if dry_run:
        return _show_plan(home, wanted, format_)
    with reading_shown(shown=format_ == "text"):
        report = _run(home, wanted, local=local)
    if format_ == "json" or on_terminal():
        show(format_, SyncDocument.of(report), report_text(report))
    else:
        print_rows(report_rows(report))
        tell(report.headline)
    return report.exit_code


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a sync is asked for."""

    cycle: str
    as_of: datetime
    connection: str
    only: tuple[str, ...]


def _run(home: Home, wanted: Wanted, *, local: bool) -> SyncReport:
    tell(f"reading {wanted.connection or 'all connections'} for {wanted.cycle} …")
    if through_prefect(home, os.environ, local=local):
        _plan(home, wanted)  # a wrong name is told at once, before Prefect takes its seconds
        from okr_flows.sync.sync_progress import run_sync  # noqa: PLC0415 - imports Prefect

        return run_sync(
            wanted.cycle,
            store_url=home.store_url(),
            connection=wanted.connection,
            only=list(wanted.only),
            as_of=wanted.as_of,
            now=clock(),
        )
    from okr_flows.sync.sync import sync as synced  # noqa: PLC0415 - loads the sources

    return synced(
        home.open_store,
        cycle=wanted.cycle,
        as_of=wanted.as_of,
        now=clock(),
        env=home.env,
        connection=wanted.connection,
        only=wanted.only,
    )


def _show_plan(home: Home, wanted: Wanted, format_: str) -> int:
    from okr_flows.documents.sync import SyncPlanDocument  # noqa: PLC0415
    from okr_flows.sync.read import plan_requests  # noqa: PLC0415

    plan = _plan(home, wanted)
    requests = [plan_requests(job, home.env) for job in plan.jobs if job.due]
    show(format_, SyncPlanDocument.of(plan, requests), plan_text(plan, requests))
    refused = [*plan.refused, *(answer for request in requests for answer in request.refused)]
    return 4 if refused else 0


def _plan(home: Home, wanted: Wanted) -> SyncPlan:
    from okr_flows.sync.plan import plan_sync  # noqa: PLC0415 - loads the sources

    with home.open_store() as store:
        return plan_sync(
            store,
            cycle=wanted.cycle,
            as_of=wanted.as_of,
            connection=wanted.connection,
            only=wanted.only,
            now=clock(),
        )


def report_text(report: SyncReport) -> str:
    """What a sync found: one line per key result, and what to do about the others."""
    lines = [line for reading in report.readings for line in _reading_lines(reading)]
    lines += list(_row_lines(report))
    asked = ", ".join(f"{name} {n}" for name, n in report.requests.items()) or "none"
    return "\n".join([*lines, "", f"{report.headline}.", f"Requests: {asked}."])


def report_rows(report: SyncReport) -> Iterator[tuple[str, ...]]:
    """A header, then one row per key result."""
    yield ("key_result", "state", "value", "evidence", "error", "hint", "notes")
    for reading in report.readings:
        read, failed = reading.reading, reading.failure
        found = (f"{read.value:f}", read.evidence) if read else ("", "")
        why = (failed.reason, failed.hint) if failed else ("", "")
        yield (reading.key_result, reading.state, *found, *why, "; ".join(reading.notes))


def _reading_lines(reading: SyncedReading) -> list[str]:
    value = "–" if reading.value is None else short_number(reading.value)
    state = f"{reading.state} earlier" if reading.existing else reading.state
    head = (
        f"{_MARKS[reading.state]} {left(reading.key_result, _ID)} {right(value, _VALUE)}  {state}"
    )
    told = [] if reading.state == "observed" else [str(reading.failure)]
    told += [f"note: {note}" for note in reading.notes]
    return [head, *(line for text in told for line in hang(text, "    ", page_width()))]


def _row_lines(report: SyncReport) -> Iterator[str]:
    """Check-ins that were not recorded, with their places."""
    for name, why in report.unheard.items():
        yield f"✗ check-ins of {name}"
        yield from hang(why, "    ", page_width())
    for row in report.misread:
        yield f"✗ check-in not recorded: {row.link}"
        yield from hang(f"{row.reason} {row.hint}".rstrip(), "    ", page_width())


def plan_text(plan: SyncPlan, requests: Sequence[RequestPlan]) -> str:
    """What a sync would ask: queries, pages expected, key results served."""
    lines: list[str] = []
    for request in requests:
        lines.append(f"{request.connection}: {_expected(request)}")
        for fetch in request.fetches:
            lines += _fetch_lines(fetch)
    if plan.existing:
        lines.append(f"{count(len(plan.existing), 'key result')} recorded already.")
    refused = [*plan.refused, *(answer for request in requests for answer in request.refused)]
    for answer in refused:
        text = f"{answer.key_result} cannot be asked for: {answer.reason} {answer.hint}"
        lines += hang(text, "  ", page_width())
    return "\n".join(lines or ["no key result is bound to a source; nothing to ask."])


def _expected(request: RequestPlan) -> str:
    pages = sum(fetch.pages or 1 for fetch in request.fetches)
    least = "at least " if any(fetch.pages is None for fetch in request.fetches) else ""
    served = len({key for fetch in request.fetches for key in fetch.serves})
    queries = count(len(request.fetches), "query", "queries")
    return f"{queries}, {least}{count(pages, 'request')} for {count(served, 'key result')}"


def _fetch_lines(fetch: Fetch) -> Iterator[str]:
    pages = "≥ 1 page" if fetch.pages is None else count(fetch.pages, "page")
    fields = f" with {', '.join(fetch.fields)}" if fetch.fields else " with ids alone"
    yield from hang(f"{fetch.query}", "  ", page_width())
    serves = ", ".join(fetch.serves) or "check-ins"
    detail = f"{pages} of {fetch.endpoint}{fields} → {serves}"
    yield from hang(detail, "      ", page_width())
