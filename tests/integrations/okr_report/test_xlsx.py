"""The report as a workbook: read back by another program."""

import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
import report_samples
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from report_canaries import HIDDEN, canaries
from report_company import CYCLE, week, workspace
from report_parts import view_of
from report_reading import book_of, pairs_of, rows_of, unzipped
from report_texts import with_text

from okr_core.basics.exact import ratio_json
from okr_core.plan.agreement import PlanVersion
from okr_core.plan.metrics import Increase
from okr_core.plan.plan import Plan
from okr_core.record.entries import Reading
from okr_core.snapshot import Snapshot
from okr_report import ReportInput, as_json, report
from okr_report.html import as_html
from okr_report.sections.scorecard.view import View as Scorecard
from okr_report.xlsx import as_xlsx
from okr_report.xlsx.cells import CELL, Quantity, quantity, visible
from okr_report.xlsx.workbook import LINE

INPUTS = {"running": report_samples.running(), "restated": report_samples.restated()}
HOSTILE = {
    "formula": "=cmd|' /C calc'!A0",
    "plus": "+1+cmd|' /C calc'!A0",
    "minus": "-2+3",
    "at": "@SUM(1+1)*cmd",
    "tab": "\t=1+1",
    "array": "{=1+1}",
    "link": "https://evil.example/x",
    "internal": "internal:Sheet1!A1",
    "script": "<script>alert('boo')</script> & \"quoted\" ]]>",
    "right to left": "\u202eevil\u202c שלום עולם",
    "emoji": "🎯 👩‍👩‍👧 done",
    "chinese": "客户在第一周就看到价值",
    "long": "wordwithoutend" * 714,
    "escape": "_x0041_ is no A",
}


@cache
def made(name: str) -> bytes:
    return as_xlsx(report(INPUTS[name]))


def values(name: str) -> Workbook:
    return book_of(made(name))


def test_there_is_a_sheet_for_every_part_that_has_data() -> None:
    names = values("restated").sheetnames
    assert names[:2] == ["Overview", "Over time"]
    wanted = {"Objectives", "Scorecard", "Totals", "Readings", "Check-ins", "Changes", "Put right"}
    assert wanted <= set(names)
    assert "Alignment" not in book_of(as_xlsx(report(report_samples.one()))).sheetnames


@pytest.mark.parametrize("name", INPUTS)
def test_scores_are_formulas_whose_values_are_ours(name: str) -> None:
    shown, live = values(name)["Scorecard"], book_of(made(name), formulas=True)["Scorecard"]
    card = view_of(report(INPUTS[name]), Scorecard)
    formulas = 0
    for line, told, formula in zip(card.lines, rows_of(shown), rows_of(live), strict=True):
        score = ratio_json(line.score.figures.effective)
        value = told["Score"]
        assert (value is None) == (score is None)
        assert score is None or round(float(str(value)), 6) == score
        assert told["Grade"] == (line.score.look and line.score.look.replace("_", " "))
        formulas += str(formula["Score"]).startswith("=")
        if line.score.kind == "objective" and score is not None:
            assert str(formula["Score"]).startswith("=(SUMPRODUCT(")
    assert formulas > 8


@pytest.mark.parametrize("name", INPUTS)
def test_the_cycle_its_teams_and_the_counts_are_formulas(name: str) -> None:
    card = view_of(report(INPUTS[name]), Scorecard)
    shown = pairs_of(values(name)["Totals"])
    live = pairs_of(book_of(made(name), formulas=True)["Totals"])
    for total in card.totals:
        title = total.team.name if total.team else "Whole cycle"
        assert round(float(str(shown[title])), 6) == ratio_json(total.score)
        assert str(live[title]).startswith("=SUMPRODUCT(")
    for grade, count in card.grades.items():
        word = grade.replace("_", " ")
        assert shown[word] == count
        assert str(live[word]).startswith("=COUNTIFS(")
    scored = [line for line in card.lines if line.score.kind == "key_result"]
    bands = [count for band, count in shown.items() if band and "–" in str(band)]
    assert sum(map(int, map(str, bands))) == sum(
        line.score.figures.effective is not None for line in scored
    )


def test_a_restated_score_is_a_number_and_moves_its_objective() -> None:
    rows = {
        row["Id"]: row for row in rows_of(book_of(made("restated"), formulas=True)["Scorecard"])
    }
    assert rows["voice.nps"]["Score"] == 0.75
    assert str(rows["voice"]["Score"]).startswith("=(SUMPRODUCT(")
    shown = {row["Id"]: row for row in rows_of(values("restated")["Scorecard"])}
    # What nobody reported counts 0.
    assert shown["voice"]["Score"] == pytest.approx((0.75 + 1 + 0) / 3)


def test_tables_have_a_frozen_heading_a_filter_and_fit_on_paper() -> None:
    book = values("restated")
    for name in ("Objectives", "Scorecard", "Readings", "Check-ins", "Changes"):
        sheet = book[name]
        assert sheet.freeze_panes is not None
        assert str(sheet.freeze_panes).endswith("2")
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.page_setup.orientation == "landscape"
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        setup = sheet.sheet_properties.pageSetUpPr
        assert setup is not None
        assert setup.fitToPage


def test_columns_are_as_wide_as_their_kind_of_text() -> None:
    sheet = values("restated")["Scorecard"]
    assert sheet.column_dimensions["C"].width > 40
    assert sheet.column_dimensions["D"].width < 12


def test_charts_are_native_and_read_the_cells_beside_them() -> None:
    with zipfile.ZipFile(BytesIO(made("running"))) as parts:
        charts = [parts.read(n).decode() for n in parts.namelist() if n.startswith("xl/charts/")]
    assert len(charts) == 2
    assert "<c:lineChart>" in charts[0]
    assert "'Over time'!$C$2:$C$" in charts[0]
    assert "Progress has run below what was expected" in charts[0]
    assert "<c:barChart>" in charts[1]
    assert "Totals!$B$" in charts[1]


def test_progress_and_scores_are_drawn_as_bars() -> None:
    for name, column in (("Objectives", "G"), ("Scorecard", "E")):
        rules = values("running")[name].conditional_formatting
        found = {str(rule.sqref): rule.rules[0].type for rule in rules}
        assert any(ref.startswith(f"{column}2:") for ref in found)
        assert set(found.values()) == {"dataBar"}


def test_numbers_are_numbers_with_their_unit() -> None:
    sheet = values("running")["Objectives"]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[1].value == "latency.p95")
    now = next(cell for cell, head in zip(row, sheet[1], strict=True) if head.value == "Now")
    assert isinstance(now.value, int | float)
    assert now.number_format == '#,##0" ms"'


def test_a_number_shows_the_digits_that_matter_and_keeps_them_all() -> None:
    kr = Increase(unit="%", baseline=Decimal(0), target=Decimal(50))
    told = quantity(kr, Decimal("44.970414201183"))
    assert told == Quantity(Decimal("44.970414201183"), '#,##0.0#" %"')
    assert quantity(kr, Decimal(1200)) == Quantity(Decimal(1200), '#,##0" %"')
    exact = quantity(kr, Decimal("44.9704142011834319526627"))
    assert isinstance(exact, Quantity)
    assert quantity(kr, Decimal(2**60 + 1)) == str(2**60 + 1)


def graded() -> ReportInput:
    metric = {"kind": "grade", "unit": "%", "baseline": "10", "stretch": "20"}
    objective = {
        "id": "o",
        "title": "O",
        "key_results": [{"id": "k", "title": "K", "metric": metric}],
    }
    plan = Plan.model_validate({"cycle": CYCLE, "objectives": [objective]})
    read = {"k": [Reading(week(1), Decimal(12), "k")]}
    version = PlanVersion(1, week(-1), plan)
    return ReportInput(Snapshot(week(2), (version,), read, {}, workspace()))


def test_a_graded_number_has_its_target_and_not_its_stretch() -> None:
    rows = rows_of(book_of(as_xlsx(report(graded())))["Objectives"])
    assert (rows[1]["Baseline"], rows[1]["Target"]) == (10, 17)
    page = as_html(report(graded(), language="zh"))
    assert "10 → 17 %（挑战 20）" in page


def test_a_share_that_is_not_all_is_never_shown_as_all() -> None:
    sheet = values("running")["Objectives"]
    shown = {cell.number_format for (cell,) in sheet["G2:G20"]}
    assert shown == {'[<0.9995]0.0 %;[<1]"99.9 %";0.0 %'}


def test_what_moved_is_told_in_points() -> None:
    rows = list(values("running")["Overview"].iter_rows())
    at = next(n for n, row in enumerate(rows) if row[0].value == "What moved")
    before, after, change = (cell for cell in rows[at + 1][1:4])
    moved = (float(str(after.value)) - float(str(before.value))) * 100
    assert float(str(change.value)) == pytest.approx(moved)
    assert change.number_format.startswith('+0.0" points"')


def test_a_row_is_as_high_as_its_wrapped_texts() -> None:
    sheet = values("restated")["Method"]
    wide = sheet.column_dimensions["A"].width
    for number, (cell,) in enumerate(sheet.iter_rows(max_col=1), 1):
        text = str(cell.value or "")
        height = sheet.row_dimensions[number].height or LINE
        assert height * wide / LINE >= len(text), text


def test_a_tree_is_indented_by_its_format_and_not_by_blanks() -> None:
    cells = values("running")["Alignment"]["C2:C12"]
    assert all(str(cell.value) == str(cell.value).strip() for (cell,) in cells)
    assert {cell.alignment.indent for (cell,) in cells} > {1}


def test_words_in_a_column_of_figures_stand_to_the_right() -> None:
    sheet = values("running")["Objectives"]
    words = [cell for (cell,) in sheet["E2:E30"] if isinstance(cell.value, str)]
    assert words
    assert {cell.alignment.horizontal for cell in words} == {"right"}


def in_shanghai() -> ReportInput:
    cycle = CYCLE.model_copy(update={"timezone": "Asia/Shanghai"})
    metric = {"kind": "increase", "baseline": "0", "target": "10"}
    objective = {
        "id": "o",
        "title": "O",
        "key_results": [{"id": "k", "title": "K", "metric": metric, "due": "2026-11-30"}],
    }
    plan = Plan.model_validate({"cycle": cycle, "objectives": [objective]})
    at = datetime(2026, 10, 8, 20, 30, tzinfo=UTC)
    read = {"k": [Reading(at, Decimal(3), "k")]}
    version = PlanVersion(1, week(-1), plan)
    return ReportInput(Snapshot(week(2), (version,), read, {}, workspace()))


def test_dates_are_dates_in_the_zone_of_the_cycle() -> None:
    book = book_of(as_xlsx(report(in_shanghai())))
    assert rows_of(book["Readings"])[0]["When"] == datetime(2026, 10, 9, 4, 30)  # noqa: DTZ001
    due = rows_of(book["Scorecard"])[1]["Due"]
    assert due == datetime(2026, 11, 30)  # noqa: DTZ001


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_people_wrote_is_text_and_there_in_full(text: str) -> None:
    data = as_xlsx(report(with_text(text)))
    book = book_of(data, formulas=True)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert sum(cell.value == text and cell.data_type == "s" for cell in cells) > 20
    ours = ("=(SUMPRODUCT(", "=SUMPRODUCT(", "=COUNTIFS(", "=IF(ISNUMBER(", "=")
    for cell in cells:
        assert cell.hyperlink is None
        if cell.data_type == "f":
            assert str(cell.value).startswith(ours)
            assert "cmd" not in str(cell.value)
            assert "evil" not in str(cell.value)
    assert "hyperlink" not in unzipped(data)


def test_what_a_cell_cannot_hold_is_shown_in_its_place() -> None:
    text = "a\x00b\x07c\r\nd\ud800e\uffff"
    book = book_of(as_xlsx(report(with_text(text))))
    assert "a␀b␇c\nd�e�" in {row["Title"] for row in rows_of(book["Scorecard"])}


def test_a_text_longer_than_a_cell_ends_in_an_ellipsis() -> None:
    book = book_of(as_xlsx(report(with_text("🎯" * 20_000))))
    title = str(rows_of(book["Scorecard"])[0]["Title"])
    assert title.endswith("🎯…")
    assert len(title.encode("utf-16-le")) <= CELL * 2


@given(st.text(alphabet=st.characters(), max_size=60))
def test_any_text_becomes_one_that_xml_holds(text: str) -> None:
    shown = visible(text)
    told = ET.fromstring(f"<t>{shown.translate({38: '&amp;', 60: '&lt;', 62: '&gt;'})}</t>").text
    assert (told or "") == shown
    assert visible(shown) == shown


@given(st.text(min_size=1, max_size=9).map(lambda text: text * (CELL // len(text) + 2)))
def test_any_text_fits_into_a_cell(text: str) -> None:
    assert len(visible(text).encode("utf-16-le", "surrogatepass")) <= CELL * 2


def test_the_file_says_what_it_is() -> None:
    told = values("running").properties
    assert told.title == "Alder & Sons 2026-q4 report"
    assert told.creator == "Alder & Sons"
    assert told.created == datetime(2026, 12, 10)  # noqa: DTZ001


def test_it_says_everything_in_chinese() -> None:
    book = book_of(as_xlsx(report(INPUTS["running"], language="zh")))
    assert {"概览", "计分卡", "汇总", "读数", "签到"} <= set(book.sheetnames)
    shown = pairs_of(book["汇总"])
    assert shown["绿"] == view_of(report(INPUTS["running"]), Scorecard).grades["green"]


def test_every_reading_and_check_in_is_there_once() -> None:
    book, document = values("running"), as_json(report(INPUTS["running"]))
    records = document["sections"]["records"]  # type: ignore[index,call-overload]
    for name, key in (("Readings", "readings"), ("Check-ins", "check_ins")):
        assert len(rows_of(book[name])) == len(records[key])  # type: ignore[index,arg-type,call-overload]
    suspect = [row for row in rows_of(book["Readings"]) if row["Does not count"]]
    assert [(row["Id"], row["Value"]) for row in suspect] == [("answers.backlog", 0)]


def test_the_company_sees_every_canary() -> None:
    told = unzipped(as_xlsx(report(canaries()))).lower()
    assert all(f"canary-{word}" in told for word in (*HIDDEN, "theirs"))


@pytest.mark.parametrize("audience", ["team:mine", "person:canary-person"])
def test_nothing_of_another_team_is_in_any_part_of_the_file(audience: str) -> None:
    told = unzipped(as_xlsx(report(canaries(), audience))).lower()
    assert "canary-theirs" not in told
    assert "canary-mail" not in told


@pytest.mark.parametrize("word", HIDDEN)
def test_a_word_that_is_not_granted_takes_its_kind_of_text_out(word: str) -> None:
    told = unzipped(as_xlsx(report(canaries(), f"all-but-{word}"))).lower()
    assert f"canary-{word}" not in told


def test_a_part_of_the_plan_shows_the_scores_of_the_whole() -> None:
    """Where children are hidden the mean of what is left is another: then it is no formula."""
    found = report(INPUTS["running"], "team:growth")
    card = view_of(found, Scorecard)
    rows = {r["Id"]: r for r in rows_of(book_of(as_xlsx(found), formulas=True)["Scorecard"])}
    top = next(line for line in card.lines if line.id == "retention")
    assert not top.adds_up
    score = ratio_json(top.score.figures.effective)
    assert round(float(str(rows["retention"]["Score"])), 6) == score


def test_teams_of_one_name_have_their_scores_as_numbers() -> None:
    known = INPUTS["running"].snapshot
    space = workspace()
    teams = {name: team.model_copy(update={"name": "Same"}) for name, team in space.teams.items()}
    alike = replace(known, workspace=space.model_copy(update={"teams": teams}))
    book = book_of(as_xlsx(report(ReportInput(alike))), formulas=True)
    found = [v for k, v in book["Totals"].iter_rows(max_col=2, values_only=True) if k == "Same"]
    assert len(found) == 3
    assert all(isinstance(value, int | float) for value in found)


@pytest.mark.parametrize(
    "report_input",
    [
        report_samples.one(),
        report_samples.running(1),
        ReportInput(
            Snapshot(week(-2), (PlanVersion(1, week(-3), Plan.model_validate({"cycle": CYCLE})),))
        ),
    ],
    ids=["no readings", "first week", "an empty plan before its cycle"],
)
def test_any_cycle_gives_a_workbook(report_input: ReportInput) -> None:
    assert "Overview" in book_of(as_xlsx(report(report_input))).sheetnames
