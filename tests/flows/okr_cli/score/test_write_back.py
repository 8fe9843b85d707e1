"""`okr write-back` on a workspace whose items live in Jira and Notion, on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina
from jsonschema import Draft202012Validator
from mirror_world import (
    JIRA_FIELDS,
    JIRA_TOKEN,
    NOTION_TOKEN,
    NOW,
    MirrorWorld,
    mirror_world,
)
from okr_command import Okr

from okr_cli.plan.schema import schema_of
from okr_cli.score.write_back import report_text
from okr_core.record.write_back import WriteBackRecord
from okr_sandbox import Fault
from okr_store import open_store

DAY = "2026-11-02T09:00"
AFTER = "2026-11-09T09:00"
ONE_MIRROR = """\
cycle: {{id: 2026-q4, starts: 2026-10-01, ends: 2026-12-31}}
objectives:
  - id: o
    title: An objective
    owner: ada
    mirror: {{jira: {{connection: acme, issue: GROW-2}}}}
    key_results:
      - id: k
        title: A key result
        mirror: {mirror}
        metric: {{kind: binary}}
"""


@pytest.fixture
def world(sqlite_template: Path, tmp_path: Path) -> Iterator[MirrorWorld]:
    """The company, its workspace and plan as files; nothing is in the store yet."""
    (tmp_path / "cycles").mkdir()
    with (
        open_store(str(tmp_path / "okr.db"), create=True) as store,
        mirror_world(store) as made,
        stamina.set_testing(True, attempts=2, cap=True),
    ):
        yield made


@pytest.fixture
def applied(
    world: MirrorWorld, okr: Okr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> MirrorWorld:
    """The plan is applied, and half of its seats are sold."""
    monkeypatch.chdir(tmp_path)
    for name, value in world.env.items():
        monkeypatch.setenv(name, value)
    write_files(world, tmp_path)
    assert okr("apply", "--as-of", "2026-10-01").code == 0
    assert okr("checkin", "growth.seats", 14, "--as-of", DAY).code == 0
    return world


def write_files(world: MirrorWorld, folder: Path) -> None:
    (folder / "okr.yaml").write_text(world.workspace_text, encoding="utf-8")
    (folder / "cycles" / "q4.yaml").write_text(world.filled_plan, encoding="utf-8")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_dry_run_shows_old_and_new_and_writes_nothing(applied: MirrorWorld, okr: Okr) -> None:
    ran = okr("write-back", "--dry-run", "--as-of", DAY, "--format", "json")
    assert ran.code == 0, ran.err
    assert applied.writes == []
    assert ran.json["dry_run"] is True
    acme, wiki = ran.json["connections"]
    assert acme["items"][0]["fields"][0]["new"].startswith("score 0.4, grade yellow")
    fields = {each["field"]: each for each in wiki["items"][1]["fields"]}
    assert (fields["score"]["old"], fields["score"]["new"]) == (None, "0.4")
    assert applied.cells_of("growth.seats")["Score"] is None


def test_scores_are_written_once_and_the_record_says_who(applied: MirrorWorld, okr: Okr) -> None:
    assert okr("write-back", "--as-of", DAY).code == 0
    assert applied.cells_of("growth.seats")["Score"] == 0.4
    assert applied.property_of("growth")["progress"] == 0.4
    applied.sandbox.record.clear()
    again = okr("write-back", "--as-of", DAY)
    assert (again.code, applied.writes) == (0, [])
    entries = list(applied.store.entries("2026-q4", kinds=("write_back",)))
    assert {(entry.by, entry.via) for entry in entries} == {("ada", "cli")}


def test_a_conflict_is_exit_1_until_a_person_hands_the_field_over(
    applied: MirrorWorld, okr: Okr
) -> None:
    okr("write-back", "--as-of", DAY)
    applied.edit("growth.seats", "Score", 0.9)
    okr("checkin", "growth.seats", 15, "--as-of", AFTER)
    ran = okr("write-back", "--as-of", AFTER)
    assert ran.code == 1
    assert applied.cells_of("growth.seats")["Score"] == 0.9
    taken = okr("write-back", "--as-of", AFTER, "--take", "growth.seats.score")
    assert taken.code == 0, taken.out
    assert applied.cells_of("growth.seats")["Score"] == 0.5
    bodies = [entry.body for entry in applied.store.entries("2026-q4", kinds=("write_back",))]
    took = [body.taken for body in bodies if isinstance(body, WriteBackRecord) and body.taken]
    assert took == [("growth.seats.score",)]


def test_the_screen_keeps_to_100_columns_and_says_what_to_do(world: MirrorWorld) -> None:
    world.edit("growth.seats", "Score", 0.9)
    world.pages["growth"].archive(NOW)
    text = report_text([world.write("acme"), world.write("wiki")])
    assert max(map(len, text.splitlines())) <= 100
    told = " ".join(text.split())
    assert "jira `acme`: 8 fields changed, 1 as they should be." in told
    assert "notion `wiki`: 5 fields changed, 1 owned by people, 1 unavailable, 2 as they" in told
    assert "✓ Health (empty) → Behind" in told
    assert "0.9 stays, not 0.4: it holds what okr did not write: a person owns it." in told
    assert "`okr write-back --take growth.seats.score`" in told
    assert "is in the trash. Restore it" in told


def test_the_document_is_the_one_that_its_schema_describes(applied: MirrorWorld, okr: Okr) -> None:
    applied.edit("growth.seats", "Score", 0.9)
    ran = okr("write-back", "--as-of", DAY, "--format", "json")
    Draft202012Validator(schema_of("write-back")).validate(ran.json)


def test_a_plan_without_mirrors_writes_nothing_and_says_why(
    applied: MirrorWorld, okr: Okr, tmp_path: Path
) -> None:
    edit(tmp_path / "okr.yaml", f", write_back: {JIRA_FIELDS}", "")
    edit(tmp_path / "okr.yaml", f", write_back: {applied.notion_fields}", "")
    assert okr("apply").code == 0
    ran = okr("write-back", "--as-of", AFTER)
    assert (ran.code, applied.writes) == (0, [])
    assert "no item has a `mirror` at a connection with `write_back`" in ran.err


def test_a_connection_out_of_reach_is_exit_3(
    applied: MirrorWorld, okr: Okr, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OKR_WIKI_TOKEN")
    ran = okr("write-back", "--as-of", DAY)
    assert ran.code == 3
    assert "connection `wiki` has no token" in ran.out
    assert applied.property_of("growth")["score"] == 0.4


def test_a_mirror_is_no_term_of_what_was_agreed(
    applied: MirrorWorld, okr: Okr, tmp_path: Path
) -> None:
    edit(tmp_path / "cycles" / "q4.yaml", "issue: GROW-1}", "issue: GROW-9}")
    ran = okr("apply", "--as-of", "2026-11-01")
    assert ran.code == 0, ran.err
    assert "mirror.jira.issue" in ran.out


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("{jira: {connection: acne, issue: GROW-1}}",
         "mirror.jira.connection: connection `acne` is not in okr.yaml. Closest: `acme`."),
        ("{jira: {connection: wiki, issue: GROW-1}}",
         "mirror.jira.connection: connection `wiki` is of kind notion, not jira."),
        ("{jira: {connection: acme, isue: GROW-1}}",
         "mirror.jira: unknown key `isue`. Closest: `issue`."),
        ("{jira: {connection: acme, issue: GROW-2}}",
         "mirror.jira: another item lives in the same place (also on line 6)."),
        ("{slack: {connection: acme}}", "nothing can be written back to kind `slack`."),
        ("{jira: GROW-1}", "mirror `jira` has no fields."),
    ],
)  # fmt: skip
def test_okr_check_names_the_line_of_a_wrong_mirror(
    world: MirrorWorld, okr: Okr, tmp_path: Path, written: str, told: str
) -> None:
    world.plan_text = ONE_MIRROR.format(mirror=written)
    write_files(world, tmp_path)
    ran = okr("check", "--workspace", tmp_path)
    assert ran.code == 1
    assert "cycles/q4.yaml:10: key result `k`" in ran.out
    assert told in ran.out


def test_okr_check_tells_of_a_mirror_that_nothing_is_written_to(
    world: MirrorWorld, okr: Okr, tmp_path: Path
) -> None:
    world.jira_fields = ""
    write_files(world, tmp_path)
    ran = okr("check", "--workspace", tmp_path)
    assert ran.code == 0
    assert "connection `acme` has no `write_back`: nothing is written there." in ran.out
    assert "such as `{property: okr}`. [info: write-back-off]" in ran.out


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ("{skore: Score}", "write_back: unknown key `skore`. Closest: `score`."),
        ("{score: Score, status: Score}", 'property "Score" is named for two fields.'),
        ("{options: {done: Done}}", "no property is named."),
        ("{}", "write_back: this is empty."),
    ],
)
def test_okr_check_names_what_is_wrong_with_a_write_back(
    world: MirrorWorld, okr: Okr, tmp_path: Path, fields: str, told: str
) -> None:
    world.notion_fields = fields
    (tmp_path / "okr.yaml").write_text(world.workspace_text, encoding="utf-8")
    ran = okr("check", "--workspace", tmp_path)
    assert ran.code == 1
    assert told in ran.out


def test_the_tokens_show_nowhere(applied: MirrorWorld, okr: Okr, tmp_path: Path) -> None:
    ran = okr("write-back", "--as-of", DAY)
    kept = (tmp_path / "okr.db").read_bytes()
    for token in (JIRA_TOKEN, NOTION_TOKEN):
        assert token not in ran.out + ran.err
        assert token.encode() not in kept


def test_the_same_sentence_is_said_once_however_many_items_it_stops(
    applied: MirrorWorld, okr: Okr
) -> None:
    applied.sandbox.faults.add(Fault(401, times=None))
    ran = okr("write-back", "--as-of", DAY)
    assert ran.code == 3
    rows = [line for line in ran.out.splitlines() if line.startswith("acme")]
    assert len(rows) == 1
    assert "not accepted (401)" in rows[0]


def test_a_time_to_come_is_refused(applied: MirrorWorld, okr: Okr) -> None:
    ran = okr("write-back", "--as-of", "2199-12-25")
    assert ran.code == 2
    assert "lies in the future" in ran.err


def test_an_older_time_than_was_told_can_only_be_looked_at(applied: MirrorWorld, okr: Okr) -> None:
    assert okr("write-back", "--as-of", AFTER).code == 0
    ran = okr("write-back", "--as-of", DAY)
    assert ran.code == 1
    assert "is older. `--dry-run` shows what was then" in ran.out + ran.err
    assert okr("write-back", "--as-of", DAY, "--dry-run").code == 0


def test_doctor_looks_at_what_a_write_back_would_meet(applied: MirrorWorld, okr: Okr) -> None:
    applied.pages["growth"].locked = True
    ran = okr("doctor", "--as-of", DAY)
    assert "jira `acme` write-back: 9 fields of 3 items are in reach." in " ".join(ran.out.split())
    told = " ".join(ran.out.split())
    assert "notion `wiki` write-back: `growth`: " in told
    assert "is locked" in told
    assert ran.code == 1
    assert applied.writes == []


def test_doctor_names_the_permission_that_writing_lacks(applied: MirrorWorld, okr: Okr) -> None:
    applied.sandbox.company.granted = ("BROWSE_PROJECTS", "EDIT_ISSUES")
    ran = okr("doctor", "--as-of", DAY)
    told = " ".join(ran.out.split())
    assert "the token's user lacks Link Issues, Add Comments in project GROW." in told
