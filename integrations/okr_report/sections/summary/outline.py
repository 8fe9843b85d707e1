"""The quarter in one view, as an outline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from okr_core.figures import percent, score_text
from okr_core.vocabulary import Shown
from okr_report.outline.bars import bar
from okr_report.outline.pieces import Heading, Piece, Table, about, line, sentence
from okr_report.reports import Header
from okr_report.sections.summary.view import Ask, Gap, View
from okr_report.words import Words

_GOOD: tuple[Shown, ...] = ("done", "ahead", "on_track")
_SCREEN, _FEW = 6, 3
"""Lines of a list that a digest shows."""


def headline(view: View, header: Header, words: Words) -> str:
    """How it goes, what needs a decision and what is not known, in one sentence."""
    parts = [_goes(view, header, words)]
    if view.judged and view.phase in ("ended", "closed") and view.scored:
        parts.append(words("head_green", reached=view.reached, count=view.scored))
    elif view.objectives and view.phase == "running":
        good = sum(view.statuses.get(status, 0) for status in _GOOD)
        parts.append(words("head_good", good=good, count=view.objectives))
    if view.decisions:
        parts.append(words("head_decisions", count=len(view.decisions)))
    if view.unknown:
        known = {gap.item for gap in view.unknown}
        parts.append(words("head_unknown", count=len(known)))
    return words("sentence", text=words("joined").join(parts))


def _goes(view: View, header: Header, words: Words) -> str:
    if view.phase == "before":
        return words("head_before", cycle=header.cycle, starts=header.starts)
    if view.phase in ("ended", "closed") and view.score is not None:
        return words("head_score", cycle=header.cycle, score=score_text(view.score))
    if view.progress is None:
        return words("head_nothing", cycle=header.cycle)
    reached = percent(view.progress)
    if view.expected is None:
        return words("head_reached", cycle=header.cycle, progress=reached)
    expected = percent(view.expected)
    return words("head_expected", cycle=header.cycle, progress=reached, expected=expected)


def outline(view: View, words: Words) -> Iterator[Piece]:
    """What needs a decision, what is not known, what moved, what was learned, and the teams."""
    yield from decisions(view, words)
    yield from unknown(view, words)
    yield from moved(view, words)
    yield from _learned(view, words)
    yield from _teams(view, words)


def digest(view: View, words: Words) -> Iterator[Piece]:
    """What of it belongs on one screen."""
    yield from decisions(view, words, most=_SCREEN)
    yield from unknown(view, words, most=_SCREEN)
    yield from moved(view, words, most=_FEW)


def decisions(view: View, words: Words, most: int | None = None) -> Iterator[Piece]:
    """What needs a decision; it says so where nothing does."""
    yield Heading(2, words("decisions"))
    if not view.decisions:
        yield sentence(words("nothing_open"))
    for ask in view.decisions[:most]:
        yield about(ask.title, _asked(ask, words), ask.item)
    yield from _rest(len(view.decisions), most, words)


def _asked(ask: Ask, words: Words) -> str:
    """Why, and what to do; of what the source said only the part that people can act on."""
    told = words(f"ask_{ask.kind}")
    return f"{told} {line(ask.fix)}".rstrip() if ask.kind == "unreadable" else told


def unknown(view: View, words: Words, most: int | None = None) -> Iterator[Piece]:
    """What is not known; it says so where everything is."""
    yield Heading(2, words("unknown"))
    if not view.unknown:
        yield sentence(words("all_known"))
    for gap in view.unknown[:most]:
        yield about(gap.title, _missing(gap, words), gap.item)
    yield from _rest(len(view.unknown), most, words)


def _missing(gap: Gap, words: Words) -> str:
    return words(f"gap_{gap.kind}", day=_day(gap.at))


def moved(view: View, words: Words, most: int | None = None) -> Iterator[Piece]:
    """The largest moves; nothing where nothing moved."""
    largest = view.moved.largest[:most] if view.moved else ()
    if not largest:
        return
    yield Heading(2, words("moved"))
    for move in largest:
        before, after = percent(move.before), percent(move.after)
        yield about(move.title, words("move", before=before, after=after), move.id)


def _learned(view: View, words: Words) -> Iterator[Piece]:
    """Outcomes, and not what people wrote about them."""
    if not view.learned:
        return
    yield Heading(2, words("learned"))
    for lesson in view.learned:
        told = words(f"lesson_{lesson.kind}", why=lesson.why.replace("_", " "))
        yield about(lesson.title or lesson.item or "–", told, lesson.item)


def _teams(view: View, words: Words) -> Iterator[Piece]:
    if len(view.teams) < 2:
        return
    # Before the end a score is the progress once more.
    scored = view.phase in ("ended", "closed")
    names = ("team", "progress", "expected", *(("score",) if scored else ()))
    rows = []
    for team in view.teams:
        row = (line(team.team.name), bar(team.progress), percent(team.expected))
        rows.append((*row, *((score_text(team.score),) if scored else ())))
    yield Heading(2, words("teams"))
    head = tuple(words(f"column_{name}") for name in names)
    yield Table(head, tuple(rows), frozenset(range(2, len(names))))


def _rest(count: int, most: int | None, words: Words) -> Iterator[Piece]:
    if most is not None and count > most:
        yield sentence(words("more", count=count - most))


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else "–"
