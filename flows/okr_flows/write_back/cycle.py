"""Write-back of a cycle: what it comes to, and what a person asks for of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from okr_core.basics.command import okr
from okr_core.basics.days import minute_text
from okr_core.errors import OkrError, RefusalError
from okr_core.plan.acting import Occasion, acting_person
from okr_core.snapshot import Snapshot
from okr_flows.run.cycle import in_force, newest_scoring
from okr_flows.run.opening import Opening
from okr_flows.write_back.plan import WriteBackJob, outcomes_of, plan_write_back
from okr_flows.write_back.report import WriteBackReport
from okr_flows.write_back.write_back import preview, write_back
from okr_store.snapshot import read_snapshot

if TYPE_CHECKING:
    from okr_store import Store


def plan_cycle(
    store: Store,
    snapshot: Snapshot,
    *,
    only: Collection[str] = (),
    take: Collection[str] = (),
    write: bool = True,
) -> tuple[WriteBackJob, ...]:
    """Which connections are told what of a cycle, by the plan and workspace of today.

    Args:
        store: The open store.
        snapshot: The cycle at the time that is told of.
        only: Tell about these items only; all where empty.
        take: Fields to hand over to prefect-okr, as `ITEM.FIELD`.
        write: Whether it is to be written; a time that is over can still be looked at.

    Returns:
        Nothing where no workspace was applied: there is no connection.

    Raises:
        InputError: `only` or `take` names something that is not mirrored, or not written.
        RefusalError: Scores of a later time are recorded, or there is nothing to tell yet.
    """
    cycle, as_of = snapshot.cycle.id, snapshot.as_of
    known = in_force(store, cycle)
    if known.workspace is None:
        return ()
    newest = newest_scoring(store, cycle) if write else None
    if newest is not None and newest.at > as_of:
        raise RefusalError(
            f"newer scores of cycle `{cycle}` are recorded, of "
            f"{minute_text(newest.at, snapshot.cycle.zone)}: "
            "those of an earlier time are written back nowhere.",
            hint=f"Leave the time out, or look with {okr('write-back --dry-run').code}.",
        )
    told = outcomes_of(snapshot)
    return plan_write_back(store, known.plan, known.workspace, told, as_of, only=only, take=take)


@dataclass(frozen=True, slots=True)
class CycleWriteBack:
    """What somebody asked to be written back.

    Attributes:
        by: Id of the person; empty where nobody sits before it.
        via: How the person was known.
    """

    jobs: tuple[WriteBackJob, ...]
    by: str
    via: str


def plan_asked(
    store: Store,
    cycle: str,
    occasion: Occasion,
    *,
    only: Collection[str] = (),
    take: Collection[str] = (),
    write: bool = True,
) -> CycleWriteBack:
    """Which connections are told what, in whose name; see `write_back_cycle`."""
    person = acting_person(occasion.actor, in_force(store, cycle).workspace)
    snapshot = read_snapshot(store, cycle, occasion.at)
    jobs = plan_cycle(store, snapshot, only=only, take=take, write=write)
    return CycleWriteBack(jobs, person, occasion.actor.via)


def tell_connection(
    opening: Opening,
    job: WriteBackJob,
    env: Mapping[str, str],
    *,
    by: str = "",
    via: str = "flow",
) -> WriteBackReport:
    """Write one connection back; that it cannot be recorded stops no other connection.

    Args:
        opening: Opens the store.
        job: Connection and items.
        env: Variables that may hold its token.
        by: Person who acts, empty for a flow.
        via: How the person was known.
    """
    try:
        with opening() as store:
            return write_back(store, job, env, by=by, via=via)
    except OkrError as error:
        return WriteBackReport(job.name, job.connection.kind, failed=str(error))


def write_back_cycle(
    opening: Opening,
    cycle: str,
    env: Mapping[str, str],
    *,
    occasion: Occasion,
    only: Collection[str] = (),
    take: Collection[str] = (),
    write: bool = True,
) -> list[WriteBackReport]:
    """Tell every connection how the items of a cycle stand, in the name of a person.

    Args:
        opening: Opens the store.
        cycle: Id of the cycle.
        env: Variables that may hold tokens.
        occasion: The time that is told of, and who asks for it.
        only: See `plan_cycle`.
        take: See `plan_cycle`.
        write: Whether it is written and recorded, or only compared.

    Raises:
        InputError: The person is unknown; see also `plan_cycle`.
        RefusalError: See `plan_cycle`.
    """
    with opening() as store:
        plan = plan_asked(store, cycle, occasion, only=only, take=take, write=write)
    if not write:
        return [preview(job, env) for job in plan.jobs]
    return [tell_connection(opening, job, env, by=plan.by, via=plan.via) for job in plan.jobs]
