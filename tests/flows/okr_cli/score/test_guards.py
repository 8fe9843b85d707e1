"""Guards: every form says the same of them, before and after the end and in a closed cycle."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from okr_command import Okr
from quarter import play_quarter
from report_reading import book_of, rows_of

from okr_core.basics.command import filled

RUNNING, OVER, PAST = "2025-09-20", "2025-10-02", "2025-10-09"
AT = ("--cycle", "2025-q3", "--as-of")
PLAN = """\
cycle: {id: 2025-q3, starts: 2025-07-01, ends: 2025-09-30}
objectives:
  - id: sales
    title: Sales grow
    owner: ada
    ambition: committed
    key_results:
      - {id: sales.new, title: New teams, metric: {kind: increase, baseline: 0, target: 10}}
      - {id: sales.bugs, title: Bugs, metric: {kind: at_most, bound: 3}, guard: true}
      - {id: sales.spam, title: Spam, metric: {kind: at_most, bound: 3}, guard: true}
      - {id: sales.churn, title: Churn, metric: {kind: at_most, bound: 5}, guard: true}
"""
SAID = """\
key_result,value,at
sales.new,8,2025-09-19
sales.new,10,2025-09-29
sales.bugs,2,2025-09-10
sales.bugs,9,2025-09-18
sales.bugs,9,2025-09-28
sales.churn,4,2025-07-10
"""
BESIDE = ("guard `sales.bugs` broken since 18 Sep", "guard `sales.spam` not known")


@pytest.fixture
def quarter(okr: Okr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A goal that is reached, with a guard that is broken, one never reported and an old one."""
    monkeypatch.setenv("OKR_PERSON", "ada")
    space = "organization: Acme\npeople: {ada: {name: Ada Okafor}, bo: {name: Bo Lind}}\n"
    play_quarter(okr, tmp_path, monkeypatch, workspace=space, plan=PLAN, said=SAID)


def close(okr: Okr) -> None:
    asked = okr("decide", *AT, PAST, "--format", "json").json["open"]
    (answer,) = next(each["answers"] for each in asked if each["kind"] == "close")
    assert okr(*filled(answer["command"]), "--as-of", PAST).code == 0


def told(okr: Okr, *command: str) -> str:
    return " ".join(okr(*command).out.replace("\u202f", " ").split())


@pytest.mark.usefixtures("quarter")
@pytest.mark.parametrize("at", [RUNNING, OVER, PAST, "closed"])
def test_status_score_and_explain_say_the_same_of_a_guard(okr: Okr, at: str) -> None:
    if at == "closed":
        close(okr)
    when = (*AT, PAST if at == "closed" else at)
    status = okr("status", *when, "--format", "json").json["objectives"][0]
    score = okr("score", "--dry-run", *when, "--format", "json").json["objectives"][0]
    assert score["guards"] == status["guards"]
    shown = {each["id"]: each["shown"] for each in status["key_results"]}
    assert shown["sales.spam"] == "not_known"
    outcomes = {each["id"]: each["outcome"] for each in status["key_results"]}
    values = {each["id"]: each["current"] for each in status["key_results"]}
    for each in score["key_results"][1:]:
        assert each["guard"]
        assert (each["outcome"], each["value"]) == (outcomes[each["id"]], values[each["id"]])
        assert each["score"] is None
    tree = told(okr, "status", "--tree", *when)
    table = told(okr, "score", "--dry-run", "--tree", *when)
    for text in (tree, table):
        assert all(said in text for said in BESIDE)
        assert "? not known Spam" in text
        assert "pending" not in text
    if at != RUNNING:
        assert "✗ not reached Bugs" in tree
        assert "✗ not reached Bugs 9" in table
    explained = told(okr, "explain", "sales.spam", *when)
    assert "guard not known; it is in no figure" in explained
    assert "guard      broken since 18 Sep" in okr("explain", "sales.bugs", *when).out


@pytest.mark.usefixtures("quarter")
@pytest.mark.parametrize("at", [OVER, "closed"])
def test_every_form_of_the_report_tells_a_guards_breach_and_no_score_of_it(
    okr: Okr, at: str
) -> None:
    if at == "closed":
        close(okr)
    day = PAST if at == "closed" else at
    ran = okr("report", "--format", "md,html,xlsx,json", "--out", "out", *AT, day)
    assert ran.code == 0, ran.err
    found = {path.suffix: path for path in Path("out").iterdir()}
    for form in (".md", ".html"):
        text = found[form].read_text(encoding="utf-8")
        assert "guard Bugs broken since 18 Sep" in text
        assert "guard Spam not known" in text
        assert "no value by 30 Sep" not in text
    key_results = json.loads(found[".json"].read_bytes())["sections"]["objectives"]["objectives"][
        0
    ]["key_results"]
    assert {each["id"]: each["look"] for each in key_results} == {
        "sales.new": "reached",
        "sales.bugs": "not_reached",
        "sales.spam": "not_known",
        "sales.churn": "reached",
    }
    sheet = book_of(found[".xlsx"].read_bytes())["Scorecard"]
    rows = {row["Id"]: row for row in rows_of(sheet)}
    assert [rows[each]["Grade"] for each in ("sales.bugs", "sales.spam")] == [
        "not reached",
        "not known",
    ]
    assert rows["sales.bugs"]["How the score came about"] is None
    assert "guard Bugs broken since 18 Sep" in str(rows["sales"]["Why"])


@pytest.mark.usefixtures("quarter")
def test_nobody_is_asked_to_report_a_guard_and_none_has_a_chance_of_a_hit(okr: Okr) -> None:
    asked = okr("decide", *AT, RUNNING, "--format", "json").json["open"]
    assert [each["item"] for each in asked] == []
    tree = okr("status", "--tree", *AT, RUNNING).out
    assert "guard `sales.churn` not known" in " ".join(tree.split())
    score = okr("score", "--dry-run", *AT, RUNNING, "--format", "json").json["objectives"][0]
    assert [each["forecast"] is None for each in score["key_results"][1:]] == [True] * 3
