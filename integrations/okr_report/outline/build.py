"""Build: the outline of a report, and its headline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

from okr_report.outline.pieces import Heading, Piece, line, sentence
from okr_report.reports import Report
from okr_report.words import Language, Words, words_of

Outline = Callable[[object, Words], Iterator[Piece]]


def outline_words(language: Language) -> Words:
    """What outlines say by themselves."""
    return words_of(language, Path(__file__).parent)


def outline(report: Report) -> Iterator[Piece]:
    """The report as an outline: its title, what it is about, then each section that has one."""
    words = outline_words(report.language)
    head = report.header
    yield Heading(1, line(f"{head.organization} · OKR {head.cycle}".removeprefix(" · ")))
    yield sentence(" ".join(_made(report, words)))
    for part in report.parts:
        module = part.section.part("outline")
        if module is not None:
            yield from cast("Outline", module.outline)(part.view, words)


def headline(report: Report) -> str:
    """The report in one sentence: how it goes, what needs a decision, what is not known."""
    for part in report.parts:
        module = part.section.part("outline")
        if module is not None and hasattr(module, "headline"):
            return cast("str", module.headline(part.view, report.header, _words(report)))
    return report.header.cycle


def _words(report: Report) -> Words:
    return outline_words(report.language)


def _made(report: Report, words: Words) -> Iterator[str]:
    head = report.header
    yield words(
        "made",
        cycle=head.cycle,
        starts=head.starts,
        ends=head.ends,
        as_of=head.day,
        revision=head.revision,
    )
    note = version_note(report, words)
    if note:
        yield note
    if head.audience != "company":
        yield words("audience", audience=line(head.audience))


def version_note(report: Report, words: Words) -> str:
    """Which version of a closed cycle's report it is; empty while the cycle is open."""
    version = report.header.version
    if not version:
        return ""
    return words("version_closed" if version == 1 else "version_restated", version=version)
