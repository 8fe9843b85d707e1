"""Fields: Prefect's objects in the shape of `wanted_items`, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import cast
from uuid import UUID

from prefect.client.schemas.actions import DeploymentScheduleCreate, DeploymentUpdate
from prefect.client.schemas.objects import BlockDocument, DeploymentSchedule
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.events.actions import SendNotification
from prefect.events.schemas.automations import Automation, AutomationCore, EventTrigger

from okr_flows.deploy.diff import Change, Fields, Key


def texts(value: object) -> list[str]:
    """A field that holds a list of texts."""
    return [str(each) for each in value] if isinstance(value, list) else []


def qualified(document: BlockDocument) -> str:
    """A block's name with its type, which is unique."""
    return f"{document.block_type.slug if document.block_type else ''}/{document.name}"


def deployment_fields(found: DeploymentResponse) -> Fields:
    """A deployment as it is."""
    limit = found.global_concurrency_limit
    return {
        "entrypoint": found.entrypoint,
        "work pool": found.work_pool_name or "",
        "work queue": found.work_queue_name or "",
        "job variables": found.job_variables,
        "parameters": found.parameters,
        "tags": sorted(found.tags),
        "description": found.description,
        "runs at once": limit.limit if limit else None,
        "version": found.version,
        "form": found.parameter_openapi_schema,
    }


def deployment_update(fields: Fields) -> DeploymentUpdate:
    """What makes a deployment so; whether it and its schedules are paused is left alone."""
    optional = {"work queue": "work_queue_name", "job variables": "job_variables"}
    return DeploymentUpdate.model_validate(
        {
            **{name: fields[key] for key, name in optional.items() if key in fields},
            "version": fields["version"],
            "description": fields["description"],
            "tags": fields["tags"],
            "parameters": fields["parameters"],
            "work_pool_name": fields["work pool"] or None,
            "entrypoint": fields["entrypoint"],
            "concurrency_limit": fields["runs at once"],
            "parameter_openapi_schema": fields["form"],
            "enforce_parameter_schema": True,
            "pull_steps": [],
            **({"paused": True} if fields.get("paused") else {}),
        }
    )


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


def notice_fields(found: Automation, blocks: Mapping[UUID, BlockDocument]) -> Fields:
    """An automation as it is, with the name of the block that it sends through."""
    action = found.actions[0] if found.actions else None
    trigger = found.trigger
    if not isinstance(action, SendNotification) or not isinstance(trigger, EventTrigger):
        return {}
    document = blocks.get(action.block_document_id)
    related = trigger.match_related
    named = {
        role[0]: _label(each, "name")
        for each in (related if isinstance(related, list) else [related])
        if (role := _label(each, "role"))
    }
    return {
        "block": qualified(document) if document else None,
        "events": sorted(trigger.expect),
        "resources": _label(trigger.match, "id"),
        "deployment": ", ".join(named.get("deployment", [])),
        "flow": sorted(named.get("flow", [])),
        "subject": action.subject,
        "body": action.body,
        "tags": sorted(found.tags),
    }


def automation(change: Change, block: UUID, *, enabled: bool) -> AutomationCore:
    """The automation that sends a notice through a block."""
    fields = change.fields
    related = [
        {f"{_RESOURCE}.role": "flow", f"{_RESOURCE}.name": texts(fields["flow"])},
        {f"{_RESOURCE}.role": "deployment", f"{_RESOURCE}.name": str(fields["deployment"])},
    ]
    return AutomationCore(
        name=change.key.name,
        description="Made by `okr deploy`, which overwrites changes; disabled, it stays disabled.",
        tags=texts(fields["tags"]),
        enabled=enabled,
        trigger=EventTrigger.model_validate(
            {
                "expect": texts(fields["events"]),
                "match": {f"{_RESOURCE}.id": texts(fields["resources"])},
                "match_related": related,
                "for_each": [f"{_RESOURCE}.id"],
                "posture": "Reactive",
                "threshold": 1,
                "within": timedelta(0),
            }
        ),
        actions=[
            SendNotification(
                block_document_id=block, subject=str(fields["subject"]), body=str(fields["body"])
            )
        ],
    )


_RESOURCE = "prefect.resource"


def _label(specification: object, label: str) -> list[str]:
    """Values of a label that a trigger asks for."""
    found = cast("Mapping[str, object]", specification).get(f"{_RESOURCE}.{label}")
    return texts(found) if isinstance(found, list) else [str(found)] if found else []
