"""The quarter in one view, as an outline."""

from __future__ import annotations

from collections.abc import Iterator

from okr_core.figures import percent, score_text
from okr_core.vocabulary import Shown
from okr_report.outline.bars import bar
from okr_report.outline.pieces import Heading, Piece, Table, about, figure, line, sentence
from okr_report.reports import Header
from okr_report.sections.summary.view import Ask, Gap, View
from okr_report.voice import Voice

_GOOD: tuple[Shown, ...] = ("done", "ahead", "on_track")
_SCREEN, _FEW = 6, 3
"""Lines of a list that a digest shows."""
_PAGE = 100
"""Lines of a list that a page shows: nobody decides more at once."""


def headline(view: View, header: Header, voice: Voice) -> str:
    """How it goes, what needs a decision and what is not known, in one sentence."""
    parts = [_goes(view, header, voice)]
    if view.judged and view.phase in ("ended", "closed") and view.scored:
        parts.append(voice("head_green", reached=view.reached, count=view.scored))
    elif view.objectives and view.phase == "running":
        good = sum(view.statuses.get(status, 0) for status in _GOOD)
        parts.append(voice("head_good", good=good, count=view.objectives))
    if view.decisions:
        parts.append(voice("head_decisions", count=len(view.decisions)))
    if view.unknown and view.phase != "before":
        known = {gap.item for gap in view.unknown}
        parts.append(voice("head_unknown", count=len(known)))
    return voice("sentence", text=voice("joined").join(parts))


def _goes(view: View, header: Header, voice: Voice) -> str:
    if view.phase == "before":
        return voice("head_before", cycle=header.cycle, starts=voice.day(header.starts))
    if view.phase in ("ended", "closed") and view.score is not None:
        return voice("head_score", cycle=header.cycle, score=score_text(view.score))
    if view.progress is None:
        return voice("head_nothing", cycle=header.cycle)
    reached = percent(view.progress)
    if view.expected is None:
        return voice("head_reached", cycle=header.cycle, progress=reached)
    expected = percent(view.expected)
    return voice("head_expected", cycle=header.cycle, progress=reached, expected=expected)


def outline(view: View, voice: Voice) -> Iterator[Piece]:
    """What needs a decision, what is not known, what moved, what was learned, and the teams."""
    yield from decisions(view, voice, most=_PAGE)
    yield from unknown(view, voice, most=_PAGE)
    yield from moved(view, voice)
    yield from _learned(view, voice)
    yield from _teams(view, voice)


def digest(view: View, voice: Voice) -> Iterator[Piece]:
    """What of it belongs on one screen."""
    yield from decisions(view, voice, most=_SCREEN)
    yield from unknown(view, voice, most=_SCREEN)
    yield from moved(view, voice, most=_FEW)


def decisions(view: View, voice: Voice, most: int | None = None) -> Iterator[Piece]:
    """What needs a decision; it says so where nothing does."""
    yield Heading(2, voice("title_decisions"))
    if not view.decisions:
        yield sentence(voice("nothing_open"))
    for ask in view.decisions[:most]:
        yield about(ask.title, _asked(ask, voice), ask.item)
    yield from _rest(len(view.decisions), most, voice)


def _asked(ask: Ask, voice: Voice) -> str:
    """Why, and what to do; of what the source said only the part that people can act on."""
    told = voice(f"ask_{ask.kind}")
    return f"{told} {line(ask.fix)}".rstrip() if ask.kind == "unreadable" else told


def unknown(view: View, voice: Voice, most: int | None = None) -> Iterator[Piece]:
    """What is not known; it says so where everything is."""
    yield Heading(2, voice("title_unknown"))
    if not view.unknown:
        yield sentence(voice("all_known"))
    for gap in view.unknown[:most]:
        yield about(gap.title, _missing(gap, voice), gap.item)
    yield from _rest(len(view.unknown), most, voice)


def _missing(gap: Gap, voice: Voice) -> str:
    return voice(f"gap_{gap.kind}", day=voice.day(gap.at))


def moved(view: View, voice: Voice, most: int | None = None) -> Iterator[Piece]:
    """The largest moves; nothing where nothing moved."""
    largest = view.moved.largest[:most] if view.moved else ()
    if not largest:
        return
    yield Heading(2, voice("title_moved"))
    for move in largest:
        before, after = percent(move.before), percent(move.after)
        yield about(move.title, voice("move", before=before, after=after), move.id)


def _learned(view: View, voice: Voice) -> Iterator[Piece]:
    """Outcomes, and not what people wrote about them."""
    if not view.learned:
        return
    yield Heading(2, voice("title_learned"))
    for lesson in view.learned:
        told = voice(f"lesson_{lesson.kind}", why=voice(lesson.why) if lesson.why else "")
        yield about(lesson.title or lesson.item or "–", told, lesson.item)


def _teams(view: View, voice: Voice) -> Iterator[Piece]:
    if len(view.teams) < 2:
        return
    # Before the end a score is the progress once more.
    scored = view.phase in ("ended", "closed")
    names = ("team", "progress", "expected", *(("score",) if scored else ()))
    rows = []
    for team in view.teams:
        row = (line(team.team.name), bar(team.progress), figure(percent(team.expected)))
        rows.append((*row, *((score_text(team.score),) if scored else ())))
    yield Heading(2, voice("title_teams"))
    head = tuple(voice(f"column_{name}") for name in names)
    yield Table(head, tuple(rows), frozenset(range(2, len(names))))


def _rest(count: int, most: int | None, voice: Voice) -> Iterator[Piece]:
    if most is not None and count > most:
        yield sentence(voice("more", count=count - most))
