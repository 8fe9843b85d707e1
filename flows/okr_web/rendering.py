"""Rendering: a template with what every page has: frame, words, marks."""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from okr_report.theme import MARKS
from okr_web.drawing.marks import bar, mark, symbols
from okr_web.pages.asks import REASON_CLASSES
from okr_web.voice import Voice

_HERE = Path(__file__).parent
STYLE = (_HERE / "style.css").read_bytes()
ICON = (_HERE / "icon.svg").read_bytes()
STYLE_MARK = sha256(STYLE).hexdigest()[:12]
"""Changes with the stylesheet, so that browsers may keep it."""
_USED = re.compile(r"#m-([a-z_]+)")
_SYMBOLS = "<!-- symbols -->"


def rendered(template: str, voice: Voice, **values: object) -> str:
    """A page as HTML; of the marks those that it uses."""
    html = (
        _environment()
        .get_template(template)
        .render(
            voice=voice,
            other_language="en" if voice.language == "zh" else "zh",
            **values,
        )
    )
    used = set(_USED.findall(html)) & {*MARKS, "doing"}
    return html.replace(_SYMBOLS, symbols(used), 1)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        bar=bar,
        mark=mark,
        reason_classes=REASON_CLASSES,
        style_mark=STYLE_MARK,
        symbols_here=Markup(_SYMBOLS),  # noqa: S704 - a comment of this program
    )
    return environment


def hidden_field(name: str, value: str) -> Markup:
    """A hidden field of a form."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(name, value)
