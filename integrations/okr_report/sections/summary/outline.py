"""The quarter in one view, as an outline."""

from __future__ import annotations

from collections.abc import Iterator

from okr_core.score.score_words import score_text
from okr_core.words.figures import percent
from okr_report.locale import Locale
from okr_report.outline.pieces import (
    Heading,
    Line,
    Piece,
    Span,
    Table,
    about,
    bar,
    figure,
    line,
    sentence,
)
from okr_report.reports import Header
from okr_report.sections.summary.attention import OpenDecision, Unknown
from okr_report.sections.summary.findings import averages, beside
from okr_report.sections.summary.view import TeamLine, View

_ASKED, _SCREEN, _FEW = 5, 6, 3
"""Lines of lists that a digest shows."""
_PAGE = 100
"""Lines of a list that a page shows: nobody decides more at once."""


def headline(view: View, header: Header, locale: Locale) -> str:
    """How it goes, what needs a decision and what is not known, in one sentence."""
    parts = [_goes(view, header, locale)]
    if view.over:
        parts += beside(view, locale) if view.score is not None else ()
        parts += _ends(view, locale)
    elif view.objectives and view.phase == "running" and "progress" in view.sees:
        parts += averages(view, locale)
        parts.append(locale("head_good", good=view.good, count=view.objectives))
    if view.close_by is not None:
        parts.append(locale("head_close_by", day=locale.short_day(view.close_by)))
    if view.decisions:
        parts.append(locale("head_decisions", count=len(view.decisions)))
    if view.unknown and view.phase != "before":
        known = {gap.item for gap in view.unknown}
        parts.append(locale("head_unknown", count=len(known)))
    return locale("sentence", text=locale("joined").join(parts))


def _ends(view: View, locale: Locale) -> Iterator[str]:
    if view.judged and view.scored:
        yield locale("head_green", reached=view.reached, count=view.scored)
    if view.judged_ends:
        yield locale("head_succeeded", succeeded=view.succeeded, count=view.judged_ends)


def _goes(view: View, header: Header, locale: Locale) -> str:
    if view.phase == "before":
        return locale("head_before", cycle=header.cycle, starts=locale.day(header.starts))
    if view.over and view.score is not None:
        known, count = len(view.placed), len(view.dots)
        key = "head_score" if known == count else "head_score_of"
        told = {"score": score_text(view.score), "known": known, "count": count}
        return locale(key, cycle=header.cycle, **told)
    if "progress" not in view.sees:
        return locale("head_plain", cycle=header.cycle, count=view.objectives)
    if view.progress is None:
        return locale("head_nothing", cycle=header.cycle)
    reached = percent(view.progress)
    if view.expected is None:
        return locale("head_reached", cycle=header.cycle, progress=reached)
    expected = percent(view.expected)
    return locale("head_expected", cycle=header.cycle, progress=reached, expected=expected)


def outline(view: View, locale: Locale) -> Iterator[Piece]:
    """What needs a decision, what is not known, what moved, what was learned, and the teams."""
    yield from decisions(view, locale, most=_PAGE)
    yield from unknown(view, locale, most=_PAGE)
    yield from moved(view, locale)
    yield from _learned(view, locale)
    yield from _teams(view, locale)


def digest(view: View, locale: Locale, *, owners: bool = False) -> Iterator[Piece]:
    """What of it belongs on one screen; who is asked too where wanted and not hidden."""
    yield from decisions(view, locale, most=_ASKED, owners=owners and "people" in view.sees)
    yield from unknown(view, locale, most=_SCREEN)
    yield from moved(view, locale, most=_FEW)


def decisions(
    view: View, locale: Locale, most: int | None = None, *, owners: bool = False
) -> Iterator[Piece]:
    """What needs a decision; it says so where nothing does, to who may see that."""
    if not view.decisions and "progress" not in view.sees:
        return
    yield Heading(2, locale("title_decisions"))
    if not view.decisions:
        yield sentence(locale("nothing_open"))
    for ask in view.decisions[:most]:
        owner = f" – {line(ask.asked)}" if owners and ask.asked else ""
        yield about(ask.title, f"{_asked(ask, locale)}{owner}", ask.item)
    yield from _rest(len(view.decisions), most, locale)
    if view.decisions:
        before, _, after = locale("answered_by", command="\0").partition("\0")
        yield Line((Span(before), Span(view.answered_by, code=True), Span(after)))


def _asked(ask: OpenDecision, locale: Locale) -> str:
    """Its id, why, and what to do; of what the source said only what people can act on."""
    return f"{ask.id} · {locale(f'ask_{ask.kind}')} {line(ask.fix)}".rstrip()


def unknown(view: View, locale: Locale, most: int | None = None) -> Iterator[Piece]:
    """What is not known; it says so where everything is, to who may see that."""
    if view.dots and not view.unknown and "progress" not in view.sees:
        return
    yield Heading(2, locale("title_unknown"))
    if not view.unknown:
        yield sentence(locale("all_known" if view.dots else "no_key_result"))
    for gap in view.unknown[:most]:
        yield about(gap.title, _missing(gap, locale), gap.item)
    yield from _rest(len(view.unknown), most, locale)


def _missing(gap: Unknown, locale: Locale) -> str:
    return locale(f"gap_{gap.kind}", day=locale.day(gap.at))


def moved(view: View, locale: Locale, most: int | None = None) -> Iterator[Piece]:
    """The largest moves; nothing where nothing moved."""
    found = view.moved
    if found is None or not found.largest:
        return
    yield Heading(2, locale("title_moved"))
    counts = {"rose": found.rose, "fell": found.fell, "still": found.still}
    yield sentence(locale("moved_since", day=locale.day(found.since), **counts))
    for move in found.largest[:most]:
        before, after = percent(move.before), percent(move.after)
        yield about(move.title, locale("move", before=before, after=after), move.id)


def _learned(view: View, locale: Locale) -> Iterator[Piece]:
    """Outcomes, and not what people wrote about them."""
    if not view.learned:
        return
    yield Heading(2, locale("title_learned"))
    for lesson in view.learned:
        told = locale(f"lesson_{lesson.kind}", why=locale(lesson.why) if lesson.why else "")
        yield about(lesson.title or lesson.item or "–", told, lesson.item)


def _teams(view: View, locale: Locale) -> Iterator[Piece]:
    figures = view.team_figures
    if len(view.teams) < 2 or not figures:
        return
    names = ("team", *figures)
    yield Heading(2, locale("title_teams"))
    head = tuple(locale(f"column_{name}") for name in names)
    rows = tuple(tuple(map(_cells(team).__getitem__, names)) for team in view.teams)
    right = frozenset(at for at, name in enumerate(names) if name in {"expected", "score"})
    yield Table(head, rows, right)


def _cells(team: TeamLine) -> dict[str, str]:
    return {
        "team": line(team.team.name),
        "progress": bar(team.progress),
        "expected": figure(percent(team.expected)),
        "score": score_text(team.score),
    }


def _rest(count: int, most: int | None, locale: Locale) -> Iterator[Piece]:
    if most is not None and count > most:
        yield sentence(locale("more", count=count - most))
