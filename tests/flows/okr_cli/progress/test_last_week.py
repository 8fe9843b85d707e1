"""The week in which a cycle ends: what every door says of how it ended, and what is to be done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from okr_command import Okr
from quarter import play_quarter

RUNNING, EARLY, OVER, PAST = "2025-08-15", "2025-07-10", "2025-10-02", "2025-10-09"
WORKSPACE = """\
organization: Acme
timezone: Europe/Zurich
people: {ada: {name: Ada Okafor}, bo: {name: Bo Lind}}
"""
PLAN = """\
cycle: {id: 2025-q3, starts: 2025-07-01, ends: 2025-09-30, timezone: Europe/Zurich}
objectives:
  - id: sales
    title: Sales grow
    owner: ada
    ambition: committed
    key_results:
      - id: sales.revenue
        title: Revenue to 1.2 million
        metric: {kind: increase, unit: CHF, baseline: 0, target: 1200000}
        due: 2025-08-31
      - id: sales.bugs
        title: Few bugs
        metric: {kind: at_most, unit: bugs, bound: 12, judge: average}
      - {id: sales.up, title: Always up, metric: {kind: at_least, bound: 10, judge: worst}}
      - id: sales.kept
        title: Answered in time
        metric: {kind: at_least, bound: 10, judge: share, goal: 0.9}
      - {id: sales.churn, title: Churn, metric: {kind: at_most, bound: 5}, guard: true}
  - id: learn
    title: We learn
    owner: bo
    ambition: learning
    hypothesis: {belief: It helps}
    key_results:
      - {id: learn.a, title: A, metric: {kind: increase, baseline: 0, target: 10}}
  - id: top
    title: Both together
    owner: ada
    ambition: aspirational
    key_results:
      - id: top.sum
        title: Sum of both
        metric: {kind: increase, baseline: 0, target: 20}
        source: {key_results: {sum: [learn.a, top.b]}}
        weight: 0
      - {id: top.b, title: B, metric: {kind: increase, baseline: 0, target: 10}}
"""
SAID = """\
key_result,value,at
sales.revenue,600000,2025-07-20
sales.revenue,846000,2025-08-30
sales.revenue,900000,2025-09-10
sales.bugs,30,2025-07-10
sales.bugs,9,2025-09-28
sales.up,12,2025-07-10
sales.up,5,2025-08-05
sales.up,15,2025-08-20
sales.kept,12,2025-07-10
sales.kept,5,2025-07-20
sales.kept,12,2025-07-24
sales.churn,4,2025-07-10
sales.churn,7,2025-08-10
top.b,8,2025-08-01
"""


@pytest.fixture
def quarter(okr: Okr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A quarter with what was said in it, two weeks after its end."""
    return play_quarter(
        okr, tmp_path, monkeypatch, workspace=WORKSPACE, plan=PLAN, said=SAID, sure=True
    )


def tree(okr: Okr, day: str) -> str:
    return " ".join(okr("status", "--tree", "--as-of", day).out.split())


def shown(okr: Okr, day: str) -> dict[str, str]:
    document = okr("status", "--format", "json", "--as-of", day).json
    items = [each for o in document["objectives"] for each in (o, *o["key_results"])]
    return {each["id"]: each["shown"] for each in items}


ENDED = {
    "sales": "not_reached",
    "sales.revenue": "not_reached",
    "sales.bugs": "not_reached",
    "sales.up": "not_reached",
    "sales.kept": "not_reached",
    "sales.churn": "not_reached",
    "learn": "open",
    "learn.a": "red",
    "top": "green",
    "top.sum": "red",
    "top.b": "green",
}


def test_after_the_last_day_each_status_is_the_outcome_and_the_next_step_is_named(
    okr: Okr, quarter: Path
) -> None:
    assert shown(okr, OVER) == ENDED
    text = tree(okr, OVER)
    assert "3 objectives ended: 1 green, 1 not reached, 1 open; numbers until 5 Oct." in text
    assert "score, then close by 5 Oct." in text
    assert "score, then close." in tree(okr, PAST)
    for word in ("at risk", "behind", "check in", "okr checkin", "never reported", "stale"):
        assert word not in text


def test_a_late_value_moves_no_number_in_any_form(okr: Okr, quarter: Path) -> None:
    """900 000 was read ten days after its due day."""
    assert "846 000" in tree(okr, OVER).replace("\u202f", " ")
    explained = okr("explain", "sales.revenue", "--as-of", OVER).out.replace("\u202f", " ")
    assert "score      0.70: 846 000 of 1 200 000 CHF by 31 Aug" in explained
    told = okr("report", "--format", "md,html,json", "--out", "out", "--as-of", OVER)
    assert told.code == 0, told.err
    forms = {path.suffix: path.read_text(encoding="utf-8") for path in Path("out").iterdir()}
    for form in (".md", ".html"):
        assert "846 000 of 1 200 000 CHF by 31 Aug" in forms[form].replace("\u202f", " ")
    sections = json.loads(forms[".json"])["sections"]
    revenue = sections["objectives"]["objectives"][0]["key_results"][0]
    assert (revenue["progress"], revenue["score"]["effective"]) == (0.705, 0.705)
    assert revenue["look"] == "not_reached"
    assert revenue["expected"] is None


def test_bands_show_what_they_are_judged_by(okr: Okr, quarter: Path) -> None:
    text = tree(okr, OVER)
    assert "average 26.5 ≤ 12 bugs, last 9" in text
    assert "worst 5 on 5 Aug; not reached since 5 Aug" in text
    assert "holds 21.7 % of the time, 90 % asked" in text
    assert (
        "judged by  average 26.5 ≤ 12 bugs, last 9"
        in okr("explain", "sales.bugs", "--as-of", OVER).out
    )


def test_a_score_shows_what_its_band_is_judged_by_beside_the_last_value(
    okr: Okr, quarter: Path
) -> None:
    text = " ".join(okr("score", "--dry-run", "--tree", "--as-of", OVER).out.split())
    for judged in (
        "average 26.5 ≤ 12 bugs, last 9",
        "worst 5 on 5 Aug; not reached since 5 Aug",
        "holds 21.7 % of the time, 90 % asked",
    ):
        assert judged in text
    scored = okr("score", "--dry-run", "--format", "json", "--as-of", OVER).json
    status = okr("status", "--format", "json", "--as-of", OVER).json
    by_id = [
        {kr["id"]: kr["judged"] for o in document["objectives"] for kr in o["key_results"]}
        for document in (scored, status)
    ]
    assert by_id[0] == by_id[1]
    assert by_id[0]["sales.bugs"]["by"] == "average"


def test_what_must_always_hold_is_lost_at_once_and_its_objective_names_it(
    okr: Okr, quarter: Path
) -> None:
    found = shown(okr, RUNNING)
    assert (found["sales"], found["sales.up"]) == ("not_reached", "not_reached")
    assert "not reached: Always up; guard `sales.churn` broken since 10 Aug" in tree(okr, RUNNING)


def test_what_nobody_ever_reported_is_asked_for_after_cadence_and_grace(
    okr: Okr, quarter: Path
) -> None:
    assert "never reported" not in tree(okr, EARLY)
    text = tree(okr, RUNNING)
    assert "1 key result never reported: ask Bo Lind" in text
    assert "Ask Bo Lind for `okr checkin learn.a VALUE --cycle 2025-q3`" in text


def test_an_objective_under_way_says_how_many_have_ended(okr: Okr, quarter: Path) -> None:
    assert "1 of 4 ended, 1 not reached" in tree(okr, "2025-09-15")


def test_a_sum_without_one_of_its_parts_has_no_value(okr: Okr, quarter: Path) -> None:
    assert "no value: `learn.a` has no value." in tree(okr, RUNNING)
    assert okr("checkin", "learn.a", "4", "--as-of", "2025-08-14").code == 0
    explained = okr("explain", "top.sum", "--as-of", RUNNING).out
    assert "value      12, the sum of learn.a 4 (r15), top.b 8 (r8)" in explained
    refused = okr("checkin", "top.sum", "12", "--as-of", "2025-08-14")
    assert refused.code != 0
    assert "`top.sum` takes its value from learn.a, top.b." in refused.err


def test_a_closed_cycle_shows_what_was_frozen(okr: Okr, quarter: Path) -> None:
    refused = okr("close", "--as-of", PAST, "--by", "ada")
    assert "`top.b` was last said on 2025-08-01" in refused.err
    closed = okr("close", "--as-of", PAST, "--by", "ada", "--reason", "nobody measured it")
    assert closed.code == 0, closed.err
    kept = {name: word for name, word in ENDED.items() if name not in {"learn.a", "top.sum"}}
    found = shown(okr, PAST)
    assert {name: found[name] for name in kept} == kept
    head = tree(okr, PAST)
    assert "closed on 9 Oct 2025; score " in head
    assert "; 1 green, 1 not reached, 1 open; " in head
