"""Plans and workspaces as YAML, and back."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from plans import PLAN, plans, text, workspaces
from ruamel.yaml import YAML

from okr_core.files.document import dump_plan, dump_workspace, load_plan, load_workspace
from okr_core.files.yaml_tree import read_document
from okr_core.plan.dump import plan_json, workspace_json
from okr_core.plan.plan import Plan
from okr_core.plan.workspace import Workspace


@settings(deadline=None)
@given(plans())
def test_a_plan_that_is_written_loads_back_equal(plan: Plan) -> None:
    document = read_document(dump_plan(plan), "plan.yaml")
    assert Plan.model_validate(document.data) == plan
    assert Plan.model_validate_json(plan_json(plan)) == plan


@settings(deadline=None)
@given(workspaces())
def test_a_workspace_that_is_written_loads_back_equal(workspace: Workspace) -> None:
    assert load_workspace(dump_workspace(workspace)) == workspace
    assert Workspace.model_validate_json(workspace_json(workspace)) == workspace


@given(text)
def test_any_text_is_the_same_text_for_another_yaml_reader(written: str) -> None:
    data = YAML(typ="safe", pure=True).load(dump_workspace(Workspace(organization=written)))
    assert data["organization"] == written


@given(
    st.sampled_from(
        ["no", "Yes", "null", "~", "1.10", "2026-10-01", "0x1F", "12:30", "", "- a", "# a", "a: b"]
    )
)
def test_text_that_looks_like_something_else_stays_text(written: str) -> None:
    data = YAML(typ="safe", pure=True).load(dump_workspace(Workspace(organization=written)))
    assert data["organization"] == written


def test_a_plan_is_written_as_a_person_would_write_it() -> None:
    source = PLAN.replace("45}", "45.10}").replace(
        "        title: Week-1 activation\n",
        "        title: 首周激活率 31 % → 45 %\n"
        "        due: 2026-12-11\n"
        "        source: {jira: {connection: acme, jql: 'labels = \"x: y\"', scale: 100}}\n",
    )
    assert (
        dump_plan(load_plan(source))
        == """\
cycle:
  id: 2026-q4
  starts: 2026-10-01
  ends: 2026-12-31
  timezone: Europe/Zurich
objectives:
  - id: activation
    title: New teams reach value in their first week
    owner: ana
    key_results:
      - id: week1
        title: 首周激活率 31 % → 45 %
        metric:
          kind: increase
          unit: "%"
          baseline: 31
          target: 45.10
        due: 2026-12-11
        source:
          jira:
            connection: acme
            jql: "labels = \\"x: y\\""
            scale: 100
"""
    )


def test_the_cut_off_and_the_days_of_steps_are_written_as_they_are_read() -> None:
    plan = load_plan(
        PLAN.replace("timezone:", "cutoff: 2026-12-31T23:59, timezone:").replace(
            "        metric",
            "        pace: {steps: {2026-10-31: 0.20, 2026-12-31: 1}}\n        metric",
        )
    )
    assert load_plan(dump_plan(plan)) == plan
    steps = plan.objectives[0].key_results[0].pace.steps
    assert steps == {date(2026, 10, 31): Decimal("0.20"), date(2026, 12, 31): Decimal(1)}
