"""First step of a write-back: which connection to tell about which items, what is ours."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo

from pydantic import ValidationError

from okr_core.basics.command import okr
from okr_core.errors import ConfigError, InputError, OkrError
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.plan.workspace import Connection, Workspace
from okr_core.record.failure import Failure
from okr_core.record.write_back import (
    Owned,
    WriteBackRecord,
    held_there,
    owned,
    value_digest,
)
from okr_core.snapshot import Snapshot
from okr_sources.write_back.write_back import (
    Compared,
    Mirror,
    Outcome,
    Target,
    WriteBackFields,
    written_source,
)
from okr_store import Store

NOBODY = (Owned(), "")
"""What is known of a connection that was never written to."""


@dataclass(frozen=True, slots=True)
class WriteBackJob:
    """What one connection is told in a run.

    Attributes:
        as_of: Business time of the run, UTC.
        fields: What is written, of the tool's own model; None where that is wrong.
        targets: Items that are compared.
        taken: Fields that a person hands over in this run, as `ITEM.FIELD`.
        known: What the store knows of earlier runs.
        last: Id of their last entry, empty if there is none: what is known is of that time.
        refused: Items whose mirror is wrong.
        problem: Why nothing can be written at all.
        zone: The cycle's, in which people are told times.
    """

    cycle: str
    as_of: datetime
    name: str
    connection: Connection
    fields: WriteBackFields | None = None
    targets: tuple[Target, ...] = ()
    taken: frozenset[str] = frozenset()
    known: Owned = field(default_factory=Owned)
    last: str = ""
    refused: tuple[Compared, ...] = ()
    problem: OkrError | None = None
    zone: tzinfo = UTC


def plan_write_back(
    store: Store,
    plan: Plan,
    workspace: Workspace,
    outcomes: Iterable[Outcome],
    as_of: datetime,
    *,
    only: Collection[str] = (),
    take: Collection[str] = (),
) -> tuple[WriteBackJob, ...]:
    """One job per connection that has `write_back` and items that live there. Sends nothing.

    Args:
        store: The open store: it knows what was written before.
        plan: It says where items live today; see `okr_flows.run.cycle.in_force`.
        workspace: It says which connections are written to.
        outcomes: How the items stand; those without one are left out.
        as_of: Business time of the run (aware).
        only: Tell about these items only; all where empty.
        take: Fields to hand over to prefect-okr, as `ITEM.FIELD`.

    Raises:
        InputError: `only` or `take` names something that is not mirrored, or not written.
    """
    told = {outcome.item: outcome for outcome in outcomes}
    homes = list(_homes(plan, workspace))
    _check_names(only, {home.item for home in homes}, plan.cycle.id)
    known = _known(store, plan.cycle.id)
    by_name: dict[str, list[_Home]] = {home.connection: [] for home in homes}
    for home in homes:
        if home.item in told and (not only or home.item in only):
            by_name[home.connection].append(home)
    jobs = []
    for name, wanted in by_name.items():
        connection = workspace.connections.get(name) or Connection(kind=_kind_of(wanted))
        job = WriteBackJob(
            plan.cycle.id, as_of.astimezone(UTC), name, connection, zone=plan.cycle.zone
        )
        if name in workspace.connections:
            found, last = known.get(name, NOBODY)
            job = _job(replace(job, known=found, last=last), wanted, told, take)
        else:
            job = _nowhere(job, wanted)
        jobs.append(job)
    _check_taken(take, jobs)
    return tuple(job for job in jobs if job.targets or job.refused)


@dataclass(frozen=True, slots=True)
class _Home:
    """Where an item lives in a tool, as the plan says."""

    item: str
    kind: str
    connection: str
    fields: Mapping[str, object]


def _homes(plan: Plan, workspace: Workspace) -> Iterator[_Home]:
    """Mirrors at connections that are written to or unknown, in the order of the plan."""
    for objective in plan.objectives:
        for item in (objective, *objective.key_results):
            for kind, fields in item.mirror.items():
                assert isinstance(fields, Mapping), "a plan has no other mirrors"
                name = str(fields.get("connection", ""))
                connection = workspace.connections.get(name)
                if connection is None or connection.write_back is not None:
                    yield _Home(item.id, kind, name, fields)


def refreshed(store: Store, job: WriteBackJob) -> WriteBackJob:
    """The job with what the store knows of earlier runs by now."""
    known, last = _known(store, job.cycle).get(job.name, NOBODY)
    if job.fields is None or last == job.last:
        return replace(job, known=known, last=last)
    targets = tuple(_with_known(each, job.fields, known, job.taken) for each in job.targets)
    return replace(job, known=known, last=last, targets=targets)


def _known(store: Store, cycle: str) -> dict[str, tuple[Owned, str]]:
    """Connection → what earlier runs wrote, in the order in which they did; id of the last."""
    # By id and not by time: a run about an earlier day may be the later one.
    entries = sorted(store.entries(cycle, kinds=("write_back",)), key=lambda e: int(e.id[1:]))
    records: dict[str, list[tuple[datetime, WriteBackRecord]]] = {}
    last: dict[str, str] = {}
    for entry in entries:
        if isinstance(entry.body, WriteBackRecord):
            name = entry.body.connection
            records.setdefault(name, []).append((entry.at, entry.body))
            last[name] = entry.id
    return {name: (owned(several), last[name]) for name, several in records.items()}


def _kind_of(homes: Iterable[_Home]) -> str:
    """The kind that a connection would have that is no more."""
    return next((home.kind for home in homes), "unknown")


def _nowhere(job: WriteBackJob, homes: Iterable[_Home]) -> WriteBackJob:
    """A job for items at a connection that is no more: it only tells so."""
    error = ConfigError(
        f"connection `{job.name}` is not in the workspace.",
        hint=f"Add it to `connections` in okr.yaml and run {okr('apply').code}.",
    )
    return replace(job, refused=tuple(_refused(home, error) for home in homes))


def _job(
    job: WriteBackJob,
    homes: Iterable[_Home],
    outcomes: Mapping[str, Outcome],
    take: Collection[str],
) -> WriteBackJob:
    try:
        source = written_source(job.connection.kind)
        fields = _validated(source.write_back, job.connection.write_back or {}, job.name)
    except ConfigError as error:
        lost = tuple(_refused(home, error) for home in homes)
        return replace(job, refused=lost, problem=error)
    targets: dict[str, Target] = {}
    refused: list[Compared] = []
    for home in homes:
        try:
            mirror = _mirror(source.mirror, home, job.connection)
            if mirror.place in targets:
                _refuse_shared(home, targets[mirror.place].outcome.item)
        except ConfigError as error:
            refused.append(_refused(home, error))
        else:
            target = Target(job.cycle, outcomes[home.item], mirror)
            targets[mirror.place] = _with_known(target, fields, job.known, take)
    return replace(
        job,
        fields=fields,
        targets=tuple(targets.values()),
        refused=tuple(refused),
        taken=frozenset(take),
    )


def _with_known(
    target: Target, fields: WriteBackFields, known: Owned, take: Collection[str]
) -> Target:
    names = {name: f"{target.outcome.item}.{name}" for name in fields.fields}
    place = target.mirror.place
    return replace(
        target,
        own={field: _own(known, name, place) for field, name in names.items()},
        written={f: known.written[name] for f, name in names.items() if name in known.written},
        taken=frozenset(f for f, name in names.items() if name in take or name in known.taken),
    )


def _own(known: Owned, name: str, place: str) -> frozenset[str]:
    """Digests of what the field may hold in its place and be ours.

    Where we have only begun to write, it may also be as empty as it was.
    """
    if name in known.begun and not held_there(place, known.written.get(name, ())):
        return known.digests(name) | {value_digest(place, None)}
    return known.digests(name)


def _mirror(model: type[Mirror], home: _Home, connection: Connection) -> Mirror:
    if home.kind != connection.kind:
        raise ConfigError(
            f"connection `{home.connection}` is of kind {connection.kind}, not {home.kind}.",
            hint=f"Name another connection in its `mirror.{home.kind}`.",
        )
    try:
        return model.model_validate(dict(home.fields))
    except ValidationError as error:
        raise _wrong(f"`mirror.{home.kind}`", error) from None


def _validated(
    model: type[WriteBackFields], written: Mapping[str, object], name: str
) -> WriteBackFields:
    try:
        return model.model_validate(dict(written))
    except ValidationError as error:
        raise _wrong(f"`write_back` of connection `{name}`", error) from None


def _wrong(what: str, error: ValidationError) -> ConfigError:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    reason = first["msg"].removeprefix("Value error, ")
    return ConfigError(
        f"{what} is wrong{f' at `{place}`' if place else ''}: {reason}",
        hint=f"Correct it; {okr('check').code} names the line.",
    )


def _refuse_shared(home: _Home, other: str) -> None:
    raise ConfigError(
        f"`{other}` lives in the same place.",
        hint=f"Give `{home.item}` its own in `mirror.{home.kind}`.",
    )


def _refused(home: _Home, error: OkrError) -> Compared:
    return Compared(home.item, "", failure=Failure.of(error))


def _check_names(only: Collection[str], mirrored: Collection[str], cycle: str) -> None:
    unknown = sorted(set(only) - set(mirrored))
    if unknown:
        raise InputError(
            f"`{unknown[0]}` of cycle `{cycle}` has no mirror at a connection with `write_back`.",
            hint="Add `mirror` to it in the plan, and `write_back` to the connection in okr.yaml.",
        )


def _check_taken(take: Collection[str], jobs: Iterable[WriteBackJob]) -> None:
    known = [
        f"{target.outcome.item}.{name}"
        for job in jobs
        if job.fields is not None
        for target in job.targets
        for name in job.fields.fields
    ]
    unknown = sorted(set(take) - set(known))
    if unknown:
        item = unknown[0].rpartition(".")[0]
        fields = [name for name in known if name.rpartition(".")[0] == item]
        raise InputError(
            f"`{unknown[0]}` is no field that is written back.",
            hint=f"Write ITEM.FIELD; there are {', '.join(fields or known[:5]) or 'none'}.",
        )


def outcomes_of(snapshot: Snapshot) -> list[Outcome]:
    """The outcome of every objective and key result, in the order of the plan in force.

    Raises:
        RefusalError: The cycle has not begun, or nothing was read by then.
    """
    told: list[Outcome] = []
    for objective in snapshot.plan.objectives:
        items: list[Objective | KeyResult] = [objective, *objective.key_results]
        for item in items:
            if item.id in snapshot.standings:
                gone = next((each.state for each in (objective, item) if not each.active), "")
                told.append(_outcome_of(item, snapshot, gone))
    return told


def _outcome_of(item: Objective | KeyResult, snapshot: Snapshot, gone: str) -> Outcome:
    """How an item stands, or that it is `dropped` or `deferred`."""
    card, standing = snapshot.scorecard, snapshot.standings[item.id]
    score = card.scores.get(item.id)
    return Outcome(
        item=item.id,
        kind=standing.kind,
        title=item.title,
        score=score.figures.effective if score else None,
        grade=score.grade if score else None,
        progress=standing.progress.clamped,
        status=gone or standing.shown,
        as_of=snapshot.as_of.astimezone(snapshot.cycle.zone),
        version=card.version,
    )
