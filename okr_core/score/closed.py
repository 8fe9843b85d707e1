"""Closed: the scorecard of a cycle as it was frozen, and as restatements changed it since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from okr_core.basics.command import okr
from okr_core.errors import RefusalError
from okr_core.plan.plan import Plan
from okr_core.progress.grades import grade_of, success_of
from okr_core.progress.progress import Progress
from okr_core.record.entries import Entry
from okr_core.record.score_records import RULES, Closing, Restatement, ScoreLine
from okr_core.score.closing import judged_by_person
from okr_core.score.recording import figures_of, rounded
from okr_core.score.rolling import NOT_SCORED, roll_up_scores
from okr_core.score.scores import Figures, Restated, Score, Scorecard
from okr_core.score.second_person import SecondPerson, SelfApproved

FIRST_VERSION = 1
"""Of the report of a cycle that was closed and not restated."""


def frozen(card: Scorecard, closing: Closing) -> Scorecard:
    """A scorecard with the figures that were frozen, whatever is computed today.

    Args:
        card: Computed from what was known when the cycle was closed: it says what the figures
            rest on. A figure that rounds to the frozen one stays exact.
        closing: What was frozen.
    """
    older = closing.rules < RULES
    told = {name: _unmarked(s) if older else s for name, s in card.scores.items()}
    scores = {name: _frozen(s, closing.lines.get(name)) for name, s in told.items()}
    teams = {
        name: _kept(card.teams.get(name, Figures()), figures_of(line))
        for name, line in closing.teams.items()
    }
    return replace(
        card,
        revision=closing.revision,
        scores=scores,
        teams=teams,
        retired=closing.retired,
        version=FIRST_VERSION,
        averages={} if older else card.averages,
        first=None if older else card.first,
    )


def _unmarked(score: Score) -> Score:
    """A score without what was not told when its cycle was closed."""
    return score._replace(
        silent=False,
        unreported=0,
        counted=0,
        last_said=None,
        added=None,
        agreed_success=None,
        self_approved=(),
        remeasured=None,
        mended=None,
    )


def _frozen(score: Score, line: ScoreLine | None) -> Score:
    if line is None:
        return score
    return score._replace(
        figures=_kept(score.figures, figures_of(line)),
        coverage=_exact(score.coverage, Fraction(line.coverage)) or Fraction(0),
        grade=line.grade,
        success=line.success,
        post_mortem=line.post_mortem,
        final=True,
    )


def _kept(computed: Figures, held: Figures) -> Figures:
    return Figures(*map(_exact, computed, held))


def _exact(computed: Fraction | None, held: Fraction | None) -> Fraction | None:
    same = computed is not None and held is not None and rounded(computed) == rounded(held)
    return computed if same else held


def restated(
    card: Scorecard, plan: Plan, entries: Iterable[Entry], second: SecondPerson
) -> Scorecard:
    """A frozen scorecard after its restatements: effective scores change, and what they move.

    A mark goes once a second person has answered for its decision, also after the closing.

    Args:
        card: The frozen one.
        plan: As first agreed: its weights and links say which objectives a key result moves.
        entries: Restatements of the cycle, in any order; each is about a key result.
        second: Who else answered for what; a restatement that waits for it changes nothing.
    """
    for entry in sorted(entries, key=_version):
        if second.counts(entry):
            card = _after(card, plan, entry)
    scores = {name: _without_marks(score, second) for name, score in card.scores.items()}
    return replace(card, scores=scores)


def _without_marks(score: Score, second: SecondPerson) -> Score:
    if not score.self_approved:
        return score
    alone = (e for e in score.self_approved if not second.approved(score.id, e.by, e.about))
    return score._replace(self_approved=tuple(alone))


def _version(entry: Entry) -> int:
    assert isinstance(entry.body, Restatement), "restatements only"
    return entry.body.version


def _after(card: Scorecard, plan: Plan, entry: Entry) -> Scorecard:
    body = entry.body
    found = card.scores.get(entry.key_result)
    if not isinstance(body, Restatement) or found is None:
        return card
    old = found.restated.old if found.restated else found.figures.effective
    new = Fraction(body.new)
    word = Restated(body.version, old, new, entry.by, entry.at, body.reason)
    alone = (*found.self_approved, SelfApproved("restatement", entry.at, entry.by, entry.id))
    moved = _judged(found, new)._replace(
        coverage=Fraction(1),
        restated=word,
        reason="",
        silent=False,
        last_said=None,
        self_approved=alone,
    )
    scores = {**card.scores, found.id: moved}
    before, after = _rolled(plan, card.scores), _rolled(plan, scores)
    for name, (value, coverage) in after[0].items():
        if (value, coverage) != before[0].get(name):
            scores[name] = _judged(scores[name], value)._replace(coverage=coverage)
    teams = {
        name: _moved(figures, before[1].get(name), after[1].get(name))
        for name, figures in card.teams.items()
    }
    return replace(card, scores=scores, teams=teams, version=body.version)


_Rolled = dict[str, tuple[Fraction | None, Fraction]]


def _rolled(plan: Plan, scores: Mapping[str, Score]) -> tuple[_Rolled, _Rolled]:
    """Effective scores of objectives and of teams, each with its coverage."""
    effective = {
        name: score.figures.effective
        for name, score in scores.items()
        if score.kind == "key_result"
    }
    silent = {s.id for s in scores.values() if s.kind == "key_result" and s.silent}
    left_out = {s.id for s in scores.values() if s.excluded is not None}
    objectives, teams = roll_up_scores(plan, effective, silent, left_out)
    return _plain(objectives), _plain(teams)


def _plain(rolled: Mapping[str, Progress]) -> _Rolled:
    return {name: (each.clamped, each.coverage) for name, each in rolled.items()}


def _moved(
    figures: Figures,
    before: tuple[Fraction | None, Fraction] | None,
    after: tuple[Fraction | None, Fraction] | None,
) -> Figures:
    if before == after:
        return figures
    value, _ = after or (NOT_SCORED.clamped, Fraction(0))
    return figures._replace(effective=value)


def _judged(score: Score, effective: Fraction | None) -> Score:
    """The score with another effective figure, its grade and its success."""
    learning = score.ambition == "learning"
    success = score.success if learning else success_of(score.ambition, effective)
    return score._replace(
        figures=score.figures._replace(effective=effective),
        grade=grade_of(effective),
        success=success,
        post_mortem=score.ambition == "committed" and success is False,
    )


def checked_restatement(
    card: Scorecard,
    key_result: str,
    new: Decimal,
    *,
    by: str,
    reason: str,
    earlier: Iterable[Entry] = (),
    proposed: bool = False,
) -> Restatement:
    """A restatement that may be recorded.

    Args:
        card: The scorecard as it stands, restatements so far included.
        key_result: What it is about.
        new: The score from now on, in [0, 1].
        by: The person who approves it, or proposes it.
        reason: What was wrong.
        earlier: Restatements on record, also those that do not count.
        proposed: Whether it waits for a second person.

    Raises:
        RefusalError: The cycle is open, or the key result is unknown, retired or has that score
            already, or the person or the reason is missing.
        InputError: The score lies outside 0 to 1.
    """
    if not card.version:
        correct = okr("correct", key_result, value="VALUE", reason="TEXT", cycle=card.cycle)
        said = f"{key_result}={new}"
        override = okr("score", override=said, reason="TEXT", cycle=card.cycle)
        raise RefusalError(
            f"cycle `{card.cycle}` is open.",
            hint=f"A reading is put right by {correct.code}, a score by {override.code}.",
        )
    found = judged_by_person(card, key_result, new, what="a restatement", by=by, reason=reason)
    old = rounded(found.figures.effective)
    if rounded(Fraction(new)) == old:
        raise RefusalError(
            f"the score of `{key_result}` is {new} already; nothing to restate.",
            hint=f"{okr('score', cycle=card.cycle).code} shows the scores as they stand.",
        )
    return Restatement(
        version=max([card.version, *map(_version, earlier)]) + 1,
        old=old,
        new=rounded(Fraction(new)) or Decimal(0),
        reason=reason,
        proposed=proposed,
    )
