"""A second person: what moves a figure is shown until one answers, or waits for one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from okr_command import Okr
from open_world import PAST, begin, day

POLICY = "policies: {second_person: required}\n"


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A company with a cycle that is over, in which a decision stands until somebody answers."""
    folder = begin(tmp_path / "acme")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def required(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same company, in which nothing that moves a figure holds before somebody answers."""
    folder = begin(tmp_path / "acme", policies=POLICY)
    monkeypatch.chdir(folder)
    return folder


def score_of(okr: Okr, name: str = "sales.ten") -> dict[str, Any]:
    """A key result of the cycle that is over, as it is scored."""
    card = okr("score", "--dry-run", "--cycle", PAST, "--format", "json").json
    found: dict[str, dict[str, Any]] = {
        kr["id"]: kr for objective in card["objectives"] for kr in objective["key_results"]
    }
    return found[name]


def asked(okr: Okr, form: str = "decide") -> list[dict[str, Any]]:
    """What a second person is asked."""
    listed = okr(form, "--cycle", PAST, "--format", "json").json["open"]
    return [each for each in listed if each["kind"] == "second_person"]


def override(okr: Okr, by: str = "ada") -> str:
    ran = okr(
        *("score", "--override", "sales.ten=0.9", "--reason", "a partner", "--cycle", PAST),
        *("--by", by),
    )
    assert ran.code in {0, 4}, ran.err
    return ran.err


def answer(okr: Okr, word: str, by: str, *more: str) -> Any:
    (question,) = asked(okr)
    return okr("decide", question["id"], word, "--cycle", PAST, "--by", by, *more)


def close(okr: Okr) -> None:
    ran = okr("close", "--cycle", PAST, "--reason", "it still held", "--by", "ada")
    assert ran.code == 0, ran.err


def test_where_it_is_shown_the_figure_moves_and_another_persons_answer_takes_the_mark_away(
    okr: Okr, shown: Path
) -> None:
    override(okr)
    assert score_of(okr)["score"] == pytest.approx(0.9)
    assert score_of(okr)["self_approved"] == ["override"]
    assert [each["item"] for each in asked(okr)] == ["sales.ten"]
    assert asked(okr, "status") == asked(okr)
    ran = answer(okr, "approve", "bo")
    assert ran.code == 0, ran.err
    assert asked(okr) == []
    assert (score_of(okr)["score"], score_of(okr)["self_approved"]) == (pytest.approx(0.9), [])
    assert okr("audit", "verify").code == 0


def test_who_proposed_it_or_is_accountable_for_it_is_no_second_person(
    okr: Okr, shown: Path
) -> None:
    override(okr, by="bo")
    for person, why in (("bo", "proposed it"), ("ada", "is accountable")):
        ran = answer(okr, "approve", person)
        assert ran.code == 1
        assert why in ran.err
    assert score_of(okr)["self_approved"] == ["override"]


def test_an_answer_against_it_needs_a_note_and_leaves_the_mark(okr: Okr, shown: Path) -> None:
    override(okr)
    assert answer(okr, "reject", "bo").code == 2
    assert answer(okr, "reject", "bo", "--note", "no partner did it").code == 0
    assert asked(okr) == []
    assert score_of(okr)["self_approved"] == ["override"]


def test_the_mark_of_a_closed_cycle_is_taken_away_too(okr: Okr, shown: Path) -> None:
    override(okr)
    close(okr)
    assert score_of(okr)["self_approved"] == ["override"]
    assert answer(okr, "approve", "bo").code == 0
    assert (score_of(okr)["score"], score_of(okr)["self_approved"]) == (pytest.approx(0.9), [])


def test_where_it_is_required_an_override_moves_nothing_until_another_person_answers(
    okr: Okr, required: Path
) -> None:
    told = override(okr)
    assert "proposed; it counts once a second person says so" in told
    assert (score_of(okr)["score"], score_of(okr)["self_approved"]) == (pytest.approx(0.4), [])
    (question,) = asked(okr)
    assert asked(okr, "status") == [question]
    assert question["text"] == "override; it does not hold yet"
    assert answer(okr, "approve", "ada").code == 1
    assert score_of(okr)["score"] == pytest.approx(0.4)
    assert answer(okr, "approve", "bo").code == 0
    assert (score_of(okr)["score"], score_of(okr)["self_approved"]) == (pytest.approx(0.9), [])
    assert asked(okr) == []


def test_a_rejected_override_never_holds(okr: Okr, required: Path) -> None:
    override(okr)
    assert answer(okr, "reject", "bo", "--note", "no partner did it").code == 0
    assert (score_of(okr)["score"], asked(okr)) == (pytest.approx(0.4), [])


def test_a_restatement_is_proposed_and_one_at_a_time(okr: Okr, required: Path) -> None:
    close(okr)
    restate = ("restate", "sales.ten=0.7", "--reason", "counted twice", "--cycle", PAST)
    ran = okr(*restate, "--by", "ada")
    assert (ran.code, "is proposed by ada" in ran.out) == (0, True)
    assert score_of(okr)["score"] == pytest.approx(0.4)
    again = okr(*restate, "--by", "bo")
    assert (again.code, "waits for a second person" in again.err) == (1, True)
    assert answer(okr, "reject", "bo", "--note", "it was not").code == 0
    assert okr(*restate, "--by", "ada").code == 0
    assert answer(okr, "approve", "bo").code == 0
    assert (score_of(okr)["score"], score_of(okr)["self_approved"]) == (pytest.approx(0.7), [])


def test_what_is_left_out_waits_and_so_does_the_closing(okr: Okr, required: Path) -> None:
    leave = ("close", "--cycle", PAST, "--leave-out", "sales.ten=no longer sold", "--by", "ada")
    for _ in range(2):  # asked again it is proposed once
        ran = okr(*leave, "--reason", "it still held")
        assert (ran.code, "waits for a second person" in ran.err) == (1, True)
        assert len(asked(okr)) == 1
    assert answer(okr, "approve", "bo").code == 0
    close(okr)
    assert score_of(okr)["score"] is None


def edited(folder: Path, old: str, new: str) -> None:
    path = folder / "cycles" / "past.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


APPLY = ("apply", "cycles/past.yaml", "--reason", "counted bots", "--reason-class", "metric_error")


def test_a_metric_error_is_proposed_and_another_person_accepts_it(okr: Okr, required: Path) -> None:
    edited(
        required,
        "{kind: increase, baseline: 0, target: 10}",
        "{kind: increase, baseline: 0, target: 8}",
    )
    ran = okr(*APPLY, "--by", "bo")
    assert ran.code == 0, ran.err
    assert "holds once a second person accepts it: `okr decide" in ran.out
    assert score_of(okr)["score"] == pytest.approx(0.4)
    listed = okr("decide", "--cycle", PAST, "--format", "json").json["open"]
    (question,) = [each for each in listed if each["kind"] == "revision"]
    accept = ("decide", question["id"], "accept", "--cycle", PAST, "--by")
    for person, why in (("bo", "proposed it"), ("ada", "is accountable")):
        ran = okr(*accept, person)
        assert (ran.code, why in ran.err) == (1, True), ran.err
    assert score_of(okr)["score"] == pytest.approx(0.4)
    ran = okr(*accept, "cy")
    assert ran.code == 0, ran.err
    assert (score_of(okr)["score"], score_of(okr)["self_approved"]) == (pytest.approx(0.5), [])


def test_what_moves_no_figure_waits_for_nobody(okr: Okr, required: Path) -> None:
    edited(required, "Ten teams buy", "Many teams buy")
    ran = okr("apply", "cycles/past.yaml", "--by", "bo")
    # The title held no figures; it is a word that changes.
    assert (ran.code, "is now revision 2" in ran.out) == (0, True), ran.err


def test_a_mended_metric_that_nobody_else_looked_at_is_one_question(okr: Okr, shown: Path) -> None:
    edited(
        shown,
        "{kind: increase, baseline: 0, target: 10}",
        "{kind: increase, baseline: 0, target: 8}",
    )
    assert okr(*APPLY, "--by", "bo").code == 0
    assert score_of(okr)["self_approved"] == ["metric_error"]
    (question,) = asked(okr)
    assert question["item"] == "past:2"
    assert asked(okr, "status") == [question]
    assert answer(okr, "approve", "cy").code == 0
    assert (score_of(okr)["self_approved"], asked(okr)) == ([], [])


def test_a_required_second_person_needs_two_people(okr: Okr, required: Path) -> None:
    path = required / "okr.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [each for each in lines if not each.startswith(("  bo:", "  cy:"))]
    path.write_text("\n".join(kept), encoding="utf-8")
    ran = okr("check", "okr.yaml")
    assert ran.code == 1
    assert "a second person is required, and `people` names fewer than two." in ran.out + ran.err


def correct(okr: Okr, by: str, *more: str) -> None:
    ran = okr(
        *("correct", "sales.ten", "--value", "6", "--reason", "two were tests", "--cycle", PAST),
        *("--by", by, *more),
    )
    assert ran.code == 0, ran.err


def test_a_corrected_value_of_a_person_is_marked_until_another_has_looked_at_it(
    okr: Okr, shown: Path
) -> None:
    correct(okr, "ada")
    assert (score_of(okr)["score"], score_of(okr)["self_approved"]) == (
        pytest.approx(0.6),
        ["corrected_value"],
    )
    assert asked(okr, "status") == asked(okr)
    assert answer(okr, "approve", "bo").code == 0
    assert score_of(okr)["self_approved"] == []


def test_who_takes_back_a_slip_of_their_own_on_the_same_day_needs_nobody(
    okr: Okr, shown: Path
) -> None:
    correct(okr, "ada", "--as-of", f"{day(-40)}T23:59:59")
    assert (score_of(okr)["score"], score_of(okr)["self_approved"]) == (pytest.approx(0.6), [])
    assert asked(okr) == []
