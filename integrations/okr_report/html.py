"""HTML: a report as one file that needs nothing else: no network, no font, no library.

Its small pictures in a line of text (bar, sparkline, way) are drawn here: a bar is four rectangles,
and a report holds a thousand of them. Their colours are classes that follow the theme of the page.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound
from markupsafe import Markup, escape

from okr_core.basics.visible import REPLACED
from okr_core.words.figures import number, percent, rounded
from okr_report.locale import Locale, score_text
from okr_report.reports import Part, Report
from okr_report.section import sections
from okr_report.theme import MARKS, NARROW, WIDE, Chart, svg_of

_PAGE = Path(__file__).parent / "page"
_TEMPLATE = "section.html"
"""A section without one, such as one of the workbook's, has no place in the page."""
_INDENT = re.compile(r"\n\s+")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""What no page may hold; the direction of writing is isolated, and stays."""
Share = Fraction | None
BAR = 120
"""Width of a bar in pixels; a share of 1 ends there."""
_SPARK = (80, 20)
_WAY = (288, 96)
_BEYOND = Fraction(1)


def as_html(report: Report) -> str:
    """The report as a page; everything that people wrote is text in it.

    The policy in its head forbids every request and every script but its own.
    """
    style, script = _read("page.css"), _read("page.js")
    page = _environment().get_template("page.html")
    parts = [part for part in report.parts if (part.section.folder / _TEMPLATE).exists()]
    rendered = page.render(
        report=report,
        header=report.header,
        looks=MARKS,
        locale=report.locale(),
        parts=[(part.section.name, Markup(_part(report, part))) for part in parts],  # noqa: S704 - rendered with escapes
        headings=[
            (part.section.name, report.locale(part.section.folder)("heading")) for part in parts
        ],
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        policy=_policy(style, script),
    )
    return _CONTROLS.sub(REPLACED, rendered)


def _part(report: Report, part: Part) -> str:
    locale = report.locale(part.section.folder)
    page = part.section.part("page")
    template = _environment().get_template(f"{part.section.name}/{_TEMPLATE}")
    return template.render(
        view=part.view,
        locale=locale,
        header=report.header,
        findings=part.findings(locale),
        charts=dict(_charts(part, locale)),
        **(page(part.view, locale) if page else {}),
    )


def _charts(part: Part, locale: Locale) -> Iterator[tuple[str, tuple[Chart, Markup, Markup]]]:
    """Name → chart with its wide and its narrow drawing."""
    charts = part.section.part("charts")
    if charts is None:
        return
    wide: dict[str, Chart] = charts(part.view, locale, WIDE)
    narrow: dict[str, Chart] = charts(part.view, locale, NARROW)
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
        name, _, file = template.partition("/")
        homes = {section.name: section.folder for section in sections()}
        path = homes.get(name, _PAGE) / file if file else _PAGE / template
        if not path.exists():
            raise TemplateNotFound(template)
        return _INDENT.sub("\n", path.read_text(encoding="utf-8")), str(path), None


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
        bar=bar,
        spark=spark,
        way=way,
    )
    return environment


def bar(
    progress: Share,
    expected: Share,
    status: str,
    band: tuple[Fraction, Fraction, Fraction] | None = None,
) -> Markup:
    """A thin bar with a tick where it should be by now, and under it where it is likely to end.

    Args:
        progress: In [0, 1]; None draws the track alone.
        expected: In [0, 1]; None: no tick.
        status: Gives the colour.
        band: P10, P50 and P90 of the forecast as raw progress.
    """
    parts = ['<rect class="track" y="6" width="120" height="1"/>']
    if progress is not None:
        parts.append(f'<rect class="{status}" y="4" width="{_x(progress)}" height="4"/>')
    if expected is not None:
        parts.append(f'<rect class="ink" x="{_x(expected, 2)}" y="1" width="2" height="10"/>')
    if band is not None:
        low, middle, high = (_x(share) for share in band)
        left, width = min(low, high), max(abs(high - low), 1)
        parts.append(f'<rect class="band" x="{left:g}" y="11" width="{width:g}" height="4"/>')
        parts.append(
            f'<rect class="ink" x="{min(middle, BAR - 1):g}" y="11" width="1" height="4"/>'
        )
    inner = "".join(parts)
    # Markup: numbers and the status words of this program, nothing that people wrote.
    return Markup(f'<svg class="bar" viewBox="0 0 120 16" aria-hidden="true">{inner}</svg>')  # noqa: S704


def _x(share: Fraction, thickness: int = 0) -> float:
    """A share in pixels of a bar, kept inside it."""
    return round(float(min(max(share, Fraction(0)), _BEYOND)) * (BAR - thickness), 1)


def spark(shares: Sequence[Share], at: Sequence[float]) -> Markup:
    """History as a line without axes; a gap where nothing was known. Empty below two points.

    Args:
        shares: In [0, 1], one per time.
        at: The times as shares of the cycle, see `okr_report.reports.Header`.
    """
    if sum(share is not None for share in shares) < 2:
        return Markup()
    width, height = _SPARK
    path, last = _line(shares, at, width - 4, height - 4, 2)
    x, y = last
    return Markup(  # noqa: S704 - numbers only
        f'<svg class="spark" viewBox="0 0 {width} {height}" aria-hidden="true">'
        f'<path d="{path}"/><circle cx="{x:g}" cy="{y:g}" r="2"/></svg>'
    )


def way(
    progress: Sequence[Share],
    expected: Sequence[Share],
    at: Sequence[float],
    *,
    ends: tuple[str, str],
    status: str,
    band: tuple[Fraction, Fraction, Fraction] | None = None,
) -> Markup:
    """Progress against expected over time, with the forecast as a band and a line to its end.

    Args:
        progress: In [0, 1], one per time.
        expected: The same, by the pace.
        at: The times as shares of the cycle, see `okr_report.reports.Header`.
        ends: The first and the last day, as text.
        status: Colour of the last point.
        band: P10, P50 and P90 of the forecast as raw progress.
    """
    width, height = _WAY
    wide, high, top = width - 8, height - 28, 4
    parts = [
        f'<path class="rule" d="M0 {top + high}H{width}"/>',
        f'<path class="rule faint" d="M0 {top}H{width}"/>',
    ]
    reached, last = _line(progress, at, wide, high, top)
    if band is not None and reached and last[0] < wide:
        parts += _fan(band, last, width - 4, high, top)
    asked, _ = _line(expected, at, wide, high, top)
    parts.append(f'<path class="asked" d="{asked}"/><path class="line" d="{reached}"/>')
    if reached:
        parts.append(f'<circle class="{status}" cx="{last[0]:g}" cy="{last[1]:g}" r="4"/>')
    first, final = ends
    parts.append(
        f'<text x="0" y="{height - 4}">{first}</text>'
        f'<text x="{width}" y="{height - 4}" text-anchor="end">{final}</text>'
    )
    inner = "".join(parts)
    return Markup(  # noqa: S704 - numbers, and days that this program wrote
        f'<svg class="way" viewBox="0 0 {width} {height}" aria-hidden="true">{inner}</svg>'
    )


def _fan(
    band: tuple[Fraction, Fraction, Fraction],
    last: tuple[float, float],
    right: float,
    high: float,
    top: float,
) -> list[str]:
    low, middle, best = (_y(share, high, top) for share in band)
    x, y = last
    return [
        f'<path class="band" d="M{x:g} {y:g}L{right:g} {best:g}V{low:g}Z"/>',
        f'<path class="median" d="M{x:g} {y:g}L{right:g} {middle:g}"/>',
    ]


def _line(
    shares: Sequence[Share], at: Sequence[float], wide: float, high: float, top: float
) -> tuple[str, tuple[float, float]]:
    """A path through what is known, lifted over gaps, and its last point."""
    steps, drawn, last = [], False, (0.0, 0.0)
    for place, share in zip(at, shares, strict=True):
        if share is None:
            drawn = False
            continue
        last = (round(place * wide + 2, 1), _y(share, high, top))
        steps.append(f"{'L' if drawn else 'M'}{last[0]:g} {last[1]:g}")
        drawn = True
    return "".join(steps), last


def _y(share: Fraction, high: float, top: float) -> float:
    held = min(max(float(share), 0.0), 1.0)
    return round(top + high * (1 - held), 1)
