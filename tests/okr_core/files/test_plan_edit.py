"""Plans are edited in place: the text says the new plan, and what people wrote beside stays."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from okr_core.errors import InputError
from okr_core.files.document import load_plan
from okr_core.files.plan_edit import edited_plan
from okr_core.plan.metrics import Increase
from okr_core.plan.plan import KeyResult, Objective

TEXT = """\
# ours
cycle: {id: 2026-q4, starts: 2026-10-01, ends: 2026-12-31}
objectives:
  # first
  - id: a
    title: A   # why
    owner: ada
    key_results:
      - id: a.k
        title: K
        metric: {kind: increase, unit: "%", baseline: 0, target: 10}   # agreed
# the end
"""


def key_result(name: str, target: int = 10) -> KeyResult:
    metric = Increase(unit="%", baseline=Decimal(0), target=Decimal(target))
    return KeyResult(id=name, title="K", metric=metric)


def test_a_changed_key_result_keeps_its_place_and_every_comment() -> None:
    plan = load_plan(TEXT)
    changed = key_result("a.k", 12).model_copy(update={"due": date(2026, 12, 1)})
    objective = plan.objectives[0].model_copy(update={"key_results": (changed,)})
    new = plan.model_copy(update={"objectives": (objective,)})
    text = edited_plan("p.yaml", TEXT, new)
    assert load_plan(text) == new
    assert text == TEXT.replace(
        "target: 10}   # agreed", 'target: 12}   # agreed\n        due: "2026-12-01"'
    )


def test_added_items_stand_behind_the_others() -> None:
    plan = load_plan(TEXT)
    first = plan.objectives[0]
    objective = first.model_copy(update={"key_results": (*first.key_results, key_result("a.z"))})
    other = Objective(id="b", title="B", owner="bo", key_results=(key_result("b.k"),))
    new = plan.model_copy(update={"objectives": (objective, other)})
    text = edited_plan("p.yaml", TEXT, new)
    assert load_plan(text) == new
    assert text.startswith(TEXT.removesuffix("# the end\n"))
    assert text.endswith("# the end\n")


@pytest.mark.parametrize("listed", ["objectives: []\n", ""], ids=["empty", "missing"])
def test_objectives_are_added_where_there_were_none(listed: str) -> None:
    text = f"cycle: {{id: 2026-q4, starts: 2026-10-01, ends: 2026-12-31}}\n{listed}"
    plan = load_plan(text)
    other = Objective(id="b", title="B", owner="bo", key_results=(key_result("b.k"),))
    new = plan.model_copy(update={"objectives": (other,)})
    assert load_plan(edited_plan("p.yaml", text, new)) == new


def test_what_would_have_to_go_is_left_to_people() -> None:
    plan = load_plan(TEXT)
    objective = plan.objectives[0].model_copy(update={"owner": None, "role": "lead"})
    new = plan.model_copy(update={"objectives": (objective,)})
    with pytest.raises(InputError, match="`a` has the key owner, which would have to go"):
        edited_plan("p.yaml", TEXT, new)
