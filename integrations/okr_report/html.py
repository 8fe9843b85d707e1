"""HTML: a report as one file that needs nothing else: no network, no font, no library."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound
from markupsafe import Markup, escape

from okr_core.words.figures import number, percent, rounded
from okr_report import marks
from okr_report.chart import NARROW, WIDE, Chart
from okr_report.locale import Locale, score_text
from okr_report.reports import Part, Report
from okr_report.section import sections
from okr_report.theme import MARKS, svg_of

_PAGE = Path(__file__).parent / "page"
_TEMPLATE = "section.html"
"""A section without one, such as one of the workbook's, has no place in the page."""
_INDENT = re.compile(r"\n\s+")


def as_html(report: Report) -> str:
    """The report as a page; everything that people wrote is text in it.

    The policy in its head forbids every request and every script but its own.
    """
    style, script = _read("page.css"), _read("page.js")
    page = _environment().get_template("page.html")
    parts = [part for part in report.parts if part.section.holds(_TEMPLATE)]
    return page.render(
        report=report,
        header=report.header,
        looks=MARKS,
        locale=report.locale(),
        parts=[(part.section.name, Markup(_part(report, part))) for part in parts],  # noqa: S704 - rendered with escapes
        headings=[(part.section.name, _heading(report, part)) for part in parts],
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        policy=_policy(style, script),
    )


def _heading(report: Report, part: Part) -> str:
    return report.locale(part.section.folder)("heading")


def _part(report: Report, part: Part) -> str:
    locale = report.locale(part.section.folder)
    told, page = part.section.part("findings"), part.section.part("page")
    template = _environment().get_template(f"{part.section.name}/{_TEMPLATE}")
    return template.render(
        view=part.view,
        locale=locale,
        header=report.header,
        findings=told.findings(part.view, locale) if told else {},
        charts=dict(_charts(part, locale)),
        **(page.names(part.view, locale) if page else {}),
    )


def _charts(part: Part, locale: Locale) -> Iterator[tuple[str, tuple[Chart, Markup, Markup]]]:
    """Name → chart with its wide and its narrow drawing."""
    module = part.section.part("charts")
    if module is None:
        return
    wide: dict[str, Chart] = module.charts(part.view, locale, WIDE)
    narrow: dict[str, Chart] = module.charts(part.view, locale, NARROW)
    for name, chart in wide.items():
        drawings = (svg_of(each[name].spec, chart.caption) for each in (wide, narrow))
        # vl-convert escapes what people wrote; see the tests.
        large, small = (Markup(drawing) for drawing in drawings)  # noqa: S704
        yield name, (chart, large, small)


def _policy(style: str, script: str) -> str:
    """Nothing is loaded; the page's own style and script run, and no other."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _read(name: str) -> str:
    return (_PAGE / name).read_text(encoding="utf-8")


class _Loader(BaseLoader):
    """Templates of the page and of the sections; indents are cut: a large report has many."""

    def get_source(
        self,
        environment: Environment,  # noqa: ARG002 - Jinja2's signature
        template: str,
    ) -> tuple[str, str, None]:
        path = _path(template)
        if not path.exists():
            raise TemplateNotFound(template)
        return _INDENT.sub("\n", path.read_text(encoding="utf-8")), str(path), None


def _path(template: str) -> Path:
    name, _, file = template.partition("/")
    if not file:
        return _PAGE / template
    homes = {section.name: section.folder for section in sections()}
    return homes.get(name, _PAGE) / file


def own(text: object) -> Markup:
    """What people wrote, isolated: the macro of that name, for templates that call it often."""
    return Markup(f"<bdi>{escape(text)}</bdi>")  # noqa: S704 - escaped


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=_Loader(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(percent=percent, score=score_text, number=number, rounded=rounded)
    environment.tests["fraction"] = lambda value: isinstance(value, Fraction)
    environment.globals.update(
        own=own,
        bar=marks.bar,
        spark=marks.spark,
        way=marks.way,
    )
    return environment
