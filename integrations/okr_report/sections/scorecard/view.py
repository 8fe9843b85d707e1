"""What the section shows: scores by what was first agreed, and what each of them averages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from okr_core.basics.exact import weighted_mean
from okr_core.plan.metrics import Metric
from okr_core.plan.plan import KeyResult, Objective
from okr_core.progress.bands import Verdict
from okr_core.progress.rollup import CYCLE, roots
from okr_core.score.scores import Score, Scorecard
from okr_core.words.vocabulary import BEST_FIRST, Outcome
from okr_report.locale import NoteDays
from okr_report.report_facts import Named, ReportFacts, card_of

Weighted = tuple[str, Decimal]


@dataclass(frozen=True, slots=True)
class Line:
    """An objective or a key result with its score.

    Attributes:
        objective: Itself, or the one that it belongs to.
        weight: In its objective, or of an objective in what it is a root of; as first agreed.
        children: Counted objectives with the weights by which they move this one.
        in_cycle: Whether the cycle's score averages this objective.
        in_team: Whether its team's score does.
        adds_up: Whether the score is exactly the mean of the key results and children that are
            shown here; an audience may not see all of them, and frozen figures are as they were.
        metric: Of a key result as first agreed; None where its values may not be seen.
        verdict: What a band with that metric is judged by over time.
        current: Its newest value.
    """

    id: str
    title: str
    objective: str
    team: Named | None
    weight: Decimal
    score: Score
    children: tuple[Weighted, ...] = ()
    in_cycle: bool = False
    in_team: bool = False
    adds_up: bool = False
    metric: Metric | None = None
    verdict: Verdict | None = None
    current: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """The score of a team or, where there is none, of the whole cycle.

    Attributes:
        score: Overrides and restatements included.
        adds_up: Whether it is exactly the mean of the roots that are shown here.
    """

    team: Named | None
    score: Fraction | None
    adds_up: bool


@dataclass(frozen=True, slots=True)
class View:
    """The scorecard.

    Attributes:
        lines: Each objective, followed by its key results.
        totals: The whole cycle, then its teams.
        grades: Grade, or outcome where it is final → number of objectives that show it.
        retired: Key results retired early: not scored.
        days: What notes beside a score are told with.
    """

    lines: tuple[Line, ...]
    totals: tuple[Total, ...]
    grades: dict[Outcome, int]
    retired: int
    days: NoteDays


def view(facts: ReportFacts) -> View | None:
    """The scorecard; None before there is any score."""
    card = card_of(facts.snapshot)
    if card is None:
        return None
    objectives = [o for o in facts.agreed.objectives if o.id in card.scores]
    tops = _roots(objectives)
    lines = tuple(line for o in objectives for line in _lines(facts, card, o, tops))
    looks = Counter(line.score.look for line in lines if line.score.kind == "objective")
    always = {"green", "yellow", "red"}
    grades = {each: looks[each] for each in BEST_FIRST if looks[each] or each in always}
    return View(
        lines, tuple(_totals(facts, card, objectives, tops)), grades, card.retired, facts.note_days
    )


def _roots(objectives: Iterable[Objective]) -> dict[str, frozenset[str]]:
    """Team, or the empty id for the cycle → objectives that its score averages."""
    active = [o for o in objectives if o.active]
    sets: dict[str, list[Objective]] = {CYCLE: active}
    for objective in active:
        if objective.team:
            sets.setdefault(objective.team, []).append(objective)
    return {name: frozenset(o.id for o in roots(several)) for name, several in sets.items()}


def _lines(
    facts: ReportFacts, card: Scorecard, objective: Objective, tops: dict[str, frozenset[str]]
) -> Iterator[Line]:
    team = facts.team(objective.team) if objective.team else None
    children = tuple((k, w) for k, w in objective.counts.items() if k in card.scores)
    key_results = [kr for kr in objective.key_results if kr.id in card.scores]
    yield Line(
        objective.id,
        facts.title(objective.id),
        objective.id,
        team,
        objective.weight,
        card.scores[objective.id],
        children,
        objective.id in tops[CYCLE],
        objective.id in tops.get(objective.team or "", ()),
        _adds_up(card, objective, key_results, children),
    )
    for kr in key_results:
        yield _key_result_line(facts, card.scores[kr.id], kr, objective, team)


def _key_result_line(
    facts: ReportFacts, score: Score, kr: KeyResult, objective: Objective, team: Named | None
) -> Line:
    line = Line(kr.id, facts.title(kr.id), objective.id, team, kr.weight, score)
    if not facts.sees("progress"):
        return line
    known, now = facts.standing(kr.id), facts.plan.key_results_by_id.get(kr.id)
    # What it is judged by now is what it scored by, unless the metric was changed since.
    verdict = known.verdict if now is not None and now.metric == kr.metric else None
    return replace(line, metric=kr.metric, verdict=verdict, current=known.current)


def _adds_up(
    card: Scorecard,
    objective: Objective,
    key_results: Iterable[KeyResult],
    children: Iterable[Weighted],
) -> bool:
    parts = [*((kr.id, kr.weight) for kr in key_results), *children]
    return _mean(card, parts) == card.scores[objective.id].figures.effective


def _mean(card: Scorecard, parts: Iterable[Weighted]) -> Fraction | None:
    known = ((weight, card.scores[item].figures.effective) for item, weight in parts)
    return weighted_mean((weight, value) for weight, value in known if value is not None)


def _totals(
    facts: ReportFacts,
    card: Scorecard,
    objectives: Iterable[Objective],
    tops: dict[str, frozenset[str]],
) -> Iterator[Total]:
    weights = {o.id: o.weight for o in objectives}
    for name in (CYCLE, *(team for team in tops if team)):
        figures = card.teams.get(name)
        score = figures.effective if figures else None
        shown = _mean(card, [(o, weights[o]) for o in weights if o in tops[name]])
        yield Total(facts.team(name) if name else None, score, adds_up=shown == score)
