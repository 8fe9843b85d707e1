"""Values that wait for a person: suspect ones, those a source did not give, those nobody said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from okr_core.basics.command import okr
from okr_core.basics.days import days_after
from okr_core.open.entry import Answer, Asked, OpenKind, accountable, card_of, decide
from okr_core.plan.cycle import cutoff_of
from okr_core.plan.ids import name_of
from okr_core.plan.metrics import Binary, Grade, Milestones
from okr_core.plan.plan import KeyResult
from okr_core.progress.pace import Timeline, last_check_in
from okr_core.progress.status import Standing
from okr_core.record.check_ins import NOTHING_NEW
from okr_core.record.readings import MANUAL
from okr_core.snapshot import Snapshot
from okr_core.words.figures import value_text

_MOMENT = timedelta(microseconds=1)
_DAYS = 3
"""In which a suspect value is to be looked at: as long as a reading stays fresh behind its cadence.
"""


STANDS = frozenset({"check_in", "unreported"})
"""Kinds that are also answered by saying that nothing is new: what stands is as it was."""


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
            cycle = snapshot.cycle.id
            again = okr("sync", only=kr.id, cycle=cycle)
            until = f"it counts until {by_hand_until(snapshot, kr)}, then the source does again"
            by_hand = (
                Answer(said.word, decide(cycle, "unread", kr.id, said.word, reason="TEXT"), until)
                for said in _values_of(snapshot, kr)
            )
            yield Asked(
                kr.id,
                accountable(snapshot, kr.id),
                (Answer("", again, "the source is asked again"), *by_hand),
                deadline=deadline,
                text=failure.reason if failure else "",
                fix=failure.hint if failure else "",
            )


def by_hand_until(snapshot: Snapshot, kr: KeyResult) -> date:
    """The last day of a value that stands in for a source: as long as a value stays fresh."""
    lasts = Timeline(snapshot.plan, snapshot.as_of, snapshot.policies).lasts[kr.cadence]
    return min(snapshot.cycle.day_of(snapshot.as_of + lasts), snapshot.plan.due_of(kr))


def check_ins(snapshot: Snapshot) -> Iterator[Asked]:
    """Key results of which people have said nothing since longer than agreed."""
    for kr, deadline in _Owed(snapshot):
        if not snapshot.standings[kr.id].unreported:
            yield from check_in_of(snapshot, kr, deadline)


def unreported(snapshot: Snapshot) -> Iterator[Asked]:
    """Key results of which people never said anything, though they began long enough ago."""
    for kr, deadline in _Owed(snapshot):
        if snapshot.standings[kr.id].unreported:
            yield from check_in_of(snapshot, kr, deadline)


def check_in_of(snapshot: Snapshot, kr: KeyResult, deadline: date) -> Iterator[Asked]:
    """The question where a key result stands, for people who report it; none for what is read."""
    answers = [
        Answer(
            said.word,
            okr("checkin", said.name, said.value, cycle=snapshot.cycle.id),
            "it counts from now on",
        )
        for said in _values_of(snapshot, kr)
    ]
    if answers and _may_stand(snapshot, kr):
        nothing = okr("checkin", kr.id, "--nothing-new", cycle=snapshot.cycle.id)
        answers.append(Answer(NOTHING_NEW, nothing, "what stands is as it was, and somebody spoke"))
    if answers and not kr.bound:
        yield Asked(kr.id, accountable(snapshot, kr.id), tuple(answers), deadline=deadline)


def silent(snapshot: Snapshot) -> Iterator[Asked]:
    """Key results that ended without a value, while one still counts."""
    for kr in _ended(snapshot):
        known = snapshot.standings[kr.id]
        if not (kr.guard or known.left_out or known.progress.known):
            yield _asked_of_end(snapshot, "silent", kr, snapshot.plan.due_of(kr))


def last_said(snapshot: Snapshot) -> Iterator[Asked]:
    """Key results whose last value is too old to speak for their end, while a newer one counts."""
    ended = {kr.id: kr for kr in _ended(snapshot)}
    card = card_of(snapshot) if ended else None
    for score in card.key_results if card else ():
        kr = ended.get(score.id)
        if kr is None or score.last_said is None or score.excluded is not None:
            continue
        text = f"It was last said on {score.last_said}, long before its end."
        due = score.due or snapshot.plan.due_of(kr)
        yield _asked_of_end(snapshot, "last_said", kr, due, text)


def _ended(snapshot: Snapshot) -> Iterator[KeyResult]:
    """Key results that people or tools measure and that have ended, while late values count."""
    cycle, at = snapshot.cycle, snapshot.as_of
    if snapshot.closed or at >= cutoff_of(cycle):
        return
    for kr in snapshot.plan.active_key_results:
        doubted = snapshot.standings[kr.id].suspect is not None
        if at >= cycle.end_of(snapshot.plan.due_of(kr)) and not doubted and kr.derivation is None:
            yield kr


def _asked_of_end(
    snapshot: Snapshot, kind: OpenKind, kr: KeyResult, due: date, text: str = ""
) -> Asked:
    """What it was on its last day: by hand also where a source is bound, which knows only today."""
    cycle = snapshot.cycle
    why = "TEXT" if kr.bound else None
    answers = (
        Answer(said.word, decide(cycle.id, kind, kr.id, said.word, reason=why), f"as of {due}")
        for said in _values_of(snapshot, kr)
    )
    return Asked(
        kr.id,
        accountable(snapshot, kr.id),
        tuple(answers),
        deadline=cycle.day_of(cutoff_of(cycle) - _MOMENT),
        text=text,
    )


def _may_stand(snapshot: Snapshot, kr: KeyResult) -> bool:
    """Whether there is something that can be as it was; what is done or not begins as not done."""
    known = snapshot.standings[kr.id].reading is not None
    return known or isinstance(kr.metric, Binary | Milestones)


class _Said(NamedTuple):
    """What a person may say of a key result: as an answer, and as a check-in."""

    word: str
    name: str
    value: str


def _values_of(snapshot: Snapshot, kr: KeyResult) -> Iterator[_Said]:
    """What can be said of it; of milestones each that is not done."""
    match kr.metric:
        case Milestones():
            readings = snapshot.readings.get(kr.id, ())
            done = {each.part for each in readings if each.state == "observed" and each.value}
            for part in kr.metric.parts:
                if part.id not in done:
                    yield _Said(f"{part.id} done", name_of(kr.id, part.id), "done")
        case Binary():
            yield _Said("done", kr.id, "done")
        case Grade() if kr.metric.worded:
            yield _Said("ZONE", kr.id, "ZONE")
        case _:
            yield _Said("VALUE", kr.id, "VALUE")


def _stood_in(kr: KeyResult, known: Standing) -> bool:
    """Whether a person's value counts in the place of its source's."""
    return kr.bound and known.reading is not None and known.reading.source == MANUAL


class _Silence(NamedTuple):
    """A key result that owes a value, and the last day on which it should have had one."""

    key_result: KeyResult
    deadline: date


class _Owed:
    """Key results under way that owe a value or a word, in the order of the plan."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._time = Timeline(snapshot.plan, snapshot.as_of, snapshot.policies)

    def __iter__(self) -> Iterator[_Silence]:
        snapshot = self._snapshot
        for kr in snapshot.plan.active_key_results if not snapshot.closed else ():
            known = snapshot.standings[kr.id]
            if known.outcome is not None or known.suspect is not None or kr.derivation is not None:
                continue  # it has ended, or is asked for otherwise
            if snapshot.as_of >= snapshot.cycle.end_of(snapshot.plan.due_of(kr)):
                continue
            unread_ = kr.id in snapshot.unavailable and not _stood_in(kr, known)
            owes = not kr.guard and (known.stale or known.unreported)  # a guard's is "not known"
            if owes or unread_:
                yield _Silence(kr, self._missed(kr, known))

    def _missed(self, kr: KeyResult, known: Standing) -> date:
        """The day on which the value or a word was due that did not come."""
        snapshot, cycle = self._snapshot, self._snapshot.cycle
        heard = known.observed_at or cycle.start_of(snapshot.plan.starts_of(kr))
        _, said_at = last_check_in(snapshot.entries.get(kr.id, ()), snapshot.as_of)
        late = max(heard, said_at or heard) + self._time.lasts[kr.cadence]
        return cycle.day_of(min(late, snapshot.as_of))
