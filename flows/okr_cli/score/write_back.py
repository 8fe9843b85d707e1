"""`okr write-back`: scores, status and date in Jira and Notion, where items live there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from okr_cli.documents.write_back import WriteBackDocument, WrittenConnectionDocument
from okr_cli.shell.home import Desk
from okr_cli.shell.moment import clock, locate
from okr_cli.shell.options import HERE, NOW, By, Format, Moment, Place
from okr_cli.shell.output import on_terminal, print_json, print_rows, print_text, tell
from okr_cli.shell.person import VIA, actor
from okr_core.plan.acting import acting_person

if TYPE_CHECKING:
    from collections.abc import Collection

    from okr_flows.write_back.plan import WriteBackJob
    from okr_flows.write_back.write_back import WriteBackReport
    from okr_store import Store


def write_back(
    *,
    only: Annotated[
        list[str] | None,
        Parameter(consume_multiple=True, negative="", help="Ids of the items to write."),
    ] = None,
    take: Annotated[
        list[str] | None,
        Parameter(
            consume_multiple=True,
            negative="",
            help="ITEM.FIELD that a person hands over: written whatever it holds.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, Parameter(negative="", help="Show what would change; write nothing.")
    ] = False,
    by: By = None,
    format_: Format = "text",
    moment: Moment = NOW,
    place: Place = HERE,
) -> int:
    """Write scores, status and date to the places that plans name in `mirror`.

    Only what changed is written, and only at connections with `write_back`. A field that holds
    what okr did not write belongs to a person and stays. Ends with 1 if there are such conflicts,
    with 4 if something cannot be written, with 3 if a connection is out of reach.
    """
    from okr_cli.score import write_back_text as shown  # noqa: PLC0415 - loads the sources
    from okr_flows.write_back.outcomes import outcomes_of  # noqa: PLC0415
    from okr_flows.write_back.plan import homes_of, plan_write_back  # noqa: PLC0415
    from okr_store.snapshot import read_snapshot  # noqa: PLC0415

    desk = Desk.of(place)
    with desk.open_store() as store:
        cycle, as_of = locate(store, moment, clock())
        snapshot = read_snapshot(store, cycle.id, as_of)
        plan, workspace = homes_of(store, cycle.id)
        person = acting_person(actor(by), workspace)
        told = outcomes_of(snapshot)
        jobs = plan_write_back(
            store, plan, workspace, told, as_of, only=only or (), take=take or ()
        )
        reports = _told(desk, store, jobs, None if dry_run else person)
    if format_ == "json":
        told_ = tuple(WrittenConnectionDocument.of(report) for report in reports)
        print_json(
            WriteBackDocument(cycle=cycle.id, as_of=as_of, dry_run=dry_run, connections=told_)
        )
    elif on_terminal():
        print_text(shown.report_text(reports))
    else:
        print_rows(shown.report_rows(reports))
        tell(shown.headline(reports))
    return exit_code(reports)


def exit_code(reports: Collection[WriteBackReport]) -> int:
    """The gravest of all: out of reach, then conflicts, then what could not be written."""
    codes = {report.exit_code for report in reports}
    return next((code for code in (3, 1, 4) if code in codes), 0)


def _told(
    desk: Desk, store: Store, jobs: tuple[WriteBackJob, ...], person: str | None
) -> list[WriteBackReport]:
    """What each connection was told by the person; without one, what it would be."""
    from okr_flows.write_back.write_back import preview, write_back  # noqa: PLC0415

    if person is None:
        return [preview(job, desk.env) for job in jobs]
    return [write_back(store, job, desk.env, by=person, via=VIA) for job in jobs]
