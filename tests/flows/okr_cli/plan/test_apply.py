"""`okr apply`, `okr revisions` and `okr pull`: files become revisions, and come back as files."""

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from okr_command import Okr

from okr_cli.plan.schema import schema_of
from okr_core.files.document import base_of, load_plan

BEFORE = "2025-09-20"
"""A day before the cycle begins."""


@pytest.fixture
def plan_file(folder: Path) -> Path:
    return folder / "cycles" / "2025-q4.yaml"


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_first_apply_makes_the_store_and_marks_the_files(
    okr: Okr, folder: Path, plan_file: Path
) -> None:
    ran = okr("apply", "--as-of", BEFORE, "--by", "ada")
    assert ran.code == 0, ran.err
    assert (folder / "okr.db").is_file()
    assert "cycles/2025-q4.yaml is now revision 1 of plan 2025-q4." in ran.out
    base = base_of(plan_file.read_text(encoding="utf-8"))
    assert base is not None
    assert base.number == 1
    assert okr("check").code == 0


def test_applying_the_same_again_changes_nothing(okr: Okr, folder: Path) -> None:
    okr("apply", "--as-of", BEFORE)
    ran = okr("apply", "--as-of", BEFORE)
    assert ran.code == 0
    assert ran.out.count("nothing to apply; it is revision 1.") == 2


def test_a_dry_run_shows_the_diff_and_records_nothing(
    okr: Okr, folder: Path, plan_file: Path
) -> None:
    ran = okr("apply", "--dry-run", "--format", "json")
    Draft202012Validator(schema_of("apply")).validate(ran.json)
    assert ran.json["dry_run"] is True
    assert not (folder / "okr.db").exists()
    assert base_of(plan_file.read_text(encoding="utf-8")) is None


def test_a_change_is_shown_with_its_old_and_new_value(
    okr: Okr, folder: Path, plan_file: Path
) -> None:
    okr("apply", "--as-of", BEFORE)
    _edit(plan_file, "target: 45", "target: 50")
    ran = okr("apply", "--as-of", BEFORE)
    assert ran.code == 0, ran.err
    assert "45 → 50" in ran.out
    assert "revision 2 of plan 2025-q4" in ran.out


def test_a_changed_target_after_the_start_needs_a_reason_class(
    okr: Okr, folder: Path, plan_file: Path
) -> None:
    okr("apply", "--as-of", BEFORE)
    _edit(plan_file, "target: 45", "target: 40")
    refused = okr("apply", "--as-of", "2025-10-20")
    assert refused.code == 1
    assert "`activation.week1` metric.target changed" in refused.err
    assert "--reason-class" in refused.err
    reasons = ["--reason", "the count was doubled", "--reason-class", "metric_error"]
    assert okr("apply", "--as-of", "2025-10-20", *reasons).code == 0
    shown = okr("revisions", "show", "2025-q4:2")
    assert "the count was doubled" in shown.out
    assert "metric error" in shown.out


def test_a_file_made_from_an_older_revision_is_refused_and_nothing_is_recorded(
    okr: Okr, folder: Path, plan_file: Path
) -> None:
    okr("apply", "--as-of", BEFORE)
    stale = plan_file.read_text(encoding="utf-8")
    _edit(plan_file, "target: 45", "target: 50")
    okr("apply", "--as-of", BEFORE)
    plan_file.write_text(stale.replace("baseline: 31", "baseline: 30"), encoding="utf-8")
    ran = okr("apply", "--as-of", BEFORE)
    assert ran.code == 1
    assert "was made from revision 1, but revision 2" in ran.err
    assert "okr pull" in ran.err
    assert (
        len(okr("revisions", "list", "--cycle", "2025-q4", "--format", "json").json["revisions"])
        == 2
    )


def test_a_file_with_mistakes_is_refused_with_its_lines(
    okr: Okr, folder: Path, plan_file: Path
) -> None:
    _edit(plan_file, "target: 45", "target: 31")
    ran = okr("apply")
    assert ran.code == 2
    assert "cycles/2025-q4.yaml:" in ran.err
    assert not (folder / "okr.db").exists()


def test_a_person_who_is_not_in_the_workspace_cannot_be_named(okr: Okr, folder: Path) -> None:
    ran = okr("apply", "--by", "adda")
    assert ran.code == 2
    assert "Closest: `ada`." in ran.err


def test_the_person_can_come_from_the_environment(
    okr: Okr, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKR_PERSON", "bo")
    okr("apply", "--as-of", BEFORE)
    assert "by bo" in okr("revisions", "list").out


def test_the_user_of_the_computer_acts_only_if_the_workspace_knows_them(
    okr: Okr, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OKR_PERSON")
    monkeypatch.setenv("LOGNAME", "stranger")
    refused = okr("apply", "--as-of", BEFORE)
    assert refused.code == 2
    assert "`stranger`, the user of this computer, is not in the workspace." in refused.err
    assert "`--by` or OKR_PERSON" in refused.err
    assert not (folder / "okr.db").exists()
    monkeypatch.setenv("LOGNAME", "bo")
    assert okr("apply", "--as-of", BEFORE).code == 0
    assert "by bo" in okr("revisions", "list").out


def test_in_a_workspace_without_people_anyone_acts(
    okr: Okr, folder: Path, plan_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OKR_PERSON")
    monkeypatch.setenv("LOGNAME", "stranger")
    (folder / "okr.yaml").write_text("organization: Acme\n", encoding="utf-8")
    plan_file.unlink()
    assert okr("apply").code == 0
    assert "by stranger" in okr("revisions", "list").out


def test_revisions_as_json_match_their_schema(okr: Okr, folder: Path) -> None:
    okr("apply", "--as-of", BEFORE, "--by", "ada")
    listed = okr("revisions", "list", "--format", "json")
    Draft202012Validator(schema_of("revisions")).validate(listed.json)
    assert {r["by"] for r in listed.json["revisions"]} == {"ada"}
    shown = okr("revisions", "show", "workspace:1", "--format", "json")
    Draft202012Validator(schema_of("revision")).validate(shown.json)
    assert shown.json["changes"]


@pytest.mark.parametrize("reference", ["7", "2025-q4:9", "workspace:2", "nonsense"])
def test_a_revision_that_is_not_there_is_refused(okr: Okr, folder: Path, reference: str) -> None:
    okr("apply", "--as-of", BEFORE)
    ran = okr("revisions", "show", reference)
    assert ran.code == 2
    assert "okr revisions list" in ran.err


def test_a_decision_about_an_accepted_revision_is_refused(okr: Okr, folder: Path) -> None:
    okr("apply", "--as-of", BEFORE)
    ran = okr("revisions", "reject", "2025-q4:1", "--reason", "too late", "--by", "ada")
    assert ran.code == 1
    assert "Traceback" not in ran.err


def test_pull_gives_a_colleague_the_files_as_they_were_written(
    okr: Okr, folder: Path, plan_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    okr("apply", "--as-of", BEFORE)
    other = tmp_path_factory.mktemp("colleague")
    ran = okr("pull", other)
    assert ran.code == 0, ran.err
    for name in ("okr.yaml", "cycles/2025-q4.yaml"):
        written = (other / name).read_text(encoding="utf-8").splitlines()
        assert written.pop(1).startswith("# yaml-language-server: $schema=")
        assert written == (folder / name).read_text(encoding="utf-8").splitlines()


def test_pull_overwrites_no_change_that_was_not_applied(
    okr: Okr, folder: Path, plan_file: Path
) -> None:
    okr("apply", "--as-of", BEFORE)
    _edit(plan_file, "target: 45", "target: 60")
    ran = okr("pull")
    assert ran.code == 1
    assert "has changes that were not applied" in ran.err
    assert "target: 60" in plan_file.read_text(encoding="utf-8")
    assert okr("pull", "--force").code == 0
    assert "target: 45" in plan_file.read_text(encoding="utf-8")


def test_pull_brings_an_unchanged_file_up_to_date(okr: Okr, folder: Path, plan_file: Path) -> None:
    okr("apply", "--as-of", BEFORE)
    mine = plan_file.read_text(encoding="utf-8")
    _edit(plan_file, "target: 45", "target: 50")
    okr("apply", "--as-of", BEFORE)
    plan_file.write_text(mine, encoding="utf-8")
    ran = okr("pull", "--format", "json")
    Draft202012Validator(schema_of("pull")).validate(ran.json)
    written = {Path(f["file"]).name: f["written"] for f in ran.json["files"]}
    assert written == {"okr.yaml": False, "2025-q4.yaml": True}
    plan = load_plan(plan_file.read_text(encoding="utf-8"))
    assert "50" in str(plan.key_results_by_id["activation.week1"].metric)
    assert okr("apply", "--as-of", BEFORE).out.count("nothing to apply") == 2


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("mysql://h/d", 2),
        ("sqlite:////nowhere/at/all/okr.db", 2),
        ("postgresql://okr:geheim@127.0.0.1:1/okr", 3),
    ],
)
def test_a_store_that_cannot_be_used_is_one_message_without_its_password(
    okr: Okr, folder: Path, monkeypatch: pytest.MonkeyPatch, url: str, code: int
) -> None:
    monkeypatch.setenv("OKR_STORE_URL", url)
    ran = okr("apply")
    assert ran.code == code
    assert "geheim" not in ran.err
    assert "Traceback" not in ran.err


def test_a_token_in_dotenv_does_not_override_the_environment(
    okr: Okr,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    elsewhere = tmp_path_factory.mktemp("store") / "team.db"
    (folder / ".env").write_text(f"OKR_STORE_URL={elsewhere}\n", encoding="utf-8")
    assert okr("apply", "--as-of", BEFORE).code == 0
    assert elsewhere.is_file()
    assert not (folder / "okr.db").exists()
    monkeypatch.setenv("OKR_STORE_URL", str(folder / "own.db"))
    assert okr("status").code == 2


def test_a_stranger_applies_nothing_and_makes_no_store(
    okr: Okr, folder: Path, plan_file: Path
) -> None:
    ran = okr("apply", "--by", "ghost")
    assert (ran.code, "person `ghost` is not in the workspace" in ran.err) == (2, True)
    assert not (folder / "okr.db").exists()
    okr("apply", "--as-of", BEFORE)
    _edit(plan_file, "The guided set-up is live", "The set-up is live")
    ran = okr("apply", plan_file, "--by", "ghost", "--reason", "x")
    assert (ran.code, "person `ghost` is not in the workspace" in ran.err) == (2, True)


def test_the_line_that_a_file_without_an_id_lacks_is_told_and_may_be_added_as_told(
    okr: Okr, folder: Path
) -> None:
    told = okr("apply", "--as-of", BEFORE)
    line = told.err.partition("add the line `")[2].partition("`")[0]
    assert line.startswith("id: acme-"), told.err
    _edit(folder / "okr.yaml", "organization: Acme\n", f"organization: Acme\n{line}\n")
    again = okr("apply", "--as-of", BEFORE, "--format", "json")
    assert (again.code, again.err) == (0, "")
    assert again.json["workspace"] == line.removeprefix("id: ")
    assert okr("status", "--format", "json").json["workspace"] == again.json["workspace"]
    assert f"workspace {again.json['workspace']}\n" in okr("status", "--tree").out


def test_another_id_is_refused_with_the_one_to_write(okr: Okr, folder: Path) -> None:
    okr("apply", "--as-of", BEFORE)
    _edit(folder / "okr.yaml", "organization: Acme\n", "organization: Acme\nid: other\n")
    refused = okr("apply", "--as-of", BEFORE)
    assert refused.code == 1
    assert "okr.yaml: id `other` is another workspace's" in refused.err


def test_an_earlier_revision_is_pulled_and_becomes_the_newest_one_again(
    okr: Okr, folder: Path, plan_file: Path
) -> None:
    okr("apply", "--as-of", BEFORE)
    _edit(plan_file, "target: 45", "target: 50")
    okr("apply", "--as-of", BEFORE)
    ran = okr("pull", "--revision", "1", "--cycle", "2025-q4")
    assert ran.code == 0, ran.err
    assert "(revision 1); revision 2 holds until `okr apply`" in ran.out
    assert "target: 45" in plan_file.read_text(encoding="utf-8")
    assert "50 → 45" in okr("apply", "--as-of", BEFORE).out


def test_a_pulled_plan_replaces_the_file_of_its_cycle_whatever_that_is_called(
    okr: Okr, folder: Path, plan_file: Path
) -> None:
    okr("apply", "--as-of", BEFORE)
    mine = plan_file.rename(plan_file.with_name("winter.yml"))
    mine.write_text(mine.read_text(encoding="utf-8").split("\n", 1)[1], encoding="utf-8")
    assert okr("pull").code == 0
    assert [each.name for each in (folder / "cycles").iterdir()] == ["winter.yml"]
    assert okr("check").code == 0


def test_two_files_of_one_cycle_are_refused_by_name_and_nothing_is_recorded(
    okr: Okr, folder: Path, plan_file: Path
) -> None:
    okr("apply", "--as-of", BEFORE)
    copy = plan_file.with_name("2026-q1.yaml")
    copy.write_text(plan_file.read_text(encoding="utf-8"), encoding="utf-8")
    _edit(copy, "target: 45", "target: 90")
    for files in ([], ["cycles/2026-q1.yaml"]):
        checked = okr("check", *files)
        assert checked.code == 1
        assert "cycles/2026-q1.yaml:2: cycle: id: `2025-q4` is also the cycle of" in checked.out
        assert "cycles/2025-q4.yaml:2" in checked.out
        ran = okr("apply", "--as-of", BEFORE, *files)
        assert ran.code == 2
        assert "cycles/2026-q1.yaml:2" in ran.err
        assert "cycles/2025-q4.yaml:2" in ran.err
    listed = okr("revisions", "list", "--format", "json").json["revisions"]
    assert [(each["scope"], each["number"]) for each in listed] == [("2025-q4", 1), ("", 1)]


def test_every_file_that_may_not_be_applied_is_named_at_once_and_none_is_recorded(
    okr: Okr, folder: Path, plan_file: Path
) -> None:
    okr("apply", "--as-of", BEFORE)
    for file, old, new in (
        (folder / "okr.yaml", "name: Bo Lind", "name: Bo Lindt"),
        (plan_file, "target: 45", "target: 90"),
    ):
        _edit(file, old, new)
        file.write_text(file.read_text(encoding="utf-8").split("\n", 1)[1], encoding="utf-8")
    other = plan_file.with_name("2026-q1.yaml")
    new_cycle = "{id: 2026-q1, starts: 2026-01-01, ends: 2026-03-31}"
    other.write_text(f"cycle: {new_cycle}\nobjectives: []\n", encoding="utf-8")
    ran = okr("apply", "--as-of", BEFORE)
    assert ran.code == 1
    assert "okr.yaml names no base" in ran.err
    assert "cycles/2025-q4.yaml names no base" in ran.err
    listed = okr("revisions", "list", "--format", "json").json["revisions"]
    assert len(listed) == 2


@pytest.mark.parametrize("files", [[], ["cycles/2025-h2.yaml"]])
def test_cycles_that_overlap_are_warned_of_and_recorded(
    okr: Okr, folder: Path, files: list[str]
) -> None:
    okr("apply", "--as-of", BEFORE)
    days = "starts: 2025-07-01, ends: 2025-12-31"
    (folder / "cycles" / "2025-h2.yaml").write_text(
        f"cycle: {{id: 2025-h2, {days}}}\nobjectives: []\n", encoding="utf-8"
    )
    ran = okr("apply", "--as-of", BEFORE, *files)
    assert ran.code == 0, ran.err
    assert "are both under way from 2025-10-01 to 2025-12-31." in ran.err
    assert "write `parent: 2025-h2` into `2025-q4`" in ran.err
    assert "nothing to apply" in okr("apply", "--as-of", BEFORE).out
