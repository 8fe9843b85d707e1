"""What the section finds, in sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from okr_core.open.entry import OpenKind
from okr_core.open.kinds import KINDS
from okr_core.words.vocabulary import GREEN, YELLOW
from okr_report.locale import Locale, percent, score_text
from okr_report.sections.summary.attention import UNKNOWN_KINDS
from okr_report.sections.summary.over_time import Slipped, TeamTrend
from okr_report.sections.summary.view import View

_NEAR = Fraction(5, 100)
"""Below what was expected by more than this is behind, as the status policy says by default."""
_NUMBER = re.compile(r"(?<=\d) (?=\w)")
_FEW = 3
"""People who are named in a sentence."""
_TENTH = Fraction(1, 10)


def findings(view: View, locale: Locale) -> dict[str, str]:
    """The three sentences of the first screen, and the captions of its charts.

    A sentence about what the audience may not see is empty.
    """
    return {
        "goes": _goes(view, locale),
        "needs": _needs(view, locale),
        "unknown": _unknown(view, locale),
        "distribution": _distribution(view, locale),
        "ways": _ways(view, locale),
        "slipped": _slipped(view.slipped, locale) if view.slipped else "",
    }


def _goes(view: View, locale: Locale) -> str:
    if not view.objectives:
        return locale("no_objective")
    if view.phase == "before":
        return locale("goes_before")
    found = [*_reached(view, locale)]
    if view.scored:
        key = "goes_would" if view.phase == "running" else "goes_reached"
        found.append(locale(key, reached=view.reached, count=view.scored))
    if view.over and view.judged_ends:
        ends = {"succeeded": view.succeeded, "count": view.judged_ends}
        found.append(locale("goes_succeeded", **ends))
    if view.numbers_until is not None and "progress" in view.sees:
        found.append(locale("goes_until", day=locale.short_day(view.numbers_until)))
    if view.phase == "running" and "progress" in view.sees:
        found.append(locale("goes_good", good=view.good, count=view.objectives))
    return _sentence(found or [locale("objectives_count", count=view.objectives)], locale)


def _slipped(slipped: Slipped, locale: Locale) -> str:
    day, why = locale.short_day(slipped.since), locale(slipped.reason_class)
    return locale("goes_slipped", count=len(slipped.objectives), day=day, why=why)


def _reached(view: View, locale: Locale) -> Iterator[str]:
    """The score or the progress; nothing where the audience may see neither."""
    if view.over and view.score is not None:
        known, count = len(view.placed), len(view.dots)
        key = "goes_score" if known == count else "goes_score_of"
        yield locale(key, score=score_text(view.score), known=known, count=count)
        yield from beside(view, locale)
    elif "progress" in view.sees:
        yield _progress(view, locale)
        yield from averages(view, locale)


def averages(view: View, locale: Locale) -> Iterator[str]:
    """How many objectives the progress averages, where there are several."""
    if view.progress is not None and view.objectives > 1:
        yield locale("beside_averages", count=view.averaged)


def beside(view: View, locale: Locale) -> Iterator[str]:
    """What is to be known beside the cycle's score, a clause each."""
    for key, told in view.beside:
        yield locale(key, **told)


def _progress(view: View, locale: Locale) -> str:
    if view.progress is None:
        return locale("goes_nothing")
    if view.expected is None:
        return locale("goes_progress_only", progress=percent(view.progress))
    reached, asked = percent(view.progress), percent(view.expected)
    return locale("goes_progress", progress=reached, expected=asked)


def _needs(view: View, locale: Locale) -> str:
    counts = Counter(ask.kind for ask in view.decisions)
    found = [
        locale(f"needs_{kind}", count=counts[kind]) + _whom(view, kind, locale)
        for kind in KINDS
        if counts[kind] and kind != "close"
    ]
    if view.close_by is not None:
        found.append(locale("needs_close_by", day=locale.short_day(view.close_by)))
    elif view.phase == "ended" and "progress" in view.sees:
        found.append(locale("needs_close"))
    if found:
        return _sentence(found, locale)
    return locale("needs_nothing") if "progress" in view.sees else ""


def _whom(view: View, kind: OpenKind, locale: Locale) -> str:
    """Whom to ask for a first word, each once; a few by name."""
    if kind != "unreported":
        return ""
    asked = dict.fromkeys(ask.asked for ask in view.decisions if ask.kind == kind and ask.asked)
    if not asked:
        return ""
    names = [*asked][:_FEW]
    if len(asked) > _FEW:
        names.append(locale("more", count=len(asked) - _FEW))
    return locale("needs_ask", who=locale.among(names))


def _unknown(view: View, locale: Locale) -> str:
    if not view.dots:
        return locale("unknown_no_key_result")
    counts, total = Counter(gap.kind for gap in view.unknown), len(view.dots)
    found = [
        locale(f"unknown_{kind}", count=counts[kind], total=total)
        for kind in UNKNOWN_KINDS
        if counts[kind]
    ]
    if found:
        return _sentence(found, locale)
    return locale("unknown_nothing") if "progress" in view.sees else ""


def _distribution(view: View, locale: Locale) -> str:
    shares = [share for share, _ in view.placed]
    if view.judged:
        green = sum(share >= GREEN for share in shares)
        red = sum(share < YELLOW for share in shares)
        text = locale("distribution_scores", green=green, red=red, count=len(shares))
    else:
        done, low = sum(share == 1 for share in shares), sum(share < _TENTH for share in shares)
        text = locale("distribution_progress", done=done, low=low, count=len(shares))
    missing = len(view.dots) - len(shares)
    key = "distribution_unscored" if view.judged else "distribution_unknown"
    return text + (locale(key, count=missing) if missing else "")


def _ways(view: View, locale: Locale) -> str:
    if not view.ways:
        return ""
    whole = view.ways[0]
    progress, expected = whole.progress[-1], whole.expected[-1]
    if expected is None or progress is None or view.over:
        return locale("ways_plain", progress=percent(progress))
    figures = {"progress": percent(progress), "expected": percent(expected)}
    since = _below_since(whole)
    if since is None:
        key = "ways_above" if view.coverage == 1 else "ways_partly"
        return locale(key, **figures)
    text = locale("ways_below", day=locale.short_day(whole.times[since]), **figures)
    return text + _worst(view.ways[1:], locale)


def _worst(teams: tuple[TeamTrend, ...], locale: Locale) -> str:
    gaps = {
        way.team.name: way.progress[-1] - way.expected[-1]
        for way in teams
        if way.team and way.progress[-1] is not None and way.expected[-1] is not None
    }
    worst = min(gaps, key=lambda name: gaps[name], default="")
    return locale("ways_worst", team=worst) if worst and gaps[worst] < -_NEAR else ""


def _below_since(way: TeamTrend) -> int | None:
    """Place of the time since which it has been behind without a break; None: it is not."""
    since: int | None = None
    for index, (reached, asked) in enumerate(zip(way.progress, way.expected, strict=True)):
        if reached is None or asked is None:
            continue
        behind = reached - asked < -_NEAR
        since = (index if since is None else since) if behind else None
    return since


def _sentence(found: list[str], locale: Locale) -> str:
    """Several findings as one sentence, in which no number stands apart from its noun."""
    text = locale("semicolon").join(found) + locale("full_stop")
    return _NUMBER.sub("\N{NO-BREAK SPACE}", text)
