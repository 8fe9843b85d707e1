"""What people see of a scoring in Prefect: artifacts and events. Signals, never records."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from prefect.artifacts import create_markdown_artifact, create_progress_artifact
from prefect.events import emit_event

from okr_core.basics.exact import ratio_json
from okr_core.score.score_words import score_text
from okr_flows.run.events import artifact_key, event_id, named_resource
from okr_flows.score.page import score_page
from okr_flows.score.report import ScoreReport

MOST = 60
"""Progress artifacts of one run: each is a request to the server."""
SCORED = "okr.cycle.scored"
AT_RISK = "okr.keyresult.at-risk"


def publish(report: ScoreReport) -> None:
    """Show a scoring: the scorecard's page, a progress bar per objective and team, events.

    Their keys are the same at each run, so that Prefect shows how they changed.
    """
    cycle = report.card.cycle
    create_markdown_artifact(
        markdown=score_page(report),
        key=f"okr-scorecard-{cycle}",
        description=f"{report.headline}, as of {report.card.as_of:%Y-%m-%d %H:%M} UTC",
    )
    for key, score, description in list(_bars(report))[:MOST]:
        create_progress_artifact(
            progress=round(100 * (ratio_json(score) or 0.0), 1), key=key, description=description
        )
    _emit(report)


def _bars(report: ScoreReport) -> Iterator[tuple[str, Fraction, str]]:
    """Key, score and words of what has a score: the cycle, its teams, its objectives."""
    cycle = report.card.cycle
    for team, figures in sorted(report.card.teams.items()):
        if figures.effective is not None:
            name = f"team {team}" if team else f"cycle {cycle}"
            key = artifact_key("okr-score", cycle, *(("team", team) if team else ()))
            yield key, figures.effective, f"Score of {name}: {score_text(figures.effective)}"
    for score in report.card.scores.values():
        if score.kind == "objective" and score.figures.effective is not None:
            title = report.snapshot.title_of(score.id)[:200]
            key = artifact_key("okr-score", cycle, score.id)
            figure = score.figures.effective
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
