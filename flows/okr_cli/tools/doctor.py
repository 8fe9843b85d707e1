"""`okr doctor`: store, people, connections and Prefect: how each is, and what to do."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from okr_cli.files.files import read_files, workspace_of
from okr_cli.shell.acting import clock
from okr_cli.shell.figures import count
from okr_cli.shell.home import Home
from okr_cli.shell.layout import hang
from okr_cli.shell.options import HERE, NOW, CycleAt, Format, Place
from okr_cli.shell.output import page_width, show
from okr_cli.shell.prefect_server import prefect_settings
from okr_core.basics.command import okr
from okr_core.basics.days import minute_text
from okr_core.errors import OkrError
from okr_core.plan.workspace import Connection
from okr_flows.documents.upkeep import DoctorDocument
from okr_flows.formulate.pull import outdated
from okr_flows.run.audit import audit_store
from okr_flows.run.cycle import in_force
from okr_flows.run.prefect_address import at_address
from okr_flows.run.prefect_api import API, api_client
from okr_flows.sync.diagnosis import Diagnosis, diagnose_connections, failed
from okr_sources.source import Check

if TYPE_CHECKING:
    import httpx

    from okr_flows.sync.plan import SyncPlan
    from okr_store import Store

_MARKS = {"ok": "✓", "warning": "!", "error": "✗"}


def fine(subject: str, message: str) -> Diagnosis:
    """Something is as it should be."""
    return Diagnosis(Check(subject, "ok", message))


def workspace_checks(home: Home) -> Iterator[Diagnosis]:
    """Whether the files are valid, and that of the tokens is its owner's alone."""
    if home.folder is None:
        return
    files = read_files(home, [])
    errors = sum(f.severity == "error" for file in files for f in file.findings)
    if errors:
        message = f"{count(errors, 'error')} in your files."
        yield Diagnosis(Check("files", "error", message, f"{okr('check').code} lists them."), 1)
    else:
        yield fine("files", f"{count(len(files), 'file')} without errors.")
    yield from _open_to_others(home, home.folder / ".env")


def _open_to_others(home: Home, path: Path) -> Iterator[Diagnosis]:
    """Whether others on this machine may read a file with tokens, or with names and notes."""
    if os.name == "posix" and path.is_file() and path.stat().st_mode & 0o077:
        shown = home.shown(path)
        message = "others on this machine may read it."
        yield Diagnosis(Check(shown, "warning", message, f"Run `chmod 600 {shlex.quote(shown)}`."))


def store_checks(home: Home) -> Iterator[Diagnosis]:
    """Whether the store opens, is private and holds, and the files are made from its revisions."""
    with home.open_store() as store:
        yield fine("store", f"{store.location} is reachable; it has {_cycles(store)}.")
        report = audit_store(store)
        if report.ok:
            links, readings = count(report.chain.links, "link"), count(report.agreeing, "reading")
            yield fine("audit", f"{links} of the chain hold; {readings} checked by evidence.")
        else:
            hint = f"{okr('audit', 'verify').code} lists them; restore a backup."
            yield Diagnosis(Check("audit", "error", "records were altered.", hint), 1)
        if "://" not in store.location:
            yield from _open_to_others(home, Path(store.location))
        if home.folder is not None:
            yield from _unapplied(home, store)


def _cycles(store: Store) -> str:
    known = store.cycles()
    return f"{count(len(known), 'cycle')} ({', '.join(known)})" if known else "no plan yet"


def _unapplied(home: Home, store: Store) -> Iterator[Diagnosis]:
    for document, current in outdated(store, read_files(home, [])):
        message = f"was not made from the latest revision ({current.number})."
        yield Diagnosis(
            Check(document.name, "warning", message, f"{okr('pull').code} writes it as a file.")
        )


def people_checks(home: Home, when: CycleAt) -> Iterator[Diagnosis]:
    """Whether every accountable role has a holder today."""
    with home.open_cycle(when) as (store, cycle, as_of):
        known = in_force(store, cycle.id)
    workspace = known.workspace
    if workspace is None:
        check = Check(
            "people", "error", "no workspace was applied.", f"Run {okr('apply', 'okr.yaml').code}."
        )
        yield Diagnosis(check, 1)
        return
    vacant = known.vacant_roles(as_of)
    if vacant:
        names = ", ".join(f"`{role}`" for role in vacant)
        hint = "Add `held_by` in okr.yaml, or name another role."
        yield Diagnosis(Check("people", "warning", f"nobody holds {names} today.", hint))
        return
    people, roles = len(workspace.people), len(workspace.roles)
    message = f"{count(people, 'person', 'people')} in {count(roles, 'role')}; none is vacant."
    yield fine("people", message)


def prefect_checks(home: Home) -> Iterator[Diagnosis]:
    """Whether the Prefect server answers, where one is configured, and has what runs need."""
    settings = prefect_settings(home.env)
    address = settings.get(API, "").strip()
    if not address:
        message = (
            f"no server is configured (PREFECT_API_URL); {okr('sync').code} works without one."
        )
        yield fine("prefect", message)
        return
    import httpx  # noqa: PLC0415

    at = at_address(address)
    hint = "Start it, or correct PREFECT_API_URL."
    try:
        with api_client(settings) as client:
            answer = client.get("health")
            answer.raise_for_status()
            if answer.text.strip() == "true":  # a proxy's page answers 200 too
                found = list(_on_server(client, home))
                yield fine("prefect", f"the server{at} answers.")
                yield from found
                return
            message = f"what answers{at} is no Prefect server."
            hint = "Correct PREFECT_API_URL (the address with `/api`)."
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        refuses = status in {401, 403}
        message = f"the server{at} {'refuses us' if refuses else 'answers'} ({status})."
        hint = "Check PREFECT_API_KEY or PREFECT_API_AUTH_STRING." if refuses else hint
    except ValueError:
        message = f"what answers{at} is no Prefect server."
        hint = "Correct PREFECT_API_URL (the address with `/api`); a proxy may be in between."
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        message = f"the server{at} does not answer."
    yield Diagnosis(Check("prefect", "error", message, hint), 3)


def _on_server(client: httpx.Client, home: Home) -> Iterator[Diagnosis]:
    """What runs would miss on the server, and limits of an earlier release, which nobody frees."""
    from okr_flows.deploy.old_limits import old_limits  # noqa: PLC0415 - only with a server
    from okr_flows.deploy.readiness import readiness  # noqa: PLC0415
    from okr_flows.deploy.rollout import rollout_of  # noqa: PLC0415

    client.get("admin/version").raise_for_status()  # health is told to everyone
    try:
        with home.open_store() as store:
            rollout = rollout_of(store, clock())
    except OkrError:  # no store, no workspace or no plan: other checks tell
        pass
    else:
        for check in readiness(client, rollout):
            yield Diagnosis(check)
    for each in old_limits(client, _connections(home)):
        hint = (
            f"Nothing here waits for it any more: {okr('deploy').code} deletes it, unless another "
            "workspace was deployed by that release."
        )
        yield Diagnosis(Check("prefect", "warning", each.message, hint))


def connection_checks(home: Home, when: CycleAt) -> Iterator[Diagnosis]:
    """What each connection says of itself, and what it finds of the key results it serves."""
    plan, connections = _plan(home, when), _connections(home)
    yield from diagnose_connections(plan, connections, home.env, now=clock())


def silence_checks(home: Home, when: CycleAt) -> Iterator[Diagnosis]:
    """Whether each connection was read when its schedule said so."""
    from okr_store.snapshot import read_snapshot  # noqa: PLC0415 - the store: half a second

    try:
        with home.open_cycle(when) as (store, cycle, as_of):
            snapshot = read_snapshot(store, cycle.id, as_of, newest=True)
    except OkrError:  # no store or no plan: other checks tell
        return
    for each in snapshot.connections_read:
        subject = f"{each.title} schedule"
        if each.overdue:
            message = f"{each.silence(as_of, snapshot.cycle)}."
            hint = (
                f"{okr('sync', cycle=cycle.id).code} reads it now; see that a worker or "
                f"{okr('serve').code} runs."
            )
            yield Diagnosis(Check(subject, "warning", message, hint))
        elif each.read_at:
            read = minute_text(each.read_at, snapshot.cycle.zone)
            yield fine(subject, f"last read {read}.")


def written_checks(home: Home, when: CycleAt) -> Iterator[Diagnosis]:
    """What a write-back would meet, where plans name places to write to."""
    from okr_flows.write_back.checks import write_back_checks  # noqa: PLC0415 - loads the sources
    from okr_flows.write_back.cycle import plan_cycle  # noqa: PLC0415
    from okr_store.snapshot import read_snapshot  # noqa: PLC0415

    try:
        with home.open_cycle(when) as (store, cycle, as_of):
            workspace = in_force(store, cycle.id).workspace
            if not workspace or not any(c.write_back for c in workspace.connections.values()):
                return
            jobs = plan_cycle(store, read_snapshot(store, cycle.id, as_of), write=False)
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


def _connections(home: Home) -> Mapping[str, Connection]:
    """All connections of okr.yaml."""
    try:
        workspace = workspace_of(home)
    except OkrError:  # the check of the files tells
        return {}
    return workspace.connections if workspace else {}


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
        lambda: silence_checks(home, when),
        lambda: written_checks(home, when),
        lambda: prefect_checks(home),
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
        first, *more = hang(text, "  ", page_width())
        lines += [f"{_MARKS[check.outcome]} {first[2:]}", *more]
    return lines
