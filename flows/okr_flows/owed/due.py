"""Due: which check-ins wait for a person, with what they need to know to answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from okr_core.open.entry import OpenEntry
from okr_core.open.values import STANDS
from okr_core.plan.acting import Occasion
from okr_core.plan.plan import KeyResult
from okr_core.progress.status import Standing
from okr_core.record.check_ins import NOTHING_NEW
from okr_core.snapshot import Snapshot
from okr_flows.checkin.check_ins import CheckInText, check_in
from okr_flows.decide.answers import answer
from okr_flows.decide.case import Given

if TYPE_CHECKING:
    from okr_store import Store

_OF_THE_END = frozenset({"silent", "last_said"})


@dataclass(frozen=True, slots=True)
class DueCheckIn:
    """A check-in that waits for a person.

    Attributes:
        entry: What is asked, until when.
        standing: How the key result stands: last value, progress, confidence.
        left: Milestones that are not done; empty for other metrics.
    """

    entry: OpenEntry
    key_result: KeyResult
    standing: Standing
    left: tuple[str, ...] = ()

    @property
    def expected(self) -> Fraction | None:
        """Progress that should be reached by now; None where nothing is paced."""
        return self.standing.expected

    @property
    def of_its_end(self) -> bool:
        """Whether it is asked what it was on its last day: that is a value, and nothing else."""
        return self.entry.kind in _OF_THE_END

    @property
    def may_stand(self) -> bool:
        """Whether "nothing new" is an answer."""
        return any(each.word == NOTHING_NEW for each in self.entry.answers)


def due_check_ins(snapshot: Snapshot, waiting: Iterable[OpenEntry]) -> tuple[DueCheckIn, ...]:
    """The check-ins among what waits, what ended first.

    Args:
        snapshot: The cycle.
        waiting: What waits for the person; of a source that gave nothing it is asked elsewhere.
    """
    found = (each for each in waiting if each.kind in STANDS | _OF_THE_END)
    return tuple(_due(snapshot, each) for each in found)


def _due(snapshot: Snapshot, entry: OpenEntry) -> DueCheckIn:
    kr = snapshot.plan.key_results_by_id[entry.item]
    words = (each.word.removesuffix(" done") for each in entry.answers if " done" in each.word)
    return DueCheckIn(entry, kr, snapshot.standings[kr.id], tuple(words))


def say(
    store: Store, cycle: str, due: DueCheckIn, texts: Iterable[CheckInText], occasion: Occasion
) -> None:
    """Record what a person says of a check-in that is due; of its end it is said as of that day.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        due: What is asked.
        texts: What is said; of milestones one for each.
        occasion: When, and who.

    Raises:
        InputError: Something cannot be understood or is not allowed.
        RefusalError: Another value stands, or the cycle is closed.
        UnbelievedError: A value is hard to believe, and not said to be meant.
    """
    for text in texts:
        if not due.of_its_end:
            check_in(store, cycle, text, occasion)
            continue
        _, _, part = text.key_result.partition("/")
        words = tuple(filter(None, (part, *text.value.split())))
        given = Given(words, reason=text.reason, note=text.note)
        answer(store, cycle, due.entry.name, given, occasion=occasion)
