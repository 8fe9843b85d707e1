"""Values that wait for a person: suspect ones, those a source did not give, those nobody said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from okr_core.basics.command import okr
from okr_core.basics.days import days_after
from okr_core.open.entry import Answer, Asked, accountable, decide
from okr_core.plan.ids import name_of
from okr_core.plan.metrics import Binary, Grade, Milestones
from okr_core.plan.plan import KeyResult
from okr_core.progress.pace import Timeline, last_check_in
from okr_core.score.score import cutoff_of
from okr_core.snapshot import Snapshot
from okr_core.words.figures import value_text

_MOMENT = timedelta(microseconds=1)
_DAYS = 3
"""In which a suspect value is to be looked at: as long as a reading stays fresh behind its cadence.
"""


def suspects(snapshot: Snapshot) -> Iterator[Asked]:
    """Values that do not count until a person says whether they are true.

    Each is a question of its own: who accepted the value of Monday has not accepted Tuesday's.
    """
    cycle = snapshot.cycle
    for kr in snapshot.plan.active_key_results if not snapshot.closed else ():
        waiting = snapshot.standings[kr.id].suspect
        if waiting is None:
            continue
        about = waiting.id or kr.id
        seen = cycle.day_of(waiting.observed_at or waiting.at)
        accept = decide(cycle.id, "suspect", about, "accept")
        correct = decide(cycle.id, "suspect", about, "correct VALUE", reason="TEXT")
        yield Asked(
            kr.id,
            accountable(snapshot, kr.id),
            (
                Answer("accept", accept, "it is true and counts from now on"),
                Answer("correct VALUE", correct, "the right value takes its place"),
            ),
            about=about,
            deadline=days_after(seen, _DAYS),
            value=value_text(kr.metric, waiting.value),
            text=waiting.reason,
        )


def unread(snapshot: Snapshot) -> Iterator[Asked]:
    """Key results for which their source gave no value, or none since longer than agreed."""
    for kr, deadline in _Owed(snapshot):
        failure = snapshot.unavailable.get(kr.id)
        if kr.bound:
            again = okr("sync", only=kr.id, cycle=snapshot.cycle.id)
            yield Asked(
                kr.id,
                accountable(snapshot, kr.id),
                (Answer("", again, "the source is asked again"),),
                deadline=deadline,
                text=failure.reason if failure else "",
                fix=failure.hint if failure else "",
            )


def check_ins(snapshot: Snapshot) -> Iterator[Asked]:
    """Key results of which people have said nothing since longer than agreed, or never."""
    for kr, deadline in _Owed(snapshot):
        answers = () if kr.bound else tuple(_values_of(snapshot, kr))
        if answers:
            yield Asked(kr.id, accountable(snapshot, kr.id), answers, deadline=deadline)


def _values_of(snapshot: Snapshot, kr: KeyResult) -> Iterator[Answer]:
    """What can be said of it; of milestones each that is not done."""
    match kr.metric:
        case Milestones():
            readings = snapshot.readings.get(kr.id, ())
            done = {each.part for each in readings if each.state == "observed" and each.value}
            parts = [part.id for part in kr.metric.parts if part.id not in done]
            said = [(f"{part} done", name_of(kr.id, part), "done") for part in parts]
        case Binary():
            said = [("done", kr.id, "done")]
        case Grade() if kr.metric.worded:
            said = [("ZONE", kr.id, "ZONE")]
        case _:
            said = [("VALUE", kr.id, "VALUE")]
    for word, name, value in said:
        command = okr("checkin", name, value, cycle=snapshot.cycle.id)
        yield Answer(word, command, "it counts from now on")


class _Silence(NamedTuple):
    """A key result that owes a value, and the last day on which it should have had one."""

    key_result: KeyResult
    deadline: date


class _Owed:
    """Key results that owe a value, while one is still taken; in the order of the plan."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._time = Timeline(snapshot.plan, snapshot.as_of, snapshot.policies)

    def __iter__(self) -> Iterator[_Silence]:
        cycle, at = self._snapshot.cycle, self._snapshot.as_of
        if self._snapshot.closed or at >= min(cycle.end_with_grace, cutoff_of(cycle)):
            return
        for kr in self._snapshot.plan.active_key_results:
            known = self._snapshot.standings[kr.id]
            if known.suspect is not None:
                continue  # that is asked already
            if at >= cycle.end_of(self._snapshot.plan.due_of(kr)):
                if known.progress.raw is None:
                    last = min(cycle.end_with_grace, cutoff_of(cycle))
                    yield _Silence(kr, cycle.day_of(last - _MOMENT))
            elif (deadline := self._missed(kr)) is not None:
                yield _Silence(kr, deadline)

    def _missed(self, kr: KeyResult) -> date | None:
        """The day on which the value or a word was due that did not come; None: nothing is late."""
        snapshot, cycle = self._snapshot, self._snapshot.cycle
        known = snapshot.standings[kr.id]
        failure = snapshot.unavailable.get(kr.id)
        if known.progress.raw is not None and not known.stale and failure is None:
            return None
        heard = known.observed_at or cycle.start_of(snapshot.plan.starts_of(kr))
        _, said_at = last_check_in(snapshot.entries.get(kr.id, ()), snapshot.as_of)
        late = max(heard, said_at or heard) + self._time.lasts[kr.cadence]
        if failure is None and late > snapshot.as_of:
            return None
        return cycle.day_of(min(late, snapshot.as_of))
