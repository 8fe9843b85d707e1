"""`okr write-back`: scores, status and date in Jira and Notion, where items live there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from okr_cli.shell.acting import occasion
from okr_cli.shell.home import Home
from okr_cli.shell.layout import MAX_WIDTH, hang, left
from okr_cli.shell.options import HERE, NOW, By, CycleAt, Format, Place
from okr_cli.shell.output import on_terminal, print_json, print_rows, print_text, tell
from okr_flows.documents.write_back import WriteBackDocument, WrittenConnectionDocument

if TYPE_CHECKING:
    from collections.abc import Collection

    from okr_flows.write_back.report import WriteBackReport
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
    by: By = None,
    format_: Format = "text",
    when: CycleAt = NOW,
    place: Place = HERE,
) -> int:
    """Write scores, status and date to the places that plans name in `mirror`.

    Only what changed is written, and only at connections with `write_back`. A field that holds
    what okr did not write belongs to a person and stays. A time before the one that was written
    about last can only be looked at, with --dry-run. Ends with 1 if there are such conflicts, with
    4 if something cannot be written, with 3 if a connection is out of reach.
    """
    from okr_flows.write_back.cycle import write_back_cycle  # noqa: PLC0415 - loads the sources

    home = Home.of(place)
    with home.open_cycle(when) as (_, cycle, as_of):
        asked = occasion(cycle, as_of, by)
    reports = write_back_cycle(
        home.open_store,
        cycle.id,
        home.env,
        occasion=asked,
        only=only or (),
        take=take or (),
        write=not dry_run,
    )
    if format_ == "json":
        told_ = tuple(WrittenConnectionDocument.of(report) for report in reports)
        print_json(
            WriteBackDocument(cycle=cycle.id, as_of=as_of, dry_run=dry_run, connections=told_)
        )
    elif on_terminal():
        print_text(report_text(reports))
    else:
        print_rows(report_rows(reports))
        tell(headline(reports))
    return exit_code(reports)


def exit_code(reports: Collection[WriteBackReport]) -> int:
    """The gravest of all: out of reach, then what could not be written, then conflicts."""
    codes = {report.exit_code for report in reports}
    return next((code for code in (3, 4, 1) if code in codes), 0)


def report_text(reports: Sequence[WriteBackReport]) -> str:
    """Each connection with the items that something happened to, at most 100 columns."""
    if not reports:
        return headline(reports)
    return "\n\n".join("\n".join(_connection_lines(report)) for report in reports)


def headline(reports: Sequence[WriteBackReport]) -> str:
    """All connections in one line."""
    if not reports:
        return "Nothing is written back: no item has a `mirror` at a connection with `write_back`."
    return "; ".join(report.headline for report in reports)


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
        yield from hang(report.failed, "  ", MAX_WIDTH)
        return
    said: set[str] = set()
    for item in report.items:
        told = [each for each in item.fields if each.verdict != "same"]
        if told or item.failure:
            yield from hang(" · ".join(filter(None, (item.item, item.place))), "  ", MAX_WIDTH)
        if item.failure:
            yield from hang(f"✗ {_once(str(item.failure), said)}", "    ", MAX_WIDTH)
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
    first, *rest = hang(text, " " * len(front), MAX_WIDTH)
    yield front + first.lstrip()
    yield from rest


def _shown(text: str | None) -> str:
    return _EMPTY if text is None else text
