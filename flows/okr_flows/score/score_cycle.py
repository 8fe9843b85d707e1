"""Flow `score-cycle`: scores and forecasts of a cycle, recorded, shown, and written back."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_progress_artifact
from prefect.client.schemas.objects import State, StateType
from prefect.events import emit_event
from prefect.runtime import flow_run
from pydantic import AwareDatetime

from okr_core.basics.days import minute_text
from okr_core.basics.exact import ratio_json
from okr_core.errors import InputError, OkrError, RefusalError
from okr_core.score.score_words import score_text
from okr_flows.notify.notices import INCOMPLETE
from okr_flows.run.events import artifact_key, event_id, named_resource
from okr_flows.run.prefect_reached import handed_over, noticed, prefect_reached, result_of
from okr_flows.run.run_store import given_now, given_store, open_run_store, run_now, run_time
from okr_flows.score.page import score_page
from okr_flows.score.record import score
from okr_flows.score.report import ScoreReport
from okr_flows.write_back.cycle import plan_cycle
from okr_flows.write_back.plan import WriteBackJob
from okr_flows.write_back.report import WriteBackReport
from okr_flows.write_back.write_back import write_back

Scoring = ScoreReport | RefusalError | InputError
"""What a run found, or why there is nothing to score."""
MOST = 60
"""Progress artifacts of one run: each is a request to the server."""
SCORED = "okr.cycle.scored"
AT_RISK = "okr.keyresult.at-risk"


@task(name="Score the cycle", task_run_name="Score {cycle}")
def score_task(cycle: str, as_of: datetime, now: datetime) -> Scoring:
    """Compute scores and forecasts and record them; a second run for a time changes nothing."""
    with open_run_store() as store:
        try:
            return score(store, cycle, as_of, now=now)
        except (RefusalError, InputError) as refusal:  # such as before the cycle begins
            return refusal


@task(name="Plan the write-back", task_run_name="Plan the write-back")
def plan_write_back_task(report: ScoreReport) -> tuple[WriteBackJob, ...]:
    """Which connections are told what."""
    with open_run_store() as store:
        try:
            return plan_cycle(store, report.snapshot)
        except RefusalError:  # another run has recorded newer scores meanwhile
            return ()


@task(name="Write back", task_run_name="Write back to {job.name}")
def write_back_task(job: WriteBackJob) -> WriteBackReport:
    """Tell one connection what changed; what people own stays as it is."""
    with open_run_store() as store:
        return write_back(store, job, os.environ)


@task(name="Publish the scorecard", task_run_name="Publish the scorecard")
def publish_task(report: ScoreReport) -> None:
    """Show the scorecard in Prefect, and tell who became at risk."""
    # Keys are the same at each run, so that Prefect shows how they changed.
    cycle, zone = report.card.cycle, report.snapshot.cycle.zone
    create_markdown_artifact(
        markdown=score_page(report),
        key=f"okr-scorecard-{cycle}",
        description=f"{report.headline}, as of {minute_text(report.card.as_of, zone)}",
    )
    for key, share, description in list(_bars(report))[:MOST]:
        create_progress_artifact(
            progress=round(100 * (ratio_json(share) or 0.0), 1), key=key, description=description
        )
    _emit(report)


@flow(
    name="score-cycle",
    flow_run_name="Score {cycle}",
    description="Scores a cycle, forecasts its key results, shows the scorecard, writes it back.",
    persist_result=False,
)
def score_cycle(cycle: str, as_of: AwareDatetime | None = None) -> State[Scoring]:
    """Score a cycle, forecast its key results, show the scorecard and write it back.

    Safe to run twice, at once from two machines, and again after a crash: a time is scored once.
    Scores of a past that newer ones have overtaken are recorded, not shown and not written back.
    A closed cycle shows its frozen scores. Connections with `write_back` are told what changed.
    The store is the one that OKR_STORE_URL or the block `okr-workspace` names.

    Args:
        cycle: Id of the cycle, such as 2026-q4.
        as_of: Business time of the run, with its zone; its scheduled start where empty.
    """
    at = run_time(as_of, flow_run.scheduled_start_time)
    report = score_task(cycle, at, run_now(flow_run.scheduled_start_time))
    if isinstance(report, OkrError):
        return State(type=StateType.COMPLETED, name="Not scored", message=str(report), data=report)
    if report.overtaken:
        return State(type=StateType.COMPLETED, message=report.headline, data=report)
    publish_task(report)
    written = [write_back_task(job) for job in plan_write_back_task(report)]
    return final_state(report, written)


def final_state(report: ScoreReport, written: Sequence[WriteBackReport]) -> State[Scoring]:
    """Completed where every connection could be told; otherwise a state that people notice.

    What people own is no failure: it stays theirs, and `okr write-back --dry-run` lists it.
    """
    report = replace(
        report,
        told=tuple(each.headline for each in written),
        incomplete=any(each.incomplete for each in written),
    )
    message = "; ".join([report.headline, *report.told])
    if report.incomplete:
        return noticed(report, INCOMPLETE, message)
    return State(type=StateType.COMPLETED, message=message, data=report)


def run_score(
    cycle: str,
    *,
    store_url: str,
    as_of: datetime | None = None,
    now: datetime | None = None,
) -> ScoreReport:
    """Run the flow in this process and return its report.

    Args:
        cycle: Id of the cycle.
        store_url: Address of the store.
        as_of: Business time of the run (aware); None: now.
        now: The time (aware); None: by this machine's clock.

    Raises:
        OkrError: The run could not score or record; the same error that the task raised.
        RetryableError: Prefect's server does not answer, or the one of this run does not start.
    """
    with given_store(store_url), given_now(now), prefect_reached(), handed_over() as found:
        state = score_cycle(cycle, as_of, return_state=True)
    return result_of(state, ScoreReport, found)


def _bars(report: ScoreReport) -> Iterator[tuple[str, Fraction, str]]:
    """Key, score and words of what has a score: the cycle, its teams, its objectives."""
    cycle = report.card.cycle
    for team, figures in sorted(report.card.teams.items()):
        if figures.effective is not None:
            name = f"team {team}" if team else f"cycle {cycle}"
            key = artifact_key("okr-score", cycle, *(("team", team) if team else ()))
            yield key, figures.effective, f"Score of {name}: {score_text(figures.effective)}"
    for each in report.card.scores.values():
        figure = each.figures.effective
        if each.kind == "objective" and figure is not None:
            title = report.snapshot.title_of(each.id)[:200]
            key = artifact_key("okr-score", cycle, each.id)
            yield key, figure, f"{title}: {score_text(figure)}"


def _emit(report: ScoreReport) -> None:
    card = report.card
    figures = card.teams.get("")
    emit_event(
        event=SCORED,
        resource=named_resource(f"okr.cycle.{card.cycle}", card.cycle),
        payload={
            "as_of": card.as_of.isoformat(),
            "revision": card.revision,
            "version": card.version,
            "score": ratio_json(figures.effective) if figures else None,
        },
        id=event_id(SCORED, card.cycle, card.as_of.isoformat()),
    )
    for name in report.newly_at_risk:
        emit_event(
            event=AT_RISK,
            resource=named_resource(f"okr.keyresult.{card.cycle}.{name}", name),
            payload={"as_of": card.as_of.isoformat()},
            id=event_id(AT_RISK, card.cycle, name, card.as_of.isoformat()),
        )
