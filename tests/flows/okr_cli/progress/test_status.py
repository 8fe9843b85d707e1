"""`okr status`: how it goes, what needs you, what is unknown; for people, pipes and programs."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from okr_command import Okr

from okr_cli.plan.schema import schema_of
from okr_cli.shell.layout import MAX_WIDTH, width_of
from okr_core.record.entries import Entry, SyncRecord, UnavailableAnswer
from okr_store import open_store

DAY = "2025-11-02"


@pytest.fixture
def begun(okr: Okr, folder: Path, store_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cycle with some check-ins, on either engine."""
    monkeypatch.setenv("OKR_STORE_URL", store_url)
    assert okr("apply", "--as-of", "2025-09-20", "--by", "ada").code == 0
    for arguments in (
        ("activation.week1", "38.2", "--confidence", "7"),
        ("activation.launch/beta", "done", "--confidence", "8"),
        (
            "answers.time",
            "5.25",
        ),
    ):
        assert okr("checkin", *arguments, "--as-of", "2025-10-31").code == 0
    return folder


def test_the_first_lines_say_how_it_goes_what_needs_you_and_what_is_unknown(
    okr: Okr, begun: Path
) -> None:
    lines = okr("status", "--tree", "--as-of", DAY).out.splitlines()
    assert lines[0] == "Acme · 2025-q4 · 2 Nov 2025, day 33 of 92"
    assert lines[1].startswith("workspace acme-")
    assert lines[3].startswith("  How it goes   ")
    assert "on track or better" in lines[3]
    assert lines[4].startswith("  Needs you     ")
    assert "1 key result that could not be read" in lines[4]
    assert "  Not known     2 of 5 key results without a value yet." in lines


def test_a_key_result_is_one_line_with_its_figures(okr: Okr, begun: Path) -> None:
    tree = okr("status", "--tree", "--as-of", DAY).out
    line = next(line for line in tree.splitlines() if "Week-1" in line)
    assert re.search(r"━+┃?[━─]+ +51 % +38\.2 31 → 45 % +7 +2 d$", line), line


def test_the_tree_keeps_to_its_columns_in_any_script(okr: Okr, begun: Path) -> None:
    tree = okr("status", "--tree", "--as-of", DAY).out
    assert "上海团队" in tree
    assert all(width_of(line) <= MAX_WIDTH for line in tree.splitlines())
    ends = {width_of(line) for line in tree.splitlines() if re.search(r"\d+ d$", line)}
    assert len(ends) == 1


def test_without_colour_there_is_no_escape_code(
    okr: Okr, begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "\x1b" not in okr("status", "--tree", "--as-of", DAY).out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" in okr("status", "--tree", "--as-of", DAY).out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in okr("status", "--tree", "--as-of", DAY).out


def test_a_pipe_gets_plain_rows_with_a_header(okr: Okr, begun: Path) -> None:
    header, *rows = okr("status", "--as-of", DAY).out.splitlines()
    columns = header.split("\t")
    assert columns[:4] == ["objective", "key_result", "status", "progress"]
    assert {len(row.split("\t")) for row in rows} == {len(columns)}
    week1 = dict(zip(columns, next(row for row in rows if "week1" in row).split("\t"), strict=True))
    assert (week1["current"], week1["unit"], week1["progress"]) == ("38.2", "%", "0.514286")
    pending = dict(zip(columns, next(r for r in rows if "grade" in r).split("\t"), strict=True))
    assert (pending["status"], pending["progress"], pending["current"]) == ("pending", "", "")


def test_the_document_matches_its_schema(okr: Okr, begun: Path) -> None:
    status = okr("status", "--as-of", DAY, "--format", "json").json
    Draft202012Validator(schema_of("status")).validate(status)
    assert status["as_of"] == "2025-11-02T22:59:59Z"
    assert [objective["id"] for objective in status["objectives"]] == ["activation", "answers"]


def test_what_is_not_known_is_null_and_never_zero(okr: Okr, begun: Path) -> None:
    status = okr("status", "--as-of", DAY, "--format", "json").json
    known = {kr["id"]: kr for objective in status["objectives"] for kr in objective["key_results"]}
    grade = known["activation.grade"]
    assert grade["status"] == "pending"
    assert all(grade[key] is None for key in ("current", "raw", "progress", "observed_at"))
    assert all(kr["forecast"] is None for kr in known.values())


def test_an_old_value_is_stale_and_the_line_below_says_what_to_do(okr: Okr, begun: Path) -> None:
    tree = okr("status", "--tree", "--as-of", "2025-11-15").out
    assert "stale: last heard of 15 d ago." in tree
    assert "okr checkin answers.time VALUE" in " ".join(tree.split())


def test_the_past_is_shown_as_it_was_known(okr: Okr, begun: Path) -> None:
    status = okr("status", "--as-of", "2025-10-30", "--format", "json").json
    values = [kr["current"] for o in status["objectives"] for kr in o["key_results"]]
    assert values == [None] * 5


def test_ids_can_be_shown_instead_of_titles(okr: Okr, begun: Path) -> None:
    tree = okr("status", "--tree", "--ids", "--as-of", DAY).out
    assert "activation.week1" in tree
    assert "Week-1" not in tree


def test_dropped_items_are_listed_with_their_reason_and_do_not_count(okr: Okr, begun: Path) -> None:
    plan = begun / "cycles" / "2025-q4.yaml"
    text = plan.read_text(encoding="utf-8").replace(
        "    owner: bo\n", "    owner: bo\n    state: dropped\n    state_reason: merged\n"
    )
    plan.write_text(text, encoding="utf-8")
    applied = okr("apply", "--as-of", "2025-11-01", "--reason", "m", "--reason-class", "learned")
    assert applied.code == 0, applied.err
    tree = okr("status", "--tree", "--as-of", DAY).out
    assert "– dropped" in tree
    assert "(merged)" in tree
    assert "1 of 3 key results without a value yet" in tree
    rows = [line.split("\t") for line in okr("status", "--as-of", DAY).out.splitlines()]
    assert {row[2] for row in rows if row[0] == "answers"} == {"dropped"}


def test_the_tree_can_be_drawn_for_documents(okr: Okr, begun: Path) -> None:
    ran = okr("status", "--svg", "status.svg", "--as-of", DAY)
    assert ran.code == 0
    svg = (begun / "status.svg").read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert "#0072b2" in svg.lower() or "#009e73" in svg.lower()
    refused = okr("status", "--svg", "okr.yaml", "--as-of", DAY)
    assert (refused.code, "okr.yaml belongs to the store" in refused.err) == (1, True)


def test_a_store_address_is_all_that_status_needs(
    okr: Okr,
    begun: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert okr("status", "--as-of", DAY, "--format", "json").code == 0
    assert okr("explain", "activation.week1", "--at", DAY).code == 0


def test_without_a_plan_the_next_step_is_named(okr: Okr, folder: Path) -> None:
    ran = okr("status")
    assert ran.code == 2
    assert "okr apply" in ran.err


@pytest.mark.parametrize("cycle", ["2025-q3", "nonsense"])
def test_an_unknown_cycle_is_answered_with_those_there_are(
    okr: Okr, begun: Path, cycle: str
) -> None:
    ran = okr("status", "--cycle", cycle)
    assert ran.code == 2
    assert "2025-q4" in ran.err


def _sync_recorded(store_url: str, *, read: bool, at: datetime) -> None:
    """What a sync of the connection `acme` leaves in the store, with or without an answer."""
    down = UnavailableAnswer(key_result="answers.bound", reason="acme does not answer.")
    body = SyncRecord(
        connection="acme",
        observed_at=at,
        observed=("answers.bound",) if read else (),
        unavailable=() if read else (down,),
    )
    with open_store(store_url) as store:
        store.add_entries("2025-q4", [Entry(at=at, body=body, cycle="2025-q4", via="flow")])


READ = datetime(2025, 10, 30, 5, 0, 30, tzinfo=UTC)


def test_a_connection_that_is_not_read_as_its_schedule_says_is_named(
    okr: Okr, begun: Path, store_url: str
) -> None:
    said = "jira `acme`: never read; its schedule says every workday 06:00."
    tree = okr("status", "--tree", "--as-of", DAY).out
    assert f"  Not read      {said}" in tree.splitlines()
    rows = okr("status", "--as-of", DAY)
    assert said in rows.err
    assert said not in rows.out
    _sync_recorded(store_url, read=True, at=READ)
    tree = okr("status", "--tree", "--as-of", DAY).out
    assert "acme`: not read since 30 Oct 2025, 3 days; its schedule says every workday" in tree
    assert "Not read" not in okr("status", "--tree", "--as-of", "2025-10-30T12:00").out


def test_the_document_says_when_each_connection_was_read(
    okr: Okr, begun: Path, store_url: str
) -> None:
    _sync_recorded(store_url, read=True, at=READ)
    _sync_recorded(store_url, read=False, at=READ + timedelta(days=1))
    document = okr("status", "--as-of", DAY, "--format", "json").json
    Draft202012Validator(schema_of("status")).validate(document)
    (acme,) = document["connections"]
    assert acme == {
        "name": "acme",
        "kind": "jira",
        "schedule": "0 6 * * 1-5",
        "read_at": "2025-10-30T05:00:30Z",
        "tried_at": "2025-10-31T05:00:30Z",
        "due_at": acme["due_at"],
        "overdue": True,
    }


def test_a_closed_cycle_is_read_no_more_and_says_nothing_of_it(okr: Okr, begun: Path) -> None:
    # In its days of grace, when what is open is still read.
    resolved = ("--leave-out", "activation.grade=nobody asked", "answers.bound=the board was moved")
    said = ("--reason", "it was counted until then")
    closed = okr("close", *resolved, *said, "--before-cutoff", "--as-of", "2026-01-02")
    assert closed.code == 0, closed.err
    document = okr("status", "--format", "json", "--as-of", "2026-01-03").json
    assert document["connections"] == []


def test_owners_stand_in_the_tree_where_they_are_others_than_the_objectives(
    okr: Okr, begun: Path
) -> None:
    tree = okr("status", "--tree", "--as-of", DAY).out
    assert "New teams reach value in their first week · Ada Okafor" in tree
    assert "每个客户问题在四小时内得到答复 · Bo Lind" in tree
    assert not [line for line in tree.splitlines() if "Week-1" in line and "Ada Okafor" in line]
    rows = [line.split("\t") for line in okr("status", "--as-of", DAY).out.splitlines()]
    assert {row[1]: row[-1] for row in rows[1:]}["activation.week1"] == "Ada Okafor"
    document = okr("status", "--as-of", DAY, "--format", "json").json
    assert document["objectives"][0]["role"] == "growth-lead"
    assert document["objectives"][0]["key_results"][0]["held_by"] == ["ada"]


@pytest.mark.parametrize(
    ("whose", "seen", "hidden"),
    [
        (("--team", "Growth"), "activation.week1", "answers."),
        (("--mine",), "activation.week1", "answers."),
        (("--person", "Bo Lind"), "answers.time", "activation."),
    ],
)
def test_status_and_decide_show_a_team_a_person_or_ones_own(
    okr: Okr, begun: Path, whose: tuple[str, ...], seen: str, hidden: str
) -> None:
    shown = okr("status", "--tree", "--ids", *whose, "--as-of", DAY).out
    assert seen in shown
    assert hidden not in shown
    document = okr("status", *whose, "--as-of", DAY, "--format", "json").json
    items = {each["item"] for each in document["open"]}
    asked = okr("decide", *whose, "--as-of", DAY, "--format", "json").json
    assert {each["item"] for each in asked["open"]} == items
    assert not [each for each in items if each.startswith(hidden)]
    everything = okr("decide", "--as-of", DAY, "--format", "json").json
    assert len(items) < len(everything["open"])


def test_what_to_do_next_stands_at_the_end_and_can_be_run(okr: Okr, begun: Path) -> None:
    shown = okr("status", "--tree", "--team", "cn", "--as-of", DAY).out
    last = shown.splitlines()[-1]
    assert "What to do next" in shown
    assert last == "  `okr decide --team cn --cycle 2025-q4` lists the answers that they take."
    assert okr("decide", "--team", "cn", "--cycle", "2025-q4", "--as-of", DAY).code == 0


def test_only_one_part_is_shown_and_who_is_unknown_is_answered(okr: Okr, begun: Path) -> None:
    both = okr("status", "--mine", "--team", "growth")
    assert (both.code, "do not go together" in both.err) == (2, True)
    unknown = okr("status", "--person", "adda")
    assert (unknown.code, "Closest: `ada`" in unknown.err) == (2, True)


def test_people_are_listed_with_ids_roles_and_what_they_answer_for(okr: Okr, begun: Path) -> None:
    rows = [line.split("\t") for line in okr("people", "list", "--as-of", DAY).out.splitlines()]
    assert [row[:2] for row in rows] == [["id", "name"], ["ada", "Ada Okafor"], ["bo", "Bo Lind"]]
    assert rows[1][3:5] == ["growth-lead", "3"]
    document = okr("people", "list", "--as-of", DAY, "--format", "json").json
    Draft202012Validator(schema_of("people-list")).validate(document)
