"""When a value was said decides whether it scores, whatever day it is about."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from okr_command import Okr
from quarter import begin_quarter

CYCLE = ("--cycle", "2025-q3")
LAST = ("--as-of", "2025-09-30")
IN_GRACE, TOO_LATE = (
    datetime(2025, 10, 3, 10, tzinfo=UTC),
    datetime(2025, 11, 30, 10, tzinfo=UTC),
)
DRY = ("--dry-run", "--local", *CYCLE)
WORKSPACE = """\
organization: Acme
timezone: Europe/Zurich
people: {ada: {name: Ada Okafor}, bo: {name: Bo Lind}}
"""
PLAN = """\
cycle: {id: 2025-q3, starts: 2025-07-01, ends: 2025-09-30, timezone: Europe/Zurich}
objectives:
  - id: rev
    title: Sales grow
    owner: ada
    ambition: aspirational
    key_results:
      - {id: rev.m, title: Revenue to 100, metric: {kind: increase, baseline: 0, target: 100}}
  - id: com
    title: The new shop is open
    owner: bo
    ambition: committed
    key_results:
      - {id: com.b, title: The shop is open, metric: {kind: binary}}
"""
MARK = "said late, on 3 Oct, after its due day"
SHOWN = "said on 30 Nov, after the cut-off: 100, shown but not scored"


@pytest.fixture
def ended(okr: Okr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A quarter that has ended, of which one value was said on its last day."""
    begin_quarter(okr, tmp_path, monkeypatch, workspace=WORKSPACE, plan=PLAN)
    noon = datetime(2025, 9, 30, 10, tzinfo=UTC)
    said = okr("checkin", "rev.m", "20", "--as-of", "2025-09-30T11:00", *CYCLE, now=noon)
    assert said.code == 0, said.err
    return tmp_path


def score(okr: Okr, day: str) -> dict[str, float | None]:
    document = okr("score", "--format", "json", *DRY, "--as-of", day).json
    items = [each for o in document["objectives"] for each in (o, *o["key_results"])]
    return {each["id"]: each["score"] for each in items}


def written(path: Path) -> str:
    """The text of a report; of a workbook all that is in its parts."""
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8")
    with ZipFile(path) as book:
        return " ".join(book.read(name).decode(errors="replace") for name in book.namelist())


def every_form(okr: Okr, day: str, key_result: str) -> dict[str, str]:
    """Door → what it prints of a day, in lower case and on one line."""
    at = ("--as-of", day)
    texts = {
        "score": okr("score", "--tree", *DRY, *at).out,
        "explain": okr("explain", key_result, *CYCLE, *at).out,
    }
    told = okr("report", "--format", "md,html,xlsx", "--out", "out", *CYCLE, *at)
    assert told.code in {0, 4}, told.err
    texts |= {path.suffix: written(path) for path in Path("out").iterdir() if path.is_file()}
    # Isolates of numbers keep their direction in a page.
    plain = {door: text.translate({0x2068: None, 0x2069: None}) for door, text in texts.items()}
    return {door: " ".join(text.lower().split()) for door, text in plain.items()}


def test_a_value_said_after_the_cut_off_moves_no_figure_and_is_shown_in_every_form(
    okr: Okr, ended: Path
) -> None:
    before = score(okr, "2025-11-30")
    ran = okr("checkin", "rev.m", "100", *LAST, *CYCLE, now=TOO_LATE)
    assert ran.code == 0, ran.err
    assert "rev.m: said after the cut-off of 2025-q3" in ran.err
    assert score(okr, "2025-11-30") == before
    assert before["rev.m"] == 0.2
    for door, text in every_form(okr, "2025-11-30", "rev.m").items():
        assert SHOWN.lower() in text, door
    told = okr("report", "--format", "json", "--out", "told", *CYCLE, "--as-of", "2025-11-30")
    [document] = [json.loads(path.read_text("utf-8")) for path in Path("told").glob("*.json")]
    assert '"unheard": {"at": "2025-11-30' in json.dumps(document), told.err


def test_a_file_of_values_said_after_the_cut_off_moves_no_figure(okr: Okr, ended: Path) -> None:
    Path("said.csv").write_text("key_result,value,at\ncom.b,done,2025-09-30\n", encoding="utf-8")
    assert okr("checkin", "--from", "said.csv", *CYCLE, now=TOO_LATE).code == 0
    assert score(okr, "2025-11-30")["com.b"] == 0


def test_what_is_asked_of_the_last_day_takes_no_answer_after_the_cut_off(
    okr: Okr, ended: Path
) -> None:
    asked = ("decide", "silent:com.b", "done", "--as-of", "2025-10-03", *CYCLE)
    ran = okr(*asked, now=TOO_LATE)
    assert ran.code == 1
    assert "takes no more numbers: the cut-off of cycle `2025-q3` was 2025-10-06 00:00" in ran.err
    assert score(okr, "2025-11-30")["com.b"] == 0


def test_an_answer_after_due_scores_and_every_form_says_that_it_was_said_late(
    okr: Okr, ended: Path
) -> None:
    earlier = score(okr, "2025-10-02")
    ran = okr("decide", "silent:com.b", "done", *CYCLE, "--as-of", "2025-10-03T12:00", now=IN_GRACE)
    assert ran.code == 0, ran.err
    assert score(okr, "2025-10-04")["com.b"] == 1
    for door, text in every_form(okr, "2025-10-04", "com.b").items():
        assert MARK.lower() in text, door
    assert score(okr, "2025-10-02") == earlier


def test_the_owner_takes_back_a_slip_only_on_the_day_on_which_it_was_said(
    okr: Okr, ended: Path
) -> None:
    put_right = ("correct", "rev.m", "--value", "90", "--reason", "a slip", *LAST, *CYCLE)
    assert okr(*put_right, now=IN_GRACE).code == 0
    assert score(okr, "2025-10-02")["rev.m"] == 0.2
    assert score(okr, "2025-10-04")["rev.m"] == 0.9
    told = " ".join(okr("score", "--tree", *DRY, "--as-of", "2025-10-04").out.split())
    assert "corrected on 3 Oct, after its due day" in told
    assert "self-approved, no second person: corrected value" in told


def test_explain_says_when_a_value_of_an_earlier_day_was_said(okr: Okr, ended: Path) -> None:
    later = datetime(2025, 8, 4, 8, tzinfo=UTC)
    said = ("checkin", "rev.m", "5", "--as-of", "2025-08-01", "--confidence", "4", *CYCLE)
    assert okr(*said, now=later).code == 0
    at = ("--as-of", "2025-08-10", *CYCLE)
    assert "said by ada of 2025-08-01 23:59 CEST, said on 4 Aug" in okr("explain", "rev.m", *at).out
    document = okr("explain", "rev.m", *at, "--format", "json").json
    assert document["reading"]["observed_at"] == document["check_ins"][0]["said_at"]
    assert document["reading"]["observed_at"].startswith("2025-08-04T08:00")
