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
)
from okr_flows.notify.notices import (
    ALERTED,
    INCOMPLETE,
    Notice,
    body_for,
    notices_of,
    prefix_of,
    resource_of,
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
            items[Key("notice", notice.name, plan.cycle.id)] = notice_fields(notice, blocks, flows)
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
    notice: Notice, blocks: Mapping[str, str], flows: Iterable[ScheduledFlow] = FLOWS
) -> Fields:
    """What an automation does: on which events of which runs, through which block, which words."""
    block = blocks[notice.block]
    broken = [f"prefect.flow-run.{end}" for end in BROKEN_ENDS] if notice.broken_runs else []
    runs = ["prefect.flow-run.*"] if notice.broken_runs else []
    return {
        "block": block,
        "events": sorted([ALERTED, *broken]),
        "resources": [*runs, *(resource_of(notice.cycle, route) for route in notice.routes)],
        "deployment": notice.cycle,
        "flow": sorted(flow.name for flow in flows),
        "subject": subject_of(notice.cycle),
        "body": body_for(block),
    }


BROKEN_ENDS = ("Failed", "Crashed", "TimedOut", INCOMPLETE)
"""Names of final states that no event of ours tells the routes of."""


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
    """Pools and deployments stay: others may use them, or want the history of runs."""
    if key.kind == "limit":
        return True  # an earlier release made it, else it would not have been found
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
        "version": version,
        "form": dict(form),
    }


def _plain(parameters: Parameters) -> dict[str, object]:
    return {name: list(v) if isinstance(v, list) else v for name, v in parameters.items()}
