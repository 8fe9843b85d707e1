"""Second step of a backfill: ask one connection about the past, and turn that into readings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from okr_core.basics import collector
from okr_core.errors import BusyError, ConfigError, OkrError
from okr_core.record.entries import Reading
from okr_core.record.evidence import Evidence, digest_of, encode
from okr_flows.backfill.plan import BackfillJob
from okr_flows.connect.session import mistake_of
from okr_flows.sync.read import open_session
from okr_sources.answers import Observed, Unavailable
from okr_sources.censor import Censor
from okr_sources.past import SAY_IT, PastAnswer, PastSession, past_session
from okr_sources.source import Session

Slot = tuple[str, datetime]
"""A key result and a moment."""


@dataclass(frozen=True, slots=True)
class PastOutcome:
    """What a connection told about the past, ready to be recorded.

    Attributes:
        readings: Each with the bytes of its evidence.
        unavailable: Slot → why it has no value.
        evidence: Slot → its evidence.
        requests: HTTP requests sent, retries included.
        failed: Why the connection could not be used at all, empty if it could.
    """

    connection: str
    readings: tuple[tuple[Reading, bytes], ...] = ()
    unavailable: Mapping[Slot, Unavailable] = field(default_factory=dict)
    evidence: Mapping[Slot, Evidence] = field(default_factory=dict)
    requests: int = 0
    failed: str = ""


def reconstruct_connection(
    job: BackfillJob, *, env: Mapping[str, str], revision: int
) -> PastOutcome:
    """Ask one connection about all that is wanted of it.

    Never raises for what a server, a binding or a source does: every day has an answer.

    Args:
        job: Connection and asks.
        env: Variables that may hold its token.
        revision: Plan revision that the readings are recorded under.
    """
    asked, hidden = job.connection, Censor(())
    try:
        opening = open_session(asked, env)
        hidden = opening.censor
        with collector.paused(), opening as session:
            told = _past_of(job, session).reconstruct(job.asks)
            answers = [replace(each, answer=hidden.answer(each.answer)) for each in told]
            return _outcome(job, answers, session.requests, revision)
    except ConfigError as error:
        return _all_unavailable(job, hidden.error(error))
    except OkrError as error:
        return unreadable(job, hidden.error(error))
    except Exception as error:  # noqa: BLE001 - a third party's mistake must not stop other sources
        return _all_unavailable(job, mistake_of(asked.connection.kind, error))


def _past_of(job: BackfillJob, session: Session) -> PastSession:
    found = past_session(session)
    if found is not None:
        return found
    kind = job.connection.connection.kind
    raise ConfigError(
        f"source {kind} does not tell the past, only what holds when it is asked.",
        hint=SAY_IT,
    )


def _outcome(
    job: BackfillJob, answers: Iterable[PastAnswer], requests: int, revision: int
) -> PastOutcome:
    found = _by_slot(job, answers)
    told = {slot: each for slot, each in found.items() if isinstance(each, Observed)}
    readings: list[tuple[Reading, bytes]] = []
    for (key_result, moment), answer in told.items():
        content = encode(answer.evidence)
        reading = Reading(
            at=moment,
            value=answer.value,
            key_result=key_result,
            source=job.connection.source,
            as_of=moment,
            observed_at=answer.observed_at,
            evidence=digest_of(content),
            revision=revision,
        )
        readings.append((reading, content))
    missing = {slot: each for slot, each in found.items() if isinstance(each, Unavailable)}
    return PastOutcome(
        connection=job.connection.name,
        readings=tuple(readings),
        unavailable=missing,
        evidence={slot: answer.evidence for slot, answer in told.items()},
        requests=requests,
        failed=_failure(missing, found),
    )


def _by_slot(job: BackfillJob, answers: Iterable[PastAnswer]) -> dict[Slot, Observed | Unavailable]:
    """One answer per slot in the order of the asks, whatever the source does."""
    given: dict[Slot, Observed | Unavailable] = {}
    for each in answers:
        given.setdefault((each.answer.key_result, each.moment), _marked(each.answer))
    wanted = [(ask.ask.key_result, moment) for ask in job.asks for moment in ask.moments]
    return {
        slot: given.get(slot)
        or Unavailable(slot[0], "the source gave no answer.", "Report this to its author.")
        for slot in wanted
    }


def _marked(answer: Observed | Unavailable) -> Observed | Unavailable:
    """The answer, unless it passes a value of the past off as one that was read."""
    if isinstance(answer, Unavailable) or answer.evidence.reconstructed:
        return answer
    return Unavailable(
        answer.key_result,
        "its evidence does not say that it was reconstructed, and how.",
        "Report this to the source's author.",
    )


def _failure(missing: Mapping[Slot, Unavailable], found: Mapping[Slot, object]) -> str:
    """Why the connection as a whole gave nothing."""
    if len(missing) < len(found):
        return ""
    down = [answer for answer in missing.values() if answer.connection_down or answer.temporary]
    return down[0].reason if down else ""


def unreadable(job: BackfillJob, error: OkrError) -> PastOutcome:
    """The outcome of a connection that gave nothing that could be kept."""
    # One that others read is not down.
    return _all_unavailable(job, error, down=not isinstance(error, BusyError))


def _all_unavailable(job: BackfillJob, error: OkrError, *, down: bool = False) -> PastOutcome:
    return PastOutcome(
        connection=job.connection.name,
        unavailable={
            (ask.ask.key_result, moment): Unavailable(
                ask.ask.key_result, error.message, error.hint, connection_down=down
            )
            for ask in job.asks
            for moment in ask.moments
        },
        failed=str(error) if down else "",
    )
