"""What is asked once key results have ended: a last value while it counts, and broken guards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from okr_command import Okr

from okr_core.basics.command import filled

OVER, PAST = ("--as-of", "2025-10-02"), ("--as-of", "2025-10-09")
WORKSPACE = """\
organization: Acme
people: {ada: {name: Ada Okafor}, bo: {name: Bo Lind}}
connections: {acme: {kind: jira, url: "http://127.0.0.1:9"}}
"""
PLAN = """\
cycle: {id: 2025-q3, starts: 2025-07-01, ends: 2025-09-30}
objectives:
  - id: sales
    title: Sales grow
    owner: ada
    ambition: committed
    key_results:
      - {id: sales.new, title: New teams, metric: {kind: increase, baseline: 0, target: 10}}
      - {id: sales.churn, title: Churn, metric: {kind: at_most, bound: 5}, guard: true}
  - id: quiet
    title: Quiet
    owner: bo
    key_results:
      - {id: quiet.never, title: Never said, metric: {kind: increase, baseline: 0, target: 10}}
      - {id: quiet.early, title: Said early, metric: {kind: increase, baseline: 0, target: 10}}
      - id: quiet.parts
        title: In parts
        metric: {kind: milestones, parts: [{id: one, title: One}]}
      - id: quiet.bound
        title: Read by a tool
        metric: {kind: increase, baseline: 0, target: 10}
        source: {jira: {connection: acme, jql: "labels = x", measure: count}}
"""
SAID = """\
key_result,value,at
sales.new,10,2025-09-29
sales.churn,7,2025-09-29
quiet.early,4,2025-08-01
"""


@pytest.fixture
def quarter(okr: Okr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A quarter that has ended, in which one goal is reached and the other fell silent."""
    (tmp_path / "cycles").mkdir()
    (tmp_path / "okr.yaml").write_text(WORKSPACE, encoding="utf-8")
    (tmp_path / "cycles" / "2025-q3.yaml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "said.csv").write_text(SAID, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OKR_PERSON", "ada")
    assert okr("apply", "--as-of", "2025-06-20").code == 0
    assert okr("checkin", "--from", "said.csv", "--cycle", "2025-q3").code == 0
    return tmp_path


def asked(okr: Okr, at: tuple[str, str]) -> dict[str, dict[str, Any]]:
    ran = okr("decide", "--cycle", "2025-q3", *at, "--format", "json")
    assert ran.code == 0, ran.err
    return {f"{each['kind']}:{each['item']}": each for each in ran.json["open"]}


@pytest.mark.usefixtures("quarter")
def test_what_ended_silent_is_asked_of_its_last_day_until_the_cut_off(okr: Okr) -> None:
    found = asked(okr, OVER)
    assert [name for name in found if name.partition(":")[0] in ("silent", "last_said")] == [
        "silent:quiet.never",
        "silent:quiet.parts",
        "silent:quiet.bound",
        "last_said:quiet.early",
    ]
    early = found["last_said:quiet.early"]
    assert early["text"] == "It was last said on 2025-08-01, long before its end."
    assert (early["people"], early["deadline"]) == (["bo"], "2025-10-05")
    assert not {"check_in", "unread", "unreported", "close"} & {
        each["kind"] for each in found.values()
    }
    for name in ("silent:quiet.never", "silent:quiet.parts", "silent:quiet.bound", early["id"]):
        entry = found.get(name, early)
        ran = okr(*filled(entry["answers"][0]["command"]), *OVER)
        assert ran.code == 0, (name, ran.err)
    left = asked(okr, OVER)
    assert not {"silent", "last_said"} & {each["kind"] for each in left.values()}


@pytest.mark.usefixtures("quarter")
def test_after_the_cut_off_the_cycle_is_to_be_closed_with_a_reason_for_what_was_said_early(
    okr: Okr,
) -> None:
    found = asked(okr, PAST)
    assert not {"silent", "last_said"} & {each["kind"] for each in found.values()}
    (answer,) = found["close:None"]["answers"]
    assert "--reason TEXT" in answer["command"]
    refused = okr("close", "--cycle", "2025-q3", *PAST)
    assert "`quiet.early` was last said on 2025-08-01" in refused.err
    assert "okr checkin" not in refused.err  # it would not score any more
    assert okr(*filled(answer["command"]), *PAST).code == 0


@pytest.mark.usefixtures("quarter")
def test_a_guard_that_is_broken_on_a_reached_goal_asks_for_a_decision(okr: Okr) -> None:
    guard = asked(okr, OVER)["guard:sales.churn"]
    assert guard["text"] == "Sales grow is reached; the guard is broken since 29 Sep 2025."
    assert [each["word"] for each in guard["answers"]] == ["act", "stands"]
    assert okr(*filled(asked(okr, PAST)["close:None"]["answers"][0]["command"]), *PAST).code == 0
    assert "guard:sales.churn" in asked(okr, PAST)
    assert okr(*filled(guard["answers"][1]["command"]), *PAST).code == 0
    assert "guard:sales.churn" not in asked(okr, PAST)


def test_no_post_mortem_is_asked_while_a_value_may_still_come(okr: Okr, quarter: Path) -> None:
    plan = PLAN.replace("title: Quiet\n", "title: Quiet\n    ambition: committed\n")
    plan = plan.replace("2025-q3,", "2025-q3x,")
    (quarter / "cycles" / "2025-q3x.yaml").write_text(plan, encoding="utf-8")
    (quarter / "cycles" / "2025-q3.yaml").unlink()
    assert okr("apply", "--as-of", "2025-06-20").code == 0
    for (_, day), expected in ((OVER, False), (PAST, True)):
        ran = okr("decide", "--cycle", "2025-q3x", "--as-of", day, "--format", "json")
        found = {f"{each['kind']}:{each['item']}" for each in ran.json["open"]}
        assert ("post_mortem:quiet" in found) is expected
