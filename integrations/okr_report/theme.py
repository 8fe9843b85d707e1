"""Theme: the colours and sizes that every chart shares, and its SVG for a page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from okr_core.words.vocabulary import GradeName, Shown

if TYPE_CHECKING:  # it takes longer to load than most commands to run
    import altair as alt


INK, GREY, RULE = "#1b1f24", "#5b636d", "#d5d9de"
"""Of the light theme; the page's CSS gives the dark one to whatever has these."""
Look = Shown | GradeName
"""What a mark of a chart can show: how an item stands or, of a closed cycle, its grade."""
Retired = Literal["dropped", "deferred", "removed"]
"""What an item shows that no longer counts."""
_GREEN, _BLUE, _AMBER, _RED, _NONE = "#009E73", "#0072B2", "#E69F00", "#D55E00", "#767c85"
_CHECK = "M-1,0.1L-0.35,0.75L1,-0.6L0.7,-0.9L-0.35,0.15L-0.7,-0.2Z"
_CROSS = (
    "M-0.9,-0.6L-0.6,-0.9L0,-0.3L0.6,-0.9L0.9,-0.6L0.3,0L0.9,0.6L0.6,0.9L0,0.3L-0.6,0.9"
    "L-0.9,0.6L-0.3,0Z"
)
_DISC = "M-0.85,0A0.85,0.85,0,1,1,0.85,0A0.85,0.85,0,1,1,-0.85,0Z"
_SQUARE = "M-0.8,-0.8H0.8V0.8H-0.8Z"
_UP, _DOWN = "M0,-0.85L0.95,0.8H-0.95Z", "M0,0.85L-0.95,-0.8H0.95Z"
_RING = (
    "M-0.9,0A0.9,0.9,0,1,1,0.9,0A0.9,0.9,0,1,1,-0.9,0Z"
    "M-0.5,0A0.5,0.5,0,1,0,0.5,0A0.5,0.5,0,1,0,-0.5,0Z"
)
_DIAMOND = "M0,-1L1,0L0,1L-1,0ZM0,-0.45L-0.45,0L0,0.45L0.45,0Z"
_FRAME = "M-0.8,-0.8H0.8V0.8H-0.8ZM-0.45,-0.45V0.45H0.45V-0.45Z"
_DASH = "M-0.9,-0.25H0.9V0.25H-0.9Z"


class Mark(NamedTuple):
    """How one state looks, in every form of the report.

    Attributes:
        colour: Colour-blind safe (Okabe & Ito 2008), doubled by the shape and a word.
        shape: A filled SVG path within ±1.
    """

    colour: str
    shape: str


MARKS: dict[Look | Retired, Mark] = {
    "done": Mark(_GREEN, _CHECK),
    "ahead": Mark(_GREEN, _UP),
    "on_track": Mark(_BLUE, _DISC),
    "behind": Mark(_AMBER, _DOWN),
    "at_risk": Mark(_RED, _SQUARE),
    "reached": Mark(_GREEN, _CHECK),
    "not_reached": Mark(_RED, _CROSS),
    "learned": Mark(_GREEN, _CHECK),
    "open": Mark(_NONE, _RING),
    "not_begun": Mark(_NONE, _DASH),
    "stale": Mark(_NONE, _DIAMOND),
    "pending": Mark(_NONE, _RING),
    "not_known": Mark(_NONE, _FRAME),
    "closed": Mark(_NONE, _DASH),
    "green": Mark(_GREEN, _DISC),
    "yellow": Mark(_AMBER, _DOWN),
    "red": Mark(_RED, _SQUARE),
    "dropped": Mark(_NONE, _DASH),
    "deferred": Mark(_NONE, _DASH),
    "removed": Mark(_NONE, _DASH),
    "left_out": Mark(_NONE, _DASH),
}
"""The one table of what states look like: page, charts and PDF draw from it."""
SMALL = 13
"""Size of text in a chart: the smallest of the page's three."""
Spec = dict[str, Any]
"""A Vega-Lite specification."""
STOPS = 60
"""Links of a chart that the Tab key stops at; past more, its table and the lists are the way."""
_FAMILY = "system-ui, sans-serif"
_LINK = re.compile(
    r'<a xlink:href="[^"]*?#([^"]*)"[^>]*>(<[a-z]+) aria-label="([^"]*)" role="[^"]*" '
    r'aria-roledescription="[^"]*"'
)
_SIZE = re.compile(r'(<svg[^>]*?) width="([\d.]+)" height="([\d.]+)"')
_NUMBERS = re.compile(r' (?:transform|d)="[^"]*"')
_PLACES = re.compile(r"(\.\d)\d+")
_NEEDLESS = re.compile(r' stroke-width="2" opacity="1"(?=/?>)')
_ROLES = re.compile(r' (?:role="graphics-[a-z]+"|aria-roledescription="[^"]*"|aria-label="[^"]*")')


def svg_mark(look: Look | Retired) -> str:
    """A mark as a drawing of its own, for a form that takes no path."""
    colour, shape = MARKS[look]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1.1 -1.1 2.2 2.2">'
        f'<path d="{shape}" fill="{colour}"/></svg>'
    )


def config() -> Spec:
    """Vega-Lite's settings: quiet axes, no frame, no background."""
    axis = {
        "domainColor": RULE,
        "gridColor": RULE,
        "tickColor": RULE,
        "labelColor": GREY,
        "titleColor": GREY,
        "labelFontSize": SMALL,
        "titleFontSize": SMALL,
        "titleFontWeight": "normal",
        "labelPadding": 4,
        "tickSize": 4,
    }
    return {
        "background": None,
        "font": _FAMILY,
        "view": {"stroke": None},
        "axis": axis,
        "header": {"labelColor": INK, "labelFontSize": SMALL, "labelFontWeight": 600},
        "text": {"color": INK, "fontSize": SMALL},
        "rule": {"color": RULE},
    }


def spec_of(chart: alt.TopLevelMixin, **data: Sequence[Mapping[str, object]]) -> Spec:
    """A chart as Vega-Lite, with the rows of its named data.

    The rows are put in here and not by Altair, which looks through each of them several times.
    """
    spec: Spec = chart.to_dict(validate=False)
    return {**spec, "datasets": {name: list(rows) for name, rows in data.items()}}


def svg_of(spec: Spec, label: str) -> str:
    """A specification as SVG that can stand in a page.

    Points with a link become links inside the page with a title to hover; what else Vega says
    about marks is left to the chart's caption and table.

    Args:
        spec: Vega-Lite.
        label: What the chart shows, for those who do not see it.
    """
    # Here, since it takes longer to load than most commands to run.
    from vl_convert import vegalite_to_svg  # noqa: PLC0415

    return _for_page(vegalite_to_svg({**spec, "config": config()}), label)


def _for_page(svg: str, label: str) -> str:
    # Links first: their labels are kept as titles.
    linked = _LINK.sub(_link, svg)
    head, _, rest = linked.partition(">")
    head = _SIZE.sub(r'\1 width="\2" height="\3"', head)
    plain = _NEEDLESS.sub("", _ROLES.sub("", rest))
    plain = _NUMBERS.sub(lambda match: _PLACES.sub(r"\1", match[0]), plain)
    if plain.count("<a ") > STOPS:
        plain = plain.replace("<a ", '<a tabindex="-1" ')
    named = f'{head} role="group" aria-label="{escape(label)}"'
    return f"{named}>{plain.replace('data-label=', 'aria-label=')}"


def _link(match: re.Match[str]) -> str:
    target, mark, label = match.groups()
    return (
        f'<a href="#{target}" data-label="{label}"><title>{escape(unescape(label))}</title>{mark}'
    )


WIDE, NARROW = 1000, 304
"""Widths in pixels of the two drawings of a chart; a page shows the one that fits."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of a section.

    Attributes:
        spec: Vega-Lite, for one width.
        caption: The finding in words.
        columns: Headings of the table that says the same.
        rows: Its rows.
    """

    spec: Spec
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
