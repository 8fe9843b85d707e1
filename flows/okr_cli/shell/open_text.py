"""What waits for a person, as text: a line each, and in full with the commands that answer it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from okr_cli.shell.figures import count
from okr_cli.shell.layout import hang, sentence
from okr_core.basics.command import okr
from okr_core.open.entry import Addressee, OpenEntry
from okr_core.plan.part import Part
from okr_core.snapshot import Snapshot
from okr_core.words.figures import day_text

MOST_NAMED = 3
"""People of whom any may answer that are named; programs get all."""


def holder(snapshot: Snapshot, to: Addressee) -> str:
    """Who answers for something, by name; that its role is vacant where nobody does."""
    return "vacant" if to.vacant else named(snapshot, to)


def named(snapshot: Snapshot, to: Addressee) -> str:
    """Who is asked or stands in, by name; the role where nobody does, of many people the first."""
    known = snapshot.workspace.people if snapshot.workspace else {}
    names = [known[each].name if each in known else each for each in to.everyone]
    if len(names) > MOST_NAMED:
        names[MOST_NAMED:] = [count(len(names) - MOST_NAMED, "other")]
    return " or ".join(names) or to.role or ""


def who(snapshot: Snapshot, to: Addressee) -> str:
    """The role and who holds it, by name; empty where nobody in particular is asked.

    Of a vacant one: who is asked in its place, and that it is vacant.
    """
    names = named(snapshot, to)
    known = snapshot.workspace.people if snapshot.workspace else {}
    if to.vacant:
        if to.role is None:
            return names
        empty = (
            f"{known[to.role].name} is not there" if to.role in known else f"{to.role} is vacant"
        )
        return f"{names} ({empty})"
    if to.role is None or to.role in known or names == to.role:
        return names
    return f"{to.role} ({names})"


def line_of(snapshot: Snapshot, entry: OpenEntry) -> str:
    """One of the list: its id, what is asked about what, of whom, until when."""
    about = f" ({entry.value})" if entry.value else ""
    asked = ", ".join(filter(None, (who(snapshot, entry.to), _until(snapshot, entry))))
    return f"{entry.id} {entry.title}: {entry.asks}{about}" + (f" – {asked}" if asked else "")


def _until(snapshot: Snapshot, entry: OpenEntry) -> str:
    if entry.deadline is None:
        return ""
    late = entry.overdue(snapshot.cycle.day_of(snapshot.as_of))
    return f"{'since' if late else 'by'} {day_text(entry.deadline)}"


def first_lines(
    snapshot: Snapshot, entries: Sequence[OpenEntry], most: int, part: Part | None = None
) -> Iterator[str]:
    """The first of them, a line each, and how to see the rest.

    Args:
        snapshot: Knows the names.
        entries: What waits.
        most: How many are told.
        part: Whose they are; None: everybody's.
    """
    for entry in entries[:most]:
        yield line_of(snapshot, entry)
    whose = {"team": part.team, "person": part.person} if part else {}
    everything = okr("decide", **whose, cycle=snapshot.cycle.id).code
    if len(entries) > most:
        yield f"… and {len(entries) - most:,} more; {everything} lists all, with their answers."
    elif entries:
        yield f"{everything} lists the answers that they take."


def in_full(snapshot: Snapshot, entry: OpenEntry, width: int) -> Iterator[str]:
    """An entry with why it is asked, and a command for each answer on a line of its own."""
    yield from hang(line_of(snapshot, entry), "", width)
    for text in (entry.text, entry.fix):
        if text:
            yield from hang(sentence(text), "  ", width)
    for answer in entry.answers:
        # Not broken into lines: it is to be run as it stands here.
        yield f"  {answer.command}"
        yield from hang(answer.means, "      ", width)
