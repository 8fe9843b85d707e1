"""Scores: the records of a scorecard, each figure kept apart from the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

from okr_core.basics.wire import Ratio, Time, Value, filled
from okr_core.plan.plan import Ambition, KeyResult, Objective
from okr_core.plan.retirement import Retirement
from okr_core.plan.settling import FirstAgreed
from okr_core.progress.grades import grade_of, outcome_of
from okr_core.record.entries import Reading
from okr_core.score.second_person import SelfApproved
from okr_core.words.vocabulary import GradeName, Outcome


class Figures(NamedTuple):
    """Five scores of one item, in [0, 1]; None where nothing is known.

    Attributes:
        computed: The headline: by metric, due, weight, ambition and links as first agreed.
        effective: The same with overrides in the place of what they override.
        current: By the plan in force.
        time_weighted: Σ fⱼ · progress of the final reading under version j, where fⱼ is the share
            of the time in which that version was in force; how often anybody read, synced or
            revised in that time changes nothing.
        as_agreed: The effective one of what was agreed at the start alone; None for what was added
            since, and where nothing was agreed at the start.
    """

    computed: Fraction | None = None
    effective: Fraction | None = None
    current: Fraction | None = None
    time_weighted: Fraction | None = None
    as_agreed: Fraction | None = None


class Excluded(NamedTuple):
    """A key result that a named person left out of all figures when the cycle was closed."""

    by: str
    at: datetime
    reason: str


class Mended(NamedTuple):
    """A metric error that was put right: the history is scored as if it had never been made.

    Attributes:
        before: The score with the error.
    """

    before: Fraction | None
    by: str
    at: datetime
    reason: str


class Overridden(NamedTuple):
    """A score that a named person set, beside the computed one."""

    score: Fraction
    by: str
    at: datetime
    reason: str


class Late(NamedTuple):
    """A target that was reached after its due day: shown, not scored."""

    at: datetime
    value: Decimal


class Restated(NamedTuple):
    """A score that was put right after the cycle was closed; `by` approved it.

    Attributes:
        version: Of the report that shows it first.
        old: Score before the first restatement; None: there was none.
    """

    version: int
    old: Fraction | None
    new: Fraction
    by: str
    at: datetime
    reason: str


class Score(NamedTuple):
    """How one key result or objective ended, or would end if its cycle ended now.

    Attributes:
        id: Of the key result or objective.
        kind: Which of the two.
        figures: The scores.
        coverage: Share of the weight that has a value, in [0, 1].
        grade: Of the effective score, before it is rounded.
        ambition: As first agreed; a key result has its objective's.
        due: Last local day as first agreed; None for objectives.
        final: Whether the end is over: due has passed, or the cut-off.
        success: By ambition; None before the end, or where it cannot be said.
        post_mortem: A committed item missed: its owner is asked for one.
        reading: What the score rests on.
        override: Kept beside the computed score.
        late: The target was reached after due.
        suspect: A newer reading before due that waits for a person.
        retired: How and when it was retired; early ones have no score.
        reason: Why there is no score.
        restated: The last restatement since the cycle was closed.
        guard: It has no score, whatever it says.
        silent: Its due day or the cut-off has passed without a value: it counts 0.
        unreported: Of an objective: how many of its key results are silent.
        counted: Of an objective: how many of its key results count.
        last_said: Local day of its last value, where that is too old to speak for its end.
        added: Local day on which it was added to what was agreed at the start.
        excluded: It was left out of all figures when the cycle was closed.
        self_approved: Decisions about it that moved a score, without a second person.
        remeasured: Local day since which another query measures it than was agreed.
        mended: A metric error that was put right.
        agreed_success: Success by what was agreed at the start alone; None where that says nothing.
    """

    id: str
    kind: Literal["key_result", "objective"]
    figures: Figures
    coverage: Fraction
    grade: GradeName | None
    ambition: Ambition | None
    due: date | None = None
    final: bool = False
    success: bool | None = None
    post_mortem: bool = False
    reading: Reading | None = None
    override: Overridden | None = None
    late: Late | None = None
    suspect: Reading | None = None
    retired: Retirement | None = None
    reason: str = ""
    restated: Restated | None = None
    guard: bool = False
    silent: bool = False
    unreported: int = 0
    counted: int = 0
    last_said: date | None = None
    added: date | None = None
    excluded: Excluded | None = None
    agreed_success: bool | None = None
    self_approved: tuple[SelfApproved, ...] = ()
    remeasured: date | None = None
    mended: Mended | None = None

    @property
    def outcome(self) -> bool | None:
        """Success as far as it is known: nothing has failed while a hypothesis is open."""
        return None if self.ambition == "learning" and not self.success else self.success

    @property
    def look(self) -> Outcome | None:
        """What its mark shows: the outcome once it is final, before that the grade so far."""
        return self.word() if self.final else self.grade

    def word(self, *, learned: bool = False) -> Outcome | None:
        """The outcome as its status shows it; None where nothing is known to judge by.

        Args:
            learned: Whether the hypothesis is closed with evidence, where it is not final yet.
        """
        if self.retired is not None and self.retired.early:
            return None
        if self.kind == "objective" and self.ambition == "learning":
            learned = learned if self.success is None else self.success
            return outcome_of(self.kind, self.ambition, None, learned=learned)
        if self.figures.effective is None:
            return None
        # What was frozen was decided before it was rounded.
        if self.ambition == "committed" and self.success is not None:
            return "reached" if self.success else "not_reached"
        if self.ambition != "committed" and self.grade is not None:
            return self.grade
        return outcome_of(self.kind, self.ambition, self.figures.effective)


def unscored(kr: KeyResult, objective: Objective) -> Score:
    """The score of a key result that counts nowhere: none, and why."""
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


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All scores of a cycle at one time.

    Attributes:
        cycle: Id of the cycle.
        as_of: In UTC.
        revision: Number of the plan version in force: refuse to record if it is not the newest.
        scores: Objective or key result → score, in the order of the plan as first agreed.
        teams: Team → figures; the whole cycle's under the empty id.
        retired: Number of key results retired early: they are not scored.
        version: 0 while the cycle is open; 1 once it is closed, one more with each restatement.
        averages: Team → how many objectives its figure averages; the cycle's under the empty id.
            Empty for a cycle that was closed before that was counted.
        first: How late the plan was first agreed; None where that is not told.
        cutoff: In UTC; until then a silent key result's 0 is provisional.
    """

    cycle: str
    as_of: datetime
    revision: int
    scores: Mapping[str, Score]
    teams: Mapping[str, Figures]
    retired: int
    version: int = 0
    averages: Mapping[str, int] = field(default_factory=dict)
    first: FirstAgreed | None = None
    cutoff: datetime | None = None

    @property
    def with_additions(self) -> bool:
        """Whether something was added to what was agreed at the start."""
        return any(score.added is not None for score in self.scores.values())

    @property
    def unreported(self) -> tuple[int, int]:
        """How many key results are silent, and how many count."""
        objectives = [score for score in self.scores.values() if score.kind == "objective"]
        return sum(s.unreported for s in objectives), sum(s.counted for s in objectives)

    @property
    def key_results(self) -> list[Score]:
        """The scores of the key results, in the order of the plan."""
        return [score for score in self.scores.values() if score.kind == "key_result"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedOverride:
    """Who set a score beside the computed one or left it out, and why."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class LateDocument:
    """When a target was reached after its due day, and the value."""

    at: Time
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class RestatedDocument:
    """A score put right after the cycle was closed."""

    version: int
    old: Ratio | None
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedScore:
    """A score as exports show it: the screen's numbers, from the same places."""

    id: str
    kind: Literal["key_result", "objective"]
    computed: Ratio | None
    effective: Ratio | None
    current: Ratio | None
    time_weighted: Ratio | None
    as_agreed: Ratio | None
    computed_grade: GradeName | None
    grade: GradeName | None
    coverage: Ratio
    ambition: Ambition | None
    due: date | None
    final: bool
    success: bool | None
    agreed_success: bool | None
    post_mortem: bool
    silent: bool
    unreported: int
    last_said: date | None
    added: date | None
    excluded: ExportedOverride | None
    self_approved: tuple[str, ...]
    remeasured: date | None
    before_metric_error: Ratio | None
    reading: str | None
    override: ExportedOverride | None
    reached_late: LateDocument | None
    suspect: str | None
    retired: str | None
    restated: RestatedDocument | None
    reason: str

    @classmethod
    def of(cls, score: Score) -> ExportedScore:
        """How an item is scored."""
        return filled(
            cls,
            score,
            **score.figures._asdict(),
            computed_grade=grade_of(score.figures.computed),
            reading=score.reading.id if score.reading else None,
            override=filled(ExportedOverride, score.override) if score.override else None,
            reached_late=LateDocument(*score.late) if score.late else None,
            excluded=filled(ExportedOverride, score.excluded) if score.excluded else None,
            self_approved=tuple(each.decision for each in score.self_approved),
            before_metric_error=score.mended.before if score.mended else None,
            suspect=score.suspect.id if score.suspect else None,
            retired=str(score.retired) if score.retired else None,
            restated=filled(RestatedDocument, score.restated) if score.restated else None,
        )
