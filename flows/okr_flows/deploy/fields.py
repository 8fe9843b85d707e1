"""Fields: Prefect's objects in the shape of `wanted_items`, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import cast
from uuid import UUID

from prefect.client.schemas.actions import DeploymentScheduleCreate, DeploymentUpdate
from prefect.client.schemas.objects import DeploymentSchedule, StateType
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.events.actions import ChangeFlowRunState, SendNotification
from prefect.events.schemas.automations import Automation, AutomationCore, EventTrigger, Posture

from okr_flows.deploy.diff import Change, Fields, Key

HEARTBEAT_VARIABLE = "PREFECT_FLOWS_HEARTBEAT_FREQUENCY"
"""How often a run shows that it is alive; a deployment hands it to whatever starts its runs."""


def texts(value: object) -> list[str]:
    """A field that holds a list of texts."""
    return [str(each) for each in value] if isinstance(value, list) else []


def deployment_fields(found: DeploymentResponse) -> Fields:
    """A deployment as it is."""
    limit = found.global_concurrency_limit
    return {
        "entrypoint": found.entrypoint,
        "work pool": found.work_pool_name or "",
        "work queue": found.work_queue_name or "",
        "job variables": _without_heartbeat(found.job_variables or {}),
        "parameters": found.parameters,
        "tags": sorted(found.tags),
        "description": found.description,
        "runs at once": limit.limit if limit else None,
        "heartbeat": _environment(found.job_variables).get(HEARTBEAT_VARIABLE),
        "version": found.version,
        "form": found.parameter_openapi_schema,
    }


def deployment_update(fields: Fields, variables: Mapping[str, object]) -> DeploymentUpdate:
    """What makes a deployment so; whether it and its schedules are paused is left alone.

    Args:
        fields: What it is to hold.
        variables: Its job variables as they are: a person's own stay.
    """
    wanted = {**variables, **cast("Mapping[str, object]", fields.get("job variables", {}))}
    env = {**_environment(wanted), HEARTBEAT_VARIABLE: str(fields["heartbeat"])}
    queue = {"work_queue_name": fields["work queue"]} if "work queue" in fields else {}
    return DeploymentUpdate.model_validate(
        {
            **queue,
            "version": fields["version"],
            "description": fields["description"],
            "tags": fields["tags"],
            "parameters": fields["parameters"],
            "work_pool_name": fields["work pool"] or None,
            "entrypoint": fields["entrypoint"],
            "job_variables": {**wanted, "env": env},
            "concurrency_limit": fields["runs at once"],
            "parameter_openapi_schema": fields["form"],
            "enforce_parameter_schema": True,
            "pull_steps": [],
            **({"paused": True} if fields.get("paused") else {}),
        }
    )


def _environment(variables: Mapping[str, object]) -> Mapping[str, object]:
    env = variables.get("env")
    return cast("Mapping[str, object]", env) if isinstance(env, dict) else {}


def _without_heartbeat(variables: Mapping[str, object]) -> Fields:
    """Job variables that are not ours: the heartbeat is a field of its own."""
    env = {k: v for k, v in _environment(variables).items() if k != HEARTBEAT_VARIABLE}
    kept = {name: value for name, value in variables.items() if name != "env"}
    return {**kept, **({"env": env} if env else {})}


def schedule_key(flow: str, deployment: str, found: DeploymentSchedule) -> Key:
    """Which schedule it is; one that a person made without a slug goes by its id."""
    return Key("schedule", found.slug or str(found.id), deployment, flow)


def peoples_schedule(found: DeploymentSchedule) -> DeploymentScheduleCreate:
    """A schedule as a person made it, for another deployment."""
    return DeploymentScheduleCreate(
        schedule=found.schedule, active=found.active, parameters=found.parameters, slug=found.slug
    )


def schedule_fields(found: DeploymentSchedule) -> Fields:
    """A schedule as it is."""
    timing = found.schedule
    if not isinstance(timing, CronSchedule):
        return {"parameters": found.parameters}
    return {"cron": timing.cron, "timezone": timing.timezone, "parameters": found.parameters}


def notice_fields(
    found: Automation, blocks: Mapping[UUID, str], deployments: Mapping[UUID, str]
) -> Fields:
    """An automation as it is.

    Args:
        found: The automation.
        blocks: Id of a block → its name with its type.
        deployments: Id of a deployment → its full name.
    """
    trigger = found.trigger
    if not isinstance(trigger, EventTrigger):
        return {}
    sent = [each for each in found.actions if isinstance(each, SendNotification)]
    crash = [each for each in found.actions if isinstance(each, ChangeFlowRunState)]
    if len(sent) + len(crash) != len(found.actions):
        return {}  # a person's own action among them
    ids = _label(trigger.match_related, f"{_RESOURCE}.id")
    named = {f"{_DEPLOYMENT}.{id_}": name for id_, name in deployments.items()}
    return {
        "after": sorted(trigger.after),
        "expect": sorted(trigger.expect),
        "within": int(trigger.within.total_seconds()),
        "states": _label(trigger.match, _TYPE),
        "message": ", ".join(_label(trigger.match, _MESSAGE)),
        "crashes": crash[0].message if crash else "",
        "acted": ", ".join(_label(trigger.match, f"{_RESOURCE}.name")),
        "resource": _of_cycle(trigger.match),
        # What another automation did is about runs of the same deployments.
        "deployments": sorted(named.get(id_, id_) for id_ in ids or named),
        "blocks": [blocks.get(each.block_document_id) for each in sent],
        "subject": sent[0].subject if sent else "",
        "body": [each.body for each in sent],
        "description": found.description,
        "tags": sorted(found.tags),
    }


def automation(
    change: Change, blocks: Sequence[UUID], deployments: Sequence[UUID], *, enabled: bool
) -> AutomationCore:
    """The automation that makes a notice so.

    Args:
        change: Its fields.
        blocks: Ids of the blocks that it sends through, in their order there.
        deployments: Ids of the deployments whose runs it is about.
        enabled: Whether it is to act; a person may have paused it.
    """
    fields = change.fields
    states, message = texts(fields["states"]), str(fields["message"])
    acted = str(fields["acted"])
    match: dict[str, object] = {f"{_RESOURCE}.id": f"{_RUN}.*"}
    if acted:
        match = {f"{_RESOURCE}.id": "prefect.automation.*", f"{_RESOURCE}.name": acted}
    resource = str(fields["resource"])
    if resource:
        match = {f"{_RESOURCE}.id": resource}
    match |= {_TYPE: states} if states else {}
    match |= {_MESSAGE: message} if message else {}
    # By id: a heartbeat does not say what its deployment is called.
    ids = [f"{_DEPLOYMENT}.{id_}" for id_ in deployments]
    return AutomationCore(
        name=change.key.name,
        description=str(fields["description"]),
        tags=texts(fields["tags"]),
        enabled=enabled,
        trigger=EventTrigger.model_validate(
            {
                "after": texts(fields["after"]),
                "expect": texts(fields["expect"]),
                "match": match,
                "match_related": {}
                if acted or resource
                else {f"{_RESOURCE}.role": "deployment", f"{_RESOURCE}.id": ids},
                "for_each": [f"{_RESOURCE}.id"],
                "posture": Posture.Proactive if fields["after"] else Posture.Reactive,
                "threshold": 1,
                "within": timedelta(seconds=cast("int", fields["within"])),
            }
        ),
        actions=[*_crash(str(fields["crashes"])), *_sent(fields, blocks)],
    )


def _crash(message: str) -> list[ChangeFlowRunState]:
    return [ChangeFlowRunState(state=StateType.CRASHED, message=message)] if message else []


def _sent(fields: Fields, blocks: Sequence[UUID]) -> list[SendNotification]:
    return [
        SendNotification(block_document_id=block, subject=str(fields["subject"]), body=body)
        for block, body in zip(blocks, texts(fields["body"]), strict=True)
    ]


_RESOURCE, _RUN, _DEPLOYMENT = "prefect.resource", "prefect.flow-run", "prefect.deployment"
_TYPE, _MESSAGE = "prefect.state-type", "prefect.state-message"


def _of_cycle(specification: object) -> str:
    """The cycle whose own events a trigger waits for; empty where it waits for Prefect's."""
    found = _label(specification, f"{_RESOURCE}.id")
    return found[0] if found and found[0].startswith("okr.cycle") else ""


def _label(specification: object, label: str) -> list[str]:
    """Values of a label that a trigger asks for."""
    if isinstance(specification, list):  # an older release asked for several resources
        return []
    found = cast("Mapping[str, object]", specification).get(label)
    return texts(found) if isinstance(found, list) else [str(found)] if found else []
