"""`okr decide`: whatever waits for a person is listed with its answers, and answered once."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from okr_command import Okr
from open_world import PAST, RUNNING, begin, day

from okr_cli.plan.schema import schema_of
from okr_core.basics.command import filled


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company in which something of every kind waits; each test has a copy."""
    return begin(tmp_path_factory.mktemp("open") / "acme")


@pytest.fixture
def world(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The company; commands run in it."""
    monkeypatch.chdir(copytree(kept, tmp_path / "acme"))
    return tmp_path / "acme"


def listed(okr: Okr, cycle: str = RUNNING) -> dict[str, dict[str, Any]]:
    """Kind and item → what waits."""
    ran = okr("decide", "--cycle", cycle, "--format", "json")
    assert ran.code == 0, ran.err
    Draft202012Validator(schema_of("open")).validate(ran.json)
    return {f"{each['kind']}:{each['item']}": each for each in ran.json["open"]}


def closed(okr: Okr) -> None:
    found = listed(okr, PAST)["close:None"]
    assert okr(*filled(found["answers"][0]["command"])).code == 0


def test_what_waits_is_listed_with_whom_it_asks_until_when(okr: Okr, world: Path) -> None:
    found = listed(okr)
    assert list(found) == [
        "suspect:onboarding.open",
        "unread:onboarding.closed",
        f"revision:{RUNNING}:2",
        "risk:sales",
        "hypothesis:learn",
        "carry_over:onboarding",
        "unreported:learn.demos",
    ]
    risk = found["risk:sales"]
    assert (risk["role"], risk["people"], risk["deadline"]) == ("sales-lead", ["ada"], day(60))
    assert risk["text"] == "New teams from 0 to 10"
    assert found["hypothesis:learn"]["deadline"] == day(-1)
    # The cycle's owner is who accepted its first revision.
    assert found["carry_over:onboarding"]["people"] == ["ada"]
    assert list(listed(okr, PAST)) == ["hypothesis:onboarding", "post_mortem:sales", "close:None"]


@pytest.mark.parametrize("cycle", [RUNNING, PAST])
def test_each_command_of_the_list_runs_as_printed_and_takes_its_question_off_every_list(
    okr: Okr, world: Path, cycle: str
) -> None:
    for name, entry in listed(okr, cycle).items():
        assert name in listed(okr, cycle)
        # A source that is asked again may be silent again: a person's value is the other answer.
        ran = okr(*filled(entry["answers"][entry["kind"] == "unread"]["command"]))
        assert ran.code == 0, (name, ran.err)
        assert name not in listed(okr, cycle)
    status = okr("status", "--cycle", cycle, "--format", "json").json
    left = [(each["kind"], each["item"]) for each in status["open"]]
    # What one person said in place of a source is far behind, and nobody else looked at it.
    said = ("onboarding.open", "onboarding.closed")
    follow = [*(("second_person", item) for item in said), ("risk", "onboarding")]
    assert left == (follow if cycle == RUNNING else [])
    assert okr("audit", "verify").code == 0


def test_every_answer_of_every_question_runs(okr: Okr, world: Path, kept: Path) -> None:
    others = [
        (name, answer["command"])
        for name, entry in listed(okr).items()
        for answer in entry["answers"][1:]
    ]
    assert len(others) == 9
    for number, (name, command) in enumerate(others):
        folder = copytree(kept, world / str(number))
        ran = okr(*filled(command), "-w", folder)
        assert ran.code == 0, (name, ran.err)


def test_a_value_by_hand_takes_a_source_that_cannot_be_read_off_the_list(
    okr: Okr, world: Path
) -> None:
    assert okr("sync", "--local", "--cycle", RUNNING).code == 3
    asked = listed(okr)["unread:onboarding.closed"]
    assert asked["text"]
    again, by_hand = (each["command"] for each in asked["answers"])
    assert again == f"okr sync --only onboarding.closed --cycle {RUNNING}"
    assert okr(*filled(by_hand)).code == 0
    assert "unread:onboarding.closed" not in listed(okr)
    known = okr("explain", "onboarding.closed", "--cycle", RUNNING, "--format", "json").json
    assert known["reading"]["until"] is not None


def test_an_id_stays_the_same_while_others_come_and_go(okr: Okr, world: Path) -> None:
    before = {name: entry["id"] for name, entry in listed(okr).items()}
    assert len(set(before.values())) == len(before)
    assert okr("accept", "onboarding.open", "--cycle", RUNNING).code == 0
    assert okr("checkin", "learn.demos/one", "done", "--cycle", RUNNING).code == 0
    after = {name: entry["id"] for name, entry in listed(okr).items()}
    assert after.pop("second_person:onboarding.open")
    assert len(after) < len(before)
    assert {name: before[name] for name in after} == after


def test_a_closed_cycle_takes_what_changes_no_score(okr: Okr, world: Path) -> None:
    closed(okr)
    scored = okr("score", "--dry-run", "--cycle", PAST, "--format", "json").json
    assert list(listed(okr, PAST)) == ["hypothesis:onboarding", "post_mortem:sales"]
    ran = okr("retro", "onboarding", "refuted", "--evidence", "the calls", "--cycle", PAST)
    assert ran.code == 0, ran.err
    post_mortem = listed(okr, PAST)["post_mortem:sales"]["id"]
    ran = okr("decide", post_mortem, "written", "--note", "prices rose", "--cycle", PAST)
    assert (ran.code, ran.out) == (0, f"{post_mortem} Ten teams buy: written, by ada.\n")
    assert listed(okr, PAST) == {}
    again = okr("score", "--dry-run", "--cycle", PAST, "--format", "json").json
    assert again["objectives"] == scored["objectives"]
    assert okr("audit", "verify").code == 0


def test_score_report_and_digest_show_the_list_that_status_shows(okr: Okr, world: Path) -> None:
    shown = ("--cycle", PAST)
    ids = [each["id"] for each in listed(okr, PAST).values()]
    assert len(ids) == 3
    status = okr("status", "--tree", *shown).out
    scored = okr("score", "--dry-run", "--tree", *shown).out
    shown_as = ("md", "json", "digest")
    texts = [okr("report", *shown, "--format", form, "--out", "-").out for form in shown_as]
    for text in (status, scored, *texts):
        assert all(id_ in text for id_ in ids)
        assert "okr decide --cycle past" in text
    assert okr("decide", ids[1], "written", "--note", "prices rose", *shown).code == 0
    for text in (
        okr("status", "--tree", *shown).out,
        okr("score", "--dry-run", "--tree", *shown).out,
        okr("report", *shown, "--format", "md", "--out", "-").out,
    ):
        assert [id_ for id_ in ids if id_ in text] == [ids[0], ids[2]]


def test_who_comes_second_is_told_who_was_first(okr: Okr, world: Path) -> None:
    risk = listed(okr)["risk:sales"]["id"]
    answer = ("decide", risk.lower(), "act", "--note", "we call them", "--cycle", RUNNING)
    assert okr(*answer).code == 0
    ran = okr(*answer, "--by", "bo")
    assert ran.code == 1
    assert f"`{risk}` was answered on " in ran.err
    assert "by ada: act" in ran.err


def test_a_full_name_says_the_same_as_an_id(okr: Okr, world: Path) -> None:
    by_id = okr("decide", listed(okr)["risk:sales"]["id"], "--cycle", RUNNING).out
    assert okr("decide", "risk:sales", "--cycle", RUNNING).out == by_id
    assert "it is at risk: what is done about it?" in by_id


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("Q00000",), 2, "waits under `Q00000`. `okr decide --cycle running` lists what does."),
        (("risk:sales", "perhaps"), 2, "`perhaps` is no answer to"),
        (("risk:sales", "act"), 2, "needs a note"),
        (("hypothesis:learn", "refuted"), 1, "without evidence"),
        (("suspect:onboarding.open", "correct", "3"), 2, "needs a reason"),
        (("unreported:learn.demos", "one"), 2, "needs a value"),
        (("unread:onboarding.closed", "3"), 2, "needs a reason"),
        (("revision:running:2", "reject"), 2, "needs a reason"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_and_says_what_to_write(
    okr: Okr, world: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    before = listed(okr)
    ran = okr("decide", *arguments, "--cycle", RUNNING)
    assert (ran.code, words in ran.err) == (code, True), ran.err
    assert listed(okr) == before


def test_an_answer_is_a_document_too(okr: Okr, world: Path) -> None:
    said = ("--note", "we call them", "--cycle", RUNNING, "--format", "json")
    ran = okr("decide", "risk:sales", "act", *said)
    Draft202012Validator(schema_of("answer")).validate(ran.json)
    assert (ran.json["kind"], ran.json["answer"], ran.json["by"]) == ("risk", "act", "ada")
