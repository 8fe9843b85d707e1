"""`okr backfill`: past check-in days filled from what the tools still know of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Annotated

from cyclopts import Parameter

from okr_cli.progress.reading import reading_shown
from okr_cli.shell.acting import clock
from okr_cli.shell.figures import count
from okr_cli.shell.home import Home
from okr_cli.shell.layout import hang, left, right
from okr_cli.shell.options import HERE, NOW, CycleAt, Format, Place
from okr_cli.shell.output import on_terminal, page_width, print_rows, show, tell
from okr_cli.shell.prefect_server import Local, through_prefect
from okr_core.words.figures import day_text, number
from okr_flows.backfill.report import BackfillDocument, BackfilledKeyResult, BackfillReport, PastDay

_DAY, _VALUE = 13, 14
_HAS_ONE = "had a reading"


def backfill(
    *,
    only: Annotated[list[str] | None, Parameter(help="Ids of key results.")] = None,
    connection: Annotated[str, Parameter(help="Ask this connection only.")] = "",
    dry_run: Annotated[bool, Parameter(help="Ask and show the values; record nothing.")] = False,
    local: Local = False,
    format_: Format = "text",
    when: CycleAt = NOW,
    place: Place = HERE,
) -> int:
    """Give key results their past, where their tool can still tell it.

    For a team that connects in the middle of a quarter: each past check-in day without a reading
    gets the value that its source works out (Jira: counts, shares done and lead times). Readings
    that are there stay. Running it again changes nothing. Where a Prefect server is configured it
    runs the flow backfill-progress, else it does the same in this process.

    Ends with 4 if a day or a key result has no value, with 3 if no connection could be used.
    """
    home = Home.of(place)
    with home.open_cycle(when) as (_, cycle, as_of):
        wanted = Wanted(cycle.id, as_of, connection, tuple(only or ()))
    tell(f"asking {connection or 'all connections'} for the past of {cycle.id} …")
    # What only looks leaves nothing behind that Prefect could show.
    with reading_shown(shown=False):
        report = _here(home, wanted, dry_run=True) if dry_run else _run(home, wanted, local=local)
    if format_ == "json" or on_terminal():
        show(format_, BackfillDocument.of(report), backfill_text(report))
    else:
        print_rows(backfill_rows(report))
        tell(report.headline)
    return report.exit_code


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a backfill is asked for."""

    cycle: str
    until: datetime
    connection: str
    only: tuple[str, ...]


def _run(home: Home, wanted: Wanted, *, local: bool) -> BackfillReport:
    if not through_prefect(home, os.environ, local=local):
        return _here(home, wanted)
    from okr_flows.backfill.backfill_progress import (  # noqa: PLC0415 - imports Prefect
        run_backfill_flow,
    )

    return run_backfill_flow(
        wanted.cycle,
        store_url=home.store_url(),
        connection=wanted.connection,
        only=list(wanted.only),
        as_of=wanted.until,
        now=clock(),
    )


def _here(home: Home, wanted: Wanted, *, dry_run: bool = False) -> BackfillReport:
    from okr_flows.backfill.backfill import run_backfill  # noqa: PLC0415 - loads the sources

    return run_backfill(
        home.open_store,
        cycle=wanted.cycle,
        until=wanted.until,
        now=clock(),
        env=home.env,
        connection=wanted.connection,
        only=wanted.only,
        dry_run=dry_run,
    )


def backfill_text(report: BackfillReport) -> str:
    """The past of each key result, day by day, and what it rests on."""
    lines = [line for kr in report.key_results for line in _key_result(kr, report)]
    asked = ", ".join(f"{name} {n}" for name, n in report.requests.items()) or "none"
    return "\n".join([*lines, f"{report.headline}.", f"Requests: {asked}."])


def backfill_rows(report: BackfillReport) -> Iterator[tuple[str, ...]]:
    """A header, then one row per key result and day; one of a key result that cannot be asked."""
    yield ("key_result", "day", "state", "value", "evidence", "reason", "hint")
    for kr in report.key_results:
        if kr.failure:
            yield (kr.key_result, "", "unavailable", "", "", kr.failure.reason, kr.failure.hint)
        for day in kr.days:
            read, failed = day.reading, day.failure
            found = (f"{read.value:f}", read.evidence) if read else ("", "")
            why = (failed.reason, failed.hint) if failed else ("", "")
            yield (kr.key_result, day.day.isoformat(), day.state, *found, *why)


def _key_result(kr: BackfilledKeyResult, report: BackfillReport) -> Iterator[str]:
    yield f"{kr.key_result}: {_summary(kr, report)}"
    if kr.failure:
        yield from hang(str(kr.failure), "  ", page_width())
    for why, several in groupby(kr.days, lambda day: day.failure and str(day.failure)):
        days = list(several)
        if why is not None:
            yield from hang(f"{_span(days)}: {why}", "  ", page_width())
        else:
            yield from (_day(day) for day in days)
    for line in kr.assumptions:
        yield from hang(line, "  – ", page_width())
    yield ""


def _summary(kr: BackfilledKeyResult, report: BackfillReport) -> str:
    if kr.failure:
        return "cannot be asked for"
    if not kr.days:
        return "no check-in day has passed yet"
    verb = "to reconstruct" if report.dry_run else "reconstructed"
    figures = [
        (kr.number_of("reconstructed"), verb),
        (kr.number_of("kept"), "left alone"),
        (kr.number_of("unavailable"), "unavailable"),
    ]
    return ", ".join(f"{count(n, 'day')} {what}" for n, what in figures if n)


def _day(day: PastDay) -> str:
    value = number(day.reading.value) if day.reading else _HAS_ONE
    return f"  {left(day_text(day.day), _DAY)} {right(value, _VALUE)}"


def _span(days: list[PastDay]) -> str:
    first, last = day_text(days[0].day), day_text(days[-1].day)
    return first if len(days) == 1 else f"{first} to {last} ({count(len(days), 'day')})"
