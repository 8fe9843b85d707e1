"""`okr write-back`: scores, status and date in Jira and Notion, where items live there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from okr_cli.shell.acting import clock, occasion
from okr_cli.shell.home import Home
from okr_cli.shell.layout import hang, left
from okr_cli.shell.options import HERE, NOW, By, CycleAt, Format, Place
from okr_cli.shell.output import on_terminal, page_width, print_json, print_rows, print_text, tell
from okr_cli.shell.prefect_server import Local, through_prefect
from okr_flows.documents.write_back import WriteBackDocument, WrittenConnectionDocument
from okr_flows.write_back.report import WriteBackReport, exit_code_of, headline_of

if TYPE_CHECKING:
    from okr_core.plan.acting import Occasion
    from okr_sources.write_back.ownership import Settled

_LABEL = 16
_EMPTY = "(empty)"
_MARKS = {"same": "·", "changed": "✓", "conflict": "!", "unavailable": "✗"}


def write_back(
    *,
    only: Annotated[list[str] | None, Parameter(help="Ids of the items to write.")] = None,
    take: Annotated[
        list[str] | None,
        Parameter(help="ITEM.FIELD that a person hands over: written whatever it holds."),
    ] = None,
    dry_run: Annotated[bool, Parameter(help="Show what would change; write nothing.")] = False,
    local: Local = False,
    by: By = None,
    format_: Format = "text",
    when: CycleAt = NOW,
    place: Place = HERE,
) -> int:
    """Write scores, status and date to the places that plans name in `mirror`.

    Only what changed is written, and only at connections with `write_back`. A field that holds
    what okr did not write belongs to a person and stays. A time before the one that was written
    about last can only be looked at, with --dry-run. Where a Prefect server is configured it runs
    the flow write-back-scores, else it does the same in this process. Ends with 1 if there are such
    conflicts, with 4 if something cannot be written, with 3 if a connection is out of reach.
    """
    home = Home.of(place)
    with home.open_cycle(when) as (_, cycle, as_of):
        wanted = Wanted(cycle.id, occasion(cycle, as_of, by), tuple(only or ()), tuple(take or ()))
    # What only looks leaves nothing behind that Prefect could show.
    reports = _here(home, wanted, write=False) if dry_run else _run(home, wanted, local=local)
    if format_ == "json":
        told_ = tuple(WrittenConnectionDocument.of(report) for report in reports)
        print_json(
            WriteBackDocument(cycle=cycle.id, as_of=as_of, dry_run=dry_run, connections=told_)
        )
    elif on_terminal():
        print_text(report_text(reports))
    else:
        print_rows(report_rows(reports))
        tell(headline_of(reports))
    return exit_code_of(reports)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a write-back is asked for."""

    cycle: str
    occasion: Occasion
    only: tuple[str, ...]
    take: tuple[str, ...]


def _run(home: Home, wanted: Wanted, *, local: bool) -> list[WriteBackReport]:
    if not through_prefect(home, os.environ, local=local):
        return _here(home, wanted)
    from okr_flows.write_back.write_back_scores import run_write_back  # noqa: PLC0415 - imports Prefect

    return run_write_back(
        wanted.cycle,
        store_url=home.store_url(),
        actor=wanted.occasion.actor,
        only=list(wanted.only),
        take=list(wanted.take),
        as_of=wanted.occasion.at,
        now=clock(),
    )


def _here(home: Home, wanted: Wanted, *, write: bool = True) -> list[WriteBackReport]:
    from okr_flows.write_back.cycle import write_back_cycle  # noqa: PLC0415 - loads the sources

    return write_back_cycle(
        home.open_store,
        wanted.cycle,
        home.env,
        occasion=wanted.occasion,
        only=wanted.only,
        take=wanted.take,
        write=write,
    )


def report_text(reports: Sequence[WriteBackReport]) -> str:
    """Each connection with the items that something happened to, at most 100 columns."""
    if not reports:
        return headline_of(reports)
    return "\n\n".join("\n".join(_connection_lines(report)) for report in reports)


def report_rows(reports: Sequence[WriteBackReport]) -> Iterator[tuple[str, ...]]:
    """A header, then one row per field, item whose place or connection that is out of reach."""
    yield ("connection", "item", "place", "field", "state", "old", "new", "reason", "hint")
    for report in reports:
        if report.failed:
            yield (report.connection, "", "", "", "unavailable", "", "", report.failed, "")
            continue
        for item in report.items:
            front = (report.connection, item.item, item.place)
            if item.failure:
                yield (*front, "", "unavailable", "", "", item.failure.reason, item.failure.hint)
            for each in item.fields:
                old, new = each.old or "", each.new or ""
                why = (each.failure.reason, each.failure.hint) if each.failure else ("", "")
                yield (*front, each.field, each.verdict, old, new, *why)


def _connection_lines(report: WriteBackReport) -> Iterator[str]:
    yield f"{report.headline}."
    if report.failed:
        yield from hang(report.failed, "  ", page_width())
        return
    said: set[str] = set()
    for item in report.items:
        told = [each for each in item.fields if each.verdict != "same"]
        if told or item.failure:
            yield from hang(" · ".join(filter(None, (item.item, item.place))), "  ", page_width())
        if item.failure:
            yield from hang(f"✗ {_once(str(item.failure), said)}", "    ", page_width())
        for each in told:
            yield from _field_lines(each, said)


def _once(reason: str, said: set[str]) -> str:
    """A reason in full the first time, then that it is the same."""
    if reason in said:
        return "as above."
    said.add(reason)
    return reason


def _field_lines(settled: Settled, said: set[str]) -> Iterator[str]:
    front = f"    {_MARKS[settled.verdict]} {left(settled.label, _LABEL)} "
    text = f"{_shown(settled.old)} → {_shown(settled.new)}"
    if settled.verdict == "conflict":
        text = f"{_shown(settled.old)} stays, not {_shown(settled.new)}: {settled.failure}"
    elif settled.verdict == "unavailable":
        text = _once(str(settled.failure), said)
    first, *rest = hang(text, " " * len(front), page_width())
    yield front + first.lstrip()
    yield from rest


def _shown(text: str | None) -> str:
    return _EMPTY if text is None else text
