"""`okr next`: the next cycle's draft, whose baselines are the last actuals."""

from __future__ import annotations

from pathlib import Path

import pytest
from asked import at_terminal
from jsonschema import Draft202012Validator
from okr_command import PLAN, Okr, Ran

from okr_cli.plan.schema import schema_of
from okr_core.files.document import load_plan
from okr_core.plan.metrics import Increase, Milestones
from okr_core.plan.plan import Plan

DAY = "2025-11-20"


@pytest.fixture
def running(okr: Okr, folder: Path) -> Path:
    """A workspace whose cycle has values for some key results."""
    assert okr("apply", "--as-of", "2025-09-20").code == 0
    for arguments in (
        ("activation.week1", "38"),
        ("activation.launch/beta", "done"),
        ("answers.time", "5"),
    ):
        ran = okr("checkin", *arguments, "--cycle", "2025-q4", "--as-of", DAY)
        assert ran.code == 0, ran.err
    return folder


def drafted(folder: Path, cycle: str = "2026-q1") -> Plan:
    return load_plan((folder / "cycles" / f"{cycle}.yaml").read_text(encoding="utf-8"))


def after(okr: Okr, *arguments: str) -> Ran:
    ran = okr("next", "2026-q1", *arguments)
    assert ran.code == 0, ran.err
    return ran


def test_the_draft_goes_on_from_the_last_actuals_and_passes_check(okr: Okr, running: Path) -> None:
    ran = after(okr, "--carry", "activation,answers")
    plan = drafted(running)
    assert (str(plan.cycle.starts), str(plan.cycle.ends)) == ("2026-01-01", "2026-03-31")
    assert plan.cycle.timezone == "Europe/Zurich"
    week1 = plan.key_results_by_id["activation.week1"]
    assert isinstance(week1.metric, Increase)
    assert (str(week1.metric.baseline), str(week1.metric.target)) == ("38", "45")
    assert week1.title == "Week-1 activation from 38 % to 45 %"
    launch = plan.key_results_by_id["activation.launch"].metric
    assert isinstance(launch, Milestones)
    assert [part.id for part in launch.parts] == ["all"]
    assert [each.carried_from for each in plan.objectives] == [
        "2025-q4/activation",
        "2025-q4/answers",
    ]
    assert "activation.week1: baseline 31 → 38 %" in ran.out
    assert "activation.grade: never had a value" in ran.out
    checked = okr("check")
    assert checked.code == 0, checked.out
    applied = okr("apply")
    assert "cycles/2026-q1.yaml is now revision 1 of plan 2026-q1." in applied.out


def test_editors_find_the_schema_of_the_draft(okr: Okr, running: Path) -> None:
    after(okr, "--carry", "activation")
    first = (running / "cycles" / "2026-q1.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../.okr/plan.schema.json"
    assert (running / "cycles" / ".." / ".okr" / "plan.schema.json").is_file()


def test_what_is_reached_is_left_out_and_all_means_what_is_not(okr: Okr, running: Path) -> None:
    okr("checkin", "activation.week1", "47", "--cycle", "2025-q4", "--as-of", "2025-11-21")
    ran = after(okr, "--carry", "all")
    plan = drafted(running)
    assert "activation.week1: left out: it is reached (47 %)" in ran.out
    assert "activation.week1" not in plan.key_results_by_id
    assert [each.id for each in plan.objectives] == ["activation", "answers"]


def test_at_a_terminal_each_goal_is_asked_for(
    okr: Okr, running: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_terminal(monkeypatch, "n\n\n")
    ran = after(okr)
    assert "activation: New teams reach value in their first week. Carry it over? [Y/n]" in ran.err
    assert [each.id for each in drafted(running).objectives] == ["answers"]


def test_without_a_terminal_the_goals_are_named_to_choose_from(okr: Okr, running: Path) -> None:
    ran = okr("next", "2026-q1")
    assert ran.code == 2
    assert "--carry activation,answers" in ran.err
    assert not (running / "cycles" / "2026-q1.yaml").exists()


def test_a_closed_cycle_goes_on_like_a_running_one(okr: Okr, running: Path) -> None:
    for arguments in (
        ["activation.week1", "38"],
        ["activation.launch/all", "open"],
        ["activation.grade", "commit"],
        ["answers.time", "5"],
        ["answers.bound", "300", "--reason", "the board was moved", "--until", "2025-12-31"],
    ):
        said = okr("checkin", *arguments, "--cycle", "2025-q4", "--as-of", "2025-12-30")
        assert said.code == 0, said.err
    closed = okr("close", "--cycle", "2025-q4", "--reason", "the quarter is over")
    assert closed.code == 0, closed.err
    ran = after(okr, "--carry", "activation")
    assert "still runs" not in ran.out
    assert drafted(running).key_results_by_id["activation.week1"].metric == Increase(
        unit="%", baseline=38, target=45
    )


def test_the_second_time_is_counted_and_asked_about(okr: Okr, running: Path) -> None:
    assert "times" not in after(okr, "--carry", "activation").out
    okr("apply")
    ran = okr("next", "2026-q2", "--carry", "activation", "--format", "json")
    Draft202012Validator(schema_of("next")).validate(ran.json)
    (objective,) = ran.json["objectives"]
    assert (objective["carried_from"], objective["times"]) == ("2026-q1/activation", 2)
    assert ran.json["last"] == "2026-q1"
    (running / "cycles" / "2026-q2.yaml").unlink()
    told = okr("next", "2026-q2", "--carry", "activation").out
    assert "carried over 2 times now: rewrite it, or stop." in told


@pytest.mark.parametrize("name", ["2026-q1.yaml", "spring.yml"])
def test_a_file_of_that_cycle_is_never_overwritten(okr: Okr, running: Path, name: str) -> None:
    mine = PLAN.replace("2025-q4", "2026-q1")
    (running / "cycles" / name).write_text(mine, encoding="utf-8")
    ran = okr("next", "2026-q1", "--carry", "all")
    assert ran.code == 1
    assert f"cycles/{name} exists already; nothing was written." in ran.err
    assert (running / "cycles" / name).read_text(encoding="utf-8") == mine
    assert len(list((running / "cycles").iterdir())) == 2


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["2025-q4", "--carry", "all"], 1, "cycles/2025-q4.yaml exists already"),
        (["2025-q3", "--carry", "all"], 1, "would begin on 2025-07-01, not after `2025-q4`"),
        (["Q1 2026", "--carry", "all"], 2, "`Q1 2026` is no id for a cycle."),
        (["2026-q1", "--carry", "activatoin"], 2, "Closest: `activation`."),
        (["2026-q1", "--from", "2024-q4"], 2, "no plan of cycle `2024-q4`"),
        (["9999-q4", "--carry", "all"], 2, "--starts and --ends"),
    ],
)
def test_what_cannot_be_drafted_is_said_and_nothing_is_written(
    okr: Okr, running: Path, arguments: list[str], code: int, told: str
) -> None:
    ran = okr("next", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert told in ran.err
    assert [each.name for each in (running / "cycles").iterdir()] == ["2025-q4.yaml"]


def test_days_of_a_cycle_of_ones_own_can_be_said(okr: Okr, running: Path) -> None:
    ran = okr(
        "next", "sprint-7", "--carry", "all", "--starts", "2026-02-01", "--ends", "2026-02-20"
    )
    assert ran.code == 0, ran.err
    cycle = drafted(running, "sprint-7").cycle
    assert (str(cycle.starts), str(cycle.ends)) == ("2026-02-01", "2026-02-20")
