"""`okr close` and `okr restate`: frozen scores with a version, and what may change afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from okr_command import Okr

from okr_cli.plan.schema import schema_of

END, AFTER, LATER = "2025-12-31", "2026-01-10", "2026-01-20"


@pytest.fixture
def ended(okr: Okr, folder: Path, store_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A quarter that is over; two of its five key results have no value."""
    monkeypatch.setenv("OKR_STORE_URL", store_url)
    assert okr("apply", "--as-of", "2025-09-20", "--by", "ada").code == 0
    for name, value in (
        ("activation.week1", "43.6"),
        ("activation.launch/beta", "done"),
        ("answers.time", "3"),
    ):
        assert okr("checkin", name, value, "--as-of", "2025-12-24").code == 0
    return folder


RESOLVED = ("--leave-out", "activation.grade=nobody asked", "answers.bound=the board was moved")


@pytest.fixture
def closed(okr: Okr, ended: Path) -> Path:
    ran = okr("close", *RESOLVED, "--as-of", AFTER)
    assert ran.code == 0, ran.err
    return ended


def scores(okr: Okr, as_of: str = LATER) -> Any:
    ran = okr("score", "--dry-run", "--format", "json", "--as-of", as_of)
    assert ran.code == 0, ran.err
    return ran.json


def score_of(document: Any, name: str) -> Any:
    items = [i for o in document["objectives"] for i in (o, *o["key_results"])]
    return next(item for item in items if item["id"] == name)


def test_what_nobody_reported_counts_0_and_is_named(okr: Okr, ended: Path) -> None:
    ran = okr("close", "--as-of", AFTER)
    assert ran.code == 0, ran.err
    assert "unreported, counted 0: activation.grade, answers.bound" in ran.out
    document = scores(okr)
    assert score_of(document, "answers.bound")["score"] == 0
    assert score_of(document, "answers")["unreported"] == 1
    assert score_of(document, "answers")["score"] == 0.5
    tree = okr("score", "--tree", "--as-of", LATER).out
    assert "2 of 5 unreported count 0" in tree
    assert "nothing reported by its end: counts 0" in tree


def test_a_value_last_said_long_before_the_end_asks_for_a_newer_one_or_a_reason(
    okr: Okr, folder: Path, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKR_STORE_URL", store_url)
    assert okr("apply", "--as-of", "2025-09-20", "--by", "ada").code == 0
    assert okr("checkin", "activation.week1", "43.6", "--as-of", "2025-11-02").code == 0
    refused = okr("close", "--as-of", AFTER)
    assert refused.code == 1
    assert "`activation.week1` was last said on 2025-11-02" in refused.err
    assert scores(okr)["version"] == 0
    closed = okr("close", "--reason", "the counter was switched off", "--as-of", AFTER)
    assert closed.code == 0, closed.err
    assert "last said long before the end: activation.week1" in closed.out


def test_what_is_left_out_counts_nowhere(okr: Okr, ended: Path) -> None:
    ran = okr("close", *RESOLVED, "--as-of", AFTER, "--format", "json")
    assert ran.json["left_out"] == ["activation.grade", "answers.bound"]
    document = scores(okr)
    assert score_of(document, "answers")["score"] == 1
    assert score_of(document, "answers.bound")["excluded"]["reason"] == "the board was moved"


def test_a_cycle_is_closed_after_its_end_and_its_grace(okr: Okr, ended: Path) -> None:
    early = okr("close", *RESOLVED, "--as-of", "2025-12-30")
    assert (early.code, "ends on 2025-12-31" in early.err) == (1, True)
    grace = okr("close", *RESOLVED, "--as-of", "2026-01-02")
    assert (grace.code, "takes late numbers until 2026-01-06 00:00" in grace.err) == (1, True)
    assert okr("close", *RESOLVED, "--as-of", "2026-01-02", "--before-cutoff").code == 0


def test_closing_freezes_the_scores_as_version_one(okr: Okr, ended: Path) -> None:
    before = scores(okr, AFTER)
    ran = okr("close", *RESOLVED, "--as-of", AFTER, "--format", "json")
    Draft202012Validator(schema_of("closed")).validate(ran.json)
    after = scores(okr)
    assert after["version"] == 1
    assert after["score"] == ran.json["score"] > before["score"], "two were left out"
    assert score_of(after, "activation.week1")["score"] == 0.9
    assert okr("audit", "verify").code == 0


def test_a_closed_cycle_is_not_closed_again(okr: Okr, closed: Path) -> None:
    ran = okr("close", "--as-of", LATER)
    assert (ran.code, "was closed on 2026-01-10 already" in ran.err) == (1, True)


@pytest.mark.parametrize(
    "command",
    [
        ("checkin", "activation.week1", "45", "--as-of", "2026-01-03"),
        (
            *("score", "--override", "activation.week1=1", "--reason", "late"),
            *("--as-of", LATER),
        ),
        ("correct", "activation.week1", "--value", "45", "--reason", "late", "--as-of", LATER),
        ("sync", "--dry-run", "--as-of", LATER),
    ],
)
def test_a_closed_cycle_takes_nothing_that_would_change_it(
    okr: Okr, closed: Path, command: tuple[str, ...]
) -> None:
    ran = okr(*command)
    assert ran.code == 1
    assert "closed" in ran.err
    assert score_of(scores(okr), "activation.week1")["score"] == 0.9


def test_status_says_that_the_cycle_is_closed(okr: Okr, closed: Path) -> None:
    ran = okr("status", "--as-of", LATER, "--format", "json")
    assert ran.json["closed_at"].startswith("2026-01-10")
    assert {o["status"] for o in ran.json["objectives"]} == {"closed"}
    assert "closed on 10 Jan 2026" in okr("status", "--tree", "--as-of", LATER).out


def test_a_restatement_moves_the_objective_and_the_version(okr: Okr, closed: Path) -> None:
    ran = okr(
        *("restate", "activation.week1=0.5", "--reason", "bots", "--by", "bo", "--as-of", LATER),
        *("--format", "json"),
    )
    assert ran.code == 0, ran.err
    Draft202012Validator(schema_of("restated")).validate(ran.json)
    assert (ran.json["old"], ran.json["new"], ran.json["version"]) == (0.9, 0.5, 2)
    after = scores(okr)
    assert after["version"] == 2
    restated = score_of(after, "activation.week1")
    assert (restated["score"], restated["computed"]) == (0.5, 0.9)
    assert restated["restated"] == {"version": 2, "old": 0.9, "by": "bo", "reason": "bots"}
    assert score_of(after, "activation")["score"] == 0.5
    assert score_of(after, "activation")["grade"] == "yellow"
    assert score_of(after, "answers")["score"] == 1
    assert okr("audit", "verify").code == 0


def test_a_second_restatement_keeps_the_first_old_score(okr: Okr, closed: Path) -> None:
    for value, reason in (("0.5", "bots"), ("0.6", "fewer bots")):
        assert okr("restate", f"activation.week1={value}", "--reason", reason).code == 0
    after = scores(okr, "2026-12-31")
    assert after["version"] == 3
    assert score_of(after, "activation.week1")["restated"]["old"] == 0.9


@pytest.mark.parametrize(
    ("score", "code", "why"),
    [
        ("activation.weak=0.5", 1, "is no key result"),
        ("activation=0.5", 1, "is no key result"),
        ("activation.week1=7", 2, "is no score"),
        ("activation.week1=0.9", 1, "nothing to restate"),
    ],
)
def test_a_wrong_restatement_is_refused(
    okr: Okr, closed: Path, score: str, code: int, why: str
) -> None:
    ran = okr("restate", score, "--reason", "because")
    assert ran.code == code
    assert why in ran.err
    assert scores(okr)["version"] == 1


def test_an_open_cycle_is_not_restated(okr: Okr, ended: Path) -> None:
    ran = okr("restate", "activation.week1=0.5", "--reason", "because", "--as-of", LATER)
    assert (ran.code, "is open" in ran.err) == (1, True)


def test_what_is_no_key_result_cannot_be_left_out(okr: Okr, ended: Path) -> None:
    ran = okr("close", "--leave-out", "activation.weak=fine", "--as-of", AFTER)
    assert (ran.code, "is no key result" in ran.err) == (1, True)


def test_history_ends_with_the_scores_that_stand(okr: Okr, closed: Path) -> None:
    assert okr("restate", "activation.week1=0.5", "--reason", "bots").code == 0
    trend = okr("score", "--history", "--format", "json", "--as-of", LATER).json
    items = {item["id"]: item["score"][-1] for item in trend["items"]}
    document = scores(okr)
    for name in ("activation.week1", "activation", "answers"):
        assert items[name] == score_of(document, name)["score"]
    assert trend["teams"][""]["score"][-1] == document["score"]


def test_status_of_a_closed_cycle_asks_nobody_for_a_number(okr: Okr, closed: Path) -> None:
    ran = okr("status", "--as-of", LATER, "--format", "json")
    assert {o["pending"] for o in ran.json["objectives"]} == {0}
    # What one person decided alone can still be approved by another.
    assert {each["kind"] for each in ran.json["open"]} == {"second_person"}
    tree = okr("status", "--tree", "--as-of", LATER).out
    assert "stale:" not in tree


def test_a_cycle_in_which_nothing_was_read_can_be_closed_with_reasons(
    okr: Okr, folder: Path, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKR_STORE_URL", store_url)
    assert okr("apply", "--as-of", "2025-09-20", "--by", "ada").code == 0
    names = ("activation.week1", "activation.launch", "activation.grade", "answers.time")
    resolved = [f"{name}=nobody looked" for name in (*names, "answers.bound")]
    ran = okr("close", "--leave-out", *resolved, "--as-of", AFTER)
    assert ran.code == 0, ran.err
    assert scores(okr)["score"] is None


def test_late_numbers_do_not_score(okr: Okr, ended: Path) -> None:
    assert okr("checkin", "activation.week1", "45", "--as-of", "2026-01-03").code == 0
    found = score_of(scores(okr, AFTER), "activation.week1")
    assert found["score"] == 0.9
    assert found["late"]["value"] == "45"
