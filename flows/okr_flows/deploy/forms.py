"""Forms: what people may choose in a deployment's form, and that nothing else is taken; pure.

The form helps whoever fills it in and refuses what it can. It is no guard: a caller can switch its
check off, and schedules are not checked. The use cases refuse again, in words of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from okr_core.plan.ids import name_of
from okr_core.plan.metrics import Milestones
from okr_core.plan.plan import Plan, bound_key_results, connection_of
from okr_core.plan.schedule import check_ins_of
from okr_core.plan.workspace import Workspace
from okr_report.audience.audience import COMPANY

MOST = 500
"""Choices of a field; a longer list helps nobody, and every request for a deployment carries it."""
Choices = Mapping[str, Sequence[str]]
"""Parameter → the values that it may have; of a list, those of its items."""


def choices_of(workspace: Workspace, plan: Plan) -> Choices:
    """What the parameters of a cycle's flows may be, by their names.

    The cycle is the deployment's own: its tags, its schedules and its notices are of that one.
    """
    bound = bound_key_results(plan)
    asked = {*map(connection_of, bound), *check_ins_of(workspace, plan)}
    read = asked & set(workspace.connections)
    return {
        "cycle": [plan.cycle.id],
        "connection": ["", *sorted(read)],
        "only": [kr.id for kr in bound],
        "audience": [
            COMPANY,
            *(f"team:{team}" for team in workspace.teams),
            *workspace.audiences,
        ],
        "person": ["", *workspace.people] if workspace.people else [],
        "key_result": ["", *_said_of(plan)],
        "confidence": ["", *map(str, range(11))],
    }


def _said_of(plan: Plan) -> Iterator[str]:
    """What people may check in on: key results, of those with milestones each of these."""
    for kr in plan.active_key_results:
        if isinstance(kr.metric, Milestones):
            yield from (name_of(kr.id, part.id) for part in kr.metric.parts)
        elif kr.derivation is None:
            yield kr.id


def strict_form(form: Mapping[str, object], choices: Choices) -> dict[str, object]:
    """A form as Prefect infers it, with choices, and closed against parameters that there are not.

    Args:
        form: JSON Schema of a flow's parameters.
        choices: Of parameters of any flow.
    """
    properties = cast("Mapping[str, Mapping[str, object]]", form.get("properties", {}))
    chosen = {
        name: _chosen(field, choices[name]) if _is_choice(field, choices.get(name)) else dict(field)
        for name, field in properties.items()
    }
    return {**form, "properties": chosen, "additionalProperties": False}


def _is_choice(field: Mapping[str, object], values: Sequence[str] | None) -> bool:
    """Whether there is something to choose from; of a list, nothing is an answer too."""
    return values is not None and len(values) <= MOST and bool(values or _is_list(field))


def _chosen(field: Mapping[str, object], values: Sequence[str]) -> dict[str, object]:
    if not _is_list(field):
        return {**field, "type": "string", "enum": list(values)}
    rest = {key: value for key, value in field.items() if key not in {"anyOf", "default"}}
    items: dict[str, object] = {"type": "string"}
    # An empty enum is no valid schema.
    allowed = {"items": {**items, "enum": list(values)}} if values else {"maxItems": 0}
    return {**rest, "type": "array", "default": [], **allowed}


def _is_list(field: Mapping[str, object]) -> bool:
    kinds = field.get("anyOf", [field])
    return isinstance(kinds, list) and any(each.get("type") == "array" for each in kinds)
