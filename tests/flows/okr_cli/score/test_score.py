"""`okr score`: the scorecard, what-if, overrides and history."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from okr_command import Okr

from okr_cli.plan.schema import schema_of
from okr_cli.shell.layout import MAX_WIDTH, width_of
from okr_store import open_store
from okr_store.snapshot import read_snapshot

END = "2025-12-31"


@pytest.fixture
def begun(okr: Okr, folder: Path, store_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A quarter with some check-ins, on either engine."""
    monkeypatch.setenv("OKR_STORE_URL", store_url)
    assert okr("apply", "--as-of", "2025-09-20", "--by", "ada").code == 0
    for day, value in (("2025-10-31", "38.2"), ("2025-11-30", "40"), ("2025-12-20", "43.6")):
        ran = okr("checkin", "activation.week1", value, "--confidence", "7", "--as-of", day)
        assert ran.code == 0, ran.err
    assert okr("checkin", "activation.launch/beta", "done", "--as-of", "2025-11-01").code == 0
    return folder


def tried(okr: Okr, *more: str, as_of: str = END) -> Any:
    ran = okr("score", "--dry-run", "--format", "json", "--as-of", as_of, *more)
    assert ran.code == 0, ran.err
    return ran.json


def key_result(document: Any, name: str) -> Any:
    found = {kr["id"]: kr for o in document["objectives"] for kr in o["key_results"]}
    return found[name]


def scorings() -> int:
    with open_store(os.environ["OKR_STORE_URL"]) as store:
        return len(list(store.entries("2025-q4", kinds=("scored",))))


def test_a_dry_run_shows_the_scorecard_and_records_nothing(okr: Okr, begun: Path) -> None:
    document = tried(okr)
    assert key_result(document, "activation.week1")["score"] == 0.9
    assert key_result(document, "activation.launch")["score"] == 0.5
    assert key_result(document, "activation.grade")["score"] is None
    assert document["objectives"][0]["score"] == 0.7
    assert document["objectives"][0]["grade"] == "green"
    assert document["recorded"] is False
    assert scorings() == 0


def test_the_document_is_as_its_schema_says(okr: Okr, begun: Path) -> None:
    Draft202012Validator(schema_of("score")).validate(tried(okr))


def test_the_table_keeps_to_its_columns_and_says_the_grade_in_words(okr: Okr, begun: Path) -> None:
    table = okr("score", "--dry-run", "--tree", "--as-of", END).out
    assert table.startswith("2025-q4 · score 0.70 · 31 Dec 2025\n1 green, 1 without a score of 2")
    assert all(width_of(line) <= MAX_WIDTH for line in table.splitlines())
    line = next(line for line in table.splitlines() if "Week-1" in line)
    assert "● green" in line
    assert "0.90" in line
    assert "\x1b" not in table


def test_screen_rows_and_document_agree(okr: Okr, begun: Path) -> None:
    rows = [line.split("\t") for line in okr("score", "--dry-run", "--as-of", END).out.splitlines()]
    header, *body = rows
    score = {row[1] or row[0]: row[header.index("score")] for row in body}
    document = tried(okr)
    for objective in document["objectives"]:
        for item in (objective, *objective["key_results"]):
            assert score[item["id"]] == ("" if item["score"] is None else str(item["score"]))
    table = okr("score", "--dry-run", "--tree", "--ids", "--as-of", END).out
    for line in table.splitlines():
        found = re.match(r" *\S+ +(?:green|yellow|red) +(\S+) +(\d\.\d\d)", line)
        if found:
            assert f"{float(score[found[1]]):.2f}" == found[2]


def test_a_what_if_recomputes_and_records_nothing(okr: Okr, begun: Path) -> None:
    ran = okr(
        *("score", "--set", "activation.week1=45", "activation.launch/all=done"),
        *("--as-of", END, "--format", "json"),
    )
    assert key_result(ran.json, "activation.week1")["score"] == 1
    assert key_result(ran.json, "activation.launch")["score"] == 1
    assert ran.json["objectives"][0]["score"] == 1
    assert "not recorded" in ran.err
    assert key_result(tried(okr), "activation.week1")["score"] == 0.9


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("activation.weak1=45", "Closest: `activation.week1`"),
        ("activation.week1=lots", "is not a number"),
        ("activation.week1", "KR=VALUE"),
        ("activation.launch=1", "is set by its milestones"),
    ],
)
def test_a_what_if_that_cannot_be_is_refused(okr: Okr, begun: Path, value: str, why: str) -> None:
    ran = okr("score", "--set", value, "--as-of", END)
    assert ran.code == 2
    assert why in ran.err


def test_an_override_stands_beside_the_computed_score(okr: Okr, begun: Path) -> None:
    ran = okr(
        *("score", "--override", "activation.week1=0.6", "--reason", "bots were counted"),
        *("--as-of", END, "--format", "json"),
    )
    for document in (ran.json, tried(okr)):
        found = key_result(document, "activation.week1")
        assert (found["score"], found["computed"]) == (0.6, 0.9)
        assert found["override"] == {"score": 0.6, "by": "ada", "reason": "bots were counted"}
    withdrawn = ("score", "--override", "activation.week1=none", "--reason", "they were not")
    assert okr(*withdrawn, "--as-of", END).code == 0
    assert key_result(tried(okr), "activation.week1")["override"] is None


def test_an_override_that_is_tried_out_is_not_recorded(okr: Okr, begun: Path) -> None:
    ran = okr(
        *("score", "--override", "activation.week1=0.6", "--reason", "bots", "--dry-run"),
        *("--as-of", END, "--format", "json"),
    )
    assert key_result(ran.json, "activation.week1")["score"] == 0.6
    assert "not recorded" in ran.err
    assert key_result(tried(okr), "activation.week1")["override"] is None


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--set",), "--set has no value"),
        (("--reason", "because"), "--reason goes with --override"),
        (("--set", "activation.week1=45", "--history"), "do not go together"),
    ],
)
def test_options_without_their_other_half_are_refused(
    okr: Okr, begun: Path, arguments: tuple[str, ...], why: str
) -> None:
    ran = okr("score", *arguments, "--as-of", END)
    assert (ran.code, ran.out) == (2, "")
    assert why in ran.err
    assert scorings() == 0


def test_nothing_is_recorded_as_of_a_time_to_come(okr: Okr, begun: Path) -> None:
    for command in (
        ("score",),
        ("score", "--override", "activation.week1=0.5", "--reason", "because"),
        ("close",),
        ("restate", "activation.week1=0.5", "--reason", "because"),
        ("retro", "activation", "supported", "--evidence", "x"),
        ("accept", "activation.week1"),
        ("correct", "activation.week1", "--value", "40", "--reason", "typo"),
        ("checkin", "activation.week1", "40"),
    ):
        ran = okr(*command, "--as-of", "2999-01-01")
        assert (ran.code, "lies in the future" in ran.err) == (2, True), ran.err


@pytest.mark.parametrize(
    ("override", "reason", "refusal"),
    [
        ("activation.weak=0.5", "because", (1, "is no key result")),
        ("activation=0.5", "because", (1, "is no key result")),
        ("activation.week1=1.5", "because", (2, "is no score")),
        ("activation.week1=NaN", "because", (2, "is no score")),
        ("activation.week1=0.5", "", (1, "needs a person and a reason")),
    ],
)
def test_a_wrong_override_is_refused_and_nothing_recorded(
    okr: Okr, begun: Path, override: str, reason: str, refusal: tuple[int, str]
) -> None:
    ran = okr("score", "--override", override, "--reason", reason, "--as-of", END)
    code, why = refusal
    assert ran.code == code
    assert why in ran.err
    assert key_result(tried(okr), "activation.week1")["score"] == 0.9


def test_a_cycle_that_has_not_begun_and_one_without_readings_are_refused(
    okr: Okr, folder: Path, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKR_STORE_URL", store_url)
    assert okr("apply", "--as-of", "2025-09-20", "--by", "ada").code == 0
    early = okr("score", "--dry-run", "--as-of", "2025-09-25")
    assert (early.code, "begins on 2025-10-01" in early.err) == (1, True)
    unread = okr("score", "--dry-run", "--as-of", "2025-10-05")
    assert (unread.code, "has no reading" in unread.err) == (1, True)
    before = okr("score", "--dry-run", "--as-of", "2025-09-01")
    assert (before.code, "had no plan" in before.err) == (2, True)


def test_history_and_trend_show_progress_week_by_week(okr: Okr, begun: Path) -> None:
    for command in (("score", "--history"), ("status", "--trend")):
        ran = okr(*command, "--as-of", END, "--format", "json")
        Draft202012Validator(schema_of("trend")).validate(ran.json)
        found = {item["id"]: item for item in ran.json["items"]}
        progress = found["activation.week1"]["progress"]
        assert (progress[0], progress[-1]) == (None, 0.9)
        assert found["activation.week1"]["confidence"][-1] == 7
        assert len(progress) == len(ran.json["times"])


def test_history_for_people_keeps_to_its_columns(okr: Okr, begun: Path) -> None:
    for command in (("score", "--history", "--tree"), ("status", "--trend", "--tree")):
        table = okr(*command, "--as-of", END).out
        assert all(width_of(line) <= MAX_WIDTH for line in table.splitlines())
        line = next(line for line in table.splitlines() if "Week-1" in line)
        assert "▄" in line
        assert "90 %" in line


def test_a_plan_does_not_change_for_a_past_that_was_measured(okr: Okr, begun: Path) -> None:
    plan = begun / "cycles" / "2025-q4.yaml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("target: 45", "target: 40"), encoding="utf-8")
    ran = okr("apply", "--as-of", "2025-09-30", "--reason", "easier")
    assert (ran.code, "a past that was measured" in ran.err) == (1, True)
    assert key_result(tried(okr), "activation.week1")["score"] == 0.9


def test_scores_go_by_the_policies_of_the_cycles_begin(okr: Okr, begun: Path) -> None:
    space = begun / "okr.yaml"
    text = space.read_text(encoding="utf-8")
    space.write_text(text + "policies: {staleness: {weekly: 60}}\n", encoding="utf-8")
    ran = okr("apply", "--as-of", "2025-12-01", "--reason", "we look less often")
    assert ran.code == 0, ran.err
    with open_store(os.environ["OKR_STORE_URL"]) as store:
        known = read_snapshot(store, "2025-q4", datetime(2025, 12, 31, tzinfo=UTC))
    assert known.policies.staleness.weekly == 60
    assert known.agreed_policies is not None
    assert known.agreed_policies.staleness.weekly == 7
