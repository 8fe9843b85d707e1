"""What the section prints: every objective, and its key results in a table."""

from __future__ import annotations

from collections.abc import Iterator

from okr_core.plan.metrics import Metric
from okr_core.score.scores import Score
from okr_report.locale import Locale, NoteDays, number, percent, score_text
from okr_report.report_facts import Named, over
from okr_report.reports import Header
from okr_report.sections.objectives.key_results import ForecastView, KeyResultView
from okr_report.sections.objectives.page import (
    judged_words,
    objective_words,
    score_formula,
    score_words,
)
from okr_report.sections.objectives.view import ObjectiveView, View


def pages(view: View, locale: Locale, header: Header) -> dict[str, object]:
    """Every objective of the plan in force, in its order."""
    columns = _columns(view, header)
    return {
        "own_page": True,
        "columns": [*columns],
        "head": [locale(word) for word in columns.values()],
        "shows_status": view.shows_status,
        "shows_progress": "progress" in view.sees,
        "score_word": locale("score"),
        "objectives": [_objective(each, view, locale, header) for each in view.objectives],
        "ends": [locale.short_day(header.starts), locale.short_day(header.ends)],
        "at": header.places(view.times),
        "no_key_result": locale("no_key_result"),
    }


def _columns(view: View, header: Header) -> dict[str, str]:
    """Column → its heading, as far as the audience may see it.

    While a cycle runs a score only repeats the progress.
    """
    progress = "progress" in view.sees
    scored = "scores" in view.sees and (not progress or over(header.phase))
    forecast = any(kr.outlook for each in view.objectives for kr in each.key_results)
    shown = {
        "title": ("column_title", True),
        "now": ("column_now" if progress else "column_asked", True),
        "bar": ("column_bar" if forecast else "progress", progress),
        "status": ("column_status", view.shows_status),
        "confidence": ("confidence", "confidence" in view.sees),
        "way": ("over_time", progress),
        "score": ("score", scored),
    }
    return {name: word for name, (word, seen) in shown.items() if seen}


def _objective(
    objective: ObjectiveView, view: View, locale: Locale, header: Header
) -> dict[str, object]:
    return {
        "title": objective.title,
        "about": " · ".join(_about(objective, locale)),
        "why": objective.why,
        **_standing(objective, locale),
        "expected_text": f"{locale('expected')} {percent(objective.expected)}"
        if objective.expected is not None
        else "",
        "notes": list(_objective_notes(objective, view.days, locale)),
        "way": [point.progress for point in objective.way],
        "asked": [point.expected for point in objective.way],
        "key_results": [
            _key_result(kr, objective, view, locale, header) for kr in objective.key_results
        ],
    }


def _standing(item: ObjectiveView | KeyResultView, locale: Locale) -> dict[str, object]:
    return {
        "progress": item.progress,
        "progress_text": percent(item.progress),
        "expected": item.expected,
        "status": item.look or "",
        "status_text": locale.word(item.look),
        "score": score_text(item.score.figures.effective if item.score else None),
        "grade": item.score.look if item.score else None,
        "grade_text": locale.word(item.score.look if item.score else None),
        "success_text": _success(item.score, locale),
    }


def _success(score: Score | None, locale: Locale) -> str:
    """Whether what was meant was reached; open with its hypothesis, nothing before the end."""
    if score is None or score.success is None:
        return ""
    if score.outcome is None:
        return locale("success_open")
    return locale("succeeded" if score.outcome else "not_succeeded")


def _about(objective: ObjectiveView, locale: Locale) -> Iterator[str]:
    if objective.team:
        yield objective.team.name
    yield locale(objective.ambition or "no_ambition")
    if objective.role:
        holders = ", ".join(holder.name for holder in objective.holders)
        yield f"{objective.role.name} ({holders})" if holders else objective.role.name
    if objective.weight != 1:
        yield locale("weight", weight=number(objective.weight))
    if objective.carried_from:
        yield locale("carried", cycle=objective.carried_from)
    if objective.serves:
        yield f"{locale('serves')} {', '.join(up.name for up in objective.serves)}"


def _objective_notes(objective: ObjectiveView, days: NoteDays, locale: Locale) -> Iterator[str]:
    said = objective_words(objective, locale)
    if said:
        yield said
    if objective.state_reason and objective.look == objective.state:
        yield objective.state_reason
    if objective.coverage < 1 and objective.progress is not None:
        covered = locale("coverage", share=percent(objective.coverage))
        yield f"{locale('pending_count', count=objective.pending)}; {covered}"
    if objective.hypothesis:
        yield f"{locale('hypothesis')}: {'; '.join(_hypothesis(objective, locale))}"
    if objective.learning and objective.learning.note:
        yield _quoted(objective.learning.note, objective.learning.by, locale)
    yield from score_words(objective, days, locale)


def _hypothesis(objective: ObjectiveView, locale: Locale) -> Iterator[str]:
    said = objective.hypothesis
    assert said is not None, "asked about those that have one"
    yield said.belief
    if said.because:
        yield locale("because", because=said.because)
    if objective.learning:
        yield locale(objective.learning.outcome)
        return
    yield locale("open")
    if said.by:
        yield locale("by_day", day=locale.day(said.by))


def _key_result(
    kr: KeyResultView, objective: ObjectiveView, view: View, locale: Locale, header: Header
) -> dict[str, object]:
    role = kr.role.name if kr.role and kr.role != objective.role else ""
    outlook = kr.outlook if header.phase == "running" else None
    band = outlook.band if outlook else None
    return {
        "title": kr.title,
        "role": role,
        "now": locale.value(kr.metric, kr.current),
        "asked": locale.asked(kr.metric),
        **_standing(kr, locale),
        "band": band.shares if band else None,
        "outlook": _outlook(kr.metric, outlook, locale),
        "confidence": "–" if kr.confidence is None else str(kr.confidence),
        "way": [point.progress for point in kr.way],
        "notes": list(_notes(kr, view.days, locale)),
    }


def _outlook(metric: Metric, known: ForecastView | None, locale: Locale) -> str:
    if known is None or known.hit is None:
        return ""
    if known.band is None:
        return locale("outlook_hit", hit=percent(known.hit))
    middle = locale.value(metric, known.band.values[1])
    return locale("outlook_short", hit=percent(known.hit), p50=middle)


def _notes(kr: KeyResultView, days: NoteDays, locale: Locale) -> Iterator[str]:
    if kr.state_reason and kr.look == kr.state:
        yield kr.state_reason
    judged, formula = judged_words(kr, locale), score_formula(kr, locale)
    if judged:
        yield judged
    elif formula:
        yield locale("score_from", formula=formula)
    if kr.waiting:
        value = locale.value(kr.metric, kr.waiting.value)
        told = (locale("suspect", value=value), kr.waiting.reason)
        yield " · ".join(each for each in told if each)
    if kr.unavailable and kr.unavailable[0]:
        yield f"{locale('unreadable', reason=kr.unavailable[0])} {kr.unavailable[1]}"
    if kr.provenance and kr.provenance.note:
        yield locale.note(kr.provenance.note)
    if kr.word and kr.word.note:
        yield _quoted(kr.word.note, kr.word.by, locale)
    yield from score_words(kr, days, locale)


def _quoted(note: str, by: Named | None, locale: Locale) -> str:
    marks = "「{}」" if locale.language == "zh" else "“{}”"
    return marks.format(note) + (f" {by.name}" if by else "")
