"""PDF: a report typeset as a document for a board, by Typst from a wheel; asks no network.

A section joins in by a function and a file beside its view:

| part | holds |
|---|---|
| `pages(view, locale, header) -> dict` | what it prints, as texts, shares and flags |
| `section.typ` | `#let section(d) = [...]`: how, by the functions of `pdf/kit.typ` |

The first section may have `#let continued(d)` too: what its page has no room for, after the
contents. Colours and marks come from `okr_report.theme`.

What people wrote reaches Typst as JSON only and is never markup.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import bidirectional

from pydantic import JsonValue

from okr_report.locale import Locale
from okr_report.outline.pieces import line
from okr_report.pdf.fonts import CHINESE, families, installed, missing
from okr_report.reports import Header, Report
from okr_report.theme import GREY, INK, MARKS, RULE, svg_mark

if TYPE_CHECKING:
    from typst import Fonts

__all__ = ["Pdf", "as_pdf"]

_HOME = Path(__file__).parent
_ROOT = _HOME.parent
_LONGEST = 160
"""Characters of a title in the contents."""
_PRINTED = 20
"""Characters that a note names; more of them are counted."""
_SHORT = 60
"""Characters of an organization that fit into the head of a page."""
_RUN = re.compile(r"\S{25,}")
_RUN_STEP = 20
_ISOLATE, _POP = "\u2068", "\u2069"
_BREAK = "\N{ZERO WIDTH SPACE}"
"""Where a word that is too long for a column may break."""


@dataclass(frozen=True, slots=True)
class Pdf:
    """A PDF, and what a reader of it should know.

    Attributes:
        notes: Such as characters that no font of this computer shows.
    """

    data: bytes
    notes: tuple[str, ...]


def as_pdf(report: Report, fonts: Fonts | None = None) -> Pdf:
    """The report as a document: cover, summary, contents, sections; tagged, with an outline.

    Where every character has a glyph it is PDF/UA-1, which screen readers know how to read.

    Args:
        report: What is printed.
        fonts: To set it with; None: those of this computer and of the wheel.
    """
    from typst import Compiler  # noqa: PLC0415 - loads a compiler

    known = fonts or installed()
    data = json.dumps(_content(report, known), ensure_ascii=False)
    unknown = missing(data, known)
    made = Compiler(
        _HOME / "main.typ", _ROOT, known, sys_inputs={"data": data, "looks": json.dumps(looks())}
    ).compile(
        format="pdf",
        pdf_standards=[] if unknown else "ua-1",
        timestamp=int(report.header.as_of.timestamp()),
    )
    assert isinstance(made, bytes), "a PDF is one file"
    return Pdf(made, tuple(_notes(unknown)))


def looks() -> dict[str, Any]:
    """The theme for `kit.typ`: colours, and each mark as a drawing."""
    return {
        "ink": INK,
        "grey": GREY,
        "rule": RULE,
        "colours": {look: mark.colour for look, mark in MARKS.items()},
        "marks": {look: svg_mark(look) for look in MARKS},
    }


def _notes(unknown: list[str]) -> Iterator[str]:
    if unknown:
        named = ", ".join(f"{each} (U+{ord(each):04X})" for each in unknown[:_PRINTED])
        more = f" and {len(unknown) - _PRINTED} more" if len(unknown) > _PRINTED else ""
        yield (
            f"the PDF shows boxes for {len(unknown)} characters that no installed font has: "
            f"{named}{more}. Install a font such as Noto Sans CJK and write it again."
        )


def _content(report: Report, fonts: Fonts) -> JsonValue:
    content = {
        "families": families(fonts),
        "chinese": CHINESE,
        "longest": _LONGEST,
        "language": report.language,
        "cover": cover(report.header, report.locale(_HOME)),
        "parts": list(_parts(report)),
    }
    return printable(content)


def _parts(report: Report) -> Iterator[dict[str, object]]:
    for part in report.parts:
        pages = part.section.part("pages")
        if pages is not None:
            locale = report.locale(_HOME, part.section.folder)
            yield {
                "name": part.section.name,
                "heading": locale("heading"),
                "own_page": False,
                "findings": part.findings(locale),
                **pages(part.view, locale, report.header),
            }


def cover(header: Header, locale: Locale) -> dict[str, object]:
    """The texts of the cover and of every page's margins."""
    return {
        "organization": header.organization,
        "short": header.organization[:_SHORT],
        "title": locale("report", cycle=header.cycle),
        "dates": locale("dates", starts=locale.day(header.starts), ends=locale.day(header.ends)),
        "state": list(_state(header, locale)),
        "as_of": locale("as_of", day=locale.moment(header.as_of)),
        "day": [header.day.year, header.day.month, header.day.day],
        "footer": locale("footer", program=header.program, revision=header.revision),
        "contents": locale("contents"),
        "cycle": header.cycle,
    }


def _state(header: Header, locale: Locale) -> Iterator[str]:
    if header.version:
        yield locale("closed_version", version=header.version)
        if header.version > 1:
            yield locale("restated_note")
    elif header.phase == "before":
        yield locale("begins", day=locale.day(header.starts))
    elif header.phase == "running":
        yield locale("day_of", elapsed=header.elapsed, days=header.days)
    else:
        yield locale("ended", day=locale.day(header.ends))
    yield locale("as_of", day=locale.moment(header.as_of))
    if header.audience != "company":
        yield locale("audience", audience=header.audience)


def printable(value: object) -> JsonValue:
    """What a section prints, with every text in it made harmless to the page.

    Args:
        value: Mappings, sequences, texts, numbers, shares, flags and None.
    """
    if isinstance(value, str):
        return printable_text(value)
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, Mapping):
        return {str(key): printable(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [printable(each) for each in value]
    assert value is None or isinstance(value, bool | int | float), "no part of a page"
    return value


def printable_text(written: str) -> str:
    r"""A text of people: its lines, without control characters, long words breakable.

    >>> printable_text("a\x00b\r\nc"), printable_text("x" * 26).count("\u200b")
    ('ab\nc', 1)
    """
    lines = (line(each) for each in written.splitlines())
    shown = _RUN.sub(_breakable, "\n".join(lines).strip("\n"))
    return f"{_ISOLATE}{shown}{_POP}" if _turns(shown) else shown


def _turns(shown: str) -> bool:
    """Whether a text has letters that are read from the right, and would turn what is beside it."""
    return not shown.isascii() and any(bidirectional(each) in {"R", "AL"} for each in shown)


def _breakable(match: re.Match[str]) -> str:
    run = match.group()
    return _BREAK.join(run[at : at + _RUN_STEP] for at in range(0, len(run), _RUN_STEP))
