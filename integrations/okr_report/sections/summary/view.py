"""What the section shows: the quarter in one view."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from okr_core.basics.command import okr
from okr_core.plan.plan import KeyResult
from okr_core.progress.rollup import CYCLE
from okr_core.score.score_words import score_text
from okr_core.words.vocabulary import GREEN, Outcome, Shown
from okr_report.audience.audience import KINDS
from okr_report.report_facts import Named, Phase, ReportFacts, cycle_score, over
from okr_report.sections.summary.attention import OpenDecision, Unknown, open_decisions, unknowns
from okr_report.sections.summary.over_time import (
    Lesson,
    Moves,
    Slipped,
    TeamTrend,
    lessons,
    moves,
    slipped,
    team_trends,
)
from okr_report.theme import MARKS

_GOOD: tuple[Shown, ...] = ("done", "ahead", "on_track")


@dataclass(frozen=True, slots=True)
class Dot:
    """A key result in the distribution.

    Attributes:
        share: Its score, or its progress where there is no scorecard; None: not known.
        status: None where the audience may not see it.
        grade: What its score shows: the outcome once it is final, else the grade so far.
    """

    id: str
    title: str
    objective: str
    share: Fraction | None
    status: Shown | None
    grade: Outcome | None

    @property
    def look(self) -> Shown:
        """What its mark shows: the status or, where that is not seen, what its score shows."""
        graded = self.status is None or self.status == "closed"
        return self.grade if graded and self.grade else self.status or "pending"


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team in one line.

    Attributes:
        expected: Weighted mean over its key results that have a pace.
        score: None without a scorecard.
        objectives: How many of the plan in force are active.
    """

    team: Named
    progress: Fraction | None
    expected: Fraction | None
    score: Fraction | None
    objectives: int


Beside = tuple[str, Mapping[str, int | str]]
"""A clause beside the score: its key, and what it tells."""


@dataclass(frozen=True, slots=True)
class View:
    """How it went, what needs whom, and what is not known.

    Attributes:
        progress: Of the whole cycle, in [0, 1].
        coverage: Share of the weight that has a value, in [0, 1]; None: not for this audience.
        expected: Weighted mean over the key results that have a pace.
        score: Of the whole cycle, overrides and restatements included; None: not scored.
        version: Of the report: 0 while the cycle is open.
        scored: Objectives that have a score, and `reached` of them 0.7 or more.
        statuses: Status → number of objectives that show it.
        ways: Progress over time, of the whole first and then of each team.
        judged: Whether the dots are scores; they are progress otherwise.
        decisions: What needs a person, most urgent first.
        answered_by: The command that lists the answers which they take.
        unknown: What is not known, and since when.
        sees: What the audience may see: a figure or column of anything else is left out.
        judged_ends: Objectives of which it can be said whether they succeeded for their ambition,
            and `succeeded` of them did.
        numbers_until: Last day whose numbers count for what has ended; None: nothing has, or it is
            past.
        beside: What is to be known beside the score.
        averaged: Objectives that the progress averages.
    """

    phase: Phase
    progress: Fraction | None
    coverage: Fraction | None
    expected: Fraction | None
    score: Fraction | None
    version: int
    objectives: int
    scored: int
    reached: int
    statuses: dict[Shown, int]
    judged: bool
    dots: tuple[Dot, ...]
    teams: tuple[TeamLine, ...]
    ways: tuple[TeamTrend, ...]
    moved: Moves | None
    slipped: Slipped | None
    learned: tuple[Lesson, ...]
    decisions: tuple[OpenDecision, ...]
    unknown: tuple[Unknown, ...]
    answered_by: str = ""
    sees: tuple[str, ...] = KINDS
    judged_ends: int = 0
    succeeded: int = 0
    numbers_until: date | None = None
    beside: tuple[Beside, ...] = ()
    averaged: int = 0

    @property
    def over(self) -> bool:
        """Whether the cycle has ended."""
        return over(self.phase)

    @property
    def close_by(self) -> date | None:
        """The day by which an ended cycle is to be scored and closed; None once that is past."""
        seen = self.phase == "ended" and "progress" in self.sees
        return self.numbers_until if seen else None

    @property
    def good(self) -> int:
        """Objectives that are on track or better."""
        return sum(self.statuses.get(status, 0) for status in _GOOD)

    @property
    def placed(self) -> list[tuple[Fraction, Dot]]:
        """The dots that stand on the line, each with its share, ascending."""
        known = [(dot.share, dot) for dot in self.dots if dot.share is not None]
        return sorted(known, key=lambda pair: (pair[0], pair[1].look))

    @property
    def legend(self) -> dict[Shown, int]:
        """What the dots show → how many show it, in the order of the palette."""
        counts = Counter(dot.look for _, dot in self.placed)
        palette = list(MARKS)
        return dict(sorted(counts.items(), key=lambda pair: palette.index(pair[0])))

    @property
    def team_figures(self) -> tuple[str, ...]:
        """What the audience may see of a team; before the end a score repeats the progress."""
        progress = ("progress", "expected") if "progress" in self.sees else ()
        scored = "scores" in self.sees and (self.over or not progress)
        return (*progress, *(("score",) if scored else ()))


def view(facts: ReportFacts) -> View | None:
    """The quarter in one view; there always is one."""
    objectives = facts.plan.active_objectives
    scored = [score for each in objectives if (score := facts.score(each.id))]
    scores = [s.figures.effective for s in scored if s.figures.effective is not None]
    ends = [score.outcome for score in scored if score.outcome is not None]
    return View(
        phase=facts.phase,
        progress=facts.progress.clamped,
        coverage=facts.progress.coverage if facts.sees("progress") else None,
        expected=facts.expected(facts.plan.active_key_results),
        score=cycle_score(facts.scorecard),
        version=facts.version,
        objectives=len(objectives),
        scored=len(scores),
        reached=sum(score >= GREEN for score in scores),
        statuses=_statuses(facts),
        judged=facts.scorecard is not None,
        dots=tuple(_dots(facts)),
        teams=tuple(_teams(facts)),
        ways=tuple(team_trends(facts)),
        moved=moves(facts),
        slipped=slipped(facts),
        learned=tuple(lessons(facts)),
        decisions=tuple(open_decisions(facts)),
        unknown=tuple(unknowns(facts)),
        answered_by=str(okr("decide", cycle=facts.plan.cycle.id)),
        sees=facts.granted,
        judged_ends=len(ends),
        succeeded=sum(ends),
        numbers_until=facts.numbers_until,
        beside=tuple(_beside(facts)),
        averaged=facts.snapshot.averages.get(CYCLE, 0),
    )


def _beside(facts: ReportFacts) -> Iterator[Beside]:
    """What is to be known beside the cycle's score."""
    card = facts.scorecard
    if card is None or CYCLE not in card.averages:
        return
    yield "beside_averages", {"count": card.averages[CYCLE]}
    unreported, counted = card.unreported
    if not unreported and counted:
        yield "beside_counted", {"count": counted}
    if unreported:
        yield "beside_unreported", {"count": unreported, "counted": counted}
    first = card.first
    if first is not None and first.late:
        key = "beside_afterwards" if first.afterwards else "beside_first_agreed"
        yield key, {"day": first.day, "days": first.days}
    if card.with_additions:
        agreed = card.teams[CYCLE].as_agreed
        key = "beside_nothing_agreed" if agreed is None else "beside_as_agreed"
        yield key, {"score": score_text(agreed)}


def _statuses(facts: ReportFacts) -> dict[Shown, int]:
    if not facts.sees("progress"):
        return {}
    return dict(
        Counter(facts.standing(objective.id).shown for objective in facts.plan.active_objectives)
    )


def _dots(facts: ReportFacts) -> Iterator[Dot]:
    """All key results that count, also those that were retired too late to be left out."""
    yield from (_dot(facts, kr) for kr in facts.plan.weighed_key_results)
    for kr in facts.retired_late:
        score = facts.score(kr.id)
        if score is not None:
            share, home = score.figures.effective, facts.agreed.objective_of[kr.id].id
            yield Dot(kr.id, facts.title(kr.id), home, share, None, score.look)


def _dot(facts: ReportFacts, kr: KeyResult) -> Dot:
    known, score = facts.standing(kr.id), facts.score(kr.id)
    share = known.progress.clamped if facts.scorecard is None else score and score.figures.effective
    return Dot(
        kr.id,
        kr.title,
        facts.plan.objective_of[kr.id].id,
        share,
        known.shown if facts.sees("progress") else None,
        score.look if score else None,
    )


def _teams(facts: ReportFacts) -> Iterator[TeamLine]:
    for team in facts.teams():
        figure = facts.snapshot.figures.get(team.id)
        scored = facts.scorecard.teams.get(team.id) if facts.scorecard else None
        yield TeamLine(
            team,
            figure.clamped if figure else None,
            facts.expected(facts.key_results_of(team)),
            scored.effective if scored else None,
            sum(objective.team == team.id for objective in facts.plan.active_objectives),
        )
