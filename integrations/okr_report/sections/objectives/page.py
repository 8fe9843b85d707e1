"""What the section's template needs beside its view: the choices of its filters."""

from __future__ import annotations

from collections.abc import Iterable

from okr_core.plan.plan import Ambition
from okr_core.score.scores import Score
from okr_report.locale import Locale, NoteDays
from okr_report.report_facts import Named
from okr_report.sections.objectives.key_results import KeyResultView
from okr_report.sections.objectives.view import ObjectiveView, View

Choice = tuple[str, str]
"""Value and text of an option."""
_SORTS: dict[str, str | None] = {
    "plan": None,
    "gap": "progress",
    "progress": "progress",
    "score": "score",
    "age": "progress",
    "title": None,
}
"""Order → what the audience has to see for it."""
_AMBITIONS: tuple[Ambition, ...] = ("committed", "aspirational", "learning")


def page(view: View, locale: Locale) -> dict[str, object]:
    """What the template asks beside the view.

    `filters`: name, text of "all", and the choices that occur, none where there is one only;
    `sorts`: orders by what the audience may see; `forecasts`: whether there is any; `notable`:
    whether a score has more to tell than itself; `score_words`.
    """
    key_results = [kr for objective in view.objectives for kr in objective.key_results]
    looks = {kr.look for kr in key_results if kr.look} if view.shows_status else ()
    ambitions = {objective.ambition for objective in view.objectives}
    filters = (
        ("team", locale("all_teams"), _choices(o.team for o in view.objectives)),
        ("role", locale("all_roles"), _choices(kr.role for kr in key_results)),
        ("status", locale("all_statuses"), [(each, locale(each)) for each in sorted(looks)]),
        (
            "ambition",
            locale("all_ambitions"),
            [(each, locale(each)) for each in _AMBITIONS if each in ambitions],
        ),
    )
    return {
        "filters": [each for each in filters if len(each[2]) > 1],
        "sorts": lambda scores: _sorts(view, scored=scores),
        "forecasts": any(kr.outlook for kr in key_results),
        "notable": notable,
        "score_words": score_words,
        "objective_words": objective_words,
        "judged_words": judged_words,
        "score_formula": score_formula,
    }


def _sorts(view: View, *, scored: bool) -> list[str]:
    seen = {"progress": "progress" in view.sees, "score": scored}
    return [name for name, needs in _SORTS.items() if needs is None or seen[needs]]


def notable(kr: KeyResultView) -> bool:
    """Whether there is more to tell of a key result's end than its score."""
    score = kr.score
    if score is None:
        return bool(kr.outlook)
    told = score.override or score.restated or score.late or score.post_mortem
    return bool(told or kr.outlook or _silences(score) or score.added)


def _silences(score: Score) -> bool:
    decided = score.excluded or score.self_approved or score.mended or score.remeasured
    return bool(score.silent or score.last_said or decided)


def _choices(found: Iterable[Named | None]) -> list[Choice]:
    return sorted({(each.id, each.name) for each in found if each}, key=lambda pair: pair[1])


_NAMED = frozenset({"not_reached", "at_risk", "stale", "behind"})
"""What an objective shows that a reader wants to know the reason of."""


def objective_words(objective: ObjectiveView, locale: Locale) -> str:
    """How many of its items have ended, and which one makes it what it shows; empty: neither."""
    parts = []
    if objective.ended < objective.counted:
        parts.append(locale.ended(objective.ended, objective.counted, objective.fell_short))
    if objective.worst and objective.look in _NAMED:
        status = locale.word(objective.look)
        parts.append(locale("standing_worst", status=status, title=objective.worst.name))
    titles = {kr.id: kr.title for kr in objective.key_results}
    for guard in objective.guards:
        name = titles.get(guard.id, guard.id)
        if guard.broken_at is None:
            parts.append(locale("guard_unknown", title=name))
        else:
            day = locale.short_day(guard.broken_at)
            parts.append(locale("guard_broken", title=name, day=day))
    return locale("semicolon").join(part for part in parts if part)


def judged_words(kr: KeyResultView, locale: Locale) -> str:
    """What a band is judged by over time, and since when it is broken; empty for others."""
    parts = [locale.verdict(kr.metric, kr.verdict, kr.current)]
    if kr.verdict is not None and kr.verdict.broken_at is not None:
        parts.append(locale("broken_since", day=locale.short_day(kr.verdict.broken_at)))
    return locale("semicolon").join(part for part in parts if part)


def score_formula(kr: KeyResultView, locale: Locale) -> str:
    """How its score came about; empty before the end, and for who may not see values."""
    if kr.agreed is None or kr.score is None or kr.status is None:
        return ""
    value = kr.score.reading.value if kr.score.reading else None
    computed, agreed = kr.score.figures.computed, kr.agreed
    same = agreed.metric == kr.metric  # else what it is judged by now is not what it scored by
    judged = locale.verdict(kr.metric, kr.verdict, kr.current) if same else ""
    return locale.score_formula(agreed.metric, value, computed, agreed.due, judged)


def score_words(item: ObjectiveView | KeyResultView, days: NoteDays, locale: Locale) -> list[str]:
    """A sentence for each thing that is to be known beside a score.

    What waits and what was retired is said of the item itself, with what the source or the plan
    says of it.
    """
    if item.score is None:
        return []
    score = item.score._replace(suspect=None, retired=None)
    if isinstance(item, KeyResultView):
        metric = item.metric
        return locale.notes(score, days, lambda value: locale.value(metric, value))
    return locale.notes(score, days)
