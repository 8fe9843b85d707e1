"""Score: how a cycle ended, by the plan as first agreed, with what is shown beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from okr_core.basics import collector
from okr_core.basics.command import okr
from okr_core.basics.days import in_utc, minute_text
from okr_core.basics.exact import weighted_mean
from okr_core.errors import RefusalError
from okr_core.plan.agreement import Agreement, PlanVersion, Term, agree
from okr_core.plan.cycle import Cycle, cutoff_of
from okr_core.plan.metrics import Band
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.plan.retirement import Retirement
from okr_core.plan.workspace import Policies
from okr_core.progress.derived import RETIRED, Lack
from okr_core.progress.grades import grade_of, success_of
from okr_core.progress.pace import Timeline
from okr_core.progress.progress import ZERO, Measured, Progress
from okr_core.progress.rollup import averaged
from okr_core.record.entries import Entry, Reading
from okr_core.record.readings import waiting_reading
from okr_core.score.approvals import Approvals, remeasured_on
from okr_core.score.decided import Decided
from okr_core.score.heard import last_said_on
from okr_core.score.rolling import NOT_SCORED, roll_up_scores
from okr_core.score.scores import (
    Figures,
    Late,
    Mended,
    Score,
    Scorecard,
    unscored,
)
from okr_core.score.second_person import Holders, SecondPerson, SelfApproved, nobody

_GUARD = "a guard has no score: its breach is shown beside its objective"
_TICK = timedelta.resolution
_SAME = ("metric", "due", "starts", "cadence")
"""What makes two versions of a key result give the same progress for the same readings."""


def scorecard(
    versions: Iterable[PlanVersion],
    readings: Mapping[str, Sequence[Reading]],
    entries: Mapping[str, Sequence[Entry]],
    as_of: datetime,
    *,
    policies: Policies | None = None,
    unread: bool = False,
    holders: Holders = nobody,
) -> Scorecard:
    """The scorecard of a cycle: as it ended, or as it would end now.

    A key result's headline is its clamped progress by the last reading before the end of its due
    day, by what was first agreed (`okr_core.plan.agreement`); what is observed after the cut-off
    does not score. Objectives, teams and the cycle roll up all figures alike: `current` over the
    plan in force, `as_agreed` over what was agreed at the start, the others over the agreed plan.

    Silence never beats honesty: once its due day or the cut-off has passed, a key result without a
    value counts 0, and one whose last value is too old to speak for its end is named
    (`okr_core.score.heard`).

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
        holders: Who held which role when: an accountable person is no second one.

    Raises:
        RefusalError: No plan was in force, the cycle has not begun, or nothing was read by then.
        InputError: The counted links form a loop or name no objective of the plan.
        ValueError: `as_of` has no time zone.
    """
    as_of = in_utc(as_of)
    with collector.paused():
        policies = policies or Policies()
        agreement = agree(versions, as_of, policies.settling_days)
        _refuse_early(agreement.plan.cycle, as_of)
        if not unread:
            _refuse_unread(agreement.plan.cycle, readings, as_of)
        scoring = _Scoring(agreement, readings, entries, as_of, policies, holders)
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
            hint=f"Run {okr('sync', cycle=cycle.id).code}, check in, or ask about a later time.",
        )


class _Scoring:
    """One scoring of a whole cycle: plans seen from each due day are kept."""

    def __init__(  # noqa: PLR0917 - of `scorecard` alone
        self,
        agreement: Agreement,
        readings: Mapping[str, Sequence[Reading]],
        entries: Mapping[str, Sequence[Entry]],
        as_of: datetime,
        policies: Policies,
        holders: Holders,
    ) -> None:
        said = (entry for several in entries.values() for entry in several)
        second = SecondPerson([agreement.plan], holders, said, as_of)
        self._approvals = Approvals(agreement.versions, second)
        self._decided = Decided(entries, second, as_of)
        self.agreement = agreement
        self.as_of = as_of
        self.cycle = agreement.plan.cycle
        self.cutoff = cutoff_of(self.cycle)
        self._entries = entries
        self._policies = policies
        self._readings = (
            {name: self._counted(several) for name, several in readings.items()}
            if agreement.plan.derived
            else {}
        )
        self._lacking = {name: Lack(gone.at, RETIRED) for name, gone in agreement.retired.items()}
        self._times: dict[tuple[int, datetime], Timeline] = {}

    def key_result(self, kr: KeyResult, objective: Objective, readings: Sequence[Reading]) -> Score:
        """How one key result ended."""
        gone = self.agreement.retired.get(kr.id)
        added = self.agreement.added.get(kr.id)
        if not objective.pursues(kr):
            alone = self._alone(kr, None)
            return unscored(kr, objective)._replace(retired=gone, added=added, self_approved=alone)
        if kr.guard:
            bare = unscored(kr, objective)._replace(retired=gone, added=added)
            return bare._replace(reason=_GUARD, guard=True)
        excluded = self._decided.excluded(kr.id)
        if excluded is not None:
            reason = f"left out: {excluded.reason}"
            bare = unscored(kr, objective)._replace(retired=gone, added=added, reason=reason)
            alone = self._alone(kr, None)
            return bare._replace(excluded=excluded, final=self._last(kr)[1], self_approved=alone)
        counted = self._counted(readings)
        last, final = self._last(kr)
        progress, reading = self._measured(self.agreement.plan, kr, counted, last)
        silent = final and progress.clamped is None
        computed = ZERO if silent else progress.clamped
        override = self._decided.override(kr.id)
        effective = computed if override is None else override.score
        figures = Figures(
            computed,
            effective,
            self._current(kr, counted, computed, silent=silent),
            self._time_weighted(kr, counted, last, computed),
            None if added else effective,
        )
        bare = Score(
            kr.id,
            "key_result",
            figures,
            Fraction(int(effective is not None and (not silent or override is not None))),
            grade_of(figures.effective),
            objective.ambition,
            kr.due,
            final,
            reading=reading,
            override=override,
            late=self._late(kr, readings, last) if final and computed != 1 else None,
            suspect=waiting_reading(counted, last, reading),
            reason="" if override else progress.reason,
            silent=silent and override is None,
            self_approved=self._alone(kr, reading),
            remeasured=remeasured_on(self.agreement.versions, kr.id, self.cycle),
            mended=self._mended(kr, counted, last, final=final),
            last_said=self._last_said(kr, reading, gone, lost=computed == 0)
            if final and override is None
            else None,
            retired=gone,
            added=added,
        )
        return self.judged(bare, objective)

    def _counted(self, readings: Sequence[Reading]) -> list[Reading]:
        """Those that were observed by the cut-off."""
        return [r for r in readings if (r.observed_at or r.at) <= self.cutoff]

    def judged(self, bare: Score, objective: Objective) -> Score:
        """The score with its success and what it asks for."""
        if not bare.final or self.agreement.first.afterwards or bare.excluded is not None:
            return bare
        learned = self._decided.learned(objective.id)
        success = success_of(bare.ambition, bare.figures.effective, learned=learned)
        missed = bare.ambition == "committed" and success is False
        agreed = success_of(bare.ambition, bare.figures.as_agreed, learned=learned)
        return bare._replace(success=success, post_mortem=missed, agreed_success=agreed)

    def _last_said(
        self, kr: KeyResult, reading: Reading | None, gone: Retirement | None, *, lost: bool
    ) -> date | None:
        assert kr.due is not None, "an agreement has every due day filled in"
        ends = self.cycle.end_of(kr.due)
        if gone is not None:  # retired late: it had to speak until then
            ends = min(ends, gone.at)
        lasts = self._timeline(self.agreement.plan, self.as_of).lasts[kr.cadence]
        return last_said_on(kr, reading, ends, lasts, self.cycle, lost=lost)

    def _alone(self, kr: KeyResult, reading: Reading | None) -> tuple[SelfApproved, ...]:
        said = [e for e in self._entries.get(kr.id, ()) if e.at <= self.as_of]
        return self._approvals.self_approved(kr, said, reading, self.cycle)

    @cached_property
    def _uncorrected(self) -> Agreement | None:
        """What would be agreed had no metric error been put right; None where none was."""
        versions = self.agreement.versions
        if not any(version.reason_class == "metric_error" for version in versions[1:]):
            return None
        held = [replace(v, reason_class=None) for v in versions]
        return agree(held, self.as_of, settling_days=0)  # they stand after the first agreement

    def _mended(
        self, kr: KeyResult, readings: Sequence[Reading], last: datetime, *, final: bool
    ) -> Mended | None:
        plan = self._uncorrected.plan if self._uncorrected else None
        wrong = plan.key_results_by_id.get(kr.id) if plan else None
        if plan is None or wrong is None or wrong.metric == kr.metric:
            return None
        errors = [v for v in self.agreement.versions[1:] if v.reason_class == "metric_error"]
        progress, _ = self._measured(plan, wrong, readings, last)
        before = ZERO if final and progress.clamped is None else progress.clamped
        return Mended(before, errors[-1].by, errors[-1].at, errors[-1].reason)

    def _last(self, kr: KeyResult) -> tuple[datetime, bool]:
        """The last moment that scores, and whether it has passed."""
        assert kr.due is not None, "an agreement has every due day filled in"
        end = self.cycle.end_of(kr.due)
        final = min(end, self.cutoff) <= self.as_of
        return min(end - _TICK, self.as_of), final

    def _measured(
        self, plan: Plan, kr: KeyResult, readings: Sequence[Reading], at: datetime
    ) -> Measured:
        return self._timeline(plan, at).measured(kr, readings)

    def _timeline(self, plan: Plan, at: datetime) -> Timeline:
        key = (id(plan), at)
        if key not in self._times:
            self._times[key] = Timeline(plan, at, self._policies, self._readings, self._lacking)
        return self._times[key]

    def _current(
        self,
        agreed: KeyResult,
        readings: Sequence[Reading],
        computed: Fraction | None,
        *,
        silent: bool,
    ) -> Fraction | None:
        plan = self.agreement.current
        kr = plan.key_results_by_id.get(agreed.id)
        if kr is None or not plan.objective_of[kr.id].pursues(kr):
            return None
        if all(getattr(kr, field) == getattr(agreed, field) for field in _SAME):
            return computed
        found = self._measured(plan, kr, readings, self._last(kr)[0])[0].clamped
        return ZERO if found is None and silent else found

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


def _lasted(term: Term, last: datetime) -> int:
    """Microseconds for which a version was in force until the last moment that scores."""
    end = last + _TICK if term.ends is None else min(term.ends, last + _TICK)
    return max((end - term.begins) // _TICK, 0)


def _card(agreement: Agreement, found: dict[str, Score], scoring: _Scoring) -> Scorecard:
    agreed, current = agreement.plan, agreement.current
    plans = (agreed, agreed, current, agreed, agreement.at_start)
    silent = {name for name, score in found.items() if score.silent}
    left_out = {name for name, score in found.items() if score.excluded is not None}
    rolled, teams = [], []
    for index, plan in enumerate(plans):
        picked = {name: score.figures[index] for name, score in found.items()}
        objectives, figures = roll_up_scores(plan, picked, silent, left_out)
        rolled.append(objectives)
        teams.append(figures)
    scores: dict[str, Score] = {}
    for objective in agreement.plan.objectives:
        own = [found[kr.id] for kr in objective.key_results]
        scores[objective.id] = _objective(objective, rolled, scoring, own)
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
        averages=averaged(agreed, rolled[1]),
        first=agreement.first,
        cutoff=scoring.cutoff,
    )


def _objective(
    objective: Objective,
    rolled: Sequence[Mapping[str, Progress]],
    scoring: _Scoring,
    own: Sequence[Score],
) -> Score:
    figures = _figures(rolled, objective.id)
    progress = rolled[1][objective.id]
    gone = scoring.agreement.retired.get(objective.id)
    counting = [
        s for s in own if not s.guard and s.excluded is None and not (s.retired and s.retired.early)
    ]
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
        unreported=sum(s.silent for s in counting) if objective.active else 0,
        counted=len(counting) if objective.active else 0,
        added=scoring.agreement.added.get(objective.id),
    )
    return scoring.judged(bare, objective) if objective.active else bare


def _figures(rolled: Sequence[Mapping[str, Progress]], name: str) -> Figures:
    return Figures(*(each.get(name, NOT_SCORED).clamped for each in rolled))
