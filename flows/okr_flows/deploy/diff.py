"""Differences between what Prefect should have and what it has; pure, knows no Prefect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from okr_core.plan.plan import Plan
from okr_core.plan.workspace import Workspace
from okr_flows.deploy.deployments import (
    FLOWS,
    Deployment,
    Parameters,
    ScheduledFlow,
    deployments_of,
    full_name,
    shared_limits,
)
from okr_flows.notify.notices import (
    ENDS,
    HEARTBEAT_SECONDS,
    LOST_MESSAGE,
    SILENT_SECONDS,
    TOLD,
    WAITING_SECONDS,
    WITHDRAWN,
    Ending,
    Notice,
    body_for,
    notices_of,
    prefix_of,
    subject_of,
)

Kind = Literal["work pool", "deployment", "schedule", "limit", "notice"]
_ORDER: tuple[Kind, ...] = ("work pool", "deployment", "schedule", "limit", "notice")

Fields = Mapping[str, object]
"""What a thing holds, as JSON would."""


@dataclass(frozen=True, slots=True)
class Key:
    """Which thing in Prefect.

    Attributes:
        name: Unique within its kind, `within` and `flow`.
        within: The cycle that a schedule or a notice belongs to.
        flow: The flow that a deployment or a schedule belongs to.
    """

    kind: Kind
    name: str
    within: str = ""
    flow: str = ""

    def __str__(self) -> str:
        if self.kind == "deployment":
            return f"{self.kind} {full_name(self.flow, self.name)}"
        if self.kind == "schedule":
            return f"{self.kind} {self.name} of {full_name(self.flow, self.within)}"
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to create, change or delete.

    Attributes:
        fields: What it will hold; empty where it is deleted.
        differs: Field → what it holds now and what it will hold, where it is changed.
    """

    action: Literal["create", "change", "delete"]
    key: Key
    fields: Fields = field(default_factory=dict)
    differs: Mapping[str, tuple[object, object]] = field(default_factory=dict)


def wanted_items(
    workspace: Workspace,
    plans: Iterable[Plan],
    *,
    pool: str,
    version: str,
    forms: Mapping[str, Fields],
    blocks: Mapping[str, str],
    flows: Sequence[ScheduledFlow] = FLOWS,
) -> dict[Key, Fields]:
    """Everything that Prefect should hold for these cycles.

    Args:
        workspace: Connections and routes.
        plans: One per cycle that is not over.
        pool: Name of the work pool; empty: runs are started by `okr serve`.
        version: Version of this package, shown beside the deployments.
        forms: Entrypoint of a flow → JSON Schema of its parameters.
        blocks: Notification block as a route names it → its name with its type.
        flows: What is deployed for each cycle.
    """
    items: dict[Key, Fields] = {Key("work pool", pool): {}} if pool else {}
    for plan in plans:
        for deployment in deployments_of(workspace, plan, flows):
            form = forms[deployment.entrypoint]
            items[deployment_key(deployment)] = _deployment(deployment, pool, version, form)
            items |= _schedules(deployment)
        for notice in notices_of(workspace, plan):
            key = Key("notice", notice.name, plan.cycle.id)
            items[key] = notice_fields(notice, blocks, flows, pool)
    for name, limit in shared_limits(workspace.connections).items():
        items[Key("limit", name)] = {"limit": limit}
    return items


def differences(wanted: Mapping[Key, Fields], found: Mapping[Key, Fields]) -> list[Change]:
    """What turns `found` into `wanted`, in the order in which it can be done.

    Only what is ours is deleted. Fields that `wanted` does not name, such as whether a person
    paused a schedule, are left as they are.
    """
    changes = [
        *_created_or_changed(wanted, found),
        *(Change("delete", key) for key in found if key not in wanted and _ours(key)),
    ]
    rank = {"create": 0, "change": 0, "delete": 1}
    return sorted(
        changes,
        key=lambda c: (rank[c.action], _ORDER.index(c.key.kind), c.key.within, c.key.name),
    )


def deployment_key(deployment: Deployment) -> Key:
    """Which deployment it is."""
    return Key("deployment", deployment.name, flow=deployment.flow)


def notice_fields(
    notice: Notice,
    blocks: Mapping[str, str],
    flows: Iterable[ScheduledFlow] = FLOWS,
    pool: str = "",
) -> Fields:
    """What an automation waits for of which runs, and what it does then, in which words."""
    through = [blocks[block] for block in notice.blocks]
    silent = Notice(notice.cycle, "silent", ()).name
    return {
        **_WAITS_FOR[notice.about],
        "acted": silent if notice.about == "lost" else "",
        "deployments": sorted(full_name(flow.name, notice.cycle) for flow in flows),
        "blocks": through,
        "subject": subject_of(notice) if through else "",
        "body": [body_for(notice, block, pool) for block in through],
    }


def _waits_for(
    *expect: str,
    after: tuple[str, ...] = (),
    within: int = 0,
    states: tuple[str, ...] = (),
    message: str = "",
    crashes: str = "",
) -> Fields:
    """An event of these; or, where `after` is given, that none comes within so many seconds."""
    return {
        "after": [f"{_RUN}.{name}" for name in after],
        "expect": [f"{_RUN}.{name}" for name in expect],
        "within": within,
        "states": list(states),
        "message": message,
        "crashes": crashes,
    }


_RUN = "prefect.flow-run"
_BEAT = "heartbeat"
_WAITS_FOR: Mapping[Ending, Fields] = {
    # By type: a state may have any name.
    "ended": _waits_for("*", states=("CANCELLED", "CRASHED", "FAILED"), message=f"!{TOLD}*"),
    # By name: any other event, such as that it runs, is no sign that it ended.
    "silent": _waits_for(
        *sorted((_BEAT, *ENDS, *WITHDRAWN)),
        after=(_BEAT,),
        within=SILENT_SECONDS,
        crashes=LOST_MESSAGE,
    ),
    # That the run was marked, which the server refuses where it had ended: after a restart it sees
    # ends of runs that it knew before a quarter of an hour late, and takes them for silent.
    "lost": {**_waits_for(), "expect": ["prefect.automation.action.executed"]},
    # A worker has several names for it; each of them begins the wait anew.
    "pending": _waits_for(
        "*", after=("InfrastructurePending", "Pending", "Submitting"), within=WAITING_SECONDS
    ),
    "late": _waits_for("*", after=("Late",), within=WAITING_SECONDS),
}


def _created_or_changed(
    wanted: Mapping[Key, Fields], found: Mapping[Key, Fields]
) -> Iterable[Change]:
    for key, fields in wanted.items():
        now = found.get(key)
        if now is None:
            yield Change("create", key, fields)
            continue
        differs = {
            name: (now.get(name), value) for name, value in fields.items() if now.get(name) != value
        }
        if differs:
            yield Change("change", key, fields, differs)


def _ours(key: Key) -> bool:
    """Pools, deployments and limits stay: others may use them, or want the history of runs."""
    if key.kind == "notice":
        return key.name.startswith(prefix_of(key.within))
    return key.kind == "schedule" and key.name.startswith("okr-")


def _schedules(deployment: Deployment) -> dict[Key, Fields]:
    return {
        Key("schedule", schedule.slug, deployment.name, deployment.flow): {
            "cron": schedule.cron,
            "timezone": schedule.timezone,
            "parameters": _plain(schedule.parameters),
        }
        for schedule in deployment.schedules
    }


def _deployment(deployment: Deployment, pool: str, version: str, form: Fields) -> Fields:
    return {
        "entrypoint": deployment.entrypoint,
        "work pool": pool,
        "parameters": _plain(deployment.parameters),
        "tags": sorted(deployment.tags),
        "description": deployment.description,
        "runs at once": deployment.runs_at_once,
        "one too many": "CANCEL_NEW",
        "heartbeat": str(HEARTBEAT_SECONDS),
        "version": version,
        "form": dict(form),
    }


def _plain(parameters: Parameters) -> dict[str, object]:
    return {name: list(v) if isinstance(v, list) else v for name, v in parameters.items()}
