"""Flow `score-cycle`: scores and forecasts of a cycle, recorded, shown, and written back."""

# No `from __future__ import annotations`: where a flow is sent to a process of its own, as Prefect
# does with one that is served, Prefect reads its parameters, and names in text would be lost.

from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_progress_artifact
from prefect.events import emit_event
from prefect.logging import get_run_logger
from prefect.runtime import flow_run

from okr_core.basics.days import minute_text
from okr_core.basics.exact import ratio_json
from okr_core.errors import OkrError
from okr_core.score.score_words import score_text
from okr_flows.notify.notices import INCOMPLETE
from okr_flows.notify.telling import tell_of_run
from okr_flows.run.beginning import not_begun
from okr_flows.run.ending import (
    RETRIES,
    RETRY_SECONDS,
    Refused,
    completed,
    noticed,
    refused,
)
from okr_flows.run.events import named_resource
from okr_flows.run.here import called_here, marked_alone, run_name
from okr_flows.run.leases import waits_told
from okr_flows.run.names import CycleNames, names_of
from okr_flows.run.parameters import Moment, Word
from okr_flows.run.prefect_reached import done
from okr_flows.run.run_store import open_run_store, run_now, run_time
from okr_flows.score.page import score_page
from okr_flows.score.record import score
from okr_flows.score.report import ScoreReport
from okr_flows.score.scoring import plan_telling, told
from okr_flows.write_back.plan import WriteBackJob
from okr_flows.write_back.write_back_scores import write_back_task

MOST = 60
"""Progress artifacts of one run: each is a request to the server."""
SCORED = "okr.cycle.scored"
AT_RISK = "okr.keyresult.at-risk"


@task(name="Score the cycle", task_run_name="Score {cycle}", persist_result=False)
def score_task(cycle: str, as_of: datetime, now: datetime) -> ScoreReport | OkrError:
    """Compute scores and forecasts and record them; a second run for a time changes nothing."""
    try:
        with open_run_store() as store, waits_told(get_run_logger().warning):
            return score(store, cycle, as_of, now=now)
    except OkrError as error:  # given back: Prefect would log it with a traceback
        return error


@task(name="Plan the write-back", task_run_name="Plan the write-back", persist_result=False)
def plan_write_back_task(report: ScoreReport) -> tuple[WriteBackJob, ...] | OkrError:
    """Which connections are told what."""
    try:
        return plan_telling(open_run_store, report)
    except OkrError as error:
        return error


@task(name="Publish the scorecard", task_run_name="Publish the scorecard", persist_result=False)
def publish_task(report: ScoreReport) -> None:
    """Show the scorecard in Prefect, and tell who became at risk."""
    with open_run_store() as store:
        names = names_of(store, report.card.cycle)
    create_markdown_artifact(
        markdown=score_page(report),
        key=names.artifact("scorecard"),
        description=f"{report.headline}, as of "
        f"{minute_text(report.card.as_of, report.snapshot.cycle.zone)}",
    )
    for key, share, description in list(_bars(report, names))[:MOST]:
        create_progress_artifact(
            progress=round(100 * (ratio_json(share) or 0.0), 1), key=key, description=description
        )
    _emit(report, names)


@flow(
    name="score-cycle",
    flow_run_name=run_name("Score"),
    description="Scores a cycle, forecasts its key results, shows the scorecard, writes it back.",
    persist_result=False,
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    timeout_seconds=3600,
)
@marked_alone
def score_cycle(cycle: Word = "", as_of: Moment = None) -> ScoreReport | Refused:
    """Score a cycle, forecast its key results, show the scorecard and write it back.

    Safe to run twice, at once from two machines, and again after a crash: a time is scored once.
    Scores of a past that newer ones have overtaken are recorded, not shown and not written back.
    A closed cycle shows its frozen scores. Connections with `write_back` are told what changed.
    The store is the one that OKR_STORE_URL or the block `okr-workspace` names.

    Args:
        cycle: Id of the cycle, such as 2026-q4.
        as_of: Business time of the run, with its zone; its scheduled start where empty.
    """
    if over := not_begun(cycle=cycle, as_of=as_of):
        return over
    at = run_time(as_of, flow_run.scheduled_start_time)
    report = score_task(cycle, at, run_now(flow_run.scheduled_start_time))
    if isinstance(report, OkrError):
        return refused(report)
    if report.overtaken:
        return completed(report, report.headline)
    publish_task(report)
    jobs = plan_write_back_task(report)
    if isinstance(jobs, OkrError):
        return refused(jobs)
    return ended(told(report, [write_back_task(job) for job in jobs]))


def ended(report: ScoreReport) -> ScoreReport:
    """Completed where every connection could be told; otherwise a state that people notice."""
    message = "; ".join([report.headline, *report.told])
    if report.incomplete:
        told_now = tell_of_run(report.card.cycle, INCOMPLETE, message, report.card.as_of)
        return noticed(report, INCOMPLETE, told_now.sentence(message))
    return completed(report, message)


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
        OkrError: The run could not score or record.
        RetryableError: Prefect's server does not answer, or the one of this run does not start.
    """
    # Somebody waits for it and can run it again.
    flow_here = score_cycle.with_options(retries=0)
    with called_here(store_url, cycle, now):
        return done(flow_here(cycle, as_of))


def _bars(report: ScoreReport, names: CycleNames) -> Iterator[tuple[str, Fraction, str]]:
    """Key, score and words of what has a score: the cycle, its teams, its objectives."""
    cycle = report.card.cycle
    for team, figures in sorted(report.card.teams.items()):
        if figures.effective is not None:
            name = f"team {team}" if team else f"cycle {cycle}"
            key = names.artifact("score", *(("team", team) if team else ()))
            yield key, figures.effective, f"Score of {name}: {score_text(figures.effective)}"
    for each in report.card.scores.values():
        figure = each.figures.effective
        if each.kind == "objective" and figure is not None:
            title = report.snapshot.title_of(each.id)[:200]
            key = names.artifact("score", each.id)
            yield key, figure, f"{title}: {score_text(figure)}"


def _emit(report: ScoreReport, names: CycleNames) -> None:
    card = report.card
    figures = card.teams.get("")
    emit_event(
        event=SCORED,
        resource=named_resource(names.resource, card.cycle),
        payload={
            "as_of": card.as_of.isoformat(),
            "revision": card.revision,
            "version": card.version,
            "score": ratio_json(figures.effective) if figures else None,
        },
        id=names.event(SCORED, card.as_of.isoformat()),
    )
    for name in report.newly_at_risk:
        emit_event(
            event=AT_RISK,
            resource=named_resource(names.key_result(name), name),
            payload={"as_of": card.as_of.isoformat()},
            id=names.event(AT_RISK, name, card.as_of.isoformat()),
        )
