"""Write-back: tell one connection how its items score, and record what was told.

What is about to be written is recorded first, then it is written, then what came of it is
recorded: whenever a run is killed, the next one knows its own values from people's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import cast

from okr_core.errors import ConfigError, OkrError, StoreUnreachableError
from okr_core.record.entries import Entry
from okr_core.record.failure import Failure
from okr_core.record.write_back import WriteBackRecord
from okr_flows.sync.plan import ConnectionJob
from okr_flows.sync.read import open_session
from okr_flows.write_back.plan import WriteBackJob
from okr_sources.censor import Censor
from okr_sources.send.workers import unexpected
from okr_sources.source import Session
from okr_sources.write_back.write_back import Compared, Target, Writing
from okr_store import Store

log = logging.getLogger(__name__)
BATCH = 100
"""Items that are compared and then written: a person's edit in between is seen that much later."""
Begin = Callable[[Mapping[str, str]], None]
"""Told what is about to be written, field by field as digests, before it is."""


@dataclass(frozen=True, slots=True)
class WriteBackReport:
    """What a write-back to one connection did, or would do.

    Attributes:
        items: In the order of the plan, those whose mirror is wrong last.
        requests: HTTP requests sent, retries included.
        failed: Why the connection could not be used at all, empty if it could.
        dry: Whether nothing was written.
        began: Whether a write was tried.
        in_doubt: Whether it broke off so that nobody knows what was written.
    """

    connection: str
    kind: str
    items: tuple[Compared, ...] = ()
    requests: int = 0
    failed: str = ""
    dry: bool = False
    began: bool = False
    in_doubt: bool = False
    totals: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        totals = dict.fromkeys(("same", "changed", "conflict", "unavailable"), 0)
        for item in self.items:
            totals["unavailable"] += item.failure is not None
            for settled in item.fields:
                totals[settled.verdict] += 1
        object.__setattr__(self, "totals", totals)

    @property
    def headline(self) -> str:
        """What happened in one line; it quotes nothing that people wrote."""
        totals = self.totals
        fields = "1 field" if totals["changed"] == 1 else f"{totals['changed']} fields"
        words = [f"{fields} {'to change' if self.dry else 'changed'}"]
        if totals["conflict"]:
            words.append(f"{totals['conflict']} owned by people")
        if totals["unavailable"]:
            words.append(f"{totals['unavailable']} unavailable")
        words.append(f"{totals['same']} as they should be")
        return f"{self.kind} `{self.connection}`: {', '.join(words)}"

    @property
    def exit_code(self) -> int:
        """3: the connection is out of reach; 1: conflicts; 4: something could not be written."""
        if self.failed:
            return 3
        if self.totals["conflict"]:
            return 1
        return 4 if self.totals["unavailable"] else 0


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
    store: Store, job: WriteBackJob, env: Mapping[str, str], *, by: str = "", via: str = "flow"
) -> WriteBackReport:
    """Write one connection back and record it: the whole of a run's part.

    Args:
        store: The open store.
        job: Connection and items.
        env: Variables that may hold its token.
        by: Person who acts, empty for a flow.
        via: How the person was known.
    """

    def begin(digests: Mapping[str, str]) -> None:
        taken = tuple(name for name in digests if name in job.taken)
        body = WriteBackRecord(connection=job.name, begun=dict(digests), taken=taken)
        store.add_entries(job.cycle, [_entry(job, body, by, via)])

    report = write(job, env, begin)
    record_write_back(store, job, report, by=by, via=via)
    return report


def record_write_back(
    store: Store, job: WriteBackJob, report: WriteBackReport, *, by: str = "", via: str = "flow"
) -> None:
    """Record what the tool holds now; where that is known already, nothing is added."""
    found = {f"{item.item}.{each.field}": each for item in report.items for each in item.fields}
    written = {
        name: each.digest
        for name, each in found.items()
        if each.digest and job.known.written.get(name) != each.digest
    }
    conflicts = tuple(name for name, each in found.items() if each.verdict == "conflict")
    told = {item.item: item.failure for item in report.items}
    told |= {name: each.failure for name, each in found.items() if each.verdict == "unavailable"}
    failed = {name: failure.reason for name, failure in told.items() if failure is not None}
    news = conflicts != job.known.conflicts or failed != job.known.failed
    if written or news or report.began or job.known.begun:
        body = WriteBackRecord(
            connection=job.name,
            ended=not report.in_doubt,
            written=written,
            conflicts=conflicts,
            failed=failed,
        )
        store.add_entries(job.cycle, [_entry(job, body, by, via)])


def _entry(job: WriteBackJob, body: WriteBackRecord, by: str, via: str) -> Entry:
    return Entry(at=job.as_of, body=body, cycle=job.cycle, by=by, via=via)


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
    except StoreUnreachableError:
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
