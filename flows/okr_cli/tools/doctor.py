"""`okr doctor`: store, people, connections and Prefect: how each is, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from okr_cli.documents.upkeep import DoctorDocument
from okr_cli.files.files import read_files, workspace_of
from okr_cli.shell.acting import clock
from okr_cli.shell.figures import count
from okr_cli.shell.home import Home
from okr_cli.shell.layout import MAX_WIDTH, hang
from okr_cli.shell.options import HERE, NOW, CycleAt, Format, Place
from okr_cli.shell.output import show
from okr_core.errors import OkrError
from okr_core.files.document import base_of
from okr_core.plan.plan import Plan
from okr_core.plan.workspace import Workspace
from okr_flows.connect.session import connection_credentials
from okr_flows.run.cycle import in_force
from okr_sources.checks import expiry_check
from okr_sources.source import Check

if TYPE_CHECKING:
    from datetime import datetime

    from okr_cli.shell.options import CycleAt
    from okr_flows.sync.plan import ConnectionJob, SyncPlan
    from okr_store import Store

_MARKS = {"ok": "✓", "warning": "!", "error": "✗"}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A check, and the exit code that it asks for: 0, 1 something to correct, 3 not reached."""

    check: Check
    code: int = 0


def fine(subject: str, message: str) -> Diagnosis:
    """Something is as it should be."""
    return Diagnosis(Check(subject, "ok", message))


def failed(subject: str, error: OkrError) -> Diagnosis:
    """Something could not be looked at."""
    check = Check(subject, "error", error.message, error.hint)
    return Diagnosis(check, 3 if error.exit_code == 3 else 1)


def workspace_checks(home: Home) -> Iterator[Diagnosis]:
    """Whether the files are valid."""
    if home.folder is None:
        return
    files = read_files(home, [])
    errors = sum(f.severity == "error" for file in files for f in file.findings)
    if errors:
        message = f"{count(errors, 'error')} in your files."
        yield Diagnosis(Check("files", "error", message, "`okr check` lists them."), 1)
    else:
        yield fine("files", f"{count(len(files), 'file')} without errors.")


def store_checks(home: Home) -> Iterator[Diagnosis]:
    """Whether the store opens, its chain holds, and the files are made from its revisions."""
    with home.open_store() as store:
        yield fine("store", f"{store.location} is reachable; it has {_cycles(store)}.")
        report = store.audit()
        if report.ok:
            yield fine("audit", f"{count(report.links, 'link')} of the chain hold.")
        else:
            hint = "`okr audit verify` lists them; restore a backup."
            yield Diagnosis(Check("audit", "error", "records were altered.", hint), 1)
        if home.folder is not None:
            yield from _unapplied(home, store)


def _cycles(store: Store) -> str:
    known = store.cycles()
    return f"{count(len(known), 'cycle')} ({', '.join(known)})" if known else "no plan yet"


def _unapplied(home: Home, store: Store) -> Iterator[Diagnosis]:
    for file in read_files(home, []):
        scope = file.found.cycle.id if isinstance(file.found, Plan) else ""
        current = store.revision(file.kind, scope)
        base = base_of(file.text)
        if current is not None and (base is None or base.digest != current.digest):
            message = f"was not made from the latest revision ({current.number})."
            yield Diagnosis(
                Check(file.shown, "warning", message, "`okr pull` writes it as a file.")
            )


def people_checks(home: Home, when: CycleAt) -> Iterator[Diagnosis]:
    """Whether every accountable role has a holder today."""
    with home.open_cycle(when) as (store, cycle, as_of):
        known = in_force(store, cycle.id)
    plan, workspace = known.plan, known.workspace
    if workspace is None:
        check = Check("people", "error", "no workspace was applied.", "Run `okr apply okr.yaml`.")
        yield Diagnosis(check, 1)
        return
    vacant = sorted(_vacant(plan, workspace, as_of))
    if vacant:
        names = ", ".join(f"`{role}`" for role in vacant)
        hint = "Add `held_by` in okr.yaml, or name another role."
        yield Diagnosis(Check("people", "warning", f"nobody holds {names} today.", hint))
        return
    people, roles = len(workspace.people), len(workspace.roles)
    message = f"{count(people, 'person', 'people')} in {count(roles, 'role')}; none is vacant."
    yield fine("people", message)


def _vacant(plan: Plan, workspace: Workspace, as_of: datetime) -> set[str]:
    roles = {plan.role_of(kr) for kr in plan.active_key_results}
    day = plan.cycle.day_of(as_of)
    return {role for role in roles if role is not None and not workspace.holders(role, day)}


def prefect_checks(env: Mapping[str, str]) -> Iterator[Diagnosis]:
    """Whether the Prefect server answers, where one is configured."""
    address = env.get("PREFECT_API_URL", "").strip()
    if not address:
        message = "no server is configured (PREFECT_API_URL); `okr sync` starts one for itself."
        yield fine("prefect", message)
        return
    import httpx  # noqa: PLC0415

    hint = "Start it, or correct PREFECT_API_URL."
    try:
        answer = httpx.get(f"{address.rstrip('/')}/health", timeout=5, headers=_key(env))
        answer.raise_for_status()
    except httpx.HTTPStatusError as error:
        message = f"the server at {address} answers {error.response.status_code}."
        hint = "Check PREFECT_API_URL and PREFECT_API_KEY."
    except (httpx.HTTPError, httpx.InvalidURL):
        message = f"the server at {address} does not answer."
    else:
        if answer.text.strip() == "true":  # a proxy's page answers 200 too
            yield fine("prefect", f"the server at {address} answers.")
            return
        message = f"what answers at {address} is no Prefect server."
        hint = "Correct PREFECT_API_URL (the address with `/api`)."
    yield Diagnosis(Check("prefect", "error", message, hint), 3)


def _key(env: Mapping[str, str]) -> dict[str, str]:
    key = env.get("PREFECT_API_KEY", "")
    return {"Authorization": f"Bearer {key}"} if key else {}


def connection_checks(home: Home, when: CycleAt) -> Iterator[Diagnosis]:
    """What each connection says of itself, and what it finds of the key results it serves."""
    now = clock()
    plan = _plan(home, when)
    jobs = plan.jobs if plan else ()
    for answer in plan.refused if plan else ():
        subject = f"key result `{answer.key_result}`"
        yield Diagnosis(Check(subject, "error", answer.reason, answer.hint), 1)
    for job in (*jobs, *_idle(home, {job.name for job in jobs})):
        yield from _diagnosed(job, home.env, now)


def written_checks(home: Home, when: CycleAt) -> Iterator[Diagnosis]:
    """What a write-back would meet, where plans name places to write to."""
    from okr_flows.sync.plan import current_revisions  # noqa: PLC0415 - loads the sources
    from okr_flows.write_back.checks import write_back_checks  # noqa: PLC0415
    from okr_flows.write_back.plan import outcomes_of, plan_write_back  # noqa: PLC0415
    from okr_store.snapshot import read_snapshot  # noqa: PLC0415

    try:
        with home.open_cycle(when) as (store, cycle, as_of):
            plan, workspace = current_revisions(store, cycle.id)
            if not any(each.write_back for each in workspace.connections.values()):
                return
            told = outcomes_of(read_snapshot(store, cycle.id, as_of))
            jobs = plan_write_back(store, plan.plan(), workspace, told, as_of)
    except OkrError:  # no store, no plan, or nothing to tell yet: other checks tell
        return
    for job in jobs:
        try:
            for check in write_back_checks(job, home.env):
                yield Diagnosis(check, 1 if check.outcome == "error" else 0)
        except OkrError as error:
            yield failed(f"{job.connection.kind} `{job.name}` write-back", error)


def _plan(home: Home, when: CycleAt) -> SyncPlan | None:
    """What a sync would ask; None without a store or plan, of which other checks tell."""
    from okr_flows.sync.plan import plan_sync  # noqa: PLC0415 - loads the sources

    try:
        with home.open_cycle(when) as (store, cycle, as_of):
            return plan_sync(store, cycle=cycle.id, as_of=as_of)
    except OkrError:
        return None


def _idle(home: Home, used: set[str]) -> Iterator[ConnectionJob]:
    """Connections of okr.yaml that serve no key result yet."""
    from okr_flows.sync.plan import ConnectionJob  # noqa: PLC0415 - loads the sources

    try:
        workspace = workspace_of(home)
    except OkrError:  # the check of the files tells
        return
    for name, connection in (workspace.connections if workspace else {}).items():
        if name not in used:
            yield ConnectionJob(name, connection)


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


def doctor(*, format_: Format = "text", when: CycleAt = NOW, place: Place = HERE) -> int:
    """Look at the store, the people, every connection and Prefect, and say what to do.

    Ends with 3 if something cannot be reached or refuses us, with 1 if something else is wrong.
    """
    home = Home.of(place)
    stages: list[Callable[[], Iterable[Diagnosis]]] = [
        lambda: workspace_checks(home),
        lambda: store_checks(home),
        lambda: people_checks(home, when),
        lambda: connection_checks(home, when),
        lambda: written_checks(home, when),
        lambda: prefect_checks(home.env),
    ]
    found: dict[Check, int] = {}
    for stage in stages:
        try:
            for diagnosis in stage():
                found.setdefault(diagnosis.check, diagnosis.code)
        except OkrError as error:
            diagnosis = failed("workspace", error)
            found.setdefault(diagnosis.check, diagnosis.code)
    show(format_, DoctorDocument(checks=tuple(found)), "\n".join(_lines(list(found))))
    return max(found.values(), default=0)


def _lines(checks: Sequence[Check]) -> list[str]:
    lines: list[str] = []
    for check in checks:
        text = f"{check.subject}: {check.message} {check.hint}".rstrip()
        first, *more = hang(text, "  ", MAX_WIDTH)
        lines += [f"{_MARKS[check.outcome]} {first[2:]}", *more]
    return lines
