"""Differences between what Prefect should have and what it has; pure, knows no Prefect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

from okr_core.plan.plan import Plan
from okr_core.plan.workspace import Workspace
from okr_flows.deploy.deployments import (
    FLOWS,
    OWN_SLUG,
    Deployment,
    Infrastructure,
    Parameters,
    ScheduledFlow,
    deployments_of,
    full_name,
)
from okr_flows.deploy.forms import choices_of, strict_form
from okr_flows.notify.notices import (
    ENDS,
    HEARTBEAT_SECONDS,
    LOST_MESSAGE,
    SILENT_SECONDS,
    STOPPED_HOURS,
    TICKED,
    TOLD,
    WAITING_SECONDS,
    WITHDRAWN,
    Ending,
    Notice,
    body_for,
    description_of,
    notices_of,
    subject_of,
)
from okr_flows.run.names import marked, store_marked

Kind = Literal["work pool", "deployment", "schedule", "limit", "notice"]
_ORDER: tuple[Kind, ...] = ("work pool", "deployment", "schedule", "limit", "notice")
Action = Literal["create", "change", "adopt", "delete"]
_RANK: Mapping[Action, int] = {"create": 0, "change": 0, "adopt": 1, "delete": 2}

Fields = Mapping[str, object]
"""What a thing holds, as JSON would."""


@dataclass(frozen=True, slots=True)
class Key:
    """Which thing in Prefect.

    Attributes:
        name: Unique within its kind, `within` and `flow`.
        within: The deployment that a schedule or a notice belongs to.
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
    """One thing to create, change, take over or delete.

    Attributes:
        fields: What it will hold; empty where it is deleted.
        differs: Field → what it holds now and what it will hold, where it is changed.
        into: Name of what replaces it, where it is taken over.
    """

    action: Action
    key: Key
    fields: Fields = field(default_factory=dict)
    differs: Mapping[str, tuple[object, object]] = field(default_factory=dict)
    into: str = ""


def wanted_items(
    workspace: Workspace,
    plans: Iterable[Plan],
    *,
    id_: str,
    infrastructure: Infrastructure,
    version: str,
    forms: Mapping[str, Fields],
    blocks: Mapping[str, str],
    flows: Sequence[ScheduledFlow] = FLOWS,
    store: str = "",
    pools: Mapping[str, str] | None = None,
) -> dict[Key, Fields]:
    """Everything that Prefect should hold for these cycles.

    Args:
        workspace: Connections and routes.
        plans: One per cycle that is not over.
        id_: The workspace's id, which every name carries.
        infrastructure: Where runs start.
        version: Version of this package, shown beside the deployments.
        forms: Entrypoint of a flow → JSON Schema of its parameters.
        blocks: Notification block as a route names it → its name with its type.
        flows: What is deployed for each cycle.
        store: Which store says so; part of the mark.
        pools: Deployment (flow and name) → the work pool that it has and keeps.
    """
    kept = pools or {}
    kind: Fields = {"type": infrastructure.kind} if infrastructure.kind else {}
    items: dict[Key, Fields] = {}
    for plan in plans:
        choices, used = choices_of(workspace, plan), dict[str, None]()
        for deployment in deployments_of(workspace, plan, id_, flows, store):
            pool = kept.get(deployment.full_name) or infrastructure.pool or ""
            form = strict_form(forms[deployment.entrypoint], choices)
            fields = {
                **_deployment(deployment, infrastructure, version, form),
                "work pool": pool,
            }
            items[Key("deployment", deployment.name, flow=deployment.flow)] = fields
            items |= _schedules(deployment)
            used |= {pool: None} if pool else {}
        items |= {Key("work pool", pool): kind for pool in used}
        for notice in notices_of(workspace, plan, id_, store):
            key = Key("notice", notice.name, notice.names.deployment)
            items[key] = notice_fields(notice, blocks, flows, tuple(used))
    return items


def differences(wanted: Mapping[Key, Fields], found: Mapping[Key, Fields]) -> list[Change]:
    """What turns `found` into `wanted`, in the order in which it can be done.

    Args:
        wanted: What Prefect should hold.
        found: What it holds of this workspace's; only what is ours by its name is deleted. Fields
            that `wanted` does not name, such as whether a person paused a schedule, are left as
            they are, and so are tags and job variables that people added.
    """
    changes = [
        *_created_or_changed(wanted, found),
        *(Change("delete", key) for key in found if key not in wanted and _ours(key)),
    ]
    return in_order(changes)


def in_order(changes: Iterable[Change]) -> list[Change]:
    """Changes so that each finds what it needs: what is new first, what is gone last."""
    return sorted(
        changes,
        key=lambda c: (_RANK[c.action], _ORDER.index(c.key.kind), c.key.within, c.key.name),
    )


def is_own_slug(slug: str) -> bool:
    """Whether a schedule of that name is one that `okr deploy` makes and deletes."""
    return slug.startswith(OWN_SLUG)


def notice_fields(
    notice: Notice,
    blocks: Mapping[str, str],
    flows: Iterable[ScheduledFlow] = FLOWS,
    pools: Sequence[str] = (),
) -> Fields:
    """What an automation waits for of which runs, and what it does then, in which words."""
    through = [blocks[block] for block in notice.blocks]
    silent = Notice(notice.names, "silent", ()).name
    told = [flow for flow in flows if not (flow.form and notice.about == "ended")]
    return {
        **_WAITS_FOR[notice.about],
        "acted": silent if notice.about == "lost" else "",
        "resource": notice.names.resource if notice.about == "stopped" else "",
        "deployments": sorted(full_name(flow.name, notice.names.deployment) for flow in told),
        "blocks": through,
        "subject": subject_of(notice) if through else "",
        "body": [body_for(notice, block, pools) for block in through],
        "description": description_of(notice, through),
        "tags": sorted(notice.names.tags),
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
    # Both the beginning of the wait and what ends it: a clock that has never ticked is no alarm.
    "stopped": {
        **_waits_for(),
        "after": [TICKED],
        "expect": [TICKED],
        "within": STOPPED_HOURS * 3600,
    },
}


def _created_or_changed(
    wanted: Mapping[Key, Fields], found: Mapping[Key, Fields]
) -> Iterable[Change]:
    for key, fields in wanted.items():
        now = found.get(key)
        if now is None:
            yield Change("create", key, fields)
            continue
        merged = _with_peoples(fields, now)
        differs = {
            name: (now.get(name), value) for name, value in merged.items() if now.get(name) != value
        }
        if differs:
            yield Change("change", key, merged, differs)


def _with_peoples(wanted: Fields, now: Fields) -> Fields:
    """What is wanted, with the tags and the job variables that people gave a thing."""
    merged = dict(wanted)
    if "tags" in wanted:
        tags = cast("list[str]", now.get("tags", []))
        kept = [tag for tag in tags if not (marked([tag]) or store_marked([tag]))]
        merged["tags"] = sorted({*kept, *cast("list[str]", wanted["tags"])})
    if "job variables" in wanted:
        kept_variables = cast("Mapping[str, object]", now.get("job variables") or {})
        own = cast("Mapping[str, object]", wanted["job variables"])
        merged["job variables"] = {**kept_variables, **own}
    return merged


def _ours(key: Key) -> bool:
    """Pools and deployments stay: others may use them, or want the history of runs."""
    # A limit was found only where an earlier release made it.
    return key.kind in {"limit", "notice"} or (key.kind == "schedule" and is_own_slug(key.name))


def _schedules(deployment: Deployment) -> dict[Key, Fields]:
    return {
        Key("schedule", schedule.slug, deployment.name, deployment.flow): {
            "cron": schedule.cron,
            "timezone": schedule.timezone,
            "parameters": _plain(schedule.parameters),
        }
        for schedule in deployment.schedules
    }


def _deployment(
    deployment: Deployment, infrastructure: Infrastructure, version: str, form: Fields
) -> Fields:
    fields: dict[str, object] = {
        "entrypoint": deployment.entrypoint,
        "parameters": _plain(deployment.parameters),
        "tags": sorted(deployment.tags),
        "description": deployment.description,
        "runs at once": None,
        "heartbeat": str(HEARTBEAT_SECONDS),
        "version": version,
        "form": dict(form),
    }
    if infrastructure.queue:
        fields["work queue"] = infrastructure.queue
    if infrastructure.variables:
        fields["job variables"] = dict(infrastructure.variables)
    return fields


def _plain(parameters: Parameters) -> dict[str, object]:
    return {name: list(v) if isinstance(v, list) else v for name, v in parameters.items()}
