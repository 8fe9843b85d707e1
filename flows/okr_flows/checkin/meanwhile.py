"""Meanwhile: what was said of a key result since a person looked at it.

A form that is sent twice is recorded once, and somebody else's other value for the same key result
is shown to the person before theirs takes its place: both say what they know.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from okr_core.errors import RefusalError
from okr_core.record.check_ins import NewCheckIn, named
from okr_core.record.entries import CheckIn, Entry, Reading


class SaidMeanwhileError(RefusalError):
    """Nothing was recorded: somebody else gave another value since the person looked.

    Attributes:
        other: Theirs, as it is recorded.
    """

    def __init__(self, other: Entry, name: str) -> None:
        super().__init__(
            f"{other.by} gave another value for `{name}` since you looked.",
            hint="Look at theirs; say yours once more if it holds all the same.",
        )
        self.other = other


def last_said(entries: Iterable[Entry]) -> str:
    """Id of the check-in that was recorded last, which a person sees; empty: there is none."""
    return max((each.id for each in entries), key=_number, default="")


def sent_before(said: NewCheckIn, entries: Iterable[Entry]) -> Entry | None:
    """The same words of the same person, recorded since they looked; None: there are none.

    Args:
        said: With `seen`, what the person saw; None: whoever says it looked at nothing.
        entries: Check-ins about the key result, in the order of recording.
    """
    same = (e for e in _since(said, entries) if e.by == said.by and e.body == said.words)
    return next(same, None)


def refuse_other_value(
    said: NewCheckIn, readings: Sequence[Reading], entries: Iterable[Entry]
) -> None:
    """Refuse a value where somebody else gave another one that stands, since the person looked.

    That nothing is new is refused too: what stands is not what they saw.

    Raises:
        SaidMeanwhileError: Somebody did.
    """
    if said.value is None and not said.nothing_new:
        return
    replaced = {reading.supersedes for reading in readings}
    stand = {
        (reading.part, reading.at, reading.value)
        for reading in readings
        if reading.id not in replaced and reading.state == "observed"
    }
    for entry in _since(said, entries):
        assert isinstance(entry.body, CheckIn), "only check-ins are asked for"
        value = entry.body.value
        differs = entry.by != said.by and value is not None and value != said.value
        if differs and (said.part, entry.at, value) in stand:
            raise SaidMeanwhileError(entry, said.name)


def _since(said: NewCheckIn, entries: Iterable[Entry]) -> Iterable[Entry]:
    if said.seen is None:
        return ()
    return [e for e in entries if _number(e.id) > _number(said.seen) and named(e)[0] == said.name]


def _number(id_: str) -> int:
    """The place of an entry in the order of recording."""
    return int(id_[1:]) if id_[1:].isdecimal() else 0
