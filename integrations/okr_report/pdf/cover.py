"""Cover: what the document is about, for its first page, its headers and its metadata."""

from __future__ import annotations

from collections.abc import Iterator

from okr_report.reports import Header
from okr_report.voice import Voice

_SHORT = 60
"""Characters of an organization that fit into the head of a page."""


def cover(header: Header, voice: Voice) -> dict[str, object]:
    """The texts of the cover and of every page's margins."""
    return {
        "organization": header.organization,
        "short": header.organization[:_SHORT],
        "title": voice("report", cycle=header.cycle),
        "dates": voice("dates", starts=voice.day(header.starts), ends=voice.day(header.ends)),
        "state": list(_state(header, voice)),
        "as_of": voice("as_of", day=voice.moment(header.as_of)),
        "day": [header.day.year, header.day.month, header.day.day],
        "footer": voice("footer", program=header.program, revision=header.revision),
        "contents": voice("contents"),
        "cycle": header.cycle,
    }


def _state(header: Header, voice: Voice) -> Iterator[str]:
    if header.version:
        yield voice("closed_version", version=header.version)
        if header.version > 1:
            yield voice("restated_note")
    elif header.phase == "before":
        yield voice("begins", day=voice.day(header.starts))
    elif header.phase == "running":
        yield voice("day_of", elapsed=header.elapsed, days=header.days)
    else:
        yield voice("ended", day=voice.day(header.ends))
    yield voice("as_of", day=voice.moment(header.as_of))
    if header.audience != "company":
        yield voice("audience", audience=header.audience)
