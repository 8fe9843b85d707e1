"""Document: a report as the pages of a PDF."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydantic import JsonValue

from okr_report.pdf.cover import cover
from okr_report.pdf.fonts import CHINESE, families, installed, missing
from okr_report.pdf.printable import printable
from okr_report.reports import Report
from okr_report.theme import GREY, INK, MARKS, RULE, svg_mark

if TYPE_CHECKING:
    from typst import Fonts

_HOME = Path(__file__).parent
_ROOT = _HOME.parent
_LONGEST = 160
"""Characters of a title in the contents."""
_PRINTED = 20
"""Characters that a note names; more of them are counted."""


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
        module = part.section.part("pages")
        if module is not None:
            locale = report.locale(_HOME, part.section.folder)
            told = part.section.part("findings")
            yield {
                "name": part.section.name,
                "heading": locale("heading"),
                "own_page": False,
                "findings": told.findings(part.view, locale) if told else {},
                **cast("dict[str, object]", module.pages(part.view, locale, report.header)),
            }
