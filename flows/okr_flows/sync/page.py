"""What people are told of a sync: its page in Prefect as Markdown, and a text per route; pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from okr_core.basics.command import okr
from okr_core.basics.days import minute_text
from okr_core.basics.exact import canonical_json, digest, time_json
from okr_core.plan.plan import KeyResult, Objective, Plan, bound_key_results
from okr_core.plan.workspace import Workspace
from okr_core.progress.standings import Standing
from okr_core.snapshot import Snapshot
from okr_core.words.figures import NOTHING, percent, value_text
from okr_core.words.markdown import safe
from okr_flows.notify.message import Message
from okr_flows.notify.notices import routes_of, subject
from okr_flows.notify.open_page import needs_you
from okr_flows.run.names import CycleNames
from okr_flows.sync.report import SyncedReading, SyncReport

_MARKS = {
    "ahead": "▲",
    "done": "✓",
    "on_track": "●",
    "behind": "▼",
    "at_risk": "■",
    "not_begun": "·",
    "reached": "✓",
    "not_reached": "✗",
    "green": "●",
    "yellow": "▼",
    "red": "■",
    "learned": "✓",
    "open": "○",
    "stale": "◌",
    "pending": "○",
    "not_known": "?",
    "closed": "–",
    "left_out": "–",
}
LINES = 20
"""Key results that one notice names; a chat shows no more at a glance."""


def page_of(snapshot: Snapshot, report: SyncReport) -> str:
    """What needs people first, then every key result that a source supplies, as it now stands.

    A run of one connection shows the others as they were last read, so that the newest page is
    always the whole cycle's.

    Args:
        snapshot: The cycle after the run, which tells what of it waits for people.
        report: What the run found.
    """
    parts = (
        needs_you(snapshot),
        _tables(snapshot, report),
        _notes(snapshot, report),
        _rows(report),
    )
    return "\n".join(line for part in parts for line in part) + "\n"


def _tables(snapshot: Snapshot, report: SyncReport) -> Iterator[str]:
    read = {reading.key_result: reading for reading in report.readings}
    for objective in snapshot.plan.active_objectives:
        bound = [kr for kr in objective.active_key_results if kr.bound]
        if bound:
            yield from _table(snapshot, objective, bound, read)


def _notes(snapshot: Snapshot, report: SyncReport) -> Iterator[str]:
    """What a reader must know of the values that this run read."""
    noted = [reading for reading in report.readings if reading.notes]
    if not noted:
        return
    yield "### Notes"
    yield ""
    for reading in noted:
        kr = snapshot.plan.key_results_by_id[reading.key_result]
        yield f"- **{safe(kr.title)}** (`{kr.id}`): {safe('; '.join(reading.notes))}."
    yield ""


def _rows(report: SyncReport) -> Iterator[str]:
    """Rows of check-ins that were not recorded: where they are, and nothing that they say."""
    if not report.misread and not report.unheard:
        return
    yield "### Check-ins not recorded"
    yield ""
    for name, why in report.unheard.items():
        yield f"- {safe(name)}: {safe(why)}"
    for row in report.misread:
        yield f"- {safe(row.wrong)}: {_address(row.link)}"
    yield ""
    yield f"{okr('sync', cycle=report.cycle).code} says why."
    yield ""


def _address(link: str) -> str:
    return f"<{link.replace('>', '%3E').replace(' ', '%20')}>"


def _table(
    snapshot: Snapshot,
    objective: Objective,
    bound: list[KeyResult],
    read: dict[str, SyncedReading],
) -> Iterator[str]:
    yield f"### {safe(objective.title)}"
    yield ""
    yield "| Key result | Value | Progress | Status |"
    yield "| :--- | ---: | ---: | :--- |"
    for kr in bound:
        yield _row(kr, snapshot.standings.get(kr.id), read.get(kr.id))
    yield ""


def _row(kr: KeyResult, judged: Standing | None, reading: SyncedReading | None) -> str:
    value = judged.current if judged else None
    cells = [
        _title(kr, reading.link if reading else ""),
        safe(value_text(kr.metric, value)),
        percent(judged.progress.clamped) if judged else NOTHING,
        _status(judged, reading),
    ]
    return f"| {' | '.join(cells)} |"


def _title(kr: KeyResult, link: str) -> str:
    title = safe(kr.title)
    return f"[{title}]({link.replace(')', '%29').replace(' ', '%20')})" if link else title


def _status(judged: Standing | None, reading: SyncedReading | None) -> str:
    shown = f"{_MARKS[judged.shown]} {judged.shown.replace('_', ' ')}" if judged else NOTHING
    open_ = reading is not None and reading.state != "observed"
    return f"{shown} · **{reading.state}**" if reading and open_ else shown


def alerts_of(
    workspace: Workspace, plan: Plan, report: SyncReport, names: CycleNames
) -> tuple[Message, ...]:
    """What each route is told after a sync, in the order of the plan; nothing if all is well.

    What an earlier run of the slot has told is left out, unless there is nothing else.

    Args:
        workspace: Its routes.
        plan: The cycle's.
        report: What the sync found.
        names: Whose it is.
    """
    open_ = {r.key_result: r for r in report.readings if r.state != "observed"}
    told: dict[str, list[SyncedReading]] = {}
    for kr in bound_key_results(plan):
        if kr.id in open_:
            for route in routes_of(workspace, plan, kr):
                told.setdefault(route, []).append(open_[kr.id])
    zone = plan.cycle.zone
    return tuple(_alert(report, names, route, several, zone) for route, several in told.items())


def _alert(
    report: SyncReport, names: CycleNames, route: str, readings: list[SyncedReading], zone: tzinfo
) -> Message:
    new = [reading for reading in readings if not reading.existing] or readings
    # Not by its words: a server may say each time how long it took to fail.
    news = digest(canonical_json([[reading.key_result, reading.state] for reading in new]))
    return Message(
        route=route,
        about=f"sync {time_json(report.as_of)} {news}",
        subject=subject(names, "a sync needs attention"),
        text=_alert_text(report, names, new, zone),
    )


def _alert_text(
    report: SyncReport, names: CycleNames, readings: list[SyncedReading], zone: tzinfo
) -> str:
    lines = [subject(names, f"{report.headline} ({minute_text(report.as_of, zone)}).")]
    lines += [f"• {r.key_result} is {r.state}: {r.failure}" for r in readings[:LINES]]
    if len(readings) > LINES:
        everything = okr("decide", cycle=report.cycle).code
        lines.append(f"… and {len(readings) - LINES} more; {everything} lists them.")
    return "\n".join(line.rstrip() for line in lines)
