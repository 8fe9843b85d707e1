"""Closing a cycle: its scores are frozen once nothing is open, and restated afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from okr_core.basics.command import okr
from okr_core.basics.days import minute_text
from okr_core.errors import RefusalError
from okr_core.plan.acting import UNATTENDED, Act, Occasion, deciding_person
from okr_core.plan.cycle import cutoff_of
from okr_core.record.entries import JUDGED_BY, Entry, Exclusion
from okr_core.record.score_records import Restatement
from okr_core.score.closed import checked_restatement
from okr_core.score.closing import judged_by_person, parse_score, refuse_open
from okr_core.score.recording import closing
from okr_core.score.scores import Scorecard
from okr_core.score.second_person import is_proposed
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
    """A restatement, and who approved it, or proposed it where it waits for a second person."""

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
        occasion: When it is closed, and by whom; a run that nobody sits before closes it by policy.
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
        alone = occasion.actor == UNATTENDED
        person = "" if alone else deciding_person(occasion.actor, snapshot.workspace)
        _refuse_early(snapshot, before_cutoff=before_cutoff)
        act = Act(person, occasion.at, occasion.actor.via, reason)
        return _closed(mine, snapshot, left_out, act)


def close_by_policy(store: Store, cycle: str, snapshot: Snapshot, now: datetime) -> bool:
    """Close a cycle that takes no more numbers where the policy says so and nothing keeps it open.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        snapshot: The cycle, as of the time of the run.
        now: The time (aware).

    Returns:
        Whether it was closed; where something is to be decided first, that waits for a person.
    """
    over = snapshot.as_of >= max(
        cutoff_of(snapshot.cycle), snapshot.cycle.end_of(snapshot.cycle.ends)
    )
    if snapshot.closed or not over or snapshot.scoring_policies.close != "automatic":
        return False
    try:
        close(store, cycle, {}, occasion=Occasion(snapshot.as_of, now, UNATTENDED))
    except RefusalError:
        return False
    return True


def _closed(store: Store, snapshot: Snapshot, left_out: Mapping[str, str], act: Act) -> Closed:
    cycle = snapshot.cycle.id
    card = snapshot.card(unread=True)
    known = {score.id for score in card.key_results if score.excluded is not None}
    new = {name: why for name, why in left_out.items() if name not in known}
    excluded = list(_exclusions(card, new, act, proposed=snapshot.second_person_required))
    if excluded and snapshot.second_person_required:
        _propose_exclusions(store, snapshot, excluded)
    for each in excluded:
        snapshot = snapshot.with_entry(each)
    card = snapshot.card(unread=True)
    refuse_open(card, act.reason)
    body = closing(card, act.reason)
    entry = Entry(at=act.at, body=body, cycle=cycle, by=act.by, via=act.via, key=KEY)
    store.judge(entry, card.revision, excluded)
    out = tuple(score.id for score in card.key_results if score.excluded is not None)
    return Closed(card, out, act)


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


def _propose_exclusions(store: Store, snapshot: Snapshot, excluded: list[Entry]) -> None:
    """Record what is to be left out as proposals; the cycle is closed once they are answered.

    Raises:
        RefusalError: Always: a second person has to answer first.
    """
    cycle = snapshot.cycle.id
    second, waiting = snapshot.second_person, snapshot.of_kind("exclusion")
    asked = {e.key_result for e in waiting if is_proposed(e) and not second.answered(e.id)}
    new = [each for each in excluded if each.key_result not in asked]
    if new:
        store.add_entries(cycle, new)
    names = ", ".join(f"`{each.key_result}`" for each in excluded)
    raise RefusalError(
        f"cycle `{cycle}` stays open: that {names} is left out waits for a second person.",
        hint=f"{okr('decide', cycle=cycle).code} lists what they answer; then close it.",
    )


def _refuse_waiting(snapshot: Snapshot) -> None:
    """One restatement at a time: the next would be numbered after one that may be rejected."""
    second = snapshot.second_person
    for entry in snapshot.restatements:
        if is_proposed(entry) and not second.answered(entry.id):
            cycle = snapshot.cycle.id
            raise RefusalError(
                f"the restatement of `{entry.key_result}` by {entry.by} waits for a second person.",
                hint=f"{okr('decide', cycle=cycle).code} lists it; answer it first.",
            )


def _exclusions(
    card: Scorecard, left_out: Mapping[str, str], act: Act, *, proposed: bool
) -> Iterator[Entry]:
    for name, reason in left_out.items():
        judged_by_person(card, name, None, what="leaving out", by=act.by, reason=reason)
        yield Entry(
            at=act.at,
            body=Exclusion(reason=reason.strip(), proposed=proposed),
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
            another restatement waits for a second person, or was recorded meanwhile.
        InputError: The score is none, or nobody in particular approves.
    """
    new = parse_score(score)
    person = deciding_person(occasion.actor, current_workspace(store))
    snapshot = read_snapshot(store, cycle, occasion.at, kinds=JUDGED_BY)
    _refuse_waiting(snapshot)
    body = checked_restatement(
        snapshot.scorecard,
        key_result,
        new,
        by=person,
        reason=reason,
        earlier=snapshot.restatements,
        proposed=snapshot.second_person_required,
    )
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
