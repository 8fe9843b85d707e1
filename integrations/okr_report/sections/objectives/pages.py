"""What the section prints: every objective, and its key results in a table."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from okr_core.plan.metrics import Metric
from okr_core.score.scores import Score
from okr_report.facts import Named
from okr_report.reports import Header
from okr_report.sections.objectives.outlook import Outlook
from okr_report.sections.objectives.page import look, look_text
from okr_report.sections.objectives.score_words import score_words
from okr_report.sections.objectives.view import KeyResultView, ObjectiveView, Point, View
from okr_report.timeline import places
from okr_report.voice import Voice, number, percent, score_text

_ENDED = ("ended", "closed")


def pages(view: View, voice: Voice, header: Header) -> dict[str, object]:
    """Every objective of the plan in force, in its order."""
    columns = _columns(view, header)
    return {
        "own_page": True,
        "columns": [*columns],
        "head": [voice(word) for word in columns.values()],
        "shows_status": view.shows_status,
        "shows_progress": "progress" in view.sees,
        "score_word": voice("score"),
        "objectives": [_objective(each, voice, header) for each in view.objectives],
        "ends": [voice.short_day(header.starts), voice.short_day(header.ends)],
        "at": places(view.times, header),
        "no_key_result": voice("no_key_result"),
    }


def _columns(view: View, header: Header) -> dict[str, str]:
    """Column → its heading, as far as the audience may see it.

    While a cycle runs a score only repeats the progress.
    """
    progress = "progress" in view.sees
    scored = "scores" in view.sees and (not progress or header.phase in _ENDED)
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


def _objective(objective: ObjectiveView, voice: Voice, header: Header) -> dict[str, object]:
    return {
        "title": objective.title,
        "about": " · ".join(_about(objective, voice)),
        "why": objective.why,
        **_standing(objective, voice),
        "expected_text": f"{voice('expected')} {percent(objective.expected)}"
        if objective.expected is not None
        else "",
        "notes": list(_objective_notes(objective, voice)),
        "way": _shares(objective.way),
        "asked": [_share(point.expected) for point in objective.way],
        "key_results": [_key_result(kr, objective, voice, header) for kr in objective.key_results],
    }


def _standing(item: ObjectiveView | KeyResultView, voice: Voice) -> dict[str, object]:
    shown = look(item)
    return {
        "progress": _share(item.progress),
        "progress_text": percent(item.progress),
        "expected": _share(item.expected),
        "status": shown,
        "status_text": look_text(item, voice),
        "score": score_text(_effective(item.score)),
        "grade": item.score.grade if item.score else None,
        "grade_text": voice(item.score.grade) if item.score and item.score.grade else "",
        "success_text": _success(item.score, voice),
    }


def _success(score: Score | None, voice: Voice) -> str:
    """Whether what was meant was reached; open with its hypothesis, nothing before the end."""
    if score is None or score.success is None:
        return ""
    if score.outcome is None:
        return voice("success_open")
    return voice("succeeded" if score.outcome else "not_succeeded")


def _about(objective: ObjectiveView, voice: Voice) -> Iterator[str]:
    if objective.team:
        yield objective.team.name
    yield voice(objective.ambition or "no_ambition")
    if objective.role:
        holders = ", ".join(holder.name for holder in objective.holders)
        yield f"{objective.role.name} ({holders})" if holders else objective.role.name
    if objective.weight != 1:
        yield voice("weight", weight=number(objective.weight))
    if objective.carried_from:
        yield voice("carried", cycle=objective.carried_from)
    if objective.serves:
        yield f"{voice('serves')} {', '.join(up.name for up in objective.serves)}"


def _objective_notes(objective: ObjectiveView, voice: Voice) -> Iterator[str]:
    if objective.state_reason and objective.look == objective.state:
        yield objective.state_reason
    if objective.coverage < 1 and objective.progress is not None:
        covered = voice("coverage", share=percent(objective.coverage))
        yield f"{voice('pending_count', count=objective.pending)}; {covered}"
    if objective.hypothesis:
        yield f"{voice('hypothesis')}: {'; '.join(_hypothesis(objective, voice))}"
    if objective.learning and objective.learning.note:
        yield _quoted(objective.learning.note, objective.learning.by, voice)
    if objective.score:
        yield from score_words(objective.score, voice)


def _hypothesis(objective: ObjectiveView, voice: Voice) -> Iterator[str]:
    said = objective.hypothesis
    assert said is not None, "asked about those that have one"
    yield said.belief
    if said.because:
        yield voice("because", because=said.because)
    if objective.learning:
        yield voice(objective.learning.outcome)
        return
    yield voice("open")
    if said.by:
        yield voice("by_day", day=voice.day(said.by))


def _key_result(
    kr: KeyResultView, objective: ObjectiveView, voice: Voice, header: Header
) -> dict[str, object]:
    role = kr.role.name if kr.role and kr.role != objective.role else ""
    outlook = kr.outlook if header.phase == "running" else None
    band = outlook.band if outlook else None
    return {
        "title": kr.title,
        "role": role,
        "now": voice.value(kr.metric, kr.current),
        "asked": voice.asked(kr.metric),
        **_standing(kr, voice),
        "band": [float(share) for share in band.shares] if band else None,
        "outlook": _outlook(kr.metric, outlook, voice),
        "confidence": "–" if kr.confidence is None else str(kr.confidence),
        "way": _shares(kr.way),
        "notes": list(_notes(kr, voice)),
    }


def _outlook(metric: Metric, known: Outlook | None, voice: Voice) -> str:
    if known is None or known.hit is None:
        return ""
    if known.band is None:
        return voice("outlook_hit", hit=percent(known.hit))
    middle = voice.value(metric, known.band.values[1])
    return voice("outlook_short", hit=percent(known.hit), p50=middle)


def _notes(kr: KeyResultView, voice: Voice) -> Iterator[str]:
    if kr.state_reason and kr.look == kr.state:
        yield kr.state_reason
    if kr.waiting:
        value = voice.value(kr.metric, kr.waiting.value)
        told = (voice("suspect", value=value), kr.waiting.reason)
        yield " · ".join(each for each in told if each)
    if kr.unavailable and kr.unavailable[0]:
        yield f"{voice('unreadable', reason=kr.unavailable[0])} {kr.unavailable[1]}"
    if kr.provenance and kr.provenance.note:
        yield voice.note(kr.provenance.note)
    if kr.word and kr.word.note:
        yield _quoted(kr.word.note, kr.word.by, voice)
    if kr.score:
        yield from score_words(kr.score, voice)
        if kr.score.late:
            reached = voice.value(kr.metric, kr.score.late.value)
            yield voice("late", day=voice.day(kr.score.late.at), value=reached)


def _quoted(note: str, by: Named | None, voice: Voice) -> str:
    marks = "「{}」" if voice.language == "zh" else "“{}”"
    return marks.format(note) + (f" {by.name}" if by else "")


def _shares(way: tuple[Point, ...]) -> list[float | None]:
    return [_share(point.progress) for point in way]


def _share(share: Fraction | None) -> float | None:
    return None if share is None else float(share)


def _effective(score: Score | None) -> Fraction | None:
    return score.figures.effective if score else None
