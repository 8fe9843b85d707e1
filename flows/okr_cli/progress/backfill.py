"""`okr backfill`: past check-in days filled from what the tools still know of them."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from okr_cli.progress.backfill_text import backfill_rows, backfill_text
from okr_cli.shell.home import Desk
from okr_cli.shell.moment import clock, locate
from okr_cli.shell.options import HERE, NOW, Format, Moment, Place
from okr_cli.shell.output import on_terminal, print_json, print_rows, print_text, tell
from okr_flows.backfill.report import BackfillDocument


def backfill(
    *,
    only: Annotated[
        list[str] | None,
        Parameter(consume_multiple=True, negative="", help="Ids of key results."),
    ] = None,
    connection: Annotated[str, Parameter(help="Ask this connection only.")] = "",
    dry_run: Annotated[
        bool, Parameter(negative="", help="Ask and show the values; record nothing.")
    ] = False,
    format_: Format = "text",
    moment: Moment = NOW,
    place: Place = HERE,
) -> int:
    """Give key results their past, where their tool can still tell it.

    For a team that connects in the middle of a quarter: each past check-in day without a reading
    gets the value that its source works out (Jira: counts, shares done and lead times). Readings
    that are there stay. Running it again changes nothing.

    Ends with 4 if a day or a key result has no value, with 3 if no connection could be used.
    """
    from okr_flows.backfill.backfill import run_backfill  # noqa: PLC0415 - loads the sources

    desk, now = Desk.of(place), clock()
    with desk.open_store() as store:
        cycle, as_of = locate(store, moment, now)
        tell(f"asking {connection or 'all connections'} for the past of {cycle.id} …")
        report = run_backfill(
            store,
            cycle=cycle.id,
            until=min(as_of, now),
            env=desk.env,
            connection=connection,
            only=only or (),
            dry_run=dry_run,
        )
    if format_ == "json":
        print_json(BackfillDocument.of(report))
    elif on_terminal():
        print_text(backfill_text(report))
    else:
        print_rows(backfill_rows(report))
        tell(report.headline)
    return report.exit_code
