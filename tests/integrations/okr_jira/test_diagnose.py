"""What `okr doctor` says of a Jira connection."""

from datetime import timedelta

import pytest
from jira_world import NOW, Deployment, World, Worlds, ask

from okr_sandbox import Company, Fault, generated_issues
from okr_sources.answers import Ask
from okr_sources.source import Check


def world_of(worlds: Worlds, timezone: str = "UTC") -> World:
    return worlds(company=Company(issues=generated_issues(20, labels=2), timezone=timezone))


def checks(world: World, *asks: Ask, token: str = "", **settings: object) -> dict[str, Check]:
    with world.session(token=token, **settings) as session:
        found = session.diagnose(asks, now=NOW)
    assert len({check.subject for check in found}) == len(found)
    return {check.subject: check for check in found}


COUNT = ask("k", jql="labels = kr-001", measure="count")


def test_all_is_well(worlds: Worlds) -> None:
    points = ask("p", jql="labels = kr-002", measure={"sum": "story_points"})
    found = checks(world_of(worlds), COUNT, points, reads_past=True)
    assert {check.outcome for check in found.values()} == {"ok"}
    assert set(found) == {
        "access",
        "time zone",
        "permissions",
        "field of `p`",
        "query of `k`",
        "query of `p`",
    }
    assert "customfield_10016 or customfield_10026" in found["field of `p`"].message


def test_a_wrong_token_ends_the_examination_with_what_to_do(worlds: Worlds) -> None:
    (check,) = checks(world_of(worlds), COUNT, token="wrong").values()
    assert check.outcome == "error"
    assert "not accepted (401)" in check.message
    assert "OKR_ACME_TOKEN" in check.hint


def test_a_token_user_in_another_time_zone_is_a_warning(worlds: Worlds) -> None:
    check = checks(world_of(worlds, "America/New_York"), COUNT)["time zone"]
    assert check.outcome == "warning"
    assert "lives in America/New_York, the cycle in UTC" in check.message


def test_clocks_that_disagree_are_a_warning(worlds: Worlds) -> None:
    world = world_of(worlds)
    with world.session() as session:
        found = session.diagnose([COUNT], now=NOW - timedelta(days=36500))
    (check,) = (check for check in found if check.subject == "clock")
    assert check.outcome == "warning"
    assert "ahead of ours" in check.message


@pytest.mark.parametrize(
    ("wrong", "subject", "said"),
    [
        (ask("k", jql="nosuch = 1", measure="count"), "query of `k`", "refuses the query"),
        (ask("k", jql="labels = zzz", measure="count"), "query of `k`", "selects no issue"),
        (
            ask("k", jql="labels = kr-001", measure={"sum": "Nosuch"}),
            "field of `k`",
            "is unknown",
        ),
        (ask("k", jql="labels = kr-001", measure="nosuch"), "binding of `k`", "is unknown"),
    ],
)
def test_each_wrong_binding_is_named(worlds: Worlds, wrong: Ask, subject: str, said: str) -> None:
    check = checks(world_of(worlds), wrong)[subject]
    assert check.outcome != "ok"
    assert said in check.message


def test_a_missing_permission_is_an_error(worlds: Worlds) -> None:
    world = world_of(worlds)
    world.sandbox.faults.add(Fault(403, match="mypermissions", times=None))
    assert checks(world, COUNT)["permissions"].outcome == "error"


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
@pytest.mark.parametrize("answer", [{}, {"count": None}, {"count": -1}, {"count": True}, []])
def test_a_number_of_issues_that_is_not_known_is_not_said(
    worlds: Worlds, answer: object, deployment: Deployment
) -> None:
    world = worlds(company=Company(issues=generated_issues(3, labels=1)), deployment=deployment)
    endpoints = ("/search/approximate-count", "/search")
    world.sandbox.altered = lambda sent, told: answer if sent.path.endswith(endpoints) else told
    check = checks(world, COUNT)["query of `k`"]
    assert check.outcome == "error"
    assert "None" not in check.message
    assert check.hint


def test_a_field_that_can_never_be_measured_is_an_error(worlds: Worlds) -> None:
    wrong = ask("k", jql="labels = kr-001", measure={"sum": "Labels"})
    check = checks(world_of(worlds), wrong)["field of `k`"]
    assert check.outcome == "error"
    assert "can never be measured" in check.message
    assert "is of type array" in check.message


def test_an_id_of_a_field_is_looked_up_like_a_name(worlds: Worlds) -> None:
    wrong = ask("k", jql="labels = kr-001", measure={"sum": "customfield_99999"})
    check = checks(world_of(worlds), wrong)["field of `k`"]
    assert check.outcome == "error"
    assert "is unknown" in check.message


def test_zones_of_equal_days_are_as_good_as_the_same(worlds: Worlds) -> None:
    one = ask("k", jql="labels = kr-001", measure="count", zone="Europe/Zurich")
    assert checks(world_of(worlds, "Europe/Berlin"), one)["time zone"].outcome == "ok"


def test_a_zone_that_jira_does_not_tell_is_a_warning(worlds: Worlds) -> None:
    world = world_of(worlds)
    world.sandbox.altered = lambda sent, told: (
        {**told, "timeZone": None} if sent.path.endswith("/myself") else told
    )
    assert checks(world, COUNT)["time zone"].outcome == "warning"
