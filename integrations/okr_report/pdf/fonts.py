"""Fonts: what this computer can set, and which characters it cannot."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typst import Fonts

CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
)
FAMILIES = (
    "Inter",
    "Source Sans 3",
    "Noto Sans",
    "Helvetica Neue",
    "Segoe UI",
    "Arial",
    "Liberation Sans",
    *CHINESE,
    "Noto Color Emoji",
    "Apple Color Emoji",
    "Segoe UI Emoji",
    "DejaVu Sans",
    "Libertinus Serif",
)
"""Sans families, best first: Latin, Chinese, then whatever knows the most signs; last the text
face of the wheel, which is there where nothing else is."""
_MISSING = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}")
_PROBE = b"""
#set document(title: "Probe")
#let d = json(bytes(sys.inputs.data))
#set text(font: d.families)
#for each in d.texts [#each ]
"""


@cache
def installed() -> Fonts:
    """The fonts of this computer and of the wheel; looking for them takes a while."""
    from typst import Fonts  # noqa: PLC0415 - loads a compiler

    return Fonts()


def families(fonts: Fonts) -> list[str]:
    """The families of `FAMILIES` that are there."""
    known = set(fonts.families())
    return [family for family in FAMILIES if family in known]


def missing(texts: str, fonts: Fonts) -> list[str]:
    """Characters of a text that no font can show, in order of their code.

    A page of each character once is set as PDF/A, which refuses what has no glyph.
    """
    from typst import Compiler, TypstError  # noqa: PLC0415 - loads a compiler

    unusual = sorted({each for each in texts if ord(each) > 0x7E})
    if not unusual:
        return []
    data = json.dumps({"families": families(fonts), "texts": unusual})
    try:
        Compiler(_PROBE, font_paths=fonts, sys_inputs={"data": data}).compile(
            format="pdf", pdf_standards="a-2u"
        )
    except TypstError as error:
        return sorted(set(_named(error.diagnostic)))
    return []


def _named(diagnostic: str) -> Iterator[str]:
    for found in _MISSING.findall(diagnostic):
        yield from _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), found)
