"""Scoring a cycle: record its scores, then tell every connection that asks for them.

The whole use case, without Prefect: the flow `score-cycle` makes tasks of the same steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from okr_core.errors import RefusalError
from okr_flows.run.opening import Opening
from okr_flows.score.record import score
from okr_flows.score.report import ScoreReport
from okr_flows.write_back.cycle import plan_cycle, tell_connection
from okr_flows.write_back.plan import WriteBackJob
from okr_flows.write_back.report import WriteBackReport


def score_and_tell(
    opening: Opening, cycle: str, as_of: datetime, *, now: datetime, env: Mapping[str, str]
) -> ScoreReport:
    """Score a cycle, and write back what changed; a second run for a time changes nothing.

    Args:
        opening: Opens the store.
        cycle: Id of the cycle.
        as_of: Business time (aware).
        now: The time (aware).
        env: Variables that may hold tokens.

    Raises:
        InputError: See `score`.
        RefusalError: See `score`; nothing was recorded.
    """
    with opening() as store:
        report = score(store, cycle, as_of, now=now)
    jobs = plan_telling(opening, report)
    return told(report, [tell_connection(opening, job, env) for job in jobs])


def plan_telling(opening: Opening, report: ScoreReport) -> tuple[WriteBackJob, ...]:
    """Which connections are told what of a scoring; none where newer scores are recorded."""
    if report.overtaken:
        return ()
    with opening() as store:
        try:
            return plan_cycle(store, report.snapshot)
        except RefusalError:  # another run has recorded newer scores meanwhile
            return ()


def told(report: ScoreReport, written: Iterable[WriteBackReport]) -> ScoreReport:
    """The report with what each connection was told.

    What people own is no failure: it stays theirs, and `okr write-back --dry-run` lists it.
    """
    several = list(written)
    return replace(
        report,
        told=tuple(each.headline for each in several),
        incomplete=any(each.incomplete for each in several),
    )
