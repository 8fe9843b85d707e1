"""What `okr doctor` looks at, one function per thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from okr_cli.desk import Desk
from okr_cli.figures import count
from okr_cli.files import read_files
from okr_cli.moment import clock, locate
from okr_core.document import base_of
from okr_core.errors import OkrError
from okr_core.plan import Plan
from okr_core.workspace import Workspace
from okr_sources.source import Check

if TYPE_CHECKING:
    from datetime import datetime

    from okr_cli.options import Moment
    from okr_flows.sync_plan import ConnectionJob
    from okr_store import Store


def workspace_checks(desk: Desk) -> list[Check]:
    """Whether the files are valid, and made from the latest revisions."""
    if desk.folder is None:
        return []
    files = read_files(desk, [])
    errors = sum(f.severity == "error" for file in files for f in file.findings)
    if errors:
        hint = "`okr check` lists them."
        return [Check("files", "error", f"{count(errors, 'error')} in your files.", hint)]
    return [Check("files", "ok", f"{count(len(files), 'file')} without errors.")]


def store_checks(desk: Desk) -> list[Check]:
    """Whether the store opens, has this release's schema, and its chain holds."""
    with desk.open_store() as store:
        report = store.audit()
        checks = [Check("store", "ok", f"reachable; it has {_cycles(store)}.")]
        if desk.folder is not None:
            checks += _unapplied(desk, store)
    if report.ok:
        return [*checks, Check("audit", "ok", f"{count(report.links, 'link')} of the chain hold.")]
    hint = "`okr audit verify` lists them; restore a backup."
    return [*checks, Check("audit", "error", "records were altered.", hint)]


def _cycles(store: Store) -> str:
    known = store.cycles()
    return f"{count(len(known), 'cycle')} ({', '.join(known)})" if known else "no plan yet"


def _unapplied(desk: Desk, store: Store) -> Iterator[Check]:
    for file in read_files(desk, []):
        scope = file.found.cycle.id if isinstance(file.found, Plan) else ""
        current = store.revision(file.kind, scope)
        base = base_of(file.text)
        if current is not None and (base is None or base.digest != current.digest):
            message = f"was not made from the latest revision ({current.number})."
            yield Check(file.shown, "warning", message, "`okr pull` writes it as a file.")


def people_checks(desk: Desk, moment: Moment) -> list[Check]:
    """Whether every accountable role has a holder today."""
    with desk.open_store() as store:
        cycle, as_of = locate(store, moment, clock())
        plan, workspace = _current(store, cycle.id)
    if workspace is None:
        return [Check("people", "error", "no workspace was applied.", "Run `okr apply okr.yaml`.")]
    vacant = sorted(_vacant(plan, workspace, as_of))
    if vacant:
        names = ", ".join(f"`{role}`" for role in vacant)
        hint = "Add `held_by` in okr.yaml, or name another role."
        return [Check("people", "warning", f"nobody holds {names} today.", hint)]
    people, roles = len(workspace.people), len(workspace.roles)
    message = f"{count(people, 'person', 'people')} in {count(roles, 'role')}; none is vacant."
    return [Check("people", "ok", message)]


def _current(store: Store, cycle: str) -> tuple[Plan, Workspace | None]:
    revision = store.revision("plan", cycle)
    assert revision is not None
    applied = store.revision("workspace", "")
    return revision.plan(), applied.workspace() if applied else None


def _vacant(plan: Plan, workspace: Workspace, as_of: datetime) -> set[str]:
    roles = {plan.role_of(kr) for kr in plan.key_results() if kr.state == "active"}
    day = plan.cycle.day_of(as_of)
    return {role for role in roles if role is not None and not workspace.holders(role, day)}


def connection_checks(desk: Desk, moment: Moment) -> list[Check]:
    """What each connection of the plan says of itself."""
    from okr_flows.sync_plan import plan_sync  # noqa: PLC0415 - loads the sources

    now = clock()
    with desk.open_store() as store:
        cycle, as_of = locate(store, moment, now)
        plan = plan_sync(store, cycle=cycle.id, as_of=as_of)
    refused = [
        Check(f"key result `{answer.key_result}`", "error", answer.reason, answer.hint)
        for answer in plan.refused
    ]
    return [*refused, *(check for job in plan.jobs for check in _diagnosed(job, desk.env, now))]


def _diagnosed(job: ConnectionJob, env: Mapping[str, str], now: datetime) -> list[Check]:
    from okr_flows.sync_read import open_session  # noqa: PLC0415

    subject = f"{job.connection.kind} `{job.name}`"
    try:
        with open_session(job, env) as session:
            return session.diagnose(job.asks, now=now)
    except OkrError as error:
        return [Check(subject, "error", error.message, error.hint)]


def prefect_checks(env: Mapping[str, str]) -> list[Check]:
    """Whether the Prefect server answers, where one is configured."""
    address = env.get("PREFECT_API_URL", "").strip()
    if not address:
        message = "no server is configured (PREFECT_API_URL); `okr sync` starts one for itself."
        return [Check("prefect", "ok", message)]
    import httpx  # noqa: PLC0415

    try:
        answer = httpx.get(f"{address.rstrip('/')}/health", timeout=5, headers=_key(env))
        answer.raise_for_status()
    except httpx.HTTPStatusError as error:
        message = f"the server at {address} answers {error.response.status_code}."
        return [Check("prefect", "error", message, "Check PREFECT_API_URL and PREFECT_API_KEY.")]
    except (httpx.HTTPError, httpx.InvalidURL):
        message = f"the server at {address} does not answer."
        return [Check("prefect", "error", message, "Start it, or correct PREFECT_API_URL.")]
    return [Check("prefect", "ok", f"the server at {address} answers.")]


def _key(env: Mapping[str, str]) -> dict[str, str]:
    key = env.get("PREFECT_API_KEY", "")
    return {"Authorization": f"Bearer {key}"} if key else {}
