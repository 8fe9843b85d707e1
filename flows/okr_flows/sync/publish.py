"""Last step of a sync: what people see in Prefect. Signals, never records."""

from __future__ import annotations

from prefect.artifacts import create_markdown_artifact, create_progress_artifact
from prefect.events import emit_event

from okr_core.basics.exact import ratio_json
from okr_core.snapshot import Snapshot
from okr_flows.notify.notices import ALERTED, resource_of
from okr_flows.run.events import named_resource
from okr_flows.sync.alerts import alerts_of
from okr_flows.sync.page import page_of
from okr_flows.sync.report import SyncReport
from okr_store import Store
from okr_store.snapshot import read_snapshot


def publish(store: Store, report: SyncReport) -> None:
    """Show the run in Prefect: the cycle's progress, a page of this sync, and events.

    Args:
        store: The open store, read only here.
        report: What the run found.
    """
    # The revision that was read: another may have been applied since, or after a slot of the past.
    snapshot = read_snapshot(
        store, report.cycle, report.seen_at, newest=True, revision=report.revision
    )
    _publish_progress(snapshot)
    create_markdown_artifact(
        markdown=page_of(snapshot, report),
        key=f"okr-sync-{report.cycle}",
        description=f"{report.headline}, as of {report.as_of:%Y-%m-%d %H:%M} UTC",
    )
    _emit(report)
    _alert(snapshot, report)


def _publish_progress(snapshot: Snapshot) -> None:
    figure = snapshot.figures[""]
    ratio = ratio_json(figure.clamped)
    if ratio is None:  # nothing to count is not 0 %
        return
    create_progress_artifact(
        progress=round(100 * ratio, 1),
        key=f"okr-progress-{snapshot.plan.cycle.id}",
        description=(
            f"Progress of cycle {snapshot.plan.cycle.id}; "
            f"{round(100 * float(figure.coverage))} % of its weight has a value"
        ),
    )


def _emit(report: SyncReport) -> None:
    totals = report.totals
    emit_event(
        event="okr.progress.synced",
        resource=named_resource(f"okr.cycle.{report.cycle}", report.cycle),
        payload={
            "as_of": report.as_of.isoformat(),
            "observed": totals["observed"],
            "suspect": totals["suspect"],
            "unavailable": totals["unavailable"],
            "requests": dict(report.requests),
        },
    )
    for reading in report.readings:
        name = reading.key_result
        if reading.state == "suspect" and reading.failure and not reading.existing:
            emit_event(
                event="okr.keyresult.suspect",
                resource=named_resource(f"okr.keyresult.{report.cycle}.{name}", name),
                payload={"why": reading.failure.reason, "hint": reading.failure.hint},
            )


def _alert(snapshot: Snapshot, report: SyncReport) -> None:
    """One event per route whose key results need people: what the routes' automations wait for."""
    if snapshot.workspace is None:
        return
    for alert in alerts_of(snapshot.workspace, snapshot.plan, report):
        emit_event(
            event=ALERTED,
            resource=named_resource(resource_of(report.cycle, alert.route), alert.route),
            payload={"text": alert.text},
        )
