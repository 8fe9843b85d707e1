"""Score: how a cycle ended, by the plan as first agreed, with what is shown beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from okr_core.basics import collector
from okr_core.basics.command import okr
from okr_core.basics.days import days_after, in_utc, minute_text
from okr_core.basics.exact import weighted_mean
from okr_core.errors import RefusalError
from okr_core.plan.agreement import Agreement, PlanVersion, Term, agree
from okr_core.plan.cycle import Cycle
from okr_core.plan.metrics import Band
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.plan.workspace import Policies
from okr_core.progress.pace import Timeline
from okr_core.progress.progress import ONE, Measured, Progress, unknown
from okr_core.progress.rollup import (
    average,
    children_first,
    counted_children,
    retired,
    team_figures,
)
from okr_core.record.entries import Entry, HypothesisClosed, Override, Reading
from okr_core.record.readings import waiting_reading
from okr_core.score.grades import grade_of, success_of
from okr_core.score.scores import Figures, Late, Overridden, Score, Scorecard

NOT_SCORED = unknown("not scored")
_TICK = timedelta.resolution
_SAME = ("metric", "due", "starts", "cadence")
"""What makes two versions of a key result give the same progress for the same readings."""


def roll_up_scores(
    plan: Plan, scores: Mapping[str, Fraction | None]
) -> tuple[dict[str, Progress], dict[str, Progress]]:
    """Scores of all objectives, and of teams with the whole cycle under the empty id.

    The rules are those of progress (`okr_core.progress.rollup`): weighted means over active key
    results and counted children that have a score.

    Args:
        plan: The plan whose weights and links count.
        scores: Key result → score in [0, 1]; None, or not there: no score.

    Raises:
        InputError: The counted links form a loop or name no objective of the plan.
    """
    rolled: dict[str, Progress] = {}
    for objective in children_first(plan):
        counting = objective.active_key_results
        items = [(kr.weight, _as_progress(scores.get(kr.id))) for kr in counting]
        if objective.counts:
            items += [(w, rolled[child.id]) for child, w in counted_children(plan, objective)]
        rolled[objective.id] = retired(objective) or average(items)
    return rolled, team_figures(plan, rolled)


def _as_progress(score: Fraction | None) -> Progress:
    return NOT_SCORED if score is None else Progress(score, score, ONE)


def cutoff_of(cycle: Cycle) -> datetime:
    """After this time readings no longer score: the cycle's cut-off, else its end and the grace.

    Returns:
        In UTC; what is observed at that very time still scores.
    """
    if cycle.cutoff is not None:
        return cycle.cutoff.replace(tzinfo=cycle.zone).astimezone(UTC)
    return cycle.end_of(days_after(cycle.ends, cycle.grace_days))


def scorecard(
    versions: Iterable[PlanVersion],
    readings: Mapping[str, Sequence[Reading]],
    entries: Mapping[str, Sequence[Entry]],
    as_of: datetime,
    *,
    policies: Policies | None = None,
    unread: bool = False,
) -> Scorecard:
    """The scorecard of a cycle: as it ended, or as it would end now.

    A key result's headline is its clamped progress by the last reading before the end of its due
    day, by what was first agreed (`okr_core.plan.agreement`); what is observed after the cut-off
    does not score. Objectives, teams and the cycle roll up all four figures alike, `current` over
    the plan in force and the others over the agreed one.

    Source: this product's rule, since a score that follows its target rewards whoever moves it.
    Beside it stand the score against the current metric, and Σⱼ fⱼ · progress of the final reading
    under version j, where fⱼ is the share of the time in which j was in force.

    Args:
        versions: Accepted revisions of the cycle's plan, in any order.
        readings: Key result → its readings, with those of its parts, in any order.
        entries: Key result or objective → its entries: overrides and closed hypotheses count.
        as_of: Aware time; nothing later counts.
        policies: The workspace's; None: the defaults.
        unread: Whether a cycle in which nothing was read has a scorecard too, without any score.

    Raises:
        RefusalError: No plan was in force, the cycle has not begun, or nothing was read by then.
        InputError: The counted links form a loop or name no objective of the plan.
        ValueError: `as_of` has no time zone.
    """
    as_of = in_utc(as_of)
    with collector.paused():
        agreement = agree(versions, as_of)
        _refuse_early(agreement.plan.cycle, as_of)
        if not unread:
            _refuse_unread(agreement.plan.cycle, readings, as_of)
        scoring = _Scoring(agreement, entries, as_of, policies or Policies())
        found = {
            kr.id: scoring.key_result(kr, objective, readings.get(kr.id, ()))
            for objective in agreement.plan.objectives
            for kr in objective.key_results
        }
        return _card(agreement, found, scoring)


def _refuse_early(cycle: Cycle, as_of: datetime) -> None:
    if as_of < cycle.start_of(cycle.starts):
        raise RefusalError(
            f"cycle `{cycle.id}` begins on {cycle.starts}; it cannot be scored yet.",
            hint="Ask again from its first day on.",
        )


def _refuse_unread(
    cycle: Cycle, readings: Mapping[str, Sequence[Reading]], as_of: datetime
) -> None:
    if not any(reading.at <= as_of for several in readings.values() for reading in several):
        raise RefusalError(
            f"cycle `{cycle.id}` has no reading up to {minute_text(as_of, cycle.zone)}.",
            hint=f"Run {okr('sync').code}, check in, or ask about a later time.",
        )


class _Scoring:
    """One scoring of a whole cycle: plans seen from each due day are kept."""

    def __init__(
        self,
        agreement: Agreement,
        entries: Mapping[str, Sequence[Entry]],
        as_of: datetime,
        policies: Policies,
    ) -> None:
        self.agreement = agreement
        self.as_of = as_of
        self.cycle = agreement.plan.cycle
        self.cutoff = cutoff_of(self.cycle)
        self._entries = entries
        self._policies = policies
        self._times: dict[tuple[int, datetime], Timeline] = {}

    def key_result(self, kr: KeyResult, objective: Objective, readings: Sequence[Reading]) -> Score:
        """How one key result ended."""
        gone = self.agreement.retired.get(kr.id)
        if not objective.pursues(kr):
            return _unscored(kr, objective)._replace(retired=gone)
        counted = [r for r in readings if (r.observed_at or r.at) <= self.cutoff]
        last, final = self._last(kr)
        progress, reading = self._measured(self.agreement.plan, kr, counted, last)
        computed = progress.clamped
        override = self._override(kr.id)
        figures = Figures(
            computed,
            computed if override is None else override.score,
            self._current(kr, counted, computed),
            self._time_weighted(kr, counted, last, computed),
        )
        bare = Score(
            kr.id,
            "key_result",
            figures,
            Fraction(int(figures.effective is not None)),
            grade_of(figures.effective),
            objective.ambition,
            kr.due,
            final,
            reading=reading,
            override=override,
            late=self._late(kr, readings, last) if final and computed != 1 else None,
            suspect=waiting_reading(counted, last, reading),
            retired=gone,
            reason="" if override else progress.reason,
        )
        return self.judged(bare, objective)

    def judged(self, bare: Score, objective: Objective) -> Score:
        """The score with its success and what it asks for."""
        if not bare.final:
            return bare
        learned = self._learned(objective)
        success = success_of(bare.ambition, bare.figures.effective, learned=learned)
        missed = bare.ambition == "committed" and success is False
        return bare._replace(success=success, post_mortem=missed)

    def _last(self, kr: KeyResult) -> tuple[datetime, bool]:
        """The last moment that scores, and whether it has passed."""
        assert kr.due is not None, "an agreement has every due day filled in"
        end = self.cycle.end_of(kr.due)
        final = min(end, self.cutoff) <= self.as_of
        return min(end - _TICK, self.as_of), final

    def _measured(
        self, plan: Plan, kr: KeyResult, readings: Sequence[Reading], at: datetime
    ) -> Measured:
        key = (id(plan), at)
        if key not in self._times:
            self._times[key] = Timeline(plan, at, self._policies)
        return self._times[key].measured(kr, readings)

    def _current(
        self, agreed: KeyResult, readings: Sequence[Reading], computed: Fraction | None
    ) -> Fraction | None:
        plan = self.agreement.current
        kr = plan.key_results_by_id.get(agreed.id)
        if kr is None or not plan.objective_of[kr.id].pursues(kr):
            return None
        if _alike(kr, agreed):
            return computed
        return self._measured(plan, kr, readings, self._last(kr)[0])[0].clamped

    def _time_weighted(
        self,
        agreed: KeyResult,
        readings: Sequence[Reading],
        last: datetime,
        computed: Fraction | None,
    ) -> Fraction | None:
        terms = self.agreement.terms[agreed.id]
        if all(term.key_result.metric == agreed.metric for term in terms):
            return computed
        known: list[tuple[Decimal, Fraction]] = []
        for term in terms:
            under = agreed.model_copy(update={"metric": term.key_result.metric})
            reached, _ = self._measured(self.agreement.plan, under, readings, last)
            if reached.clamped is not None:
                known.append((Decimal(_lasted(term, last)), reached.clamped))
        value = weighted_mean(known)
        return computed if value is None else value

    def _late(self, kr: KeyResult, readings: Sequence[Reading], last: datetime) -> Late | None:
        """When the target was first reached after due. A band is judged by its days, not after."""
        if isinstance(kr.metric, Band):
            return None
        later = sorted({r.at.astimezone(UTC) for r in readings if last < r.at <= self.as_of})
        for at in later:
            progress, reading = self._measured(self.agreement.plan, kr, readings, at)
            if progress.clamped == 1 and reading is not None:
                return Late(at, reading.value)
        return None

    def _override(self, name: str) -> Overridden | None:
        found = [
            (entry, entry.body)
            for entry in self._entries.get(name, ())
            if isinstance(entry.body, Override) and entry.at <= self.as_of
        ]
        if not found:
            return None
        # Backwards: of several at one time the last that was recorded counts.
        entry, body = max(reversed(found), key=lambda pair: pair[0].at.astimezone(UTC))
        if body.score is None:
            return None
        return Overridden(Fraction(body.score), entry.by, entry.at, body.reason)

    def _learned(self, objective: Objective) -> bool:
        return any(
            isinstance(entry.body, HypothesisClosed)
            and entry.at <= self.as_of
            and bool(entry.body.evidence.strip())
            for entry in self._entries.get(objective.id, ())
        )


def _unscored(kr: KeyResult, objective: Objective) -> Score:
    reason = kr.state_reason or objective.state_reason
    return Score(
        kr.id,
        "key_result",
        Figures(),
        Fraction(0),
        None,
        objective.ambition,
        kr.due,
        reason=reason,
    )


def _alike(one: KeyResult, other: KeyResult) -> bool:
    return all(getattr(one, field) == getattr(other, field) for field in _SAME)


def _lasted(term: Term, last: datetime) -> int:
    """Microseconds for which a version was in force until the last moment that scores."""
    end = last + _TICK if term.ends is None else min(term.ends, last + _TICK)
    return max((end - term.begins) // _TICK, 0)


def _card(agreement: Agreement, found: dict[str, Score], scoring: _Scoring) -> Scorecard:
    plans = (agreement.plan, agreement.plan, agreement.current, agreement.plan)
    rolled, teams = [], []
    for index, plan in enumerate(plans):
        picked = {name: score.figures[index] for name, score in found.items()}
        objectives, figures = roll_up_scores(plan, picked)
        rolled.append(objectives)
        teams.append(figures)
    scores: dict[str, Score] = {}
    for objective in agreement.plan.objectives:
        scores[objective.id] = _objective(objective, rolled, scoring)
        scores.update((kr.id, found[kr.id]) for kr in objective.key_results)
    early = [s for s in found.values() if s.retired is not None and s.retired.early]
    names = {name: None for each in teams for name in each}
    return Scorecard(
        agreement.plan.cycle.id,
        scoring.as_of,
        agreement.revision,
        scores,
        {name: _figures(teams, name) for name in names},
        len(early),
    )


def _objective(
    objective: Objective,
    rolled: Sequence[Mapping[str, Progress]],
    scoring: _Scoring,
) -> Score:
    figures = _figures(rolled, objective.id)
    progress = rolled[1][objective.id]
    gone = scoring.agreement.retired.get(objective.id)
    bare = Score(
        objective.id,
        "objective",
        figures,
        progress.coverage,
        grade_of(figures.effective),
        objective.ambition,
        final=min(scoring.cycle.end_of(scoring.cycle.ends), scoring.cutoff) <= scoring.as_of,
        retired=gone,
        reason=progress.reason,
    )
    return scoring.judged(bare, objective) if objective.active else bare


def _figures(rolled: Sequence[Mapping[str, Progress]], name: str) -> Figures:
    return Figures(*(each.get(name, NOT_SCORED).clamped for each in rolled))
