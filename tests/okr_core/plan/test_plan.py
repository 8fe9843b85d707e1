"""Plan: which of its items count."""

from okr_core.plan.plan import Plan

PLAN = Plan.model_validate(
    {
        "cycle": {"id": "q4", "starts": "2026-10-01", "ends": "2026-12-31"},
        "objectives": [
            {
                "id": name,
                "title": name,
                **({"state": state, "state_reason": "no time"} if state else {}),
                "key_results": [
                    {"id": f"{name}.on", "title": "On", "metric": {"kind": "binary"}},
                    {
                        "id": f"{name}.off",
                        "title": "Off",
                        "metric": {"kind": "binary"},
                        "state": "deferred",
                        "state_reason": "no time",
                    },
                ],
            }
            for name, state in (("a", ""), ("b", "dropped"), ("c", "deferred"), ("d", ""))
        ],
    }
)


def test_what_is_dropped_or_deferred_does_not_count_nor_do_key_results_below_it() -> None:
    assert [objective.id for objective in PLAN.active_objectives] == ["a", "d"]
    assert [kr.id for kr in PLAN.active_key_results] == ["a.on", "d.on"]
    assert PLAN.key_results_by_id["b.on"].active
    assert PLAN.objectives_by_id["b"].active_key_results == ()


def test_a_key_result_is_in_the_state_of_its_objective_unless_it_has_one_of_its_own() -> None:
    states = {
        kr.id: (objective.state_of(kr), objective.pursues(kr))
        for objective in PLAN.objectives
        for kr in objective.key_results
    }
    assert states == {
        "a.on": ("active", True),
        "a.off": ("deferred", False),
        "b.on": ("dropped", False),
        "b.off": ("deferred", False),
        "c.on": ("deferred", False),
        "c.off": ("deferred", False),
        "d.on": ("active", True),
        "d.off": ("deferred", False),
    }
