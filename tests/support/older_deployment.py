"""What a release that knew only `sync-progress` left on a server, as read from one after it."""

from __future__ import annotations

from typing import Any

from prefect_stage import Stage

_FORM = {
    "title": "Parameters",
    "type": "object",
    "properties": {
        "cycle": {"title": "cycle", "type": "string", "position": 0},
        "connection": {"title": "connection", "type": "string", "position": 1, "default": ""},
    },
    "required": ["cycle"],
}
_BODY = (
    "{% if event.payload.text %}{{ event.payload.text }}"
    "{% else %}{{ flow_run.name }} ended {{ flow_run.state.name }}: "
    "{{ flow_run.state.message }}{% endif %}"
    "{% if flow_run | ui_url %}\n{{ flow_run | ui_url }}{% endif %}"
)


def leave_older(prefect: Stage, cycle: str, pool: str, block: str) -> dict[str, Any]:
    """Make the older release's deployment of a cycle, with a notice for the team `growth`
    and a limit of the connection `acme` whose slot nobody gives back.

    Args:
        prefect: The server.
        cycle: Id of the cycle.
        pool: Name of the work pool.
        block: Id of the notification block.

    Returns:
        The deployment as the server has it.
    """
    prefect.post("work_pools/", {"name": pool, "type": "process"})
    flow = prefect.post("flows/", {"name": "sync-progress"})
    prefect.post("deployments/", _deployment(flow["id"], cycle, pool))
    prefect.post("automations/", _automation(cycle, block))
    # Its connection had a limit, of which a server that was restarted never gives the slot back.
    prefect.post("v2/concurrency_limits/", {"name": "okr-sync-acme", "limit": 1})
    prefect.post("v2/concurrency_limits/increment", {"names": ["okr-sync-acme"], "slots": 1})
    return dict(prefect.deployment(cycle))


def _deployment(flow: str, cycle: str, pool: str) -> dict[str, object]:
    return {
        "name": cycle,
        "flow_id": flow,
        "version": "0.1.0",
        "description": f"Reads the bound key results of Acme, cycle {cycle}.",
        "schedules": [
            {
                "slug": "okr-sync-acme",
                "schedule": {"cron": "0 6 * * *", "timezone": "UTC"},
                "active": False,
                "parameters": {"cycle": cycle, "connection": "acme"},
            }
        ],
        "concurrency_limit": 1,
        "concurrency_options": {"collision_strategy": "CANCEL_NEW"},
        "parameters": {"cycle": cycle},
        "tags": ["okr", cycle],
        "parameter_openapi_schema": _FORM,
        "enforce_parameter_schema": True,
        "pull_steps": [],
        "entrypoint": "okr_flows.sync.sync_progress.sync_progress",
        "work_pool_name": pool,
    }


def _automation(cycle: str, block: str) -> dict[str, object]:
    related = {"flow": "sync-progress", "deployment": cycle}
    return {
        "name": f"okr-notice-{cycle}:team-chat",
        "description": "Made by `okr deploy`, which overwrites changes.",
        "enabled": False,
        "tags": ["okr", cycle],
        "trigger": {
            "type": "event",
            "match": {"prefect.resource.id": ["prefect.flow-run.*", f"okr.route.{cycle}.growth"]},
            "match_related": [
                {"prefect.resource.role": role, "prefect.resource.name": name}
                for role, name in related.items()
            ],
            "expect": [
                "okr.route.alerted",
                *(f"prefect.flow-run.{end}" for end in ("Crashed", "TimedOut", "Failed")),
            ],
            "for_each": ["prefect.resource.id"],
            "posture": "Reactive",
            "threshold": 1,
            "within": 0,
        },
        "actions": [
            {
                "type": "send-notification",
                "block_document_id": block,
                "subject": f"OKR {cycle}: a sync needs attention",
                "body": _BODY,
            }
        ],
    }
