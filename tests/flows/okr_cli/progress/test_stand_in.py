"""Who checks in for somebody who is away is told with the person for whom it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from okr_command import Okr

from okr_cli.plan.schema import schema_of

WORKSPACE = """\
organization: Acme
people:
  ada: {name: Ada, absences: [{starts: 2026-10-05, ends: 2026-10-16, stand_in: ben}]}
  ben: {name: Ben}
  chi: {name: Chi}
roles:
  lead: {held_by: [{person: ada}]}
"""
PLAN = """\
cycle: {id: 2026-q4, starts: 2026-10-01, ends: 2026-12-31}
objectives:
  - id: o
    title: Teams stay
    ambition: aspirational
    role: lead
    key_results:
      - {id: k, title: Teams, metric: {kind: increase, baseline: 0, target: 10}}
"""


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, okr: Okr) -> Path:
    (tmp_path / "cycles").mkdir()
    (tmp_path / "okr.yaml").write_text(WORKSPACE, encoding="utf-8")
    (tmp_path / "cycles" / "2026-q4.yaml").write_text(PLAN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    ran = okr("apply")
    assert ran.code == 0, ran.err
    return tmp_path


@pytest.mark.parametrize(
    ("by", "day", "told"),
    [
        ("ben", "2026-10-09", "by ben for ada."),
        ("ben", "2026-10-19", "by ben."),
        ("chi", "2026-10-09", "by chi."),
        ("ada", "2026-10-09", "by ada."),
    ],
)
def test_a_stand_in_s_check_in_says_for_whom_it_is_while_that_one_is_away(
    okr: Okr, company: Path, by: str, day: str, told: str
) -> None:
    ran = okr("checkin", "k", "3", "--by", by, "--as-of", day)
    assert ran.code == 0, ran.err
    assert ran.out.strip().endswith(told)


def test_programs_are_told_for_whom_it_is(okr: Okr, company: Path) -> None:
    ran = okr("checkin", "k", "3", "--by", "ben", "--as-of", "2026-10-09", "--format", "json")
    Draft202012Validator(schema_of("checkin")).validate(ran.json)
    (said,) = ran.json["check_ins"]
    assert (said["by"], said["acted_for"]) == ("ben", "ada")
    again = okr("checkin", "k", "4", "--by", "ada", "--as-of", "2026-10-19", "--format", "json")
    assert again.json["check_ins"][0]["acted_for"] is None
