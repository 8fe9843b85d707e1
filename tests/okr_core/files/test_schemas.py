"""The JSON Schemas of plan and workspace files."""

import json

import jsonschema
import pytest
from hypothesis import given, settings
from plans import plans, workspaces

from okr_core.files.schemas import schema_of
from okr_core.plan.dump import plan_json, workspace_json
from okr_core.plan.plan import Plan
from okr_core.plan.workspace import Workspace

PLAN = jsonschema.Draft202012Validator(schema_of("plan"))
WORKSPACE = jsonschema.Draft202012Validator(schema_of("workspace"))


def test_both_schemas_are_schemas() -> None:
    for each in (PLAN, WORKSPACE):
        jsonschema.Draft202012Validator.check_schema(each.schema)


@settings(deadline=None, max_examples=50)
@given(plans())
def test_every_plan_follows_its_schema(plan: Plan) -> None:
    PLAN.validate(json.loads(plan_json(plan)))


@settings(deadline=None, max_examples=50)
@given(workspaces())
def test_every_workspace_follows_its_schema(workspace: Workspace) -> None:
    data = json.loads(workspace_json(workspace))
    WORKSPACE.validate(data)


@pytest.mark.parametrize("metric", [{"baseline": 1, "target": 2}, {"kind": "incerase"}])
def test_a_metric_without_a_known_kind_does_not_follow_the_schema(metric: object) -> None:
    key_result = {"id": "k", "title": "K", "metric": metric}
    plan = {
        "cycle": {"id": "q", "starts": "2026-10-01", "ends": "2026-12-31"},
        "objectives": [{"id": "o", "title": "O", "key_results": [key_result]}],
    }
    assert not PLAN.is_valid(plan)
