"""`okr init` leaves a workspace that works."""

import json
import re
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from okr_command import Okr
from ruamel.yaml import YAML

from okr_cli.plan.init import scaffold
from okr_core.files.document import load_plan, load_workspace


def test_what_init_writes_passes_check(okr: Okr, tmp_path: Path) -> None:
    ran = okr("init", tmp_path / "acme")
    assert ran.code == 0
    assert "okr apply" in ran.out
    checked = okr("check", "-w", tmp_path / "acme")
    assert (checked.code, checked.err) == (0, "")
    assert "2 files checked: nothing to correct." in checked.out


def test_init_overwrites_nothing_and_writes_nothing_beside_it(okr: Okr, tmp_path: Path) -> None:
    (tmp_path / "okr.yaml").write_text("mine", encoding="utf-8")
    ran = okr("init", tmp_path)
    assert ran.code == 1
    assert "okr.yaml exists already; nothing was written." in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["okr.yaml"]


def test_tokens_are_kept_out_of_git(okr: Okr, tmp_path: Path) -> None:
    okr("init", tmp_path)
    assert ".env" in (tmp_path / ".gitignore").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", ["acme", 'Q "uoted"', "a: b # c", "上海", "back\\slash", "no"])
def test_a_folder_of_any_name_becomes_the_organisation(name: str) -> None:
    files = scaffold(name, "acme-kqzm", "ada", date(2026, 11, 5))
    assert load_workspace(files["okr.yaml"]).organization == name
    assert load_plan(files["cycles/2026-q4.yaml"]).cycle.ends == date(2026, 12, 31)


@pytest.mark.parametrize("person", ["no", "007", "1e5", "null"])
def test_a_user_whose_name_is_no_text_in_yaml_is_a_person_all_the_same(person: str) -> None:
    files = scaffold("acme", "acme-kqzm", person, date(2026, 1, 1))
    assert list(load_workspace(files["okr.yaml"]).people) == [person]


def test_the_first_person_is_who_the_environment_says(
    okr: Okr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKR_PERSON", "grace")
    assert okr("init", tmp_path).code == 0
    workspace = load_workspace((tmp_path / "okr.yaml").read_text(encoding="utf-8"))
    assert list(workspace.people) == ["grace"]
    ran = okr("apply", "-w", tmp_path)
    assert ran.code == 0, ran.err


def test_the_user_of_the_computer_may_apply_what_init_wrote(
    okr: Okr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OKR_PERSON")
    assert okr("init", tmp_path).code == 0
    ran = okr("apply", "-w", tmp_path)
    assert ran.code == 0, ran.err


def test_a_name_that_is_no_person_id_is_refused_before_anything_is_written(
    okr: Okr, tmp_path: Path
) -> None:
    ran = okr("init", tmp_path, "--by", "Grace Hopper")
    assert ran.code == 2
    assert "'Grace Hopper' is no person id." in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["okr.yaml", "cycles/{quarter}.yaml"])
def test_editors_find_the_schema_of_each_file_without_a_network(
    okr: Okr, tmp_path: Path, name: str
) -> None:
    okr("init", tmp_path)
    file = tmp_path / name.format(quarter=next((tmp_path / "cycles").iterdir()).stem)
    schema = schema_named_by(file)
    written = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    as_json = json.loads(json.dumps(written, default=str))
    jsonschema.Draft202012Validator(schema).validate(as_json)
    assert not jsonschema.Draft202012Validator(schema).is_valid({**as_json, "objectivs": []})


def test_the_schema_is_found_after_applying_and_brought_up_to_date_by_okr_schema(
    okr: Okr, tmp_path: Path
) -> None:
    okr("init", tmp_path)
    okr("apply", "-w", tmp_path)
    workspace = tmp_path / "okr.yaml"
    now = schema_named_by(workspace)
    (tmp_path / ".okr" / "workspace.schema.json").write_text("{}", encoding="utf-8")
    ran = okr("schema", "--write", "-w", tmp_path)
    assert ran.code == 0, ran.err
    assert "workspace.schema.json" in ran.out
    assert "plan.schema.json" not in ran.out
    assert schema_named_by(workspace) == now
    assert "are those of this release" in okr("schema", "--write", "-w", tmp_path).out


def schema_named_by(file: Path) -> dict[str, object]:
    """The schema at the address that the file names, from where the file is."""
    text = file.read_text(encoding="utf-8")
    found = re.search(r"^# yaml-language-server: \$schema=(\S+)$", text, re.MULTILINE)
    assert found is not None
    schema: dict[str, object] = json.loads((file.parent / found[1]).read_text(encoding="utf-8"))
    return schema
