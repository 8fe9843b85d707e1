"""Second step of a sync: ask one connection, and turn its answers into readings."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pydantic import SecretStr

from okr_core.basics import collector
from okr_core.errors import OkrError
from okr_core.record.entries import Reading
from okr_core.record.evidence import digest_of, encode
from okr_flows.connect.session import OpenedSession, mistake_of, open_connection, opened
from okr_flows.sync.plan import ConnectionJob
from okr_sources.answers import Answer, Ask, RequestPlan, Suspect, Unavailable
from okr_sources.censor import Censor
from okr_sources.source import Credentials, Session

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReadOutcome:
    """What a connection answered, ready to be recorded.

    Attributes:
        readings: Each with the bytes of its evidence.
        links: Key result → address at the source.
        requests: HTTP requests sent, retries included.
        counts: Query digest → rows, for the next run's planner.
        failed: Why the connection could not be used at all, empty if it could.
    """

    connection: str
    observed_at: datetime
    readings: tuple[tuple[Reading, bytes], ...] = ()
    unavailable: tuple[Unavailable, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    requests: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    failed: str = ""


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
        return session.plan(job.asks, job.memory)


def read_connection(job: ConnectionJob, *, env: Mapping[str, str], revision: int) -> ReadOutcome:
    """Ask one connection for all its key results.

    Never raises for what a server or a binding does: every ask has an answer, and a connection
    that cannot be used at all says so in `failed`.

    Args:
        job: Connection and asks.
        env: Variables that may hold its token.
        revision: Plan revision that the readings are recorded under.
    """
    if not job.asks:
        return ReadOutcome(job.name, datetime.now(UTC))
    hidden = Censor(())
    try:
        opening = open_session(job, env)
        hidden = opening.censor
        # Rows of large selections are many objects and no cycles: searching them took a third.
        with collector.paused(), opening as session:
            answers = _answers(job.asks, session.read(session.plan(job.asks, job.memory)))
            told = _in_order(job.asks, map(hidden.answer, answers))
            return _outcome(job, told, session, revision)
    except OkrError as error:
        return _all_unavailable(job, hidden.error(error))
    except Exception as error:  # noqa: BLE001 - a third party's mistake must not stop other sources
        return _all_unavailable(job, mistake_of(job.connection.kind, error))


def _answers(asks: Iterable[Ask], answers: Iterator[Answer]) -> Iterator[Answer]:
    """One answer per ask, whatever the source does: silence is an answer too."""
    open_asks = {ask.key_result for ask in asks}
    for answer in answers:
        if answer.key_result in open_asks:
            open_asks.remove(answer.key_result)
            yield answer
    for key_result in sorted(open_asks):
        yield Unavailable(key_result, "the source gave no answer.", "Report this to its author.")


def _in_order(asks: Iterable[Ask], answers: Iterable[Answer]) -> list[Answer]:
    """Answers come as threads end; in the order of the asks, two runs say the same alike."""
    place = {ask.key_result: number for number, ask in enumerate(asks)}
    return sorted(answers, key=lambda answer: place[answer.key_result])


def _outcome(
    job: ConnectionJob, answers: list[Answer], session: Session, revision: int
) -> ReadOutcome:
    readings: list[tuple[Reading, bytes]] = []
    links: dict[str, str] = {}
    unavailable: list[Unavailable] = []
    slots = {ask.key_result: ask.as_of for ask in job.asks}
    for answer in answers:
        if isinstance(answer, Unavailable):
            unavailable.append(answer)
            continue
        as_of = slots[answer.key_result]
        content = encode(answer.evidence)
        reading = Reading(
            at=as_of if job.connection.reads_past else answer.observed_at,
            value=answer.value,
            key_result=answer.key_result,
            state="suspect" if isinstance(answer, Suspect) else "observed",
            source=job.source,
            as_of=as_of,
            observed_at=as_of if job.connection.reads_past else answer.observed_at,
            reason=answer.why if isinstance(answer, Suspect) else "",
            evidence=digest_of(content),
            revision=revision,
        )
        readings.append((reading, content))
        links[answer.key_result] = answer.evidence.link
    return ReadOutcome(
        connection=job.name,
        observed_at=datetime.now(UTC),
        readings=tuple(readings),
        unavailable=tuple(unavailable),
        links=links,
        requests=session.requests,
        # A sync of a few key results must not forget what is known of the others.
        counts={**job.memory.counts, **session.counts},
        failed=_failure(job, unavailable),
    )


def _failure(job: ConnectionJob, unavailable: list[Unavailable]) -> str:
    """Why the connection as a whole gave nothing; wrong bindings alone are no failed connection."""
    if len(unavailable) < len(job.asks):
        return ""
    down = [answer for answer in unavailable if answer.connection_down]
    failed = down or [answer for answer in unavailable if answer.temporary]
    return failed[0].reason if failed else ""


def _all_unavailable(job: ConnectionJob, error: OkrError) -> ReadOutcome:
    log.warning("connection %s cannot be used: %s", job.name, error)
    return ReadOutcome(
        connection=job.name,
        observed_at=datetime.now(UTC),
        unavailable=tuple(
            Unavailable(ask.key_result, error.message, error.hint, connection_down=True)
            for ask in job.asks
        ),
        failed=str(error),
    )
