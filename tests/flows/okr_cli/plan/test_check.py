"""`okr check` says what is wrong, where, and what to do, and ends as documented."""

import os
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from okr_command import PLAN, WORKSPACE, Okr

from okr_cli.plan.check import annotation
from okr_cli.plan.schema import schema_of
from okr_core.errors import Finding

PLAN_FILE = Path("cycles/2025-q4.yaml")


def _write(text: str) -> None:
    PLAN_FILE.write_text(text, encoding="utf-8")


def test_files_without_mistakes_end_with_zero(okr: Okr, folder: Path) -> None:
    ran = okr("check")
    assert ran.code == 0, ran.out
    assert "nothing to correct" in ran.out


def test_a_mistake_is_named_with_its_line_and_ends_with_one(okr: Okr, folder: Path) -> None:
    _write(PLAN.replace("target: 45", "target: 31"))
    ran = okr("check")
    line = PLAN.splitlines().index(next(s for s in PLAN.splitlines() if "target: 45" in s)) + 1
    assert ran.code == 1
    assert f"cycles/2025-q4.yaml:{line}: key result `activation.week1`" in ran.out
    assert ran.err == ""


def test_findings_as_json_match_their_schema(okr: Okr, folder: Path) -> None:
    _write(PLAN.replace("title: The guided", "titel: The guided"))
    ran = okr("check", "--format", "json")
    Draft202012Validator(schema_of("check")).validate(ran.json)
    assert ran.code == 1
    assert ran.json["errors"] == len(ran.json["findings"]) > 0
    assert "title" in " ".join(finding["fix"] for finding in ran.json["findings"])


def test_findings_as_annotations_name_file_and_line(okr: Okr, folder: Path) -> None:
    _write(PLAN.replace("target: 45", "target: 31"))
    ran = okr("check", "--format", "github")
    assert ran.out.startswith("::error file=cycles/2025-q4.yaml,line=")


def test_an_annotation_cannot_be_broken_by_what_a_file_says() -> None:
    finding = Finding("a,b", "warning", "x:y.yaml", 0, "", "50 %\n::error::no", "")
    assert annotation(finding) == (
        "::warning file=x%3Ay.yaml,line=1,title=a%2Cb::50 %25%0A::error::no"
    )


def test_a_binding_is_checked_by_its_source(okr: Okr, folder: Path) -> None:
    _write(PLAN.replace("measure: count", "mesure: count"))
    ran = okr("check")
    assert ran.code == 1
    assert "mesure" in ran.out
    assert "measure" in ran.out


def test_a_source_that_is_not_installed_is_named_with_those_that_are(
    okr: Okr, folder: Path
) -> None:
    _write(PLAN.replace("{jira:", "{jirra:"))
    ran = okr("check")
    assert ran.code == 1
    assert "source kind `jirra` is unknown. Closest: `jira`." in ran.out


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("target: 45", "target: .nan"), "target"),
        (("id: answers.time", "id: activation.week1"), "activation.week1"),
        (("ends: 2025-12-31", "ends: 2025-09-30"), "before starts"),
        (("owner: bo", "owner: nobody"), "nobody"),
        (("baseline: 31", "baseline: [31]"), "baseline"),
    ],
)
def test_each_kind_of_mistake_gives_a_message_and_no_traceback(
    okr: Okr, folder: Path, change: tuple[str, str], words: str
) -> None:
    _write(PLAN.replace(*change))
    ran = okr("check")
    assert ran.code == 1
    assert words in ran.out
    assert "Traceback" not in ran.out + ran.err


@pytest.mark.parametrize(
    "text",
    ["a: &a [x]\nb: [*a, *a]\n", "!!python/object/apply:os.system [ls]\n", "a: b: c\n", "{", "\t-"],
)
def test_a_bomb_a_tag_or_broken_yaml_is_a_finding(okr: Okr, folder: Path, text: str) -> None:
    _write(text)
    ran = okr("check")
    assert ran.code == 1
    assert "cycles/2025-q4.yaml:" in ran.out
    assert "Traceback" not in ran.out + ran.err


def test_a_missing_file_ends_with_two(okr: Okr, folder: Path) -> None:
    ran = okr("check", "nowhere.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "nowhere.yaml: there is no such file. Check the path.\n"


def test_a_file_that_is_not_utf8_ends_with_two_and_names_the_byte(okr: Okr, folder: Path) -> None:
    PLAN_FILE.write_bytes("# Größe\n".encode("latin-1"))
    ran = okr("check")
    assert ran.code == 2
    assert "is not UTF-8. Save the file as UTF-8." in ran.err


def test_a_folder_instead_of_a_file_ends_with_two(okr: Okr, folder: Path) -> None:
    ran = okr("check", "cycles")
    assert ran.code == 2
    assert "cannot be read" in ran.err


def test_a_huge_file_is_refused_before_it_is_parsed(okr: Okr, folder: Path) -> None:
    _write("#" + "x" * (33 * 2**20))
    ran = okr("check")
    assert ran.code == 2
    assert "larger than 32 MiB" in ran.err


def test_outside_of_a_workspace_the_way_in_is_shown(
    okr: Okr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = okr("check")
    assert ran.code == 2
    assert "okr init" in ran.err


def test_the_workspace_is_found_from_a_folder_below(
    okr: Okr, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder / "cycles")
    assert okr("check").code == 0


def test_a_workspace_named_by_the_environment_is_used(
    okr: Okr,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    monkeypatch.setenv("OKR_WORKSPACE", str(folder))
    assert okr("check").code == 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_and_not_waited_for(okr: Okr, folder: Path) -> None:
    os.mkfifo(folder / "pipe.yaml")
    ran = okr("check", "pipe.yaml")
    assert (ran.code, ran.err) == (2, "pipe.yaml: this is no regular file. Name a file.\n")


def test_a_key_that_is_like_no_other_gets_no_closest_one(okr: Okr, folder: Path) -> None:
    _write(PLAN.replace("    team: growth\n", "    team: growth\n    zzqx: 1\n"))
    ran = okr("check")
    assert ran.code == 1
    assert "unknown key `zzqx`. Known here: " in ran.out
    assert "Closest" not in ran.out


def _connection_findings(okr: Okr, connection: str) -> list[dict[str, object]]:
    text = WORKSPACE.replace("acme: {kind: jira, url: https://acme.atlassian.net}", connection)
    assert text != WORKSPACE
    Path("okr.yaml").write_text(text, encoding="utf-8")
    return list(okr("check", "okr.yaml", "--format", "json").json["findings"])


@pytest.mark.parametrize(
    ("connection", "line", "words"),
    [
        ("acme:\n    kind: jirra\n    url: https://a.example", 13, "kind `jirra` is unknown"),
        ("acme:\n    kind: jira", 12, "has no url"),
        ("acme:\n    kind: jira\n    url: http://a.example", 14, "shows the token on the way"),
        ("acme:\n    kind: http\n    url: http://a.example", 14, "shows the token on the way"),
    ],
)
def test_a_connection_that_cannot_work_is_named_with_its_line(
    okr: Okr, folder: Path, connection: str, line: int, words: str
) -> None:
    (finding,) = _connection_findings(okr, connection)
    assert finding["line"] == line, finding
    assert words in str(finding["message"])
    assert okr("apply").code == 2
    assert not (folder / "okr.db").exists()


def test_an_unknown_kind_of_connection_is_answered_with_the_installed_ones(
    okr: Okr, folder: Path
) -> None:
    (finding,) = _connection_findings(okr, "acme: {kind: jirra, url: https://a.example}")
    assert finding["fix"] == "Closest: `jira`. Installed: http, jira, notion."


@pytest.mark.parametrize(
    "connection",
    [
        "acme: {kind: jira, block: acme-jira}",
        "acme: {kind: jira, url: http://127.0.0.1:8080}",
        "acme: {kind: jira, url: http://a.example, options: {allow_http: true}}",
        "acme: {kind: notion}",
        "acme: {kind: http}",
    ],
)
def test_a_connection_that_can_work_gives_no_finding(
    okr: Okr, folder: Path, connection: str
) -> None:
    assert _connection_findings(okr, connection) == []
