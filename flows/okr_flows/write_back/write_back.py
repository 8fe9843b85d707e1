"""Write-back: tell one connection how its items score, and record what was told.

What is about to be written is recorded first, then it is written, then what came of it is
recorded: whenever a run is killed, the next one knows its own values from people's.

Two runs never write to one connection at once: each has its turn, and the record before the writes
is refused where the turn was lost.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import cast

from okr_core.basics.days import minute_text
from okr_core.errors import BusyError, ConfigError, OkrError, StoreUnreachableError
from okr_core.record.entries import Entry
from okr_core.record.failure import Failure
from okr_core.record.write_back import WriteBackRecord
from okr_flows.run.leases import WAIT, held, writing
from okr_flows.sync.plan import ConnectionJob
from okr_flows.sync.read import open_session
from okr_flows.write_back.plan import WriteBackJob, refreshed
from okr_flows.write_back.report import WriteBackReport
from okr_sources.censor import Censor
from okr_sources.send.workers import unexpected
from okr_sources.source import Session
from okr_sources.write_back.write_back import Compared, Target, Writing
from okr_store import LeaseLostError, Store

log = logging.getLogger(__name__)
BATCH = 100
"""Items that are compared and then written: a person's edit in between is seen that much later."""
LEEWAY = timedelta(minutes=1)
"""By how much clocks of machines may differ."""
Begin = Callable[[Mapping[str, str]], None]
"""Told what is about to be written, field by field as digests, before it is."""


def utc_now() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def preview(job: WriteBackJob, env: Mapping[str, str]) -> WriteBackReport:
    """What a write-back would change; reads only.

    Args:
        job: Connection and items.
        env: Variables that may hold its token.
    """
    return _run(job, env, None)


def write(job: WriteBackJob, env: Mapping[str, str], begin: Begin) -> WriteBackReport:
    """Write what changed and nobody else owns.

    Never raises for what a server or a mirror does: each item says how it ended.

    Args:
        job: Connection and items.
        env: Variables that may hold its token.
        begin: See `Begin`; called before each batch of writes.
    """
    return _run(job, env, begin)


def write_back(
    store: Store,
    job: WriteBackJob,
    env: Mapping[str, str],
    *,
    by: str = "",
    via: str = "flow",
    now: Callable[[], datetime] = utc_now,
    wait: float = WAIT,
) -> WriteBackReport:
    """Write one connection back and record it: the whole of a run's part.

    Nothing is written about a time that is to come, nor over what a run about a later time wrote.

    Args:
        store: The open store.
        job: Connection and items.
        env: Variables that may hold its token.
        by: Person who acts, empty for a flow.
        via: How the person was known.
        now: The time (aware).
        wait: Seconds to wait for another run, which is told as busy then.
    """
    if job.as_of > now() + LEEWAY:
        why = f"nothing written: {minute_text(job.as_of, job.zone)} lies in the future."
        return _stopped(job, why)
    try:
        with held(store, writing(job.name), wait=wait) as mine:
            return _written(mine, refreshed(mine, job), env, by=by, via=via)
    except (BusyError, LeaseLostError) as error:
        return _stopped(job, str(error), busy=True)


def _written(
    store: Store, job: WriteBackJob, env: Mapping[str, str], *, by: str, via: str
) -> WriteBackReport:
    shown = job.known.shown
    if shown is not None and job.as_of < shown:
        times = (minute_text(each, job.zone) for each in (shown, job.as_of))
        what = "it shows {}, and {} is older".format(*times)
        return _stopped(job, f"nothing written: {what}. `--dry-run` shows what was then.")
    return _Turn(store, job, by, via).taken(env)


@dataclass(slots=True)
class _Turn:
    """One run's turn at a connection."""

    store: Store
    job: WriteBackJob
    by: str
    via: str
    begun: dict[str, str] = field(default_factory=dict)

    def taken(self, env: Mapping[str, str]) -> WriteBackReport:
        report = write(self.job, env, self.begin)
        self.end(report)
        return report

    def begin(self, digests: Mapping[str, str]) -> None:
        """Record what is about to be written, unless the turn was lost."""
        job = self.job
        taken = tuple(name for name in digests if name in job.taken)
        self.add(WriteBackRecord(connection=job.name, begun=dict(digests), taken=taken))
        self.begun |= digests

    def end(self, report: WriteBackReport) -> None:
        """Record what the tool holds now; where that is known already, nothing is added."""
        known = self.job.known
        found = {f"{item.item}.{each.field}": each for item in report.items for each in item.fields}
        written = {
            name: each.digest
            for name, each in found.items()
            if each.digest and each.digest not in known.written.get(name, ())
        }
        conflicts = tuple(name for name, each in found.items() if each.verdict == "conflict")
        told = {item.item: item.failure for item in report.items}
        told |= {
            name: each.failure for name, each in found.items() if each.verdict == "unavailable"
        }
        failed = {name: failure.reason for name, failure in told.items() if failure is not None}
        doubt = {
            name: digests
            for name, digests in self._begun().items()
            if name not in found or found[name].verdict == "unavailable"
        }
        news = (conflicts, failed, doubt) != (known.conflicts, known.failed, known.begun)
        if not (written or news or self.begun or known.taken):
            return
        body = WriteBackRecord(
            connection=self.job.name,
            ended=not report.in_doubt,
            written=written,
            conflicts=conflicts,
            failed=failed,
        )
        self.add(body, *(() if report.in_doubt else self._doubts(doubt)))

    def _begun(self) -> dict[str, frozenset[str]]:
        """Fields that this run, or one that never ended, was about to write."""
        begun = dict(self.job.known.begun)
        for name, digest in self.begun.items():
            begun[name] = begun.get(name, frozenset()) | {digest}
        return begun

    def _doubts(self, doubt: Mapping[str, frozenset[str]]) -> Iterator[WriteBackRecord]:
        """Records that keep in mind what a field may hold whose write nobody saw end."""
        rest = {name: sorted(digests) for name, digests in doubt.items()}
        while rest:
            begun = {name: digests.pop() for name, digests in rest.items()}
            yield WriteBackRecord(connection=self.job.name, begun=begun)
            rest = {name: digests for name, digests in rest.items() if digests}

    def add(self, *bodies: WriteBackRecord) -> None:
        job = self.job
        self.store.add_entries(
            job.cycle,
            [
                Entry(at=job.as_of, body=body, cycle=job.cycle, by=self.by, via=self.via)
                for body in bodies
            ],
        )


def _stopped(job: WriteBackJob, why: str, *, busy: bool = False) -> WriteBackReport:
    kind = job.connection.kind
    return WriteBackReport(job.name, kind, job.refused, stopped=why.rstrip("."), busy=busy)


@dataclass(slots=True)
class _Done:
    """What a run has done so far."""

    items: list[Compared] = field(default_factory=list)
    requests: int = 0
    began: bool = False


def _run(job: WriteBackJob, env: Mapping[str, str], begin: Begin | None) -> WriteBackReport:
    bare = WriteBackReport(job.name, job.connection.kind, job.refused, dry=begin is None)
    if not job.targets or job.fields is None:
        return replace(bare, failed=str(job.problem or ""))
    done = _Done()
    error = _attempt(job, env, begin, done)
    if error is not None:
        log.warning("connection %s cannot be written to: %s", job.name, error)
        done.items += _unreached(job.targets[len(done.items) :], error)
    return replace(
        bare,
        items=(*done.items, *job.refused),
        requests=done.requests,
        failed=str(error) if error else _failure(done.items),
        began=done.began,
        in_doubt=done.began and error is not None,
    )


def _attempt(
    job: WriteBackJob, env: Mapping[str, str], begin: Begin | None, done: _Done
) -> OkrError | None:
    """Compare and write, as far as it goes; what broke it off, if something did."""
    hidden = Censor(())
    try:
        opening = open_session(ConnectionJob(job.name, job.connection), env)
        hidden = opening.censor
        with opening as session:
            writing = _writing(session, job)
            for batch in _batches(job.targets):
                compared = _batch(job, writing, batch, begin, done)
                done.items += (replace(item, detail=None) for item in compared)
                done.requests = session.requests
    except (StoreUnreachableError, LeaseLostError):
        raise  # it is `begin` that failed: without a record nothing more may be written
    except OkrError as error:
        return hidden.error(error)
    except Exception as error:  # noqa: BLE001 - a third party's mistake must not stop other tools
        return unexpected(error)
    return None


def _batch(
    job: WriteBackJob,
    session: Writing,
    targets: Sequence[Target],
    begin: Begin | None,
    done: _Done,
) -> list[Compared]:
    assert job.fields is not None
    compared = _answered(targets, session.compare(job.fields, targets))
    digests = {
        f"{item.item}.{each.field}": each.digest for item in compared for each in item.changes
    }
    if not digests or begin is None:
        return compared
    begin(digests)
    done.began = True
    return _answered(targets, session.put(compared))


def _answered(targets: Sequence[Target], compared: Iterable[Compared]) -> list[Compared]:
    """One per target in their order, whatever the source does: silence is an answer too."""
    found = {each.item: each for each in compared}
    silent = Failure("the source gave no answer.", "Report this to its author.")
    return [
        found.get(target.outcome.item)
        or Compared(target.outcome.item, target.mirror.place, failure=silent)
        for target in targets
    ]


def _batches(targets: Iterable[Target]) -> Iterator[list[Target]]:
    rest = iter(targets)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _writing(session: Session, job: WriteBackJob) -> Writing:
    if not isinstance(session, Writing):
        raise ConfigError(
            f"nothing can be written back to kind `{job.connection.kind}`.",
            hint="Remove `write_back` from the connection.",
        )
    return cast("Writing", session)


def _failure(items: Sequence[Compared]) -> str:
    """Why the connection as a whole is out of reach; a wrong page alone is no failed connection."""
    down = [item for item in items if item.down]
    return str(down[0].failure) if len(down) == len(items) else ""


def _unreached(targets: Iterable[Target], error: OkrError) -> Iterator[Compared]:
    for target in targets:
        item, place = target.outcome.item, target.mirror.place
        yield Compared(item, place, failure=Failure.of(error), down=True)
