"""What a write-back did, as lines for people and rows for pipes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from okr_cli.shell.layout import MAX_WIDTH, hang, left
from okr_flows.write_back.write_back import WriteBackReport
from okr_sources.write_back.ownership import Settled

_LABEL = 16
_EMPTY = "(empty)"
_MARKS = {"same": "·", "changed": "✓", "conflict": "!", "unavailable": "✗"}


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
    """A header, then one row per field, or per item whose place is out of reach."""
    yield ("connection", "item", "place", "field", "state", "old", "new", "reason", "hint")
    for report in reports:
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
    for item in report.items:
        told = [each for each in item.fields if each.verdict != "same"]
        if told or item.failure:
            yield from hang(" · ".join(filter(None, (item.item, item.place))), "  ", MAX_WIDTH)
        if item.failure:
            yield from hang(f"✗ {item.failure}", "    ", MAX_WIDTH)
        for each in told:
            yield from _field_lines(each)


def _field_lines(settled: Settled) -> Iterator[str]:
    front = f"    {_MARKS[settled.verdict]} {left(settled.label, _LABEL)} "
    text = f"{_told(settled.old)} → {_told(settled.new)}"
    if settled.verdict == "conflict":
        text = f"{_told(settled.old)} stays, not {_told(settled.new)}: {settled.failure}"
    elif settled.verdict == "unavailable":
        text = str(settled.failure)
    first, *rest = hang(text, " " * len(front), MAX_WIDTH)
    yield front + first.lstrip()
    yield from rest


def _told(text: str | None) -> str:
    return _EMPTY if text is None else text
