"""`okr checkin`: a value, a confidence, a note; one, or a file of many, all or none."""

import os
import shlex
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from jsonschema import Draft202012Validator
from okr_command import Okr, Ran
from okr_processes import OKR
from terminal import Terminal

from okr_cli.plan.schema import schema_of
from okr_store import open_store

DAY = "2025-10-20"
HEAD = "key_result,at,value,confidence,note,by\n"
Csv = Callable[..., Ran]


@pytest.fixture
def either_engine(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test runs once with a store on SQLite and once on PostgreSQL."""
    monkeypatch.setenv("OKR_STORE_URL", store_url)


@pytest.fixture
def applied(okr: Okr, folder: Path) -> Path:
    """A workspace whose plan is applied."""
    assert okr("apply", "--as-of", "2025-09-20", "--by", "ada").code == 0
    return folder


@pytest.fixture
def csv(okr: Okr, applied: Path) -> Csv:
    def run(text: str | bytes, *arguments: str) -> Ran:
        path = applied / "checkins.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return okr("checkin", "--from", path.name, "--as-of", "2025-11-01", *arguments)

    return run


def _current(okr: Okr, key_result: str, day: str = "2025-11-01") -> dict[str, object]:
    status = okr("status", "--as-of", day, "--format", "json").json
    found = [
        kr
        for objective in status["objectives"]
        for kr in objective["key_results"]
        if kr["id"] == key_result
    ]
    assert len(found) == 1
    return dict(found[0])


@pytest.mark.usefixtures("either_engine")
def test_a_check_in_moves_the_number_and_keeps_the_confidence(okr: Okr, applied: Path) -> None:
    ran = okr("checkin", "activation.week1", "38", "--confidence", 7, "--as-of", DAY, "--by", "ada")
    assert ran.code == 0, ran.err
    assert ran.out == "activation.week1: 38 %, confidence 7 of 10, by ada.\n"
    current = _current(okr, "activation.week1")
    assert (current["current"], current["progress"], current["confidence"]) == ("38", 0.5, 7)


def test_a_key_result_is_named_by_its_title_and_a_person_by_a_first_name(
    okr: Okr, applied: Path
) -> None:
    title = "week-1 activation from 31 % to 45 %"
    ran = okr("checkin", title, "38", "--as-of", DAY, "--by", "Ada")
    assert ran.out == "activation.week1: 38 %, by ada.\n"
    assert okr("explain", title, "--as-of", DAY).code == 0
    ran = okr("checkin", "The guided set-up is live/beta", "done", "--as-of", DAY, "--by", "Bo")
    assert (ran.code, ran.out) == (0, "activation.launch/beta: done, by bo.\n"), ran.err


def test_a_confidence_alone_leaves_the_value(okr: Okr, applied: Path) -> None:
    okr("checkin", "activation.week1", "38", "--as-of", DAY)
    assert okr("checkin", "activation.week1", "--confidence", 3, "--as-of", "2025-10-27").code == 0
    current = _current(okr, "activation.week1")
    assert (current["current"], current["confidence"]) == ("38", 3)


@pytest.mark.usefixtures("either_engine")
@pytest.mark.parametrize("value", ["11 100", "11\N{NARROW NO-BREAK SPACE}100", "11'100", "11100.0"])
def test_a_number_is_taken_as_it_is_printed(okr: Okr, applied: Path, value: str) -> None:
    command = ("checkin", "activation.week1", value, "--as-of", DAY, "--sure")
    assert okr(*command, "--format", "json").json["check_ins"][0]["value"] in ("11100", "11100.0")


@pytest.mark.parametrize(
    ("value", "told"),
    [("21,5", "Write 21.5."), ("1,500", "Write 1500 or 1.5."), ("1.5.0", "Write digits")],
)
def test_a_number_with_a_comma_is_told_what_to_write(
    okr: Okr, applied: Path, value: str, told: str
) -> None:
    ran = okr("checkin", "activation.week1", value, "--as-of", DAY)
    assert (ran.code, told in ran.err) == (2, True)


def test_milestones_are_set_one_by_one(okr: Okr, applied: Path) -> None:
    assert okr("checkin", "activation.launch/beta", "done", "--as-of", DAY).code == 0
    assert _current(okr, "activation.launch")["progress"] == 0.5


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["activation.wek1", "38"], "Closest: `activation.week1`"),
        (["activation.week1", "38", "--confidence", "11"], "0 to 10"),
        (["activation.launch", "done"], "activation.launch/beta"),
        (["activation.week1"], "nothing is said"),
        (["--note", "Two left."], "which key result"),
        (["--nothing-new"], "which key result"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_what_to_write(
    okr: Okr, applied: Path, arguments: list[str], words: str
) -> None:
    ran = okr("checkin", *arguments, "--as-of", DAY)
    assert ran.code == 2
    assert words in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.usefixtures("either_engine")
def test_a_value_by_hand_on_a_bound_key_result_needs_a_reason_and_an_end(
    okr: Okr, applied: Path
) -> None:
    refused = okr("checkin", "answers.bound", "300", "--as-of", DAY)
    assert refused.code == 2
    assert "--reason" in refused.err
    assert "--until" in refused.err
    reasons = ["--reason", "Jira moves house", "--until", "2025-10-31"]
    assert okr("checkin", "answers.bound", "300", "--as-of", DAY, *reasons).code == 0
    assert _current(okr, "answers.bound", "2025-10-25")["current"] == "300"
    assert _current(okr, "answers.bound", "2025-11-05")["current"] is None


@pytest.mark.usefixtures("either_engine")
def test_the_same_check_in_twice_is_one(okr: Okr, applied: Path) -> None:
    said = ("checkin", "activation.week1", "38", "--as-of", DAY, "--by", "ada")
    okr(*said)
    ran = okr(*said)
    assert (ran.code, ran.out) == (0, "0 check-ins recorded; 1 recorded earlier.\n")


@pytest.mark.usefixtures("either_engine")
def test_the_document_says_what_is_in_the_store(okr: Okr, applied: Path) -> None:
    said = ("checkin", "activation.week1", "38", "--as-of", DAY, "--format", "json")
    first = okr(*said, "--confidence", 7).json["check_ins"][0]
    other = okr(*said, "--confidence", 3)
    again = okr(*said, "--confidence", 7)
    assert (first["confidence"], first["earlier"]) == (7, False)
    kept = other.json["check_ins"][0]
    assert (kept["confidence"], kept["earlier"], kept["id"] != first["id"]) == (3, False, True)
    assert again.json["check_ins"][0] == {**first, "earlier": True}
    assert "ada said 38 %, confidence 3 for that time afterwards, which counts" in again.err
    assert _current(okr, "activation.week1")["confidence"] == 3


def test_a_day_that_is_today_is_the_same_day_an_hour_later(okr: Okr, folder: Path) -> None:
    today = datetime.now(ZoneInfo("Europe/Zurich")).date()
    plan = folder / "cycles" / "2025-q4.yaml"
    dates = f"starts: {today - timedelta(days=40)}, ends: {today + timedelta(days=40)}"
    plan.write_text(plan.read_text().replace("starts: 2025-10-01, ends: 2025-12-31", dates))
    assert okr("apply").code == 0
    said = ("checkin", "activation.week1", "38", "--as-of", str(today))
    assert okr(*said).code == 0
    assert okr(*said).out == "0 check-ins recorded; 1 recorded earlier.\n"
    assert okr("checkin", "activation.week1", "38").out == "activation.week1: 38 %, by ada.\n"


@pytest.mark.usefixtures("either_engine")
def test_another_value_for_the_same_time_is_refused_with_how_to_correct(
    okr: Okr, applied: Path
) -> None:
    okr("checkin", "activation.week1", "38", "--as-of", DAY)
    ran = okr("checkin", "activation.week1", "39", "--as-of", DAY)
    assert ran.code == 1
    assert "okr correct activation.week1 --reading r" in ran.err


def test_a_value_far_outside_is_asked_back_and_recorded_if_it_is_meant(
    okr: Okr, applied: Path
) -> None:
    said = ("checkin", "activation.week1", "3800", "--as-of", DAY)
    refused = okr(*said)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err == (
        "`activation.week1` is 3800, far outside 31 … 45. `--sure` if that is right.\n"
    )
    assert okr(*said, "--sure").code == 0
    assert okr("correct", "activation.week1", "--value", "4000", "--reason", "x").code == 1
    meant = ("--value", "4000", "--reason", "x", "--sure")
    assert okr("correct", "activation.week1", *meant).code == 0


@pytest.mark.parametrize(("answer", "recorded"), [("y", True), ("n", False), ("", False)])
def test_at_a_terminal_the_person_is_asked(applied: Path, answer: str, recorded: bool) -> None:
    command = shlex.join([*OKR, "checkin", "activation.week1", "3800", "--as-of", DAY])
    terminal = Terminal(applied, os.environ, {"checkin": answer}, question="[y/N] ")
    told = terminal.type(f"{command}; echo ended with $?")
    assert "`activation.week1` is 3800, far outside 31 … 45." in told
    assert "Is that right? [y/N] " in told
    assert f"ended with {0 if recorded else 1}\n" in told
    with open_store(str(applied / "okr.db")) as store:
        assert len(list(store.readings("2025-q4", as_of=None))) == recorded


@pytest.fixture
def below_zero(okr: Okr, folder: Path) -> Path:
    """A workspace whose week1 rises from −10 % to 45 %."""
    plan = folder / "cycles" / "2025-q4.yaml"
    plan.write_text(plan.read_text().replace("baseline: 31", "baseline: -10"))
    assert okr("apply", "--as-of", "2025-09-20", "--by", "ada").code == 0
    return folder


@pytest.mark.parametrize(
    "arguments",
    [("-5", "--by", "bo"), ("--by", "bo", "--", "-5"), ("\N{MINUS SIGN}5 %", "--by", "bo")],
)
@pytest.mark.usefixtures("below_zero")
def test_a_number_below_zero_is_a_value(okr: Okr, arguments: tuple[str, ...]) -> None:
    ran = okr("checkin", "--as-of", DAY, "activation.week1", *arguments)
    assert (ran.code, ran.out) == (0, "activation.week1: \N{MINUS SIGN}5 %, by bo.\n"), ran.err
    assert _current(okr, "activation.week1")["current"] == "-5"


@pytest.mark.usefixtures("below_zero")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--", "-5", "--by", "bo"), "`--by` stands behind `--`, where nothing is an option."),
        (("-5 %",), "'-5 %' begins with a dash and is taken for an option."),
        (("--note", "- live now"), "with an equals sign: `--note='- done'`."),
    ],
)
def test_a_dash_that_is_taken_for_an_option_is_said_so(
    okr: Okr, arguments: tuple[str, ...], words: str
) -> None:
    ran = okr("checkin", "activation.week1", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err


@pytest.mark.usefixtures("applied")
@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("checkin", "activation.week1", "38", "--note", "caf\udce9"), "`--note` of `okr checkin"),
        (("checkin", "activation.week1", "--note=caf\udce9"), "`--note` of `okr checkin act"),
        (("checkin", "activation.w\udce9"), "an argument of `okr checkin`"),
        (("correct", "activation.week1", "--reason", "\ud83d"), "`--reason` of `okr correct act"),
    ],
)
def test_bytes_that_are_no_text_are_refused_with_what_holds_them(
    okr: Okr, arguments: tuple[str, ...], what: str
) -> None:
    ran = okr(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert what in ran.err
    assert "holds bytes that are no UTF-8" in ran.err


def test_check_ins_as_json_match_their_schema(okr: Okr, applied: Path) -> None:
    ran = okr("checkin", "activation.week1", "38.50", "--as-of", DAY, "--format", "json")
    Draft202012Validator(schema_of("checkin")).validate(ran.json)
    assert ran.json["check_ins"][0]["value"] == "38.50"


@pytest.mark.usefixtures("either_engine")
def test_a_file_of_check_ins_is_recorded(okr: Okr, csv: Csv) -> None:
    ran = csv(
        HEAD
        + "activation.week1,2025-10-09,33,6,first week,ada\n"
        + "activation.week1,2025-10-16T17:00,35.5,,,bo\n"
        + "\n"
        + 'activation.launch/beta,2025-10-16,yes,8,"five teams, all happy",\n'
    )
    assert (ran.code, ran.out) == (0, "3 check-ins recorded.\n"), ran.err
    assert _current(okr, "activation.week1")["current"] == "35.5"
    assert _current(okr, "activation.launch")["confidence"] == 8


@pytest.mark.usefixtures("either_engine")
def test_a_file_recorded_twice_changes_nothing(okr: Okr, csv: Csv) -> None:
    text = HEAD + "activation.week1,2025-10-09,33,6,,ada\n"
    csv(text)
    assert csv(text).out == "0 check-ins recorded; 1 recorded earlier.\n"


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + HEAD + "activation.week1,2025-10-09,33,6,,ada\n",
        HEAD.replace(",", ";") + "activation.week1;2025-10-09;33;6;a, b;ada\n",
        HEAD.replace(",", "\t") + "activation.week1\t2025-10-09\t33\t6\t\tada\n",
        "Value,Key_Result\r\n33,activation.week1\r\n",
    ],
)
def test_files_of_common_spreadsheets_are_understood(okr: Okr, csv: Csv, text: str) -> None:
    assert csv(text).code == 0
    assert _current(okr, "activation.week1")["current"] == "33"


@pytest.mark.usefixtures("either_engine")
def test_one_bad_row_keeps_all_out_and_every_bad_row_is_named_by_its_line(
    okr: Okr, csv: Csv
) -> None:
    ran = csv(
        HEAD
        + "activation.week1,2025-10-09,33,6,,ada\n"
        + "activation.wek1,2025-10-09,33,6,,ada\n"
        + "activation.week1,2025-10-10,much,6,,ada\n"
        + "activation.week1,2126-12-24,33,6,,ada\n"
        + "activation.week1,soon,33,6,,ada\n"
        + "activation.week1,2025-10-12,33,12,,ada\n"
        + "activation.week1,2025-10-13,33,6,,adda\n"
        + "activation.week1,2025-10-09,34,6,,ada\n"
        + "answers.bound,2025-10-09,34,6,,ada\n"
        + ",2025-10-09,34,6,,ada\n"
    )
    assert (ran.code, ran.out) == (2, "")
    named = [line.split(": ")[0] for line in ran.err.splitlines()]
    assert named == [f"checkins.csv:{line}" for line in range(3, 12)]
    assert _current(okr, "activation.week1")["current"] is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is empty"),
        (HEAD, "no row"),
        ("keyresult,value\nx,1\n", "checkins.csv:1: column `keyresult` is unknown"),
        ("value\n1\n", "`key_result` is missing"),
        ("key_result,value\nactivation.week1,1,2\n", "checkins.csv:2: the row has 3 cells"),
        ('key_result,value\nactivation.week1,"1\n', "checkins.csv:2"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(csv: Csv, text: str | bytes, words: str) -> None:
    ran = csv(text)
    assert ran.code == 2
    assert words in ran.err
    assert "Traceback" not in ran.err


def test_a_file_in_another_encoding_is_read_and_says_so(okr: Okr, csv: Csv) -> None:
    ran = csv(b"key_result,at,note\nactivation.week1,2025-10-10,K\xf6nnte halten.\n")
    assert (ran.code, "is not UTF-8 and was read as cp1252" in ran.err) == (0, True)
    assert "Könnte halten." in okr("explain", "activation.week1", "--as-of", DAY).out


def test_a_file_that_names_everyone_can_be_brought_by_anyone(
    csv: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OKR_PERSON")
    monkeypatch.setenv("LOGNAME", "cron")
    ran = csv(HEAD + f"activation.week1,{DAY},38,7,,ada\n")
    assert ran.code == 0, ran.err
    ran = csv(HEAD + f"activation.week1,{DAY},39,7,,\n")
    assert (ran.code, "`cron`, the user of this computer," in ran.err) == (2, True)
