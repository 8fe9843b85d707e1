"""What people say beside a number: nothing new, blockers, comments, help asked and offered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from asked import at_terminal
from okr_command import Okr

from okr_core.basics.command import filled

LATE = ("--as-of", "2025-11-20")
"""A day on which what was said in October is stale."""
KR = "activation.week1"


@pytest.fixture
def applied(okr: Okr, folder: Path) -> Path:
    """A plan with a bo in ada's circle, and a value that has become stale."""
    text = (folder / "okr.yaml").read_text(encoding="utf-8")
    roles = "  growth-lead: {circle: growth, held_by: [{person: ada}]}\n"
    roles += "  data: {circle: growth, held_by: [{person: bo}]}\n"
    text = text.replace("  growth-lead: {held_by: [{person: ada}]}\n", roles)
    (folder / "okr.yaml").write_text(text, encoding="utf-8")
    assert okr("apply", "--as-of", "2025-09-20", "--by", "ada").code == 0
    assert okr("checkin", KR, "38", "--confidence", "7", "--as-of", "2025-10-20").code == 0
    return folder


def waiting(okr: Okr, *arguments: str) -> dict[str, Any]:
    """Full name → what waits."""
    found = okr("decide", "--format", "json", *LATE, *arguments).json["open"]
    return {f"{each['kind']}:{each['item']}": each for each in found}


def standing(okr: Okr) -> dict[str, Any]:
    tree = okr("status", "--format", "json", *LATE).json["objectives"]
    return next(kr for each in tree for kr in each["key_results"] if kr["id"] == KR)


def test_nothing_new_is_an_answer_that_leaves_the_value_and_its_day(
    okr: Okr, applied: Path
) -> None:
    before = standing(okr)
    asked = waiting(okr)[f"check_in:{KR}"]
    said = next(each for each in asked["answers"] if each["word"] == "nothing new")
    ran = okr(*filled(said["command"]), *LATE)
    assert (ran.code, ran.out) == (0, f"{KR}: nothing new, by ada.\n"), ran.err
    after = standing(okr)
    assert f"check_in:{KR}" not in waiting(okr)
    assert (before["stale"], after["stale"]) == (True, False)
    assert (after["current"], after["observed_at"]) == ("38", before["observed_at"])
    assert (after["confidence"], after["progress"]) == (7, before["progress"])
    assert okr("explain", KR, *LATE, "--format", "json").json["check_ins"][0]["nothing_new"]


def test_nothing_new_is_refused_where_nothing_was_ever_said(okr: Okr, applied: Path) -> None:
    ran = okr("checkin", "answers.time", "--nothing-new", "--by", "bo", *LATE)
    assert ran.code == 2
    assert "has no value yet that could stand" in ran.err
    # What is done or not stands as not done, and is said of all milestones at once.
    assert okr("checkin", "activation.launch", "--nothing-new", *LATE).code == 0
    assert "unreported:activation.launch" not in waiting(okr)


def test_a_blocker_is_named_with_a_check_in_and_waits_until_it_is_lifted(
    okr: Okr, applied: Path
) -> None:
    for _ in range(2):  # said twice it is there once
        ran = okr("checkin", KR, "39", "--blocker", "no access to the log", *LATE)
        assert ran.code == 0, ran.err
    second = okr("checkin", KR, "--blocker", "nobody to ask", *LATE)
    assert second.code == 0, second.err
    found = okr("decide", "--format", "json", *LATE).json["open"]
    texts = {each["text"]: each for each in found if each["kind"] == "blocker"}
    assert list(texts) == ["no access to the log", "nobody to ask"]
    lifted = filled(texts["no access to the log"]["answers"][0]["command"])
    assert okr(*lifted, *LATE).code == 0
    left = okr("decide", "--format", "json", *LATE).json["open"]
    assert [each["text"] for each in left if each["kind"] == "blocker"] == ["nobody to ask"]
    again = okr(*lifted, *LATE)
    assert again.code == 1
    assert "was answered on" in again.err


def test_help_goes_from_who_asks_to_who_gives_it_under_one_id(okr: Okr, applied: Path) -> None:
    for _ in range(2):  # asked twice in the same words it waits once
        ran = okr("help", "ask", KR, "a query for step 3", *LATE, "--format", "json")
        assert ran.code == 0, ran.err
    id_ = ran.json["question"]
    assert ran.json["new"] is False
    asked = waiting(okr)[f"help:{KR}"]
    assert (asked["id"], asked["people"], asked["deadline"]) == (id_, ["bo"], "2025-11-23")
    assert [each["word"] for each in asked["answers"]] == ["offer", "withdrawn"]
    assert f"help:{KR}" in waiting(okr, "--person", "bo")

    own = okr("decide", id_, "offer", *LATE)
    assert own.code == 1
    assert "somebody else offers it" in own.err
    for by, word, then in (("bo", "offer", "ada"), ("ada", "taken", "bo"), ("bo", "done", None)):
        assert okr("decide", id_, word, "--by", by, *LATE).code == 0
        now = waiting(okr).get(f"help:{KR}")
        assert (now["people"] if now else None) == ([then] if then else None)
        assert now is None or now["id"] == id_
    late = okr("decide", id_, "offer", "--by", "bo", *LATE)
    assert late.code == 1
    assert "was answered on" in late.err
    assert okr("audit", "verify").code == 0


def test_an_offer_that_is_withdrawn_leaves_the_question_open(okr: Okr, applied: Path) -> None:
    id_ = okr("help", "ask", KR, "a query", *LATE, "--format", "json").json["question"]
    for word in ("offer", "withdrawn"):
        assert okr("decide", id_, word, "--by", "bo", *LATE).code == 0
    assert waiting(okr)[f"help:{KR}"]["people"] == ["bo"]
    assert okr("decide", id_, "withdrawn", *LATE).code == 0
    assert f"help:{KR}" not in waiting(okr)


def test_offered_help_asks_who_is_accountable(okr: Okr, applied: Path) -> None:
    assert okr("help", "offer", KR, "two days of design", "--by", "bo", *LATE).code == 0
    found = waiting(okr)[f"help:{KR}"]
    assert (found["role"], found["people"]) == ("growth-lead", ["ada"])
    assert [each["word"] for each in found["answers"]] == ["taken", "withdrawn"]


def test_help_is_asked_of_who_is_there_and_of_stand_ins(okr: Okr, applied: Path) -> None:
    text = (applied / "okr.yaml").read_text(encoding="utf-8")
    away = "absences: [{starts: 2025-11-17, ends: 2025-11-28, stand_in: cleo}]"
    people = (
        f"  bo: {{name: Bo Lind, {away}}}\n"
        "  cleo: {name: Cleo}\n"
        "  otto: {name: Otto, until: 2025-11-01}\n"
    )
    lines = [each for each in text.splitlines(keepends=True) if not each.startswith("  bo: ")]
    text = "".join(lines).replace("people:\n", f"people:\n{people}")
    text = text.replace("roles:\n", "roles:\n  ops: {circle: growth, held_by: [{person: otto}]}\n")
    (applied / "okr.yaml").write_text(text, encoding="utf-8")
    changed = ("--reason", "who is where", "--by", "ada", "--as-of", "2025-11-18")
    ran = okr("apply", *changed)
    assert ran.code == 0, ran.err
    id_ = okr("help", "ask", KR, "a query", *LATE, "--format", "json").json["question"]
    asked = waiting(okr)[f"help:{KR}"]
    assert asked["people"] == ["bo"], "who has left is asked nothing"
    assert asked["stand_ins"] == ["cleo"]
    assert f"help:{KR}" in waiting(okr, "--person", "cleo")
    assert okr("decide", id_, "offer", "--by", "cleo", *LATE).code == 0
    assert okr("decide", id_, "taken", *LATE).code == 0
    assert waiting(okr)[f"help:{KR}"]["people"] == ["cleo"]
    # Who gave it leaves before it is done: whoever is accountable says whether it is.
    text = (applied / "okr.yaml").read_text(encoding="utf-8")
    gone = text.replace("cleo: {name: Cleo}", "cleo: {name: Cleo, until: 2025-11-19}")
    (applied / "okr.yaml").write_text(gone, encoding="utf-8")
    assert okr("apply", *changed[:-1], "2025-11-19").code == 0
    assert waiting(okr)[f"help:{KR}"]["people"] == ["ada"]


def test_the_walk_asks_what_is_due_soon_and_not_late_yet(okr: Okr, applied: Path) -> None:
    soon = ("--as-of", "2025-10-31T09:00")
    assert okr("checkin", KR, "39", "--as-of", "2025-10-25").code == 0
    mine = okr("decide", "--mine", "--format", "json", *soon).json["open"]
    assert [each["kind"] for each in mine if each["item"] == KR] == ["check_in"]
    everybody = okr("decide", "--format", "json", *soon).json["open"]
    assert KR not in {each["item"] for each in everybody}
    assert f"okr checkin {KR} VALUE" in okr("checkin", *soon).err


def test_a_check_in_is_commented_and_the_comment_stands_beside_it(okr: Okr, applied: Path) -> None:
    said = okr("explain", KR, *LATE, "--format", "json").json["check_ins"][0]
    ran = okr("comment", said["id"], "what changed?", "--by", "bo", *LATE, "--format", "json")
    assert ran.code == 0, ran.err
    assert (ran.json["item"], ran.json["check_in"]) == (KR, said["id"])
    shown = okr("explain", KR, *LATE)
    assert f"({said['id']})" in shown.out
    assert "bo on e" in shown.out
    assert '"what changed?"' in shown.out
    unknown = okr("comment", "e999", "hm", *LATE)
    assert unknown.code == 2
    assert "has no check-in `e999`" in unknown.err


def test_without_a_terminal_the_walk_says_what_to_type(okr: Okr, applied: Path) -> None:
    ran = okr("checkin", *LATE)
    assert ran.code == 2
    assert f"okr checkin {KR} VALUE" in ran.err


def test_the_walk_asks_what_is_due_and_keeps_what_was_answered_when_one_quits(
    okr: Okr, applied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Help first, then a value that is none, then the value; of the second key result nothing.
    typed = ["h", "a query for step 3", "many", "", "", "40", "6", "better", "q"]
    at_terminal(monkeypatch, "".join(f"{each}\n" for each in typed))
    ran = okr("checkin", *LATE)
    assert ran.code == 0, ran.err
    assert "last 38 %" in ran.err
    assert "expected by now" in ran.err
    assert ran.out.startswith("1 check-in recorded; ")
    known = standing(okr)
    assert (known["current"], known["confidence"]) == ("40", 6)
    assert f"help:{KR}" in waiting(okr)
    assert f"check_in:{KR}" not in waiting(okr)

    at_terminal(monkeypatch, "beta\n\n\n")  # milestones by their ids; then nobody types any more
    assert okr("checkin", *LATE).code == 0
    tree = okr("status", "--format", "json", *LATE).json["objectives"]
    launch = next(kr for each in tree for kr in each["key_results"] if kr["id"].endswith("launch"))
    assert launch["progress"] == 0.5


def test_a_file_shows_what_is_new_and_is_recorded_once_it_is_accepted(
    okr: Okr, applied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = "key_result;value;note;by\n"
    rows = f"{head}{KR};nothing new;;ada\nno.such;1;;ada\nactivation.grade;commit;für später;ada\n"
    (applied / "said.csv").write_bytes(rows.encode("cp1252"))
    at_terminal(monkeypatch, "n\n")
    refused = okr("checkin", "--from", "said.csv", *LATE)
    assert refused.code == 2
    assert "said.csv:3" in refused.err
    declined = okr("checkin", "--from", "said.csv", "--skip", *LATE)
    assert declined.code == 1
    assert f"line 2: {KR} nothing new, by ada, 2025-11-20" in declined.err
    assert "no.such" in declined.err
    assert standing(okr)["stale"]
    at_terminal(monkeypatch, "y\n")
    taken = okr("checkin", "--from", "said.csv", "--skip", *LATE, "--format", "json")
    assert [each["nothing_new"] for each in taken.json["check_ins"]] == [True, False]
    assert taken.json["check_ins"][1]["note"] == "für später"
    assert not standing(okr)["stale"]
