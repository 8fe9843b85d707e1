"""Rules: the words in which declarations say who is shown a field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final, NamedTuple

from okr_core.record.entries import Entry, SyncRecord
from okr_core.record.score_records import Closing, Scored
from okr_report.audience.audience import KINDS, Sight

ALWAYS, NEVER = "always", "never"
HIDDEN: Final = object()
"""In the place of a value of which nothing is shown."""


class Rule(NamedTuple):
    """What is shown of a value.

    Attributes:
        of: Takes the sight, the record and the value; gives what is shown of the value.
        freed_by: Word of `KINDS` with which all of it is shown.
        drops: Where nothing is shown of the value, nothing is shown of its record.
    """

    of: Callable[..., object]
    freed_by: str = ""
    drops: bool = False


@cache
def told(declaration: str) -> tuple[frozenset[str], tuple[Rule, ...]] | None:
    """A declaration, read: the words that must be granted, and the rules to apply.

    Args:
        declaration: Such as `scores+items`. `never` gives None: only the company is shown it.
    """
    if declaration == NEVER:
        return None
    names = [name for name in declaration.split("+") if name != ALWAYS]
    words = frozenset(names).intersection(KINDS)
    return words, tuple(_RULES[name] for name in names if name not in words)


def _kept(value: object, keep: Callable[[object], bool]) -> object:
    """Of one reference, of several, or of a mapping by them, those that are kept."""
    if value is None or isinstance(value, str):
        return value if keep(value) else HIDDEN
    if isinstance(value, Mapping):
        return {name: each for name, each in value.items() if keep(name)}
    assert isinstance(value, tuple), "references stand in a tuple or a mapping"
    return tuple(filter(keep, value))


def _said(_: Sight, record: Entry, value: object) -> object:
    """Of the cycle's own entries those that sections look at; no others leave."""
    return (
        value if record.key_result or isinstance(value, Scored | Closing | SyncRecord) else HIDDEN
    )


def _concerned(sight: Sight, record: SyncRecord, value: str) -> object:
    """The connection of a sync that is about anything that is seen."""
    names = {*record.observed, *record.suspect, *(each.key_result for each in record.unavailable)}
    return HIDDEN if names.isdisjoint(sight.items) and not sight.whole else value


_RULES: Mapping[str, Rule] = {
    # The item that a record is about (the cycle's own id is empty), those that it refers to, and
    # one of an earlier cycle.
    "about": Rule(lambda sight, _, item: item if item in sight.items else HIDDEN, drops=True),
    "items": Rule(lambda sight, _, items: _kept(items, sight.items.__contains__)),
    "lineage": Rule(lambda s, _, x: x if s.lineage is None or x in s.lineage else HIDDEN),
    # The implicit role of a person is a name.
    "role": Rule(lambda s, _, x: _kept(x, lambda role: role not in s.people), "people"),
    # Only the kind of a source: whether it or people supply the value decides what counts.
    "source": Rule(lambda _, __, source: source.partition(":")[0], "evidence"),
    "binding": Rule(lambda _, __, source: {kind: {} for kind in source}, "evidence"),
    # A forecast that rests on confidence says how sure people are.
    "basis": Rule(lambda _, rec, x: HIDDEN if rec.basis == "confidence" else x, "confidence"),
    "week-by-week": Rule(lambda _, __, weeks: (None,) * len(weeks), "confidence"),
    # That an item is closed is known to everyone, any other status is progress; why, is a change.
    "ended": Rule(lambda _, __, x: x if x == "closed" else HIDDEN, "progress"),
    "retired": Rule(
        lambda _, r, x: x._replace(reason="") if r.status == "closed" else x, "changes"
    ),
    "whole": Rule(lambda sight, _, value: value if sight.whole else HIDDEN),
    "said": Rule(_said),
    # Who closed or scored the whole cycle may be of another part of it.
    "speaker": Rule(lambda sight, entry, by: by if entry.key_result or sight.whole else HIDDEN),
    "concerned": Rule(_concerned, drops=True),
}
"""Rules that look at the value; those by a permission alone are the words of `KINDS`."""
