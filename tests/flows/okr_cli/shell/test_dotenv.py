"""Every variable of okr can stand in the workspace's .env; the environment wins."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from okr_command import Okr


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OKR_PERSON")


def applied_by(okr: Okr, *arguments: object) -> str:
    ran = okr("apply", "--as-of", "2025-09-20", *arguments)
    assert ran.code == 0, ran.err
    listed = okr("revisions", "list", "--format", "json", *arguments).json["revisions"]
    (by,) = {each["by"] for each in listed}
    return str(by)


def test_who_acts_can_stand_in_dotenv(okr: Okr, folder: Path) -> None:
    (folder / ".env").write_text("OKR_PERSON=bo\n", encoding="utf-8")
    assert applied_by(okr) == "bo"


@pytest.mark.parametrize("how", ["option", "variable"])
def test_of_a_workspace_that_is_named_its_own_dotenv_is_read(
    okr: Okr,
    folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    (folder / ".env").write_text("OKR_PERSON=bo\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    if how == "option":
        assert applied_by(okr, "--workspace", folder) == "bo"
    else:
        monkeypatch.setenv("OKR_WORKSPACE", str(folder))
        assert applied_by(okr) == "bo"


def test_the_environment_and_the_option_win_over_dotenv(
    okr: Okr, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".env").write_text("OKR_PERSON=nobody\n", encoding="utf-8")
    monkeypatch.setenv("OKR_PERSON", "ada")
    assert applied_by(okr) == "ada"
    monkeypatch.delenv("OKR_PERSON")
    ran = okr(
        "checkin",
        "activation.week1",
        "38",
        "--by",
        "bo",
        "--cycle",
        "2025-q4",
        "--as-of",
        "2025-11-01",
    )
    assert "by bo." in ran.out


def test_a_folder_without_a_workspace_can_say_where_workspace_and_store_are(
    okr: Okr,
    folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / ".env").write_text(f"OKR_WORKSPACE={folder}\nOKR_PERSON=bo\n", encoding="utf-8")
    monkeypatch.chdir(elsewhere)
    assert applied_by(okr) == "bo"
    assert (folder / "okr.db").exists()
    (elsewhere / ".env").write_text(f"OKR_STORE_URL={folder / 'okr.db'}\n", encoding="utf-8")
    assert okr("revisions", "list").out.count("accepted") == 2


def test_a_dotenv_that_is_no_text_is_named(okr: Okr, folder: Path) -> None:
    (folder / ".env").write_bytes(b"OKR_PERSON=\xff\n")
    ran = okr("apply")
    assert ran.code == 2
    assert ".env: byte 11 is not UTF-8." in ran.err


def test_the_example_becomes_a_dotenv_whose_every_line_is_taken(
    okr: Okr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    okr("init", "acme", "--by", "grace")
    folder = tmp_path / "acme"
    example = (folder / ".env.example").read_text(encoding="utf-8")
    lines: list[str] = re.findall(r"^# (OKR_\w+=.*)$", example, re.MULTILINE)
    store = f"OKR_STORE_URL={folder / 'kept.db'}"
    lines = [store if line.startswith("OKR_STORE_URL=") else line for line in lines]
    assert {line.partition("=")[0] for line in lines} >= {"OKR_PERSON", "OKR_STORE_URL"}
    (folder / ".env").write_text("\n".join(lines), encoding="utf-8")
    assert applied_by(okr, "-w", "acme") == "grace"
    assert (folder / "kept.db").exists()
