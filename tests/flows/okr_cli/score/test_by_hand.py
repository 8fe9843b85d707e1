"""A quarter of every kind is worked out by hand from its export: each form says the same."""

from __future__ import annotations

import ast
import json
import sys
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from shutil import copytree

import by_hand
import pytest
from by_hand import Hand, percent, printed
from hand_forms import items, refuse_other_figures, six
from okr_command import Okr, Ran
from own_company import CLOSED, CYCLE, OVER, tell
from report_reading import book_of, pdf_text, rows_of, squeezed

from okr_cli import main

FORMS = ("html", "pdf", "xlsx", "md", "json", "digest")
REASON = "nobody measured it again"


def test_the_hand_calculation_takes_nothing_from_the_product() -> None:
    tree = ast.parse(Path(by_hand.__file__).read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add(str(node.module).partition(".")[0])
    assert names <= sys.stdlib_module_names
    assert names.isdisjoint({"importlib", "subprocess", "runpy"})


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company's quarter, and what it exports."""
    folder = tmp_path_factory.mktemp("hand") / "acme"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)

        def run(*arguments: str) -> None:
            assert main(arguments) in {0, 4}, arguments

        tell(folder, run)
        run("export", "--out", "export.jsonl")
    return folder


@pytest.fixture(scope="module")
def hand(told: Path) -> Hand:
    as_of = datetime.fromisoformat(f"{OVER}T23:59:59").replace(tzinfo=UTC)
    return Hand.of(told / "export.jsonl", CYCLE, as_of)


@pytest.fixture(params=["ended", "closed"])
def at(
    request: pytest.FixtureRequest,
    told: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    okr: Okr,
) -> tuple[str, ...]:
    """The options of the time at which is asked: before the cut-off, and once it is closed."""
    monkeypatch.chdir(copytree(told, tmp_path / "acme"))
    if request.param == "ended":
        return ("--cycle", CYCLE, "--as-of", OVER)
    closed = okr("close", "--cycle", CYCLE, "--as-of", CLOSED, "--by", "ada", "--reason", REASON)
    assert closed.code == 0, closed.err
    return ("--cycle", CYCLE, "--as-of", CLOSED)


def test_the_quarter_has_all_that_it_is_to_show(hand: Hand) -> None:
    names = hand.names()
    every = [kr for several in names.values() for kr in several]
    assert (len(names), len(every)) == (6, 23)
    assert hand.silent() == (2, 21)
    assert printed(hand.figure()) == "0.54"
    assert printed(hand.figure(agreed=True)) == "0.60"


def test_the_score_is_the_one_worked_out_by_hand(okr: Okr, hand: Hand, at: tuple[str, ...]) -> None:
    document = okr("score", "--format", "json", "--dry-run", "--local", *at).json
    found = {each["id"]: each for o in document["objectives"] for each in (o, *o["key_results"])}
    for name, score in items(hand):
        assert found[name]["score"] == six(score), name
    for name in hand.names():
        assert found[name]["computed"] == six(hand.objective(name, computed=True))
        assert found[name]["as_agreed"] == six(hand.objective(name, agreed=True))
    assert document["score"] == six(hand.figure())
    assert document["as_agreed"] == six(hand.figure(agreed=True))
    assert document["averages"][""] == len(hand.counted())
    assert document["teams"] == {team: six(hand.figure(team)) for team in ("sales", "eng")}
    head = " ".join(okr("score", "--tree", "--dry-run", "--local", *at).out.split())
    assert f"{CYCLE} · score {printed(hand.figure())} ·" in head
    assert f"the average of {len(hand.counted())} objectives" in head
    assert "2 of 21 unreported count 0" in head
    assert f"as agreed at the start {printed(hand.figure(agreed=True))}" in head


def test_status_is_the_one_worked_out_by_hand(okr: Okr, hand: Hand, at: tuple[str, ...]) -> None:
    document = okr("status", "--format", "json", *at).json
    text = okr("status", "--tree", "--ids", *at).out
    for objective in document["objectives"]:
        for kr in objective["key_results"]:
            reached = hand.reached(kr["id"])
            assert kr["progress"] == six(reached), kr["id"]
            [line] = [each for each in text.splitlines() if f" {kr['id']} " in f"{each} "]
            if reached is not None:
                assert percent(reached) in line
    assert "2 of 21 key results without a value" in " ".join(text.split())


def written(okr: Okr, folder: Path, at: tuple[str, ...]) -> dict[str, bytes]:
    """Form → the report in it."""
    ran = okr("report", "--format", ",".join(FORMS), "--out", str(folder), *at)
    assert ran.code in {0, 4}, ran.err
    return {path.suffix[1:]: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_every_form_of_the_report_says_what_was_worked_out_by_hand(
    okr: Okr, hand: Hand, at: tuple[str, ...], tmp_path: Path
) -> None:
    forms = written(okr, tmp_path / "out", at)
    refuse_other_figures(forms, hand)
    summary = json.loads(forms["json"])["sections"]["summary"]
    assert len(summary["dots"]) == hand.silent()[1]


MARKS = {
    "revenue.cost": (
        "a metric error was put right (ada, 12 Aug: as agreed): 0.50 before, 0.56 after",
        "self-approved, no second person: metric error",
    ),
    "revenue.late": ("reached late, on 20 Aug: 20, shown but not scored",),
    "revenue.added": (
        "added on day 63 of 92",
        "self-approved, no second person: addition",
    ),
    "launch.silent": ("nothing reported by its end: counts 0, unless it is said by 5 Oct",),
    "learn.a": ("last said on 14 Aug, long before its end",),
    "learn.b": ("0.80 by override (cy, 2 Oct: it was measured twice), computed 0.70",),
    "quality.bugs": ("average 26.5 ≤ 12, last 9",),
    "quality.kept": ("holds 21.7 % of the time, 90 % asked",),
}


def test_explain_and_every_form_show_what_is_to_be_known_beside_a_score(
    okr: Okr, told: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copytree(told, tmp_path / "acme"))
    at = ("--cycle", CYCLE, "--as-of", OVER)
    forms = written(okr, tmp_path / "out", at)
    texts = {
        "page": squeezed(unescape(forms["html"].decode())),
        "Markdown": squeezed(forms["md"].decode()),
        "PDF": pdf_text(forms["pdf"]),
    }
    card = {str(row["Id"]): row for row in rows_of(book_of(forms["xlsx"])["Scorecard"])}
    tree = _flat(okr("score", "--tree", "--dry-run", "--local", *at))
    for name, marks in MARKS.items():
        explained = _flat(okr("explain", name, *at))
        beside = okr("explain", name, "--format", "json", *at).json["beside"]
        for mark in marks:
            assert mark in explained
            shown = squeezed(mark[0].upper() + mark[1:]), squeezed(mark)
            for form, text in texts.items():
                assert any(each in text for each in shown), (form, mark)
            if not name.startswith("quality"):
                assert mark in tree
                assert mark in beside
                assert squeezed(mark[1:]) in squeezed(str(card[name]["Why"])), card[name]
    assert card["revenue.cost"]["Self-approved"] == "metric error"
    assert card["revenue.cost"]["Before a metric error was put right"] == 0.5
    assert "0.56: (400 − 500) ÷ (320 − 500)" in _flat(okr("explain", "revenue.cost", *at))
    derived = _flat(okr("explain", "top.sum", *at))
    assert "17, the sum of revenue.new 9" in derived
    guard = okr("explain", "quality.churn", *at).out
    assert "guard      broken since 27 Sep; it is in no figure" in guard
    assert "\nscore " not in guard


def test_explain_shows_it_while_nothing_has_ended_too(
    okr: Okr, told: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(told)
    at = ("--cycle", CYCLE, "--as-of", "2025-08-14")
    marks = okr("explain", "revenue.cost", "--format", "json", *at).json["beside"]
    assert marks == [
        "a metric error was put right (ada, 12 Aug: as agreed): 0.40 before, 0.44 after",
        "self-approved, no second person: metric error",
    ]
    tree = _flat(okr("score", "--tree", "--dry-run", "--local", *at))
    assert all(mark in tree for mark in marks)
    early = okr(
        "explain", "revenue.cost", "--format", "json", "--cycle", CYCLE, "--at", "2025-08-06"
    )
    assert early.json["beside"] == []


def _flat(ran: Ran) -> str:
    return " ".join(ran.out.replace("\u202f", " ").split())
