"""`okr import csv`: a spreadsheet is read right, or refused by line; no guess is silent."""

from __future__ import annotations

import io
import os
import shlex
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from okr_command import Okr, Ran
from okr_processes import OKR
from openpyxl.worksheet.worksheet import Worksheet
from sheets import HEAD, csv_file, workbook_file
from terminal import Terminal
from xlsxwriter import Workbook

from okr_cli.plan.schema import schema_of
from okr_core.files.document import load_plan, load_workspace
from okr_core.plan.metrics import AtLeast, AtMost, Binary, Decrease, Increase, Metric
from okr_core.plan.plan import KeyResult, Plan
from okr_core.plan.workspace import Workspace
from okr_store import open_store

EXAMPLES = Path(__file__).parents[4] / "examples" / "sheets"
WORKSPACE = """\
organization: Acme   # ours
people:
  ada: {name: Ada Okafor, email: ada@acme.example}   # keeps the plan
"""
HEADER = ",".join(HEAD)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace without a plan; commands run in it."""
    (tmp_path / "okr.yaml").write_text(WORKSPACE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Import:
    """Imports into the cycle of 2025's last quarter, as of a day of it."""

    def __init__(self, okr: Okr, home: Path) -> None:
        self.okr, self.home = okr, home

    def __call__(
        self, file: Path, *options: str, accepted: bool = True, day: str = "2025-11-28"
    ) -> Ran:
        yes = ["--yes"] if accepted else []
        return self.okr("import", "csv", file, "--cycle", "2025-q4", "--as-of", day, *yes, *options)

    def lines(self, *lines: str, options: tuple[str, ...] = (), day: str = "2025-11-28") -> Ran:
        return self(csv_file(self.home / "okrs.csv", *lines), *options, day=day)

    @property
    def plan(self) -> Plan:
        text = (self.home / "cycles" / "2025-q4.yaml").read_text(encoding="utf-8")
        return load_plan(text)

    @property
    def workspace(self) -> Workspace:
        return load_workspace((self.home / "okr.yaml").read_text(encoding="utf-8"))

    def key_result(self, title: str) -> KeyResult:
        return next(each for each in self.plan.key_results() if each.title == title)

    def metric(self, title: str) -> Metric:
        return self.key_result(title).metric

    def values(self) -> dict[str, Decimal | None]:
        with open_store(str(self.home / "okr.db")) as store:
            readings = store.readings("2025-q4", as_of=None)
            return {each.key_result: each.value for each in readings}


@pytest.fixture
def imports(okr: Okr, home: Path) -> Import:
    return Import(okr, home)


def increase(low: str, high: str, unit: str = "") -> Increase:
    return Increase(unit=unit, baseline=Decimal(low), target=Decimal(high))


# What a sheet becomes


def test_a_tidy_sheet_becomes_plan_people_teams_and_first_check_ins(imports: Import) -> None:
    ran = imports.lines(
        HEADER, "Growth,Value in week one,Activation,Bo Lind,31%,45%,36%", ",,Days,ada,9,3,6.5"
    )
    assert (ran.code, ran.err) == (0, "")
    (objective,) = imports.plan.objectives
    assert (objective.title, objective.team) == ("Value in week one", "growth")
    assert [each.owner for each in objective.key_results] == ["bo-lind", "ada"]
    assert imports.metric("Activation") == increase("31", "45", "%")
    assert imports.metric("Days") == Decrease(baseline=Decimal(9), target=Decimal(3))
    assert imports.workspace.people["bo-lind"].name == "Bo Lind"
    assert imports.workspace.teams["growth"].name == "Growth"
    assert list(imports.values().values()) == [Decimal(36), Decimal("6.5")]
    assert "Bo Lind is new, as `bo-lind`" in ran.out


def test_what_people_wrote_into_the_files_stays(imports: Import) -> None:
    imports.lines(HEADER, "Growth,Value,Activation,Bo Lind,31%,45%,36%")
    text = (imports.home / "okr.yaml").read_text(encoding="utf-8")
    assert "organization: Acme   # ours" in text
    assert "# keeps the plan" in text


def test_editors_find_the_schemas_of_what_was_written(imports: Import) -> None:
    imports.lines(HEADER, "Growth,Value,Activation,Bo Lind,31%,45%,36%")
    plan = next((imports.home / "cycles").glob("*.yaml"))
    for path in (imports.home / "okr.yaml", plan):
        line = next(
            each
            for each in path.read_text(encoding="utf-8").splitlines()
            if each.startswith("# yaml-language-server: $schema=")
        )
        assert (path.parent / line.partition("=")[2]).is_file()


def test_nothing_is_recorded_until_somebody_accepts_it(imports: Import) -> None:
    file = csv_file(imports.home / "okrs.csv", HEADER, "Growth,Value,Activation,ada,31%,45%,36%")
    ran = imports(file, accepted=False)
    assert (ran.code, ran.err) == (
        1,
        "nothing was recorded. Accept what is shown with `--yes`.\n",
    )
    assert "C  Key result  key result" in ran.out
    assert "would become revision 1 of plan 2025-q4" in ran.out
    assert sorted(each.name for each in imports.home.iterdir()) == ["okr.yaml", "okrs.csv"]
    assert imports(file, "--dry-run").code == 0
    assert not (imports.home / "okr.db").exists()


def test_the_same_sheet_again_changes_nothing(imports: Import) -> None:
    lines = (
        HEADER + ",As of",
        "Growth,Value,Activation,ada,31%,45%,36%,2025-11-20",
        ",,Days,ada,9,3,6,",
    )
    assert imports.lines(*lines).code == 0
    ran = imports.lines(*lines)
    assert ran.code == 0
    assert "nothing to apply; it is revision 1" in ran.out
    assert "Recorded" not in ran.out
    assert len(imports.values()) == 2


def test_a_changed_sheet_updates_the_plan_in_place_and_doubles_nothing(imports: Import) -> None:
    imports.lines(HEADER, "Growth,Value,Activation,ada,31%,45%,36%")
    path = imports.home / "cycles" / "2025-q4.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("title: Activation", "title: Activation   # of trials"), "utf-8")
    ran = imports.lines(
        HEADER,
        "Growth,Value,Activation,ada,31%,50%,38%",
        ",,Days,ada,9,3,",
        day="2025-12-05",
        options=("--reason", "more is possible", "--reason-class", "learned"),
    )
    assert ran.code == 0, ran.err
    assert [each.title for each in imports.plan.key_results()] == ["Activation", "Days"]
    assert imports.metric("Activation") == increase("31", "50", "%")
    assert "# of trials" in path.read_text(encoding="utf-8")


def test_a_due_day_moves_to_the_end_of_the_cycle_too(imports: Import) -> None:
    assert imports.lines(HEADER + ",Due", "Growth,Value,A,ada,1,5,,2025-12-05").code == 0
    assert imports.key_result("A").due == date(2025, 12, 5)
    why = ("--reason", "more time", "--reason-class", "learned")
    assert (
        imports.lines(HEADER + ",Due", "Growth,Value,A,ada,1,5,,2025-12-31", options=why).code == 0
    )
    assert imports.key_result("A").due == date(2025, 12, 31)


def test_a_changed_target_needs_the_reason_that_apply_asks_for(imports: Import) -> None:
    imports.lines(HEADER, "Growth,Value,Activation,ada,31%,45%,36%")
    ran = imports.lines(HEADER, "Growth,Value,Activation,ada,31%,50%,38%", day="2025-11-29")
    assert ran.code == 1
    file = imports.home / "okrs.csv"
    again = f"okr import csv {file} --cycle 2025-q4 --reason TEXT --reason-class learned"
    assert f"`{again}`" in ran.err
    assert imports.metric("Activation") == increase("31", "45", "%")


def test_the_example_of_a_new_workspace_gives_way(okr: Okr, tmp_path: Path) -> None:
    okr("init", tmp_path / "co", "--by", "ada")
    file = csv_file(tmp_path / "a.csv", HEADER, "Growth,Value,Activation,ada,31%,45%,36%")
    ran = okr("import", "csv", file, "--yes", "-w", tmp_path / "co")
    assert ran.code == 0, ran.err
    (path,) = (tmp_path / "co" / "cycles").iterdir()
    assert [each.id for each in load_plan(path.read_text("utf-8")).objectives] == ["value"]


def test_a_person_of_whom_only_the_id_is_known_is_filled_in(okr: Okr, tmp_path: Path) -> None:
    okr("init", tmp_path / "co", "--by", "ada")
    file = csv_file(
        tmp_path / "p.csv", "Name,E-mail,Team", "Ada Okafor,ada.okafor@acme.example,Growth"
    )
    assert okr("import", "csv", file, "--yes", "-w", tmp_path / "co").code == 0
    found = load_workspace((tmp_path / "co" / "okr.yaml").read_text("utf-8"))
    assert {name: each.email for name, each in found.people.items()} == {
        "ada": "ada.okafor@acme.example"
    }
    assert found.roles["growth-member"].held_by[0].person == "ada"


def test_people_of_a_table_hold_their_roles_and_roles_own_key_results(imports: Import) -> None:
    imports(csv_file(imports.home / "p.csv", "Name,Team,Role", "Bo Lind,Growth,Growth lead"))
    imports.lines(HEADER, "Growth,Value,Activation,Growth lead,1,2,")
    assert imports.workspace.roles["growth-lead"].circle == "growth"
    assert imports.key_result("Activation").role == "growth-lead"


def test_the_document_for_programs_follows_its_schema(imports: Import) -> None:
    ran = imports.lines(
        HEADER, "Growth,Value,Activation,ada,31%,45%,36%", options=("--format", "json")
    )
    Draft202012Validator(schema_of("import")).validate(ran.json)
    assert ran.json["written"] is True
    assert [each["field"] for each in ran.json["tables"][0]["columns"]][:3] == [
        "team",
        "objective",
        "key_result",
    ]
    assert ran.json["check_ins"][0]["value"] == "36"


# Messy sheets


def test_merged_teams_and_objectives_belong_to_each_of_their_lines(imports: Import) -> None:
    def dress(sheet: Worksheet) -> None:
        sheet.merge_cells("A1:G1")
        sheet.merge_cells("A3:A4")
        sheet.merge_cells("B3:B4")

    rows = [
        ("Our goals",),
        HEAD,
        ("Growth", "Value", "A", "ada", 1, 5, 2),
        (None, None, "B", "ada", 2, 9),
    ]
    ran = imports(workbook_file(imports.home / "a.xlsx", rows, dress))
    assert ran.code == 0, ran.err
    (objective,) = imports.plan.objectives
    assert [each.title for each in objective.key_results] == ["A", "B"]
    assert "line 1: `Our goals` is left out: above the columns' names" in ran.out


def test_a_number_in_merged_cells_is_refused_by_its_cell(imports: Import) -> None:
    rows = [HEAD, ("Growth", "Value", "A", "ada", 1, 5), (None, None, "B", "ada", 1, None)]
    file = imports.home / "a.xlsx"
    ran = imports(workbook_file(file, rows, lambda sheet: sheet.merge_cells("F2:F3")))
    assert ran.code == 2
    assert f"{file}:3: F3: it is part of merged cells. Unmerge them and fill each." in ran.err
    assert not (imports.home / "cycles").exists()


def test_a_formula_is_read_by_its_value_and_refused_without_one(imports: Import) -> None:
    file = imports.home / "a.xlsx"
    with Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ("Growth", "Value", "A", "ada", 1))
        sheet.write_formula("F2", "=6*7", None, 42)
    assert imports(file).code == 0
    assert imports.metric("A") == increase("1", "42")
    rows = [HEAD, ("Growth", "Value", "B", "ada", 1, "=6*7")]
    ran = imports(workbook_file(file, rows))
    assert ran.code == 2
    assert ":2: F2: it is a formula without a value. Open the file in Excel and save it." in ran.err


def test_percentages_that_excel_keeps_as_fractions_are_percentages(imports: Import) -> None:
    def dress(sheet: Worksheet) -> None:
        for cell in ("E2", "F2", "G2"):
            sheet[cell].number_format = "0%"

    rows = [HEAD, ("Growth", "Value", "A", "ada", 0.3, 0.45, 0.36)]
    assert imports(workbook_file(imports.home / "a.xlsx", rows, dress)).code == 0
    assert imports.metric("A") == increase("30", "45", "%")
    assert list(imports.values().values()) == [Decimal(36)]


def test_fractions_of_a_column_in_per_cent_are_told(imports: Import) -> None:
    ran = imports.lines(HEADER + ",Unit", "Growth,Value,A,ada,0.3,0.45,0.36,%")
    assert imports.metric("A") == increase("30", "45", "%")
    assert list(imports.values().values()) == [Decimal(36)]
    assert "F2: 0.3 is 30 %" in ran.out


def test_a_line_of_percentages_and_fractions_is_refused(imports: Import) -> None:
    ran = imports.lines(HEADER, "Growth,Value,A,ada,31%,0.45,")
    assert ran.code == 2
    assert "okrs.csv:2: some numbers of the line are in per cent" in ran.err


@pytest.mark.parametrize(
    ("start", "target"),
    [
        ("1'234'567,50", "2'000'000,00"),
        ("1.234.567,50", "2.000.000"),
        ("1 234 567,50", "2 000 000"),
        (
            "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567,50",
            "2\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}000",
        ),
        ("1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567,50", "2 Mio."),
    ],
    ids=["apostrophes", "points", "blanks", "no-break blanks", "narrow blanks"],
)
def test_thousands_as_text_are_numbers(imports: Import, start: str, target: str) -> None:
    ran = imports.lines(HEADER.replace(",", ";"), f"Growth;Value;A;ada;{start};{target};")
    assert ran.code == 0, ran.err
    assert imports.metric("A") == increase("1234567.50", "2000000")


def test_every_minus_sign_is_one(imports: Import) -> None:
    lines = ["Growth,Value,A,ada,-5,5,\N{MINUS SIGN}2", ",,B,ada,(5),5,\N{EN DASH}2"]
    ran = imports.lines(HEADER, *lines)
    assert imports.metric("A") == imports.metric("B") == increase("-5", "5")
    assert set(imports.values().values()) == {Decimal(-2)}
    assert ran.code == 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_file_of_any_usual_encoding_is_read(imports: Import, encoding: str) -> None:
    head = "Team;Ziel;Schlüsselergebnis;Verantwortlich;Startwert;Zielwert"
    file = csv_file(imports.home / "a.csv", head, "Grün;Ziel;Größe;ada;1;2", encoding=encoding)
    assert imports(file).code == 0
    assert imports.key_result("Größe").owner == "ada"
    assert imports.workspace.teams["gruen"].name == "Grün"


def test_a_file_says_what_divides_its_cells(imports: Import) -> None:
    ran = imports.lines("sep=|", HEADER.replace(",", "|"), "Growth|Value|A, B; C|ada|x|5|")
    assert "okrs.csv:3: E3: `x` is no number." in ran.err
    assert (
        imports.lines("sep=|", HEADER.replace(",", "|"), "Growth|Value|A, B; C|ada|1|5|").code == 0
    )
    assert imports.key_result("A, B; C").metric == increase("1", "5")


def test_two_tables_below_each_other_are_read_as_two(imports: Import) -> None:
    ran = imports.lines(
        HEADER, "Growth,Value,A,Bo,1,5,", "", "People", "Name,E-mail", "Bo Lind,bo@acme.example"
    )
    assert ran.code == 0, ran.err
    assert imports.key_result("A").owner == "bo-lind"
    assert "line 4: `People` is left out: a heading" in ran.out
    assert imports.workspace.people["bo-lind"].email == "bo@acme.example"


def test_two_tables_beside_each_other_are_read_as_two(imports: Import) -> None:
    ran = imports.lines(
        HEADER + ",,Name,E-mail",
        "Growth,Value,A,Bo Lind,1,5,,,Bo Lind,bo@acme.example",
        ",,,,,,,,Cy Ax,cy@acme.example",
    )
    assert ran.code == 0, ran.err
    assert set(imports.workspace.people) == {"ada", "bo-lind", "cy-ax"}


def test_hidden_lines_are_left_out_and_told(imports: Import) -> None:
    def dress(sheet: Worksheet) -> None:
        sheet.row_dimensions[3].hidden = True

    rows = [HEAD, ("Growth", "Value", "A", "ada", 1, 5), ("", "", "Old", "ada", 1, 5)]
    ran = imports(workbook_file(imports.home / "a.xlsx", rows, dress))
    assert [each.title for each in imports.plan.key_results()] == ["A"]
    assert "hidden lines are left out (3)" in ran.out


def test_a_total_is_refused_by_line_and_left_out_when_told_so(imports: Import) -> None:
    lines = (HEADER, "Growth,Value,A,ada,1,5,", "Total,,,,1,5,")
    ran = imports.lines(*lines)
    assert ran.code == 2
    assert "okrs.csv:3: the line names no key result." in ran.err
    assert "`--skip`" in ran.err
    ran = imports.lines(*lines, options=("--skip",))
    assert ran.code == 0
    assert "Left out, not understood:" in ran.out
    assert [each.title for each in imports.plan.key_results()] == ["A"]


def test_days_of_every_usual_form_are_days(imports: Import) -> None:
    lines = [
        f"Growth,Value,{name},ada,1,5,,{day}"
        for name, day in enumerate(
            (
                "2025-12-05",
                "5.12.2025",
                "2025年12月5日",
                "5 December 2025",
                '"Dec 5, 2025"',
                "5. Dez. 2025",
            )
        )
    ]
    ran = imports.lines(HEADER + ",Due", *lines)
    assert ran.code == 0, ran.err
    assert {each.due for each in imports.plan.key_results()} == {date(2025, 12, 5)}


def test_a_day_without_the_format_of_one_is_refused_by_its_cell(imports: Import) -> None:
    rows = [(*HEAD, "Due"), ("Growth", "Value", "A", "ada", 1, 5, 2, 46000)]
    ran = imports(workbook_file(imports.home / "a.xlsx", rows))
    assert ran.code == 2
    assert "H2: `46000` is a number without the format of a day." in ran.err


def test_what_shows_an_error_is_refused_by_its_cell(imports: Import) -> None:
    file = imports.home / "a.xlsx"
    with Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ("Growth", "Value", "A", "ada", 1))
        sheet.write_formula("F2", "=1/0", None, "#DIV/0!")
    ran = imports(file)
    assert ran.code == 2
    assert "F2: it shows an error of the spreadsheet. Correct it." in ran.err


def test_a_formula_without_a_value_is_no_name_of_a_team_or_person(imports: Import) -> None:
    rows = [
        HEAD,
        ("=A1", "Value", "A", "ada", 1, 5),
        (),
        ("Name", "E-mail"),
        ("=A1", "b@x.example"),
    ]
    ran = imports(workbook_file(imports.home / "a.xlsx", rows))
    assert ran.code == 2
    assert ":2: A2: it is a formula without a value." in ran.err
    assert ":5: A5: it is a formula without a value." in ran.err


def test_characters_that_nobody_sees_are_refused_by_their_cell(imports: Import) -> None:
    ran = imports.lines(HEADER, "Growth,Value,A\x1b[2J,ada,1,5,")
    assert "okrs.csv:2: C2: it holds U+001B, a character that nobody sees." in ran.err


def test_what_no_plan_may_hold_is_refused_by_line(imports: Import) -> None:
    lines = ["Growth,Value,A,ada,1,5,,-1", ",,B,ada,1,5,,2", f",,{'x' * 10_001},ada,1,5,,1"]
    ran = imports.lines(HEADER + ",Weight", *lines)
    assert ran.code == 2
    assert "okrs.csv:2: D2: weight: Input should be greater than or equal to 0." in ran.err
    assert "okrs.csv:4: D4: title: String should have at most 10000 characters." in ran.err


def test_several_units_in_a_line_are_refused(imports: Import) -> None:
    ran = imports.lines(HEADER, "Growth,Value,A,ada,1 h,5 days,")
    assert "okrs.csv:2: several units stand in one line: h, days." in ran.err


def test_where_start_and_target_are_one_the_line_asks_for_a_bound(imports: Import) -> None:
    ran = imports.lines(HEADER, "Growth,Value,A,ada,95,95,")
    assert "okrs.csv:2: start and target are both 95." in ran.err
    assert "`≥ 95`" in ran.err


def test_bounds_and_words_of_a_target_are_understood(imports: Import) -> None:
    lines = ["Growth,Value,A,ada,,>= 99.5 %,", ",,B,ada,,höchstens 4 h,3 h", ",,C,ada,,done,open"]
    assert imports.lines(HEADER, *lines).code == 0
    assert imports.metric("A") == AtLeast(unit="%", bound=Decimal("99.5"))
    assert imports.metric("B") == AtMost(unit="h", bound=Decimal(4))
    assert imports.metric("C") == Binary()


def test_a_missing_start_is_no_zero_until_somebody_says_so(imports: Import) -> None:
    lines = (HEADER, "Growth,Value,A,ada,,5,", ",,B,ada,1,5,")
    ran = imports.lines(*lines)
    assert ran.code == 2
    assert "okrs.csv:2: it has a target and no start." in ran.err
    assert imports.lines(*lines, options=("--start", "0")).code == 0
    assert imports.metric("A") == increase("0", "5")


def test_a_bound_has_no_start_whatever_was_said(imports: Import) -> None:
    lines = (HEADER, "Growth,Value,A,ada,,5,", ",,B,ada,,≥ 95,")
    ran = imports.lines(*lines, options=("--start", "0"))
    assert imports.metric("B") == AtLeast(bound=Decimal(95))
    assert "line 2: begins at 0, as said" in ran.out


def test_start_and_target_that_only_the_title_names_are_told(imports: Import) -> None:
    ran = imports.lines(HEADER, "Growth,Value,Activation from 31 % to 45 %,ada,,,36 %")
    assert imports.metric("Activation from 31 % to 45 %") == increase("31", "45", "%")
    assert "line 2: from 31 % to 45 %, as the title says" in ran.out


def test_titles_in_lines_of_their_own_head_their_key_results(imports: Import) -> None:
    ran = imports.lines(
        "Key result,Owner,Start,Target", "Value in week one", "A,ada,1,5", "No worries", "B,ada,2,5"
    )
    assert ran.code == 0, ran.err
    assert [each.title for each in imports.plan.objectives] == ["Value in week one", "No worries"]


def test_several_sheets_of_a_workbook_are_read_and_one_can_be_named(imports: Import) -> None:
    ran = imports(EXAMPLES / "mubiao.xlsx", "--sheet", "人员")
    assert ran.code == 0, ran.err
    assert not (imports.home / "cycles").exists()
    assert len(imports.workspace.people) == 6
    assert "there is no sheet `x`" in imports(EXAMPLES / "mubiao.xlsx", "--sheet", "x").err


# What has to be said


def test_an_unclear_decimal_mark_is_asked_for(imports: Import) -> None:
    lines = (HEADER, 'Growth,Value,A,ada,"1,500","2,500",')
    ran = imports.lines(*lines)
    assert ran.code == 2
    assert "`1,500` can be read in two ways." in ran.err
    assert "`--decimal ,` for the comma" in ran.err
    assert imports.lines(*lines, options=("--decimal", ".")).code == 0
    assert imports.metric("A") == increase("1500", "2500")


def test_one_number_that_is_clear_tells_how_the_others_are_meant(imports: Import) -> None:
    ran = imports.lines(HEADER, 'Growth,Value,A,ada,"1,500","2,500","1,750.5"')
    assert imports.metric("A") == increase("1500", "2500")
    assert "the decimal mark is `.`" in ran.out


def test_an_unclear_order_of_day_and_month_is_asked_for(imports: Import) -> None:
    lines = (HEADER + ",Due", "Growth,Value,A,ada,1,5,,10/12/2025")
    ran = imports.lines(*lines)
    assert "`10/12/2025` can be two days. What stands first?" in ran.err
    assert imports.lines(*lines, options=("--days", "dmy")).code == 0
    assert imports.key_result("A").due == date(2025, 12, 10)


def test_a_column_that_is_needed_is_asked_for_and_remembered(imports: Import) -> None:
    lines = ("Team,Objective,What we want,Owner,Start,Target", "Growth,Value,A,ada,1,5")
    ran = imports.lines(*lines)
    assert ran.code == 2
    assert '`--column "What we want=key_result"` for C `What we want`, such as A' in ran.err
    assert imports.lines(*lines, options=("--column", "What we want=key_result")).code == 0
    kept = (imports.home / "sheets" / "okrs.yaml").read_text(encoding="utf-8")
    assert "What we want: key_result" in kept
    ran = imports.lines(*lines[:1], "Growth,Value,B,ada,1,5")
    assert ran.code == 0, ran.err
    assert [each.title for each in imports.plan.key_results()] == ["A", "B"]
    assert "C  What we want  key result (said)" in ran.out


def test_of_two_columns_that_may_be_the_target_one_is_asked_for(imports: Import) -> None:
    lines = ("Objective,Key result,Owner,Start,Target,Target value", "Value,A,ada,1,5,6")
    ran = imports.lines(*lines)
    assert "E `Target` and F `Target value` may both be the target." in ran.err
    assert (
        imports.lines(
            *lines, options=("--column", "Target value=target", "--column", "Target=-")
        ).code
        == 0
    )
    assert imports.metric("A") == increase("1", "6")


def test_ziel_is_an_objective_or_a_target_by_what_the_column_holds(imports: Import) -> None:
    lines = ("Ziel;KR;Wer;Start;Soll", "Bekannter werden;A;ada;1;5")
    assert imports.lines(*lines).code == 0
    assert imports.plan.objectives[0].title == "Bekannter werden"
    other = csv_file(imports.home / "b.csv", "Objective;KR;Wer;Start;Ziel", "Value;B;ada;1;7")
    assert imports(other).code == 0
    assert imports.metric("B") == increase("1", "7")


def test_a_mapping_with_a_mistake_is_named_by_its_line(imports: Import) -> None:
    (imports.home / "sheets").mkdir()
    (imports.home / "sheets" / "okrs.yaml").write_text("goals:\n  Team: taem\n", encoding="utf-8")
    ran = imports.lines(HEADER, "Growth,Value,A,ada,1,5,")
    assert ran.code == 2
    assert "sheets/okrs.yaml:2:" in ran.err
    assert "Closest: team." in ran.err


def test_an_answer_that_is_none_is_refused(imports: Import) -> None:
    lines = (HEADER, "Growth,Value,A,ada,1,5,")
    assert "--start: `x` is not a number." in imports.lines(*lines, options=("--start", "x")).err
    ran = imports.lines(*lines, options=("--column", "Team=taem"))
    assert (ran.code, "`taem` is nothing that a column can be" in ran.err) == (2, True)


def test_at_a_terminal_what_is_open_is_asked_and_what_is_shown_accepted(home: Path) -> None:
    file = csv_file(
        home / "a.csv",
        "Objective,What we want,Owner,Start,Target,Target value",
        'Value,Money,ada,"1,500",5,"2,500"',
        ",Next,ada,,7,900",
        "Total,,,,,9",
    )
    answers = ["2", "1", "x", "1", "1", "y", "y"]  # `x` is no answer, and asked again
    env = {**os.environ, "OKR_PERSON": "ada"}
    terminal = Terminal(home, env, {"import": "\n".join(answers)}, question="] ")
    shown = terminal.type(shlex.join([*OKR, "import", "csv", file.name, "--cycle", "2025-q4"]))
    for asked in (
        "E `Target` and F `Target value` may both be the target.",
        "No column is named as the key result.",
        "Which is the decimal mark?",
        "Did all of these begin at 0?",
        "a.csv:4: the line names no key result.",
        "Money: 1 500 → 2 500, ada",
    ):
        assert asked in " ".join(shown.split())
    text = (home / "cycles" / "2025-q4.yaml").read_text(encoding="utf-8")
    metrics = [each.metric for each in load_plan(text).key_results()]
    assert metrics == [increase("1500", "2500"), increase("0", "900")]
    kept = (home / "sheets" / "a.yaml").read_text(encoding="utf-8")
    assert 'decimal: "."\nstart: 0\n' in kept


# Owners


def test_owners_are_found_by_mail_name_first_name_and_turned_name(imports: Import) -> None:
    lines = [
        f"Growth,Value,{n},{owner},1,5,"
        for n, owner in enumerate(("ADA@acme.example", "ada okafor", "Ada", '"Okafor, Ada"', "ada"))
    ]
    assert imports.lines(HEADER, *lines).code == 0
    assert {each.owner for each in imports.plan.key_results()} == {"ada"}
    assert list(imports.workspace.people) == ["ada"]


def test_a_slip_of_the_pen_makes_nobody_new(imports: Import) -> None:
    ran = imports.lines(HEADER, "Growth,Value,A,Ada Okafro,1,5,")
    assert ran.code == 2
    assert "D2: `Ada Okafro` is nobody who is known. Closest: Ada Okafor." in ran.err


def test_people_of_one_family_are_not_taken_for_each_other(imports: Import) -> None:
    ran = imports.lines(HEADER, "Growth,Value,A,Kaya Okafor,1,5,")
    assert (ran.code, ran.err) == (0, "")
    assert sorted(imports.workspace.people) == ["ada", "kaya-okafor"]
    assert imports.key_result("A").owner == "kaya-okafor"


def test_a_first_name_of_two_people_is_refused(imports: Import) -> None:
    ran = imports.lines(
        HEADER, "Growth,Value,A,Bo,1,5,", "", "Name,E-mail", "Bo Lind,", "Bo Ax,b@x.example"
    )
    assert ran.code == 2
    assert "D2: `Bo` can be `bo-ax` or `bo-lind`. Write the whole name." in ran.err


def test_of_several_owners_the_first_is_accountable_and_it_is_told(imports: Import) -> None:
    ran = imports.lines(HEADER, 'Growth,Value,A,"Bo Lind, Cy Ax",1,5,')
    assert imports.key_result("A").owner == "bo-lind"
    assert "D2: names 2 people; the first, `bo-lind`, is accountable" in ran.out


def test_a_key_result_of_nobody_is_refused_by_line(imports: Import) -> None:
    ran = imports.lines(HEADER, "Growth,Value,A,,1,5,")
    assert "okrs.csv:2: nobody is accountable for it." in ran.err


# Files that are none


def test_a_zip_that_would_fill_the_memory_is_refused(imports: Import) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (60 * 1024 * 1024))
    file = imports.home / "a.xlsx"
    file.write_bytes(content.getvalue())
    ran = imports(file)
    assert ran.code == 2
    assert "it unpacks to more than 50 MiB" in ran.err


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "the file is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Excel file (.xls), or one with a password"),
        (b"%PDF-1.7", "this is a PDF"),
        (b"PK\x03\x04 and nothing more", "the workbook is damaged"),
        (b'Objective,Key result,Target\na,"b', "okrs.xlsx:2: the row cannot be read"),
        (b"just a text\nof two lines\n", "no line names columns such as objective"),
    ],
    ids=["empty", "old", "pdf", "damaged", "quotes", "text"],
)
def test_what_is_no_spreadsheet_says_what_to_do(imports: Import, data: bytes, told: str) -> None:
    file = imports.home / "okrs.xlsx"
    file.write_bytes(data)
    ran = imports(file)
    assert ran.code == 2
    assert told in ran.err
    assert "mistake" not in ran.err


def test_a_file_that_is_not_there_is_named(imports: Import) -> None:
    assert "gone.csv: there is no such file." in imports(imports.home / "gone.csv").err


def test_entities_of_a_workbook_are_not_expanded(imports: Import) -> None:
    file = imports.home / "a.xlsx"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(
            "xl/workbook.xml", '<!DOCTYPE a [<!ENTITY b "c">]><workbook>&b;</workbook>'
        )
    assert "no spreadsheet program wrote this file" in imports(file).err


# Exports of others, and the examples


VIVA = (
    'Id,Title,Team,Creator,Owner,Period,Start Date,End Date,Description,"Aligned To (weight, '
    'Objective ID)",Unit,Target,Object Type,Goal Type,Start,Progress %,Actual Progress,Status'
)


def test_an_export_of_viva_goals_is_read_as_it_is(imports: Import) -> None:
    ran = imports.lines(
        VIVA,
        '12,Week-1 activation,Growth,X,"Bo Lind,Cy Ax",Q4 2025,2025-10-01,2025-12-31,,"Value in '
        'week one(weight: 60%, Id: 11)",%,45,Key result,Committed Goal,31,20,50,On Track',
        "11,Value in week one,Growth;Sales,X,Bo Lind,Q4 2025,2025-10-01,2025-12-31,Trials leave,,,,"
        "Objective,Aspirational Goal,,20,,On Track",
        "13,Set-up,Growth,X,Bo Lind,Q4 2025,2025-10-01,2025-12-31,,,,,Deliverable,,,0,,Behind",
        "14,Older,Growth,X,Bo Lind,Q3 2025,2025-07-01,2025-09-30,,,,,Objective,,,0,,Closed",
    )
    assert ran.code == 0, ran.err
    (objective,) = imports.plan.objectives
    assert (objective.title, objective.why) == ("Value in week one", "Trials leave")
    assert (objective.ambition, objective.owner) == ("aspirational", "bo-lind")
    assert imports.metric("Week-1 activation") == increase("31", "45", "%")
    assert list(imports.values().values()) == [Decimal(38)]
    assert "50 % of the way is 38" in ran.out
    assert "left out: its type is Deliverable" in ran.out
    assert "left out: it is of 2025-q3" in ran.out


@pytest.mark.parametrize(
    ("name", "key_results", "first"),
    [
        ("okrs.csv", 14, increase("31", "45", "%")),
        ("ziele.csv", 6, increase("1200000", "1800000", "€")),
        ("mubiao.xlsx", 6, increase("31", "45", "%")),
    ],
)
def test_an_example_is_read_whole(
    okr: Okr, home: Path, name: str, key_results: int, first: Metric
) -> None:
    ran = okr("import", "csv", EXAMPLES / name, "--cycle", "2026-q4", "--yes")
    assert ran.code == 0, ran.err
    plan = load_plan((home / "cycles" / "2026-q4.yaml").read_text(encoding="utf-8"))
    found = list(plan.key_results())
    assert (len(found), found[0].metric) == (key_results, first)
    with open_store(str(home / "okr.db")) as store:
        assert len(list(store.readings("2026-q4", as_of=None))) == key_results
