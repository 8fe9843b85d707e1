"""What a sync found, as lines for people and as rows for pipes."""

from __future__ import annotations

from collections.abc import Iterator

from okr_cli.shell.figures import number
from okr_cli.shell.layout import MAX_WIDTH, hang, left, right
from okr_flows.sync.report import SyncedReading, SyncReport

_ID, _VALUE = 34, 14
_MARKS = {"observed": "✓", "suspect": "?", "unavailable": "✗"}


def report_text(report: SyncReport) -> str:
    """What a sync found: one line per key result, and what to do about the others."""
    lines = [line for reading in report.readings for line in _reading_lines(reading)]
    asked = ", ".join(f"{name} {n}" for name, n in report.requests.items()) or "none"
    return "\n".join([*lines, "", f"{report.headline}.", f"Requests: {asked}."])


def report_rows(report: SyncReport) -> Iterator[tuple[str, ...]]:
    """A header, then one row per key result."""
    yield ("key_result", "state", "value", "evidence", "error", "hint")
    for reading in report.readings:
        read, failed = reading.reading, reading.failure
        found = (f"{read.value:f}", read.evidence) if read else ("", "")
        why = (failed.reason, failed.hint) if failed else ("", "")
        yield (reading.key_result, reading.state, *found, *why)


def _reading_lines(reading: SyncedReading) -> list[str]:
    value = "–" if reading.value is None else number(reading.value)
    state = f"{reading.state} earlier" if reading.existing else reading.state
    head = (
        f"{_MARKS[reading.state]} {left(reading.key_result, _ID)} {right(value, _VALUE)}  {state}"
    )
    if reading.state == "observed":
        return [head]
    return [head, *hang(str(reading.failure), "    ", MAX_WIDTH)]
