"""`okr sync`: the sync-progress flow from the command line, or what it would ask."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from okr_cli.progress.sync_report_text import report_rows, report_text
from okr_cli.shell.home import Desk
from okr_cli.shell.moment import clock, locate
from okr_cli.shell.options import HERE, NOW, Format, Moment, Place
from okr_cli.shell.output import on_terminal, print_json, print_rows, print_text, tell
from okr_cli.shell.prefect_settings import quiet_prefect
from okr_flows.sync.report import SyncDocument, SyncReport

if TYPE_CHECKING:
    from okr_flows.sync.plan import SyncPlan


def sync(
    *,
    only: Annotated[
        list[str] | None,
        Parameter(consume_multiple=True, negative="", help="Ids of the key results to read."),
    ] = None,
    connection: Annotated[str, Parameter(help="Read this connection only.")] = "",
    dry_run: Annotated[
        bool, Parameter(negative="", help="Show what would be asked; ask nothing.")
    ] = False,
    format_: Format = "text",
    moment: Moment = NOW,
    place: Place = HERE,
) -> int:
    """Read every bound key result from its source and record it with its evidence.

    Safe to run twice, and again after a crash. Ends with 4 if a key result is suspect or
    unavailable, with 3 if no connection could be used.
    """
    desk = Desk.of(place)
    with desk.open_store() as store:
        cycle, as_of = locate(store, moment, clock())
    wanted = Wanted(cycle.id, as_of, connection, tuple(only or ()))
    if dry_run:
        return _show_plan(desk, wanted, format_)
    report = _run(desk, wanted)
    if format_ == "json":
        print_json(SyncDocument.of(report))
    elif on_terminal():
        print_text(report_text(report))
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


def _run(desk: Desk, wanted: Wanted) -> SyncReport:
    quiet_prefect(desk.env, os.environ)
    _plan(desk, wanted)  # a wrong name is told at once, before Prefect takes its seconds to start
    tell(f"reading {wanted.connection or 'all connections'} for {wanted.cycle} …")
    from okr_flows.sync.sync_progress import run_sync  # noqa: PLC0415 - imports Prefect

    return run_sync(
        wanted.cycle,
        store_url=desk.store_url(),
        connection=wanted.connection,
        only=list(wanted.only),
        as_of=wanted.as_of,
    )


def _show_plan(desk: Desk, wanted: Wanted, format_: str) -> int:
    from okr_cli.documents.sync import SyncPlanDocument  # noqa: PLC0415
    from okr_cli.progress.sync_plan_text import plan_text  # noqa: PLC0415 - loads the sources
    from okr_flows.sync.read import plan_requests  # noqa: PLC0415

    plan = _plan(desk, wanted)
    requests = [plan_requests(job, desk.env) for job in plan.jobs if job.asks]
    if format_ == "json":
        print_json(SyncPlanDocument.of(plan, requests))
    else:
        print_text(plan_text(plan, requests))
    refused = [*plan.refused, *(answer for request in requests for answer in request.refused)]
    return 4 if refused else 0


def _plan(desk: Desk, wanted: Wanted) -> SyncPlan:
    from okr_flows.sync.plan import plan_sync  # noqa: PLC0415 - loads the sources

    with desk.open_store() as store:
        return plan_sync(
            store,
            cycle=wanted.cycle,
            as_of=wanted.as_of,
            connection=wanted.connection,
            only=wanted.only,
        )
