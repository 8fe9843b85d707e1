"""Closing a cycle: its scores are frozen once nothing is open, and restated afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from okr_core.basics.command import okr
from okr_core.basics.days import minute_text
from okr_core.errors import RefusalError
from okr_core.plan.acting import Act, Occasion, deciding_person
from okr_core.plan.cycle import cutoff_of
from okr_core.record.entries import JUDGED_BY, Entry, Exclusion
from okr_core.record.score_records import Restatement
from okr_core.score.closed import checked_restatement
from okr_core.score.closing import judged_by_person, parse_score, refuse_open
from okr_core.score.recording import closing
from okr_core.score.scores import Scorecard
from okr_core.snapshot import Snapshot
from okr_flows.run.cycle import current_workspace
from okr_flows.run.leases import WAIT, held, judging
from okr_store import Store
from okr_store.snapshot import read_snapshot

KEY = "closing"
"""Natural key of the entry: a cycle is closed once."""


@dataclass(frozen=True, slots=True)
class Closed:
    """What a closing froze.

    Attributes:
        card: What was frozen.
        left_out: Key results that count nowhere, with a reason.
        act: Who closed it, when and why.
    """

    card: Scorecard
    left_out: tuple[str, ...]
    act: Act

    @property
    def unreported(self) -> tuple[str, ...]:
        """Key results that nobody reported by their end: they count 0."""
        return tuple(score.id for score in self.card.key_results if score.silent)

    @property
    def last_said(self) -> tuple[str, ...]:
        """Key results whose last value is too old to speak for their end."""
        return tuple(score.id for score in self.card.key_results if score.last_said is not None)


@dataclass(frozen=True, slots=True)
class RestatedScore:
    """A restatement, and who approved it."""

    body: Restatement
    by: str


def close(
    store: Store,
    cycle: str,
    left_out: Mapping[str, str],
    *,
    occasion: Occasion,
    reason: str = "",
    before_cutoff: bool = False,
    wait: float = WAIT,
) -> Closed:
    """Freeze the scores of a cycle; nobody scores or closes it meanwhile.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        left_out: Key result that is to count nowhere → why.
        occasion: When it is closed, and by whom.
        reason: What is to be said about it, and about values that were last said long before.
        before_cutoff: Although late numbers would still count.
        wait: Seconds to wait for a run that scores it.

    Raises:
        RefusalError: The cycle is closed already, has not ended, still takes late numbers, or a
            key result is suspect, or was last said long before its end; nothing was recorded.
        InputError: No such key result can be left out, or nobody in particular closes it.
        BusyError: Another run scores or closes it for longer.
    """
    with held(store, judging(cycle), wait=wait) as mine:
        snapshot = read_snapshot(mine, cycle, occasion.at, kinds=JUDGED_BY)
        person = deciding_person(occasion.actor, snapshot.workspace)
        _refuse_early(snapshot, before_cutoff=before_cutoff)
        act = Act(person, occasion.at, occasion.actor.via, reason)
        return _closed(mine, snapshot, left_out, act)


def _closed(store: Store, snapshot: Snapshot, left_out: Mapping[str, str], act: Act) -> Closed:
    cycle = snapshot.cycle.id
    excluded = list(_exclusions(snapshot.card(unread=True), left_out, act))
    for each in excluded:
        snapshot = snapshot.with_entry(each)
    card = snapshot.card(unread=True)
    refuse_open(card, act.reason)
    body = closing(card, act.reason)
    entry = Entry(at=act.at, body=body, cycle=cycle, by=act.by, via=act.via, key=KEY)
    store.judge(entry, card.revision, excluded)
    return Closed(card, tuple(each.key_result for each in excluded), act)


def _refuse_early(snapshot: Snapshot, *, before_cutoff: bool) -> None:
    cycle = snapshot.cycle
    if snapshot.closing is not None:
        raise RefusalError(
            f"cycle `{cycle.id}` was closed on {snapshot.closing.at:%Y-%m-%d} already.",
            hint=f"{okr('score', cycle=cycle.id).code} shows its scores; "
            f"{okr('restate', 'KR=SCORE', reason='TEXT', cycle=cycle.id).code} puts one right.",
        )
    if snapshot.as_of < cycle.end_of(cycle.ends):
        raise RefusalError(
            f"cycle `{cycle.id}` ends on {cycle.ends}; it cannot be closed yet.",
            hint="Close it from the day after.",
        )
    cutoff = cutoff_of(cycle)
    if snapshot.as_of < cutoff and not before_cutoff:
        raise RefusalError(
            f"cycle `{cycle.id}` takes late numbers until {minute_text(cutoff, cycle.zone)}.",
            hint="Close it then, or now with `--before-cutoff`.",
        )


def _exclusions(card: Scorecard, left_out: Mapping[str, str], act: Act) -> Iterator[Entry]:
    for name, reason in left_out.items():
        judged_by_person(card, name, None, what="leaving out", by=act.by, reason=reason)
        yield Entry(
            at=act.at,
            body=Exclusion(reason=reason.strip()),
            cycle=card.cycle,
            key_result=name,
            by=act.by,
            via=act.via,
        )


def restate(
    store: Store,
    cycle: str,
    key_result: str,
    score: str,
    *,
    occasion: Occasion,
    reason: str,
) -> RestatedScore:
    """Put a score of a closed cycle right; the reports of the cycle get a new version.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        key_result: What it is about.
        score: The score from now on, from 0 to 1 as a person writes it.
        occasion: When it is put right, and who approves it.
        reason: What was wrong.

    Raises:
        RefusalError: The cycle is open, the key result was not scored or has that score already,
            or another restatement was recorded meanwhile.
        InputError: The score is none, or nobody in particular approves.
    """
    new = parse_score(score)
    person = deciding_person(occasion.actor, current_workspace(store))
    snapshot = read_snapshot(store, cycle, occasion.at, kinds=JUDGED_BY)
    body = checked_restatement(snapshot.scorecard, key_result, new, by=person, reason=reason)
    entry = Entry(
        at=occasion.at,
        body=body,
        cycle=cycle,
        key_result=key_result,
        by=person,
        via=occasion.actor.via,
        key=f"v{body.version}",
    )
    if not store.add_entries(cycle, [entry]):
        raise RefusalError(
            f"version {body.version} of cycle `{cycle}` was recorded by somebody else meanwhile.",
            hint=f"Look at {okr('score', cycle=cycle).code}, then run the command again.",
        )
    return RestatedScore(body, person)
