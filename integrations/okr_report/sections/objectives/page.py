"""What the section's template needs beside its view: the choices of its filters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from okr_core.plan.plan import Ambition
from okr_core.score.scores import Score
from okr_report.locale import Locale, score_text
from okr_report.report_facts import Named
from okr_report.sections.objectives.key_results import KeyResultView
from okr_report.sections.objectives.view import View

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


def score_words(score: Score, locale: Locale) -> Iterator[str]:
    """A sentence for each thing that is to be known beside a score."""
    if score.silent:
        yield locale("silent")
    if score.last_said:
        yield locale("last_said", day=locale.day(score.last_said))
    if score.added:
        yield locale("added_on", day=locale.day(score.added))
    if score.remeasured:
        yield locale("remeasured", day=locale.day(score.remeasured))
    if score.mended:
        fix = score.mended
        told = _told(fix.by, fix.at, fix.reason, locale)
        yield locale("mended", before=score_text(fix.before), told=told)
    if score.self_approved:
        kinds = dict.fromkeys(each.decision for each in score.self_approved)
        yield locale(
            "self_approved", what=locale("comma").join(locale(f"alone_{kind}") for kind in kinds)
        )
    if score.excluded:
        word = score.excluded
        yield locale("left_out", told=_told(word.by, word.at, word.reason, locale))
    if score.override:
        set_by = score.override
        yield locale(
            "override",
            score=score_text(set_by.score),
            told=_told(set_by.by, set_by.at, set_by.reason, locale),
            computed=score_text(score.figures.computed),
        )
    if score.restated:
        last = score.restated
        yield locale(
            "restated",
            old=score_text(last.old),
            new=score_text(last.new),
            version=last.version,
            told=_told(last.by, last.at, last.reason, locale),
        )


def _told(by: str, at: datetime, reason: str, locale: Locale) -> str:
    """Who, when and why; a reason or person that is not said leaves no gap."""
    day = locale.day(at)
    who = locale("last_word", who=by, day=day) if by else day
    return locale("with_reason", what=who, reason=reason.rstrip(".")) if reason else who
