"""Once something has ended there is one figure of it: what counts, in every form."""

from __future__ import annotations

import json
from datetime import datetime
from html import unescape
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from okr_command import Okr, Ran, say_day_by_day
from report_reading import book_of, page_cell, pdf_text, rows_of, squeezed

from okr_cli import main

CYCLE = "2025-q3"
OVER, CLOSED = "2025-10-02", "2025-10-07"
WORKSPACE = """\
organization: Acme
people: {ada: {name: Ada Okafor}, bo: {name: Bo Lind}}
teams: {growth: {name: Growth}, ops: {name: Operations}}
audiences: {partners: [progress], two: ["team:ops", "team:growth", progress, scores]}
"""
PLAN = f"""\
cycle: {{id: {CYCLE}, starts: 2025-07-01, ends: 2025-09-30}}
objectives:
  - id: sell
    title: Sell more
    team: growth
    owner: ada
    ambition: aspirational
    key_results:
      - {{id: sell.more, title: Revenue, metric: {{kind: increase, baseline: 0, target: 100}}}}
      - {{id: sell.never, title: Visits, metric: {{kind: increase, baseline: 0, target: 9}}}}
  - id: up
    title: Stay up
    team: ops
    owner: bo
    ambition: committed
    key_results:
      - {{id: up.worst, title: No outage, metric: {{kind: at_most, bound: 5, judge: worst}}}}
      - {{id: up.more, title: More of it, metric: {{kind: increase, baseline: 0, target: 10}}}}
  - id: cut
    title: Be quick
    team: ops
    owner: bo
    ambition: aspirational
    key_results:
      - {{id: cut.k, title: Quick ones, metric: {{kind: increase, baseline: 0, target: TARGET}}}}
      - {{id: cut.gone, title: Nobody could, metric: {{kind: increase, baseline: 0, target: 7}}}}
"""
ADDED = """\
      - {id: cut.new, title: Late idea, metric: {kind: increase, baseline: 0, target: 10}}
"""
SAID = """\
key_result,value,at
up.worst,4,2025-07-10
up.worst,9,2025-08-05
up.more,1,2025-08-15
up.worst,3,2025-09-28
sell.more,80,2025-09-28
up.more,9,2025-09-28
cut.k,40,2025-09-28
cut.new,10,2025-09-28
"""
REACHED = {
    "sell.more": 0.8,
    "sell.never": 0,
    "sell": 0.4,
    "up.worst": 0,
    "up.more": 0.9,
    "up": 0.45,
    "cut.k": 0.4,
    "cut.new": 1,
}
FORMS = ("html", "pdf", "xlsx", "md", "json")


def quietly(*words: object, now: datetime) -> Ran:
    """Run `okr` for a fixture of the module, which has no output of a test's own."""
    return Ran(main([str(word) for word in words], now=now), "", "")


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A quarter in which one is silent, a limit broke for a day, and a target was halved."""
    folder = tmp_path_factory.mktemp("one") / "acme"
    (folder / "cycles").mkdir(parents=True)
    (folder / "okr.yaml").write_text(WORKSPACE, encoding="utf-8")
    plan = folder / "cycles" / f"{CYCLE}.yaml"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for day, target, more in (("2025-06-25", 100, ""), ("2025-09-01", 50, ADDED)):
            old = plan.read_text(encoding="utf-8").splitlines() if plan.exists() else []
            head = "".join(f"{line}\n" for line in old if line.startswith("# okr:"))
            plan.write_text(head + PLAN.replace("TARGET", str(target)) + more, encoding="utf-8")
            why = ("--reason", "it is enough", "--reason-class", "learned") if more else ()
            assert main(["apply", "--as-of", day, "--by", "ada", *why]) == 0
        say_day_by_day(quietly, SAID, "--cycle", CYCLE, "--sure", "--by", "ada")
    return folder


@pytest.fixture
def told(quarter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = copytree(quarter, tmp_path / "acme")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def closed(told: Path, okr: Okr) -> tuple[str, ...]:
    """A key result without a value is left out; what was last said long ago stands."""
    close(okr)
    return at(CLOSED)


def close(okr: Okr) -> None:
    left_out = ("--leave-out", "cut.gone=the tool was never bought", "--reason", "so be it")
    ran = okr("close", "--cycle", CYCLE, "--as-of", CLOSED, "--by", "ada", *left_out)
    assert ran.code == 0, ran.err


def at(day: str) -> tuple[str, ...]:
    return ("--cycle", CYCLE, "--as-of", day)


def written(okr: Okr, folder: Path, when: tuple[str, ...]) -> dict[str, bytes]:
    """Form → the report in it."""
    ran = okr("report", "--format", ",".join((*FORMS, "digest")), "--out", str(folder), *when)
    assert ran.code in {0, 4}, ran.err
    return {path.suffix[1:]: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def shown(okr: Okr, when: tuple[str, ...]) -> dict[str, float | None]:
    """Item → what status says is reached of it; teams, and the cycle under the empty name."""
    document = okr("status", "--format", "json", *when).json
    items = [each for o in document["objectives"] for each in (o, *o["key_results"])]
    found: dict[str, float | None] = {each["id"]: each["progress"] for each in items}
    found.update(document["teams"])
    found[""] = document["progress"]
    return found


def scored(okr: Okr, when: tuple[str, ...]) -> dict[str, float | None]:
    """The same of the score."""
    document = okr("score", "--format", "json", "--dry-run", "--local", *when).json
    items = [each for o in document["objectives"] for each in (o, *o["key_results"])]
    found: dict[str, float | None] = {each["id"]: each["score"] for each in items}
    found.update(document["teams"])
    found[""] = document["score"]
    return found


def flat(text: str) -> str:
    return " ".join(text.replace("\u202f", " ").split())


def test_what_has_ended_shows_what_it_scored(okr: Okr, told: Path) -> None:
    found = shown(okr, at(OVER))
    assert {name: found[name] for name in REACHED} == REACHED
    assert found == scored(okr, at(OVER))
    close(okr)
    assert shown(okr, at(CLOSED)) == scored(okr, at(CLOSED))


def test_while_it_is_under_way_it_shows_its_progress(okr: Okr, told: Path) -> None:
    found = shown(okr, at("2025-09-29"))
    assert found["sell.never"] is None
    assert found["sell"] == 0.8
    assert found["cut.k"] == 0.8, "40 of the 50 that are asked by then"


def test_each_form_of_a_report_shows_one_figure_of_what_has_ended(
    okr: Okr, closed: tuple[str, ...], tmp_path: Path
) -> None:
    scores = scored(okr, closed)
    forms = written(okr, tmp_path / "out", closed)
    sections = json.loads(forms["json"])["sections"]
    assert sections["summary"]["progress"] == sections["summary"]["score"] == scores[""]
    assert {
        line["team"]["id"]: (line["progress"], line["score"], line["objectives"])
        for line in sections["summary"]["teams"]
    } == {"growth": (0.4, 0.4, 1), "ops": (scores["ops"], scores["ops"], 2)}
    for objective in sections["objectives"]["objectives"]:
        for each in (objective, *objective["key_results"]):
            assert each["progress"] == scores[each["id"]], each["id"]
    rows = {str(row["Id"]): row for row in rows_of(book_of(forms["xlsx"])["Objectives"])}
    for name in ("sell.more", "sell.never", "up.worst", "cut.k", "cut.new"):
        assert rows[name]["Progress"] == scores[name], name
    page = forms["html"].decode()
    assert page_cell(page, "sell.never", "bar").endswith("0 %")
    assert page_cell(page, "cut.k", "bar").endswith("40 %")
    for form, text in (
        ("md", forms["md"].decode()),
        ("html", unescape(page)),
        ("pdf", pdf_text(forms["pdf"])),
    ):
        assert squeezed("80 %") in squeezed(text), form  # of revenue
    lines = [line for line in forms["md"].decode().splitlines() if line.startswith("| Growth")]
    assert all("40\u00a0% |" in line and line.endswith(" 0.40 |") for line in lines)
    assert lines


def audience_sees(okr: Okr, folder: Path, who: str, when: tuple[str, ...]) -> Any:
    """The sections of a report for an audience."""
    more = ("--format", "json", "--audience", who, "--out", str(folder))
    ran = okr("report", *more, *when)
    assert ran.code in {0, 4}, ran.err
    [path] = folder.iterdir()
    return json.loads(path.read_text(encoding="utf-8"))["sections"]


@pytest.mark.parametrize("who", ["team:ops", "two"])
def test_a_part_of_a_cycle_shows_one_figure_too(
    okr: Okr, closed: tuple[str, ...], tmp_path: Path, who: str
) -> None:
    summary = audience_sees(okr, tmp_path / "out", who, closed)["summary"]
    name = "ops" if who == "team:ops" else ""
    assert summary["progress"] == summary["score"] == scored(okr, closed)[name]
    assert summary["averaged"] == (2 if name else 3)


def test_who_may_not_see_scores_sees_what_was_measured(
    okr: Okr, closed: tuple[str, ...], tmp_path: Path
) -> None:
    sections = audience_sees(okr, tmp_path / "out", "partners", closed)
    found = {
        each["id"]: each["progress"]
        for o in sections["objectives"]["objectives"]
        for each in (o, *o["key_results"])
    }
    assert found["cut.k"] == 0.8, "by the target of now"
    assert found["sell.more"] == 0.8
    assert sections["summary"].get("score") is None


MOVED = f"""\
cycle: {{id: {CYCLE}, starts: 2025-07-01, ends: 2025-09-30}}
objectives:
  - id: o
    title: Sell more
    owner: ada
    key_results:
      - {{id: o.k, title: A, due: DUE, metric: {{kind: increase, baseline: 0, target: 40}}}}
"""


def test_the_next_cycle_starts_from_the_last_actual_and_not_from_what_scored(
    okr: Okr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    plan = tmp_path / "cycles" / f"{CYCLE}.yaml"
    plan.parent.mkdir()
    (tmp_path / "okr.yaml").write_text(WORKSPACE, encoding="utf-8")
    plan.write_text(MOVED.replace("DUE", "2025-08-31"), encoding="utf-8")
    assert okr("apply", "--as-of", "2025-06-25", "--by", "ada").code == 0
    assert okr("checkin", "o.k", "10", "--by", "ada", *at("2025-08-25")).code == 0
    plan.write_text(plan.read_text(encoding="utf-8").replace("08-31", "09-30"), encoding="utf-8")
    why = ("--reason", "later", "--reason-class", "learned", "--by", "ada")
    assert okr("apply", "--as-of", "2025-09-01", *why).code == 0
    assert okr("checkin", "o.k", "20", "--by", "ada", *at("2025-09-28")).code == 0
    assert shown(okr, at("2025-09-29"))["o.k"] == 0.5
    assert shown(okr, at(OVER))["o.k"] == scored(okr, at(OVER))["o.k"] == 0.25
    tree = okr("status", "--tree", "--ids", *at(OVER)).out
    [line] = [each for each in tree.splitlines() if " o.k" in each]
    assert " 10 0 → 40" in " ".join(line.split()), "the value that the figure rests on"
    ran = okr("next", "2025-q4", "--carry", "all")
    assert ran.code == 0, ran.err
    assert "baseline: 20" in (tmp_path / "cycles" / "2025-q4.yaml").read_text(encoding="utf-8")


def test_explain_shows_what_counts_with_the_formula_that_was_agreed(
    okr: Okr, closed: tuple[str, ...]
) -> None:
    document = okr("explain", "cut.k", "--format", "json", *closed).json
    assert document["progress"] == document["score"]["score"] == 0.4
    assert document["formula"] == "(40 − 0) ÷ (100 − 0) = 0.4"
    silent = okr("explain", "sell.never", *closed).out
    assert "progress   0 % (no reading yet)" in silent
    assert "÷ (9 − 0)\n" in silent


def test_a_tree_shows_what_an_ended_one_was_agreed_to_reach(
    okr: Okr, closed: tuple[str, ...]
) -> None:
    tree = okr("status", "--tree", "--ids", *closed).out
    [line] = [each for each in tree.splitlines() if " cut.k " in each]
    assert "40 %" in line
    assert "0 → 100" in line
    assert "nothing reported by its end: counts 0" in tree


def test_status_and_report_know_the_same_not_to_be_known(
    okr: Okr, told: Path, tmp_path: Path
) -> None:
    assert "2 of 7 key results without a value." in flat(okr("status", "--tree", *at(OVER)).out)
    sections = json.loads(written(okr, tmp_path / "ended", at(OVER))["json"])["sections"]
    missing = {each["item"] for each in sections["summary"]["unknown"] if each["kind"] == "missing"}
    assert missing == {"sell.never", "cut.gone"}
    close(okr)
    assert "1 of 6 key results without a value." in flat(okr("status", "--tree", *at(CLOSED)).out)
    forms = written(okr, tmp_path / "closed", at(CLOSED))
    told_of = json.loads(forms["json"])["sections"]["summary"]["unknown"]
    assert [(each["kind"], each["item"]) for each in told_of] == [("missing", "sell.never")]
    assert "Every key result has a value" not in forms["txt"].decode()


def test_what_was_left_out_says_so_everywhere(
    okr: Okr, closed: tuple[str, ...], tmp_path: Path
) -> None:
    for command in ("status", "score"):
        more = ("--dry-run", "--local") if command == "score" else ()
        tree = okr(command, "--tree", "--ids", *more, *closed).out
        [line] = [each for each in tree.splitlines() if " cut.gone" in each]
        assert "– left out" in line, command
        assert "left out of all figures (ada, 7 Oct: the tool was never bought)" in flat(tree)
    forms = written(okr, tmp_path / "out", closed)
    [found] = [
        kr
        for o in json.loads(forms["json"])["sections"]["objectives"]["objectives"]
        for kr in o["key_results"]
        if kr["id"] == "cut.gone"
    ]
    assert (found["status"], found["look"], found["progress"]) == ("left_out", "left_out", None)


def test_a_closed_status_tells_the_score_of_the_cycle_and_of_a_team(
    okr: Okr, closed: tuple[str, ...]
) -> None:
    head = flat(okr("status", "--tree", *closed).out)
    assert "closed on 7 Oct 2025; score 0.52; the average of 3 objectives" in head
    assert "as agreed at the start 0.42" in head
    team = flat(okr("status", "--tree", "--team", "ops", *closed).out)
    assert "score 0.58; the average of 2 objectives" in team


def test_a_restatement_moves_what_was_agreed_at_the_start_as_an_override_does(
    okr: Okr, told: Path
) -> None:
    override = ("--override", "up.worst=1", "--reason", "it was a drill", "--by", "bo")
    overridden = okr("score", *override, "--dry-run", "--local", "--format", "json", *at(OVER)).json
    close(okr)
    ran = okr("restate", "up.worst=1", "--reason", "it was a drill", "--by", "bo", *at(CLOSED))
    assert ran.code == 0, ran.err
    restated = okr("score", "--format", "json", *at(CLOSED)).json
    ups = [each["objectives"][1] for each in (overridden, restated)]
    assert [each["as_agreed"] for each in ups] == [0.95, 0.95]
    assert restated["as_agreed"] == pytest.approx((0.4 + 0.95 + 0.4) / 3)


def test_what_a_person_put_right_is_said_beside_its_status(
    okr: Okr, closed: tuple[str, ...], tmp_path: Path
) -> None:
    why = ("--reason", "it was a drill", "--by", "bo", *closed)
    assert okr("restate", "up.worst=1", *why).code == 0
    assert okr("restate", "sell.more=0.5", *why).code == 0
    assert shown(okr, closed) == scored(okr, closed)
    tree = okr("status", "--tree", "--ids", *closed).out
    [line] = [each for each in tree.splitlines() if " up.worst " in each]
    assert "✓ reached" in line
    assert "100 %" in line
    assert "not reached since" not in tree
    assert "restated from 0.00 to 1.00 in version 2 (bo, 7 Oct: it was a drill)" in flat(tree)
    head = flat(tree)
    assert "in version 3" in head
    assert "progress   50 % (yellow)" in okr("explain", "sell.more", *closed).out
    assert "= 0.8" in okr("explain", "sell.more", *closed).out
    assert "not reached since" not in okr("explain", "up.worst", *closed).out
    forms = written(okr, tmp_path / "out", closed)
    assert page_cell(forms["html"].decode(), "sell.more", "bar").endswith("50 %")
    assert "not reached since" not in forms["html"].decode()


def test_an_override_is_said_beside_the_status_that_it_moves(okr: Okr, told: Path) -> None:
    said = ("--override", "cut.k=0.7", "--reason", "measured twice", "--by", "bo", "--local")
    assert okr("score", *said, *at(OVER)).code == 0
    assert shown(okr, at(OVER)) == scored(okr, at(OVER))
    tree = okr("status", "--tree", "--ids", *at(OVER)).out
    [line] = [each for each in tree.splitlines() if " cut.k " in each]
    assert "● green" in line
    assert "70 %" in line
    assert "0.70 by override (bo, 2 Oct: measured twice), computed 0.40" in flat(tree)


def test_the_last_week_of_a_history_is_now(okr: Okr, told: Path) -> None:
    for day in ("2025-08-20", OVER):
        assert okr("score", "--local", *at("2025-08-18")).code == 0
        history = okr("score", "--history", "--format", "json", *at(day)).json
        now, stands = scored(okr, at(day)), shown(okr, at(day))
        lines = history["teams"] | {each["id"]: each for each in history["items"]}
        last = {name: (each["progress"][-1], each["score"][-1]) for name, each in lines.items()}
        assert last == {name: (stands[name], now[name]) for name in last}


def test_what_is_lost_is_counted_apart_from_what_is_at_risk(okr: Okr, told: Path) -> None:
    when = at("2025-08-20")
    head = flat(okr("status", "--tree", *when).out)
    assert "1 not reached" in head
    assert "1 objective that cannot be reached any more" in head
    assert "at risk" not in head.partition("Needs you")[2].partition("Not known")[0]
    asked = okr("decide", "--format", "json", *when).json
    [lost] = [each for each in asked["open"] if each["kind"] == "lost"]
    assert lost["item"] == "up"
    said = okr("decide", lost["id"], "act", "--note", "a second line", "--by", "bo", *when)
    assert said.code == 0, said.err
    still = okr("decide", "--format", "json", *when).json["open"]
    assert "lost" not in {each["kind"] for each in still}
