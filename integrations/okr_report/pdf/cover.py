"""Cover: what the document is about, for its first page, its headers and its metadata."""

from __future__ import annotations

from collections.abc import Iterator

from okr_report.locale import Locale
from okr_report.reports import Header

_SHORT = 60
"""Characters of an organization that fit into the head of a page."""


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
