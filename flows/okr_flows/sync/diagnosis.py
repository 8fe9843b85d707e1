"""Diagnosis: what connections say of themselves, and what they find of what they serve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from okr_core.errors import OkrError
from okr_core.plan.workspace import Connection
from okr_flows.connect.session import connection_credentials, mistake_of
from okr_flows.sync.plan import ConnectionJob, SyncPlan
from okr_flows.sync.read import open_session
from okr_flows.sync.rows import rows_check
from okr_sources.checks import expiry_check
from okr_sources.source import Check


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A check, and the exit code that it asks for: 0, 1 something to correct, 3 not reached."""

    check: Check
    code: int = 0


def failed(subject: str, error: OkrError) -> Diagnosis:
    """Something could not be looked at."""
    check = Check(subject, "error", error.message, error.hint)
    return Diagnosis(check, 3 if error.exit_code == 3 else 1)


def diagnose_connections(
    plan: SyncPlan | None,
    connections: Mapping[str, Connection],
    env: Mapping[str, str],
    *,
    now: datetime,
) -> Iterator[Diagnosis]:
    """Each connection's token, reach and rights, and whether it finds what key results ask for.

    Args:
        plan: What a sync would ask; None where there is no plan yet.
        connections: All of the workspace: those that serve no key result yet are tried too.
        env: Variables that may hold tokens.
        now: The time (aware).
    """
    jobs = {job.name: job for job in plan.jobs} if plan else {}
    for answer in plan.refused if plan else ():
        subject = f"key result `{answer.key_result}`"
        yield Diagnosis(Check(subject, "error", answer.reason, answer.hint), 1)
    idle = (ConnectionJob(name, each) for name, each in connections.items() if name not in jobs)
    for job in (*jobs.values(), *idle):
        yield from _diagnosed(job, env, now)


def _diagnosed(job: ConnectionJob, env: Mapping[str, str], now: datetime) -> Iterator[Diagnosis]:
    name = f"{job.connection.kind} `{job.name}`" if job.name else job.connection.kind
    try:
        yield from _token(job, env, now, name)
        opening = open_session(job, env)
        with opening as session:
            for check in session.diagnose(job.asks, now=now):
                said = _named(opening.censor.check(check), name)
                yield Diagnosis(said, 3 if check.outcome == "error" else 0)
            if job.rows is not None:
                check = opening.censor.check(rows_check(job.rows, session))
                yield Diagnosis(_named(check, name), 3 if check.outcome == "error" else 0)
    except OkrError as error:
        yield failed(name, error)
    except Exception as error:  # noqa: BLE001 - one broken connection never stops the others
        yield failed(name, mistake_of(job.connection.kind, error))


def _token(
    job: ConnectionJob, env: Mapping[str, str], now: datetime, name: str
) -> Iterator[Diagnosis]:
    if not job.name:
        return
    found = connection_credentials(job.name, job.connection, env)
    check = expiry_check(found.token, now)
    if check is not None:
        yield Diagnosis(_named(check, name), 1 if check.outcome == "error" else 0)


def _named(check: Check, name: str) -> Check:
    """The check with its connection in front: `clock` alone may be anyone's."""
    return check if name in check.subject else replace(check, subject=f"{name} {check.subject}")
