"""Doctor's connections: each one of the plan and of okr.yaml, whether a key result uses it yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from okr_cli.files.files import workspace_of
from okr_cli.shell.home import Desk
from okr_cli.shell.moment import clock, locate
from okr_cli.tools.doctor_checks import Diagnosis, failed
from okr_core.errors import OkrError
from okr_flows.connect.session import connection_credentials
from okr_sources.checks import expiry_check
from okr_sources.source import Check, Memory

if TYPE_CHECKING:
    from datetime import datetime

    from okr_cli.shell.options import Moment
    from okr_flows.sync.plan import ConnectionJob, SyncPlan


def connection_checks(desk: Desk, moment: Moment) -> Iterator[Diagnosis]:
    """What each connection says of itself, and what it finds of the key results it serves."""
    now = clock()
    plan = _plan(desk, moment, now)
    jobs = plan.jobs if plan else ()
    for answer in plan.refused if plan else ():
        subject = f"key result `{answer.key_result}`"
        yield Diagnosis(Check(subject, "error", answer.reason, answer.hint), 1)
    for job in (*jobs, *_idle(desk, {job.name for job in jobs})):
        yield from _diagnosed(job, desk.env, now)


def _plan(desk: Desk, moment: Moment, now: datetime) -> SyncPlan | None:
    """What a sync would ask; None without a store or plan, of which other checks tell."""
    from okr_flows.sync.plan import plan_sync  # noqa: PLC0415 - loads the sources

    try:
        with desk.open_store() as store:
            cycle, as_of = locate(store, moment, now)
            return plan_sync(store, cycle=cycle.id, as_of=as_of)
    except OkrError:
        return None


def _idle(desk: Desk, used: set[str]) -> Iterator[ConnectionJob]:
    """Connections of okr.yaml that serve no key result yet."""
    from okr_flows.sync.plan import ConnectionJob  # noqa: PLC0415 - loads the sources

    try:
        workspace = workspace_of(desk)
    except OkrError:  # the check of the files tells
        return
    for name, connection in (workspace.connections if workspace else {}).items():
        if name not in used:
            yield ConnectionJob(name, connection, (), Memory({}))


def _diagnosed(job: ConnectionJob, env: Mapping[str, str], now: datetime) -> Iterator[Diagnosis]:
    from okr_flows.sync.read import open_session  # noqa: PLC0415

    name = f"{job.connection.kind} `{job.name}`" if job.name else job.connection.kind
    try:
        yield from _token(job, env, now, name)
        with open_session(job, env) as session:
            for check in session.diagnose(job.asks, now=now):
                yield Diagnosis(_named(check, name), 3 if check.outcome == "error" else 0)
    except OkrError as error:
        yield failed(name, error)


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
