"""Revisions: what changed, what needs a reason, and since when a key result is there."""

from datetime import date

from hypothesis import given, settings
from plans import PLAN, plans

from okr_core.files.document import load_plan, load_workspace
from okr_core.plan.plan import Plan
from okr_core.plan.revision import (
    added_days,
    diff_plans,
    diff_workspaces,
    first_added,
    needs_reason,
    plan_digest,
    workspace_digest,
)

OLD = load_plan(PLAN)


def changed(*replacements: tuple[str, str]) -> Plan:
    text = PLAN
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    return load_plan(text)


def told(old: Plan | None, new: Plan) -> list[str]:
    return [str(change) for change in diff_plans(old, new)]


def test_a_changed_target_is_told_from_old_to_new_and_needs_a_reason_after_the_start() -> None:
    changes = diff_plans(OLD, changed(("target: 45", "target: 40")))
    assert [str(change) for change in changes] == ["~ `week1`: metric.target: 45 → 40"]
    assert changes[0].path == "objectives.activation.key_results.week1.metric.target"
    assert needs_reason(changes, started=True) == changes
    assert needs_reason(changes, started=False) == ()


def test_due_weight_ambition_and_the_end_of_the_cycle_are_protected_and_words_are_not() -> None:
    new = changed(
        ("owner: ana", "owner: bo\n    weight: 2\n    ambition: committed"),
        ("title: Week-1 activation", "title: Week-1 activation\n        due: 2026-12-11"),
        ("ends: 2026-12-31", "ends: 2026-12-30"),
    )
    changes = diff_plans(OLD, new)
    guarded = {change.field for change in needs_reason(changes, started=True)}
    assert guarded == {"weight", "ambition", "due", "cycle.ends"}
    assert "~ `week1`: due: (not set) → 2026-12-11" in [str(change) for change in changes]
    assert "~ `activation`: owner: ana → bo" in [str(change) for change in changes]


def test_items_are_told_as_added_removed_and_moved() -> None:
    second = "  - {id: other, title: Another goal, owner: bo, key_results: []}\n"
    two = changed(("objectives:\n", f"objectives:\n{second}"))
    assert told(OLD, two) == ["+ `other`: Another goal"]
    assert told(two, OLD) == ["- `other`: Another goal"]
    assert needs_reason(diff_plans(two, OLD), started=True)
    moved = two.model_copy(
        update={
            "objectives": (
                two.objectives[0].model_copy(update={"key_results": OLD.objectives[0].key_results}),
                two.objectives[1].model_copy(update={"key_results": ()}),
            )
        }
    )
    assert told(two, moved) == ["~ `week1`: objective: activation → other"]
    assert len(told(None, two)) == 3


def test_one_target_written_in_two_ways_is_no_change() -> None:
    assert told(OLD, changed(("target: 45", "target: 45.0"))) == []


def test_the_title_of_a_milestone_may_change_and_its_weight_may_not() -> None:
    metric = '{kind: increase, unit: "%", baseline: 31, target: 45}'
    old = changed((metric, "{kind: milestones, parts: [{id: a, title: One}]}"))
    new = changed((metric, "{kind: milestones, parts: [{id: a, title: Two, weight: 3}]}"))
    assert told(old, new) == [
        "~ `week1`: metric.parts.a.title: One → Two",
        "~ `week1`: metric.parts.a.weight: 1 → 3",
    ]
    assert [c.field for c in needs_reason(diff_plans(old, new), True)] == ["metric.parts.a.weight"]


@settings(deadline=None)
@given(plans(), plans())
def test_two_plans_without_changes_are_equal_but_for_their_order(one: Plan, two: Plan) -> None:
    assert diff_plans(one, one) == ()
    backwards = one.model_copy(update={"objectives": one.objectives[::-1]})
    assert diff_plans(one, backwards) == ()
    if plan_digest(one) == plan_digest(two):
        assert one == two
    if not diff_plans(one, two):
        assert {o.id: o for o in one.objectives}.keys() == {o.id: o for o in two.objectives}.keys()


def test_the_digest_names_the_content_and_not_the_file() -> None:
    commented = "# a comment\n" + PLAN.replace("owner: ana", "owner: ana\n    weight: 1")
    assert plan_digest(load_plan(commented)) == plan_digest(OLD)
    assert plan_digest(changed(("target: 45", "target: 46"))) != plan_digest(OLD)


def test_a_key_result_keeps_the_day_of_the_revision_that_added_it() -> None:
    first, second = date(2026, 9, 20), date(2026, 11, 2)
    days = added_days({}, OLD, first)
    assert days == {"week1": first}
    more = changed(
        ("key_results:\n", "key_results:\n      - {id: new, title: New, metric: {kind: binary}}\n")
    )
    assert added_days(days, more, second) == {"week1": first, "new": second}
    days = {"week1": first, "new": second}
    third = date(2026, 11, 9)
    assert added_days(days, OLD, third) == days
    assert added_days(days, more, third) == days, "removed and added again"


def test_of_what_several_revisions_say_the_oldest_day_stays() -> None:
    first, second = date(2026, 9, 20), date(2026, 11, 2)
    told = [{"week1": first}, {}, {"week1": second, "new": second}]
    assert first_added(told) == {"week1": first, "new": second}


def test_a_changed_policy_needs_a_reason_and_a_changed_person_does_not() -> None:
    old = load_workspace(
        "organization: Acme\npeople: {ana: {name: Ana}}\nroutes: {growth: slack}\n"
    )
    new = load_workspace(
        "organization: Acme\npeople: {ana: {name: Ana Silva}, bo: {name: Bo}}\n"
        "routes: {growth: mail}\npolicies: {status: {ahead: 0.2}}\n"
    )
    changes = diff_workspaces(old, new)
    assert [str(change) for change in changes] == [
        "~ `ana`: name: Ana → Ana Silva",
        "+ `bo`: person",
        "~ `growth`: route: slack → mail",
        "~ policies.status.ahead: 0.10 → 0.2",
    ]
    assert [change.field for change in needs_reason(changes, True)] == ["policies.status.ahead"]
    assert workspace_digest(old) != workspace_digest(new)
    assert [c.kind for c in diff_workspaces(None, old)] == ["added", "added"]
