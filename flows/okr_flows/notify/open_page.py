"""What waits for a person, on a page in Prefect; it names nobody, since everyone reads it."""

from __future__ import annotations

from collections.abc import Iterator

from okr_core.basics.command import okr
from okr_core.open.entries import open_entries
from okr_core.open.entry import OpenEntry
from okr_core.snapshot import Snapshot
from okr_core.words.markdown import safe, with_code

LINES = 20
"""Of what waits that a page shows; nobody decides more at once."""


def needs_you(snapshot: Snapshot) -> Iterator[str]:
    """The list with its heading, and connections that are silent; nothing where nothing waits."""
    asked = open_entries(snapshot)
    if not asked and not snapshot.silent:
        return
    yield "## Needs you"
    yield ""
    yield from (f"- {_line(each)}" for each in asked[:LINES])
    for each in snapshot.silent:
        yield f"- {with_code(each.title)}: {safe(each.silence(snapshot.as_of, snapshot.cycle))}."
    if len(asked) > LINES:
        everything = okr("decide", cycle=snapshot.cycle.id).code
        yield ""
        yield f"… and {len(asked) - LINES:,} more; {everything} lists all, with their answers."
    yield ""


def _line(entry: OpenEntry) -> str:
    item = f" (`{entry.item}`)" if entry.item and entry.item != entry.title else ""
    about = f" ({safe(entry.value)})" if entry.value else ""
    why = " ".join(filter(None, (safe(entry.text), with_code(entry.fix))))
    answers = " or ".join(answer.command.code for answer in entry.answers)
    said = f"{entry.asks}{about} {why}".rstrip()
    return f"`{entry.id}` **{safe(entry.title)}**{item}: {said} → {answers}"
