"""Last step of a sync: what people see in Prefect. Signals, never records."""

from __future__ import annotations

from collections.abc import Mapping

from prefect.artifacts import create_progress_artifact, create_table_artifact
from prefect.events import emit_event

from okr_core.exact import decimal_text, ratio_json
from okr_core.plan import KeyResult, Plan
from okr_core.standings import Standing
from okr_flows.notices import ALERTED, alerts_of, resource_of
from okr_flows.picture import Picture, take_picture
from okr_flows.sync_report import SyncedReading, SyncReport
from okr_store import Store


def publish(store: Store, report: SyncReport) -> None:
    """Show the run in Prefect: the cycle's progress, a table of this sync, and events.

    Args:
        store: The open store, read only here.
        report: What the run found.
    """
    # The revision that was read: another may have been applied since, or after a slot of the past.
    picture = take_picture(store, report.cycle, report.seen_at, report.revision)
    _publish_progress(picture)
    create_table_artifact(
        table=_table(picture.plan, report, picture.standings),
        key=f"okr-sync-{report.cycle}",
        description=f"{report.headline}, as of {report.as_of:%Y-%m-%d %H:%M} UTC",
    )
    _emit(report)
    _alert(picture, report)


def _publish_progress(picture: Picture) -> None:
    figure = picture.figures[""]
    ratio = ratio_json(figure.clamped)
    if ratio is None:  # nothing to count is not 0 %
        return
    create_progress_artifact(
        progress=round(100 * ratio, 1),
        key=f"okr-progress-{picture.plan.cycle.id}",
        description=(
            f"Progress of cycle {picture.plan.cycle.id}; "
            f"{round(100 * float(figure.coverage))} % of its weight has a value"
        ),
    )


def _table(
    plan: Plan, report: SyncReport, standings: Mapping[str, Standing]
) -> list[dict[str, str]]:
    return [
        _row(
            plan.key_results_by_id[reading.key_result],
            reading,
            standings.get(reading.key_result),
        )
        for reading in sorted(report.readings, key=_attention_first)
    ]


def _attention_first(reading: SyncedReading) -> int:
    return ("unavailable", "suspect", "observed").index(reading.state)


def _row(kr: KeyResult, reading: SyncedReading, judged: Standing | None) -> dict[str, str]:
    unit = f" {kr.metric.unit}" if kr.metric.unit else ""
    progress = ratio_json(judged.progress.clamped) if judged else None
    return {
        "Key result": kr.id,
        "Title": kr.title,
        "Value": "–" if reading.value is None else f"{decimal_text(reading.value)}{unit}",
        "Progress": "–" if progress is None else f"{round(100 * progress)} %",
        "Status": judged.shown.replace("_", " ") if judged else "–",
        "Answer": reading.state,
        "What to do": f"{reading.error} {reading.hint}".strip(),
        "Source": reading.link,
    }


def _emit(report: SyncReport) -> None:
    totals = report.totals
    emit_event(
        event="okr.progress.synced",
        resource={
            "prefect.resource.id": f"okr.cycle.{report.cycle}",
            "prefect.resource.name": report.cycle,
        },
        payload={
            "as_of": report.as_of.isoformat(),
            "observed": totals["observed"],
            "suspect": totals["suspect"],
            "unavailable": totals["unavailable"],
            "requests": dict(report.requests),
        },
    )
    for reading in report.readings:
        if reading.state == "suspect" and not reading.existing:
            emit_event(
                event="okr.keyresult.suspect",
                resource={
                    "prefect.resource.id": f"okr.keyresult.{report.cycle}.{reading.key_result}",
                    "prefect.resource.name": reading.key_result,
                },
                payload={"why": reading.error, "hint": reading.hint},
            )


def _alert(picture: Picture, report: SyncReport) -> None:
    """One event per route whose key results need people: what the routes' automations wait for."""
    if picture.workspace is None:
        return
    for alert in alerts_of(picture.workspace, picture.plan, report):
        emit_event(
            event=ALERTED,
            resource={
                "prefect.resource.id": resource_of(report.cycle, alert.route),
                "prefect.resource.name": alert.route,
            },
            payload={"text": alert.text},
        )
