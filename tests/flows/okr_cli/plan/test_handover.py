"""`okr handover`: what is one person's becomes another's by a proposal; the past stays theirs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from okr_command import Okr

from okr_cli.plan.schema import schema_of
from okr_core.basics.command import filled
from okr_store import open_store

_CYCLE = "running"
_WORKSPACE = """\
# The company.
id: acme
organization: Acme
people:
  ada: {name: Ada Okafor}
  ben: {name: Ben Lind}
  cleo: {name: Cleo Moss, absences: [{starts: START, ends: END, stand_in: ben}]}
teams: {growth: {name: Growth}}
roles:
  growth-lead: {circle: growth, held_by: [{person: ben}]}   # since we began
  data: {circle: growth, held_by: [{person: cleo}]}
"""
_PLAN = """\
cycle: {id: running, starts: START, ends: END, owner: ben}
objectives:
  - id: sales
    title: More teams buy
    role: growth-lead
    ambition: committed
    key_results:
      - id: sales.new
        title: New teams from 0 to 10
        owner: ben   # he knows them
        metric: {kind: increase, baseline: 0, target: 10}
      - id: sales.kept
        title: Teams kept from 0 to 10
        contributors: {ben: 1, data: 1}
        metric: {kind: increase, baseline: 0, target: 10}
"""


def day(days: int) -> str:
    """The day so many days from today."""
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


@pytest.fixture
def company(okr: Okr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A company in the middle of a cycle; commands run in it."""
    (tmp_path / "cycles").mkdir()
    for name, text in {"okr.yaml": _WORKSPACE, "cycles/running.yaml": _PLAN}.items():
        dated = text.replace("START", day(-40)).replace("END", day(40))
        (tmp_path / name).write_text(dated, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    ran = okr("apply")
    assert ran.code == 0, ran.err
    return tmp_path


def proposed(okr: Okr, *arguments: str) -> dict[str, Any]:
    """What `okr handover` says as JSON."""
    ran = okr("handover", *arguments, "--format", "json")
    assert ran.code == 0, ran.err
    Draft202012Validator(schema_of("handover")).validate(ran.json)
    found: dict[str, Any] = ran.json
    return found


def accepted(okr: Okr, found: dict[str, Any]) -> None:
    """Accept all that was proposed, and write the files anew."""
    for each in found["proposed"]:
        ran = okr("revisions", "accept", each["revision"])
        assert ran.code == 0, ran.err
    assert okr("pull").code == 0


def waiting(okr: Okr) -> dict[str, dict[str, Any]]:
    """Kind and item → what waits."""
    ran = okr("decide", "--format", "json")
    assert ran.code == 0, ran.err
    return {f"{each['kind']}:{each['item'] or ''}": each for each in ran.json["open"]}


def test_nothing_changes_until_it_is_accepted_and_then_all_of_it_does(
    okr: Okr, company: Path
) -> None:
    asked = waiting(okr)["unreported:sales.new"]
    found = proposed(okr, "ben", "Cleo Moss", "--reason", "Ben moves to Porto")
    assert [each["revision"] for each in found["proposed"]] == ["workspace:2", "running:2"]
    assert asked["id"] in found["entries"]
    assert found["stays"] == [{"item": "sales.kept", "field": "contributors"}]
    before = waiting(okr)
    assert before["unreported:sales.new"]["people"] == ["ben"]
    assert "Ben moves to Porto" in before["revision:workspace:2"]["text"]
    accepted(okr, found)
    after = waiting(okr)
    assert {after[f"unreported:sales.{each}"]["people"][0] for each in ("new", "kept")} == {"cleo"}
    written = (company / "okr.yaml").read_text(encoding="utf-8")
    assert "# since we began" in written
    plan = (company / "cycles" / "running.yaml").read_text(encoding="utf-8")
    assert "owner: cleo   # he knows them" in plan
    assert f"ends: {day(40)}, owner: cleo" in plan
    with open_store("okr.db") as store:
        revision = store.revision("workspace", "")
        assert revision is not None
        space = revision.workspace()
    today = datetime.now(UTC).date()
    held = [space.holders("growth-lead", at) for at in (today - timedelta(days=1), today)]
    assert [[each.person for each in several] for several in held] == [["ben"], ["cleo"]]
    # Nobody stands in for themselves; the days that are past keep who stood in.
    stood_in = [each.stand_in for each in space.people["cleo"].absences]
    assert stood_in == ["ben", None]


def test_a_part_goes_and_the_rest_stays(okr: Okr, company: Path) -> None:
    accepted(okr, proposed(okr, "ben", "ada", "--item", "sales.kept"))
    found = waiting(okr)
    assert found["unreported:sales.kept"]["people"] == ["ada"]
    assert found["unreported:sales.new"]["people"] == ["ben"]
    accepted(okr, proposed(okr, "ben", "ada", "--role", "growth-lead"))
    plan = (company / "cycles" / "running.yaml").read_text(encoding="utf-8")
    assert "owner: ben   # he knows them" in plan
    with open_store("okr.db") as store:
        revision = store.revision("workspace", "")
    assert revision is not None
    held = revision.workspace().holders("growth-lead", datetime.now(UTC).date())
    assert [each.person for each in held] == ["ada"]


def test_a_day_to_come_moves_roles_on_that_day_and_says_what_is_to_be_typed_then(
    okr: Okr, company: Path
) -> None:
    ran = okr("handover", "ben", "--to", "ada", "--on", day(9), "--leaves")
    assert ran.code == 0, ran.err
    assert "sales.new, cycle.owner" in ran.out
    assert "okr handover ben ada" in ran.out
    assert okr("revisions", "accept", "workspace:2").code == 0
    with open_store("okr.db") as store:
        revision = store.revision("workspace", "")
    assert revision is not None
    space = revision.workspace()
    assert str(space.people["ben"].until) == day(8)
    days = [datetime.now(UTC).date() + timedelta(days=each) for each in (8, 9)]
    held = [[each.person for each in space.holders("growth-lead", at)] for at in days]
    assert held == [["ben"], ["ada"]]
    assert company


def test_who_left_is_asked_nothing_and_what_stands_empty_says_what_to_type(
    okr: Okr, company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = company / "okr.yaml"
    text = path.read_text(encoding="utf-8")
    gone = f"ben: {{name: Ben Lind, until: {day(-1)}}}"
    path.write_text(text.replace("ben: {name: Ben Lind}", gone), encoding="utf-8")
    assert okr("apply").code == 0
    found = waiting(okr)
    assert not [each for each in found.values() if "ben" in each["people"]]
    assert all(each["people"] for each in found.values())
    assert found["unreported:sales.kept"]["people"] == ["cleo"], "the role's circle"
    assert found["unreported:sales.new"]["people"] == ["ada", "cleo"], "the cycle's owner left too"
    vacant = found["vacancy:sales"]
    assert vacant["vacant"]
    status = okr("status", "--format", "json").json
    assert status["objectives"][0]["held_by"] == []
    assert "vacant" in okr("status").out
    listed = okr("people", "list", "--format", "json").json
    assert [each["left"] for each in listed["people"]] == [False, True, False]
    assert [(each["role"], each["since"]) for each in listed["vacant"]] == [
        ("growth-lead", day(0)),
        ("ben", day(0)),
    ]
    warned = okr("check")
    assert warned.code == 0
    assert f"nobody holds `growth-lead` from {day(0)} on" in warned.out
    monkeypatch.setenv("OKR_PERSON", "cleo")
    for each in ("vacancy:sales", "vacancy:sales.new"):
        ran = okr(*filled(found[each]["answers"][0]["command"]))
        assert ran.code == 0, ran.err
        for name in [each for each in waiting(okr) if each.startswith("revision:")]:
            assert okr("decide", name, "accept").code == 0
    assert not [each for each in waiting(okr).values() if each["vacant"]]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param(("ben", "zoe"), 2, "person `zoe` is not in the workspace", id="nobody"),
        pytest.param(("ben", "ben"), 2, "to themselves", id="oneself"),
        pytest.param(("ada", "ben"), 1, "nothing to hand over", id="nothing"),
        pytest.param(("ben", "ada", "--on", "2020-01-01"), 2, "has passed", id="past"),
        pytest.param(("ben", "ada", "--role", "data"), 2, "does not hold the role", id="role"),
        pytest.param(("cleo", "ada", "--item", "sales.new"), 2, "not accountable", id="item"),
        pytest.param(
            ("growth-lead", "ada"), 1, "okr handover ben ada --role growth-lead", id="held"
        ),
        pytest.param(
            ("ben", "ada", "--role", "growth-lead", "--leaves"),
            2,
            "hands over everything",
            id="leaves",
        ),
    ],
)
def test_what_cannot_be_handed_over_is_refused_with_what_to_do(
    okr: Okr, company: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    ran = okr("handover", *arguments)
    assert (ran.code, said in ran.err) == (code, True), ran.err
    assert company


def test_a_dry_run_proposes_nothing(okr: Okr, company: Path) -> None:
    assert "would hand over" in okr("handover", "ben", "ada", "--dry-run").out
    assert not [each for each in waiting(okr).values() if each["kind"] == "revision"]
    assert company
