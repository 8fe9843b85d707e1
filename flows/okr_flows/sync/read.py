"""Second step of a sync: ask one connection, and turn its answers into readings."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from pydantic import SecretStr

from okr_core.basics import collector
from okr_core.errors import BusyError, OkrError
from okr_core.record.entries import Reading
from okr_core.record.evidence import digest_of, encode, remarks
from okr_flows.connect.session import OpenedSession, mistake_of, open_connection, opened
from okr_flows.run.at_once import Stop, never
from okr_flows.sync.listening import listening
from okr_flows.sync.plan import ConnectionJob
from okr_flows.sync.rows import RowsJob, RowsRead, read_rows
from okr_sources.answers import Answer, Observed, RequestPlan, Suspect, Unavailable
from okr_sources.censor import Censor
from okr_sources.rows_said import Hearing
from okr_sources.source import Credentials, Session

log = logging.getLogger(__name__)

NOTHING_HIDDEN = Censor(())
"""Of a connection that has not said yet what signs its requests."""


@dataclass(frozen=True, slots=True)
class ReadOutcome:
    """What a connection answered, ready to be recorded.

    Attributes:
        readings: Each with the bytes of its evidence.
        links: Key result → address at the source.
        notes: Key result → what a reader must know of its value; none where there is nothing.
        requests: HTTP requests sent, retries included.
        counts: Query digest → rows, for the next run's planner.
        failed: Why the connection could not be used at all, empty if it could.
        rows: Check-ins that people wrote there; None: they were not asked for.
    """

    connection: str
    observed_at: datetime
    readings: tuple[tuple[Reading, bytes], ...] = ()
    unavailable: tuple[Unavailable, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    requests: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    failed: str = ""
    rows: RowsRead | None = None

    @property
    def asked(self) -> bool:
        """Whether anything was asked of it."""
        return bool(self.readings or self.unavailable) or self.rows is not None


def open_session(job: ConnectionJob, env: Mapping[str, str]) -> OpenedSession:
    """A session on the job's connection, signed by its block or by variables of `env`.

    Raises:
        ConfigError: No source of that kind, or no credentials.
    """
    if job.name:
        return open_connection(job.name, job.connection, env)
    # Without a name there is nowhere to keep a token, and no address that it may go to.
    return opened(job.name, job.connection, Credentials(SecretStr("")))


def plan_requests(job: ConnectionJob, env: Mapping[str, str]) -> RequestPlan:
    """What the connection will be asked, without asking it (`okr sync --dry-run`)."""
    with open_session(job, env) as session:
        plan = session.plan(job.asks, job.memory)
        if job.rows is None or job.rows.ask is None or not isinstance(session, Hearing):
            return plan
        return replace(plan, fetches=(*plan.fetches, session.rows_fetch(job.rows.ask)))


def read_connection(
    job: ConnectionJob, *, env: Mapping[str, str], revision: int, stop: Stop = never
) -> ReadOutcome:
    """Ask one connection for all its key results.

    Never raises for what a server or a binding does: every ask has an answer, and a connection
    that cannot be used at all says so in `failed`.

    Args:
        job: Connection and asks.
        env: Variables that may hold its token.
        revision: Plan revision that the readings are recorded under.
        stop: Where it says so, no further answer is waited for: what was not answered is left out.
    """
    if not job.due:
        return ReadOutcome(job.name, datetime.now(UTC))
    hidden = NOTHING_HIDDEN
    try:
        opening = open_session(job, env)
        hidden = opening.censor
        # Rows of large selections are many objects and no cycles: searching them took a third.
        with collector.paused(), opening as session:
            read = session.read(session.plan(job.asks, job.memory))
            answers = _answers(job, read, hidden, stop)
            outcome = _outcome(job, answers, session, revision, hidden)
            if job.rows is None or stop():
                return outcome
            return _with_rows(job.rows, outcome, session, hidden)
    except Exception as error:  # noqa: BLE001 - a third party's mistake must not stop other sources
        return unreadable(job, error, hidden)


def _with_rows(job: RowsJob, outcome: ReadOutcome, session: Session, hidden: Censor) -> ReadOutcome:
    """The outcome with the check-ins of the same session: last, for readings need nobody."""
    try:
        rows = read_rows(job, session)
    except Exception as error:  # noqa: BLE001 - a third party's mistake must not lose its readings
        rows = RowsRead(failed=str(mistake_of(job.kind, error)))
    rows = replace(rows, failed=hidden.text(rows.failed))
    counts = {**outcome.counts, **session.counts}
    return replace(outcome, rows=rows, requests=session.requests, counts=counts)


def unreadable(
    job: ConnectionJob, error: Exception, hidden: Censor = NOTHING_HIDDEN
) -> ReadOutcome:
    """The outcome of a connection that could not be asked at all."""
    return _all_unavailable(job, _ours(job, error, hidden))


def _ours(job: ConnectionJob, error: Exception, hidden: Censor) -> OkrError:
    if isinstance(error, OkrError):
        return hidden.error(error)
    return mistake_of(job.connection.kind, error)


def _answers(
    job: ConnectionJob, answers: Iterator[Answer], hidden: Censor, stop: Stop
) -> Iterator[Answer]:
    """One answer per ask, whatever the source does: silence is an answer too.

    What it answered before it broke stays. Once it is to stop, silence is none.
    """
    open_asks = {ask.key_result for ask in job.asks}
    why = Unavailable("", "the source gave no answer.", "Report this to its author.")
    try:
        for answer in answers:
            if answer.key_result in open_asks:
                open_asks.remove(answer.key_result)
                listening().answered(job.name)
                yield answer
            if stop():
                return
    except Exception as error:  # noqa: BLE001 - a third party's mistake must not stop other sources
        broke = _ours(job, error, hidden)
        why = Unavailable("", broke.message, broke.hint, connection_down=True)
    for key_result in sorted(open_asks):
        yield replace(why, key_result=key_result)


def _outcome(
    job: ConnectionJob, answers: Iterable[Answer], session: Session, revision: int, hidden: Censor
) -> ReadOutcome:
    """What the answers are, taken as they come: most of the work is done while others wait."""
    place = {ask.key_result: number for number, ask in enumerate(job.asks)}
    readings: list[tuple[Reading, bytes]] = []
    links: dict[str, str] = {}
    notes: dict[str, tuple[str, ...]] = {}
    unavailable: list[Unavailable] = []
    for answer in answers:
        if isinstance(answer, Unavailable):
            unavailable.append(hidden.answer(answer))
            continue
        try:
            shown = hidden.answer(answer)
            read = _reading(job, shown, job.asks[place[answer.key_result]].as_of, revision)
        except Exception as error:  # noqa: BLE001 - what one answer holds must not stop the others
            mistake = mistake_of(job.connection.kind, error)
            unavailable.append(Unavailable(answer.key_result, mistake.message, mistake.hint))
            continue
        readings.append(read)
        links[answer.key_result] = shown.evidence.link
        if told := remarks(shown.evidence):
            notes[answer.key_result] = told
    # Answers come as threads end; in the order of the asks, two runs say the same alike.
    readings.sort(key=lambda each: place[each[0].key_result])
    unavailable.sort(key=lambda each: place[each.key_result])
    return ReadOutcome(
        connection=job.name,
        observed_at=datetime.now(UTC),
        readings=tuple(readings),
        unavailable=tuple(unavailable),
        links=links,
        notes=notes,
        requests=session.requests,
        # A sync of a few key results must not forget what is known of the others.
        counts={**job.memory.counts, **session.counts},
        failed=_failure(job, unavailable),
    )


def _reading(
    job: ConnectionJob, answer: Observed | Suspect, as_of: datetime, revision: int
) -> tuple[Reading, bytes]:
    """A reading with its evidence.

    Raises:
        Exception: What the source answered cannot be stored.
    """
    if not answer.value.is_finite():
        raise ValueError("no source may answer with a value that is not finite.")
    content = encode(answer.evidence)
    at = as_of if job.connection.reads_past else answer.observed_at
    reading = Reading(
        at=at,
        value=answer.value,
        key_result=answer.key_result,
        state="suspect" if isinstance(answer, Suspect) else "observed",
        source=job.source,
        as_of=as_of,
        observed_at=at,
        reason=answer.why if isinstance(answer, Suspect) else "",
        evidence=digest_of(content),
        revision=revision,
    )
    return reading, content


def _failure(job: ConnectionJob, unavailable: list[Unavailable]) -> str:
    """Why the connection as a whole gave nothing; wrong bindings alone are no failed connection."""
    if not job.asks or len(unavailable) < len(job.asks):
        return ""
    down = [answer for answer in unavailable if answer.connection_down]
    failed = down or [answer for answer in unavailable if answer.temporary]
    return failed[0].reason if failed else ""


def _all_unavailable(job: ConnectionJob, error: OkrError) -> ReadOutcome:
    log.warning("connection %s cannot be used: %s", job.name, error)
    busy = isinstance(error, BusyError)  # others read it: it is not down
    return ReadOutcome(
        connection=job.name,
        observed_at=datetime.now(UTC),
        unavailable=tuple(
            Unavailable(
                ask.key_result, error.message, error.hint, connection_down=not busy, temporary=busy
            )
            for ask in job.asks
        ),
        failed="" if busy else str(error),
        rows=RowsRead(failed=str(error)) if job.rows is not None else None,
    )
