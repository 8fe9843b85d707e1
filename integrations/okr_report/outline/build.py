"""Build: the outline of a report, and its headline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

from okr_core.plan.cycle import zone_named
from okr_report.outline.pieces import Heading, Piece, line, sentence
from okr_report.reports import Report
from okr_report.voice import Voice
from okr_report.words import words_of

Outline = Callable[[object, Voice], Iterator[Piece]]


def outline_voice(report: Report) -> Voice:
    """How outlines of the report speak."""
    words = words_of(report.language, Path(__file__).parent)
    return Voice(words, zone_named(report.header.timezone))


def outline(report: Report) -> Iterator[Piece]:
    """The report as an outline: title, headline, what it is about, then the sections."""
    voice = outline_voice(report)
    head = report.header
    yield Heading(1, line(f"{head.organization} · OKR {head.cycle}".removeprefix(" · ")))
    yield sentence(headline(report))
    yield sentence(" ".join(_made(report, voice)))
    for part in report.parts:
        module = part.section.part("outline")
        if module is not None:
            yield from cast("Outline", module.outline)(part.view, voice)


def headline(report: Report) -> str:
    """The report in one sentence: how it goes, what needs a decision, what is not known."""
    for part in report.parts:
        module = part.section.part("outline")
        if module is not None and hasattr(module, "headline"):
            return cast("str", module.headline(part.view, report.header, outline_voice(report)))
    return report.header.cycle


def _made(report: Report, voice: Voice) -> Iterator[str]:
    head = report.header
    yield voice(
        "made",
        cycle=head.cycle,
        starts=voice.day(head.starts),
        ends=voice.day(head.ends),
        as_of=voice.day(head.day),
        revision=head.revision,
    )
    note = version_note(report, voice)
    if note:
        yield note
    if head.audience != "company":
        yield voice("audience", audience=line(head.audience))


def version_note(report: Report, voice: Voice) -> str:
    """Which version of a closed cycle's report it is; empty while the cycle is open."""
    version = report.header.version
    if not version:
        return ""
    return voice("version_closed" if version == 1 else "version_restated", version=version)
