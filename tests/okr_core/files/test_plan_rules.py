"""Rules among the items of a plan, and between a plan and its workspace."""

import pytest

from okr_core.errors import Finding
from okr_core.files.document import load_workspace, plan_findings, read_document
from okr_core.files.plan_rules import check_plan
from okr_core.plan.plan import Plan
from okr_core.plan.workspace import Workspace

CYCLE = "cycle: {id: q4, starts: 2026-10-01, ends: 2026-12-31}\n"
KR = "key_results: [{id: k, title: K, metric: {kind: binary}%s}]"


def check(*objectives: str, workspace: Workspace | None = None) -> list[Finding]:
    text = CYCLE + "objectives:\n" + "".join(f"  - {{{each}}}\n" for each in objectives)
    return plan_findings(read_document(text, "q4.yaml"), workspace, None)[1]


def one(*objectives: str, workspace: Workspace | None = None) -> Finding:
    (finding,) = check(*objectives, workspace=workspace)
    return finding


def objective(name: str, rest: str = "", owner: str = ", owner: ana") -> str:
    return f"id: {name}, title: T{owner}{', ' if rest else ''}{rest}"


def test_objectives_and_key_results_share_one_space_of_ids() -> None:
    finding = one(
        objective("a"), objective("b", "key_results: [{id: a, title: K, metric: {kind: binary}}]")
    )
    assert finding.rule == "duplicate-id"
    assert finding.line == 4
    assert "`a` is used twice (also on line 3)" in finding.message


def test_a_link_to_an_unknown_objective_names_the_closest() -> None:
    finding = one(objective("retention"), objective("b", "contributes_to: [retenton]"))
    assert (finding.line, finding.fix) == (4, "Closest: `retention`.")


def test_the_closest_of_many_names_is_looked_for_only_where_it_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words: list[str] = []

    def noted(word: str, *_: object, **__: object) -> list[str]:
        words.append(word)
        return []

    monkeypatch.setattr("difflib.get_close_matches", noted)
    known = [objective(f"goal{n}") for n in range(300)]
    lost = [objective(f"lost{n}", f"contributes_to: [golf{n}]") for n in range(300)]
    found = check(*known, *lost)
    assert found[-1].message == "200 more findings."
    assert len(words) == 100


def test_a_loop_is_named_whole_and_once() -> None:
    finding = one(
        objective("a", "contributes_to: [b]"),
        objective("b", "contributes_to: [c]"),
        objective("c", "contributes_to: [a]"),
        objective("d", "contributes_to: [a]"),
    )
    assert finding.rule == "loop"
    assert "`a` → `b` → `c` → `a`" in finding.message


def test_a_loop_further_up_is_named_without_the_way_there() -> None:
    finding = one(
        objective("a", "contributes_to: [b]"),
        objective("b", "contributes_to: [c]"),
        objective("c", "contributes_to: [b]"),
    )
    assert "loop: `b` → `c` → `b`" in finding.message
    assert finding.path == "objectives.b.contributes_to"


def test_two_separate_loops_are_two_findings() -> None:
    found = check(
        objective("a", "contributes_to: [b]"),
        objective("b", "contributes_to: [a]"),
        objective("c", "contributes_to: [c]"),
    )
    assert [finding.rule for finding in found] == ["loop", "loop"]


def test_a_chain_of_thousands_is_no_loop_and_no_problem() -> None:
    chain = [objective(f"o{i}", f"contributes_to: [o{i + 1}]") for i in range(3000)]
    assert check(*chain, objective("o3000")) == []


def test_a_counted_child_must_contribute_to_its_parent() -> None:
    finding = one(objective("a", "counts: {b: 1}"), objective("b"))
    assert (finding.rule, finding.line) == ("counted-stranger", 3)
    assert one(objective("a", "counts: {x: 1}")).rule == "unknown-objective"


def test_a_counted_link_that_also_exists_as_a_path_is_a_warning() -> None:
    finding = one(
        objective("top", "counts: {low: 1, mid: 1}"),
        objective("mid", "contributes_to: [top], counts: {low: 1}"),
        objective("low", "contributes_to: [top, mid]"),
    )
    assert (finding.rule, finding.severity) == ("counted-twice", "warning")
    assert "`low` → `mid` → `top`" in finding.message


@pytest.mark.parametrize(
    ("fields", "rule", "words"),
    [
        (", due: 2027-01-01", "outside-cycle", "due: 2027-01-01"),
        (", starts: 2026-09-30", "outside-cycle", "starts: 2026-09-30"),
        (", starts: 2026-11-02, due: 2026-11-01", "due-before-start", "due 2026-11-01"),
        (", pace: {steps: {2027-02-01: 1}}", "outside-key-result", "2027-02-01"),
        (", due: 2026-11-01, pace: {steps: {2026-11-02: 1}}", "outside-key-result", "2026-11-02"),
    ],
)
def test_days_outside_of_the_cycle_or_the_key_result_are_errors(
    fields: str, rule: str, words: str
) -> None:
    finding = one(objective("a", KR % fields))
    assert finding.rule == rule
    assert words in finding.message


def test_milestones_and_hypotheses_lie_within_their_time() -> None:
    parts = "{kind: milestones, parts: [{id: p, title: P, due: 2026-12-01}]}"
    text = f"key_results: [{{id: k, title: K, due: 2026-11-30, metric: {parts}}}]"
    assert one(objective("a", text)).path == "objectives.a.key_results.k.metric.parts.p.due"
    late = "hypothesis: {belief: B, by: 2027-01-01}"
    assert one(objective("a", late)).path == "objectives.a.hypothesis.by"


def test_every_key_result_has_an_accountable_role_of_its_own_or_its_objective() -> None:
    assert one(objective("a", KR % "", owner="")).path == "objectives.a"
    assert check(objective("a", KR % ", role: lead", owner="")) == []
    owned = "{id: k, title: K, owner: bo, metric: {kind: binary}}"
    half = f"key_results: [{owned}, {{id: l, title: L, metric: {{kind: binary}}}}]"
    assert one(objective("a", half, owner="")).path == "objectives.a.key_results.l"


ACME = load_workspace("""\
organization: Acme
people:
  ana: {name: Ana}
  bo: {name: Bo, until: 2026-09-30}
teams: {growth: {}}
roles:
  lead: {held_by: [{person: ana}]}
  empty: {}
  over: {held_by: [{person: ana, until: 2026-08-01}]}
  left: {held_by: [{person: bo}]}
  sales: {held_by: [{person: ana, from: 2026-12-31}]}
""")


@pytest.mark.parametrize(
    ("owner", "rule"),
    [
        (", owner: anna", "unknown-person"),
        (", owner: lead", "unknown-person"),
        (", role: led", "unknown-role"),
        (", role: empty", "vacant-role"),
        (", role: over", "vacant-role"),
        (", role: left", "vacant-role"),
        (", owner: bo", "vacant-role"),
        (", owner: ana, team: grwth", "unknown-team"),
    ],
)
def test_who_is_accountable_is_known_and_there(owner: str, rule: str) -> None:
    assert one(objective("a", owner=owner), workspace=ACME).rule == rule


def test_a_vacancy_is_shown_at_the_field_that_names_it() -> None:
    assert one(objective("a", owner=", owner: bo"), workspace=ACME).path == "objectives.a.owner"
    assert one(objective("a", owner=", role: left"), workspace=ACME).path == "objectives.a.role"


@pytest.mark.parametrize("owner", [", owner: ana", ", role: lead", ", role: ana", ", role: sales"])
def test_a_role_that_somebody_holds_for_a_day_of_the_cycle_is_not_vacant(owner: str) -> None:
    found = check(objective("a", owner=owner), workspace=ACME)
    assert [each for each in found if each.severity == "error"] == []


def test_a_role_that_nobody_holds_on_some_days_is_told_once_with_those_days() -> None:
    found = one(objective("a", owner=", role: sales"), workspace=ACME)
    assert (found.rule, found.severity) == ("vacancy", "warning")
    assert found.path == "objectives.a.role"
    assert "from 2026-10-01 to 2026-12-30" in found.message
    assert "okr handover sales PERSON --on 2026-10-01" in found.fix


def test_a_dropped_objective_may_lose_its_holder() -> None:
    dropped = ", role: empty, state: dropped, state_reason: no time"
    assert check(objective("a", owner=dropped), workspace=ACME) == []
    below = objective("a", KR % ", role: empty", owner=dropped)
    assert check(below, workspace=ACME) == []


def test_a_workspace_that_names_nobody_yet_checks_no_names() -> None:
    assert check(objective("a"), workspace=Workspace(organization="Acme")) == []


@pytest.mark.parametrize("by", ["lead", "ana"])
def test_a_price_is_never_set_by_the_owner(by: str) -> None:
    worth = KR % f", worth: {{points: 3, priced_by: {by}}}"
    assert one(objective("a", worth, owner=", role: lead"), workspace=ACME).rule == "self-priced"


def test_contributors_and_payers_are_known_roles() -> None:
    text = KR % ", contributors: {lead: 1, ledd: 2}, worth: {points: 1, priced_by: salles}"
    found = check(objective("a", text), workspace=ACME)
    assert [finding.rule for finding in found] == ["unknown-role", "unknown-role"]
    assert {finding.fix for finding in found} == {"Closest: `lead`.", "Closest: `sales`."}


def test_rules_are_checked_without_a_file_too() -> None:
    plan = Plan.model_validate(
        {
            "cycle": {"id": "q4", "starts": "2026-10-01", "ends": "2026-12-31"},
            "objectives": [{"id": "a", "title": "A", "owner": "x", "contributes_to": ["b"]}],
        }
    )
    (problem,) = check_plan(plan, None)
    assert problem.path == ("objectives", 0, "contributes_to", 0)
