"""HTML, PDF, workbook and JSON say the same numbers: taken apart and laid beside each other."""

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, cast

import pytest
import report_samples
from report_parts import view_of
from report_reading import book_of, page_cell, pairs_of, pdf_text, rows_of, squeezed

from okr_core.words.figures import percent
from okr_core.words.markdown import safe
from okr_report import Report, ReportInput, as_json, report
from okr_report.digest import digest_text
from okr_report.html import as_html
from okr_report.locale import score_text
from okr_report.markdown import markdown
from okr_report.outline import headline
from okr_report.pdf import as_pdf
from okr_report.sections.objectives.key_results import KeyResultView
from okr_report.sections.objectives.view import View
from okr_report.sections.summary.view import View as Summary
from okr_report.xlsx import as_xlsx

INPUTS = {
    "running": report_samples.running(),
    "early": report_samples.running(3),
    "restated": report_samples.restated(),
    "of any size": report_samples.big(24),
}
every = pytest.mark.parametrize("report_input", INPUTS.values(), ids=INPUTS)


def sections(found: Report) -> dict[str, Any]:
    return cast("dict[str, Any]", as_json(found)["sections"])


def key_results(found: Report) -> Iterator[tuple[KeyResultView, dict[str, Any]]]:
    """Each key result as the view has it and as the JSON says it."""
    told = {
        kr["id"]: kr
        for objective in sections(found)["objectives"]["objectives"]
        for kr in objective["key_results"]
    }
    for objective in view_of(found, View).objectives:
        for kr in objective.key_results:
            yield kr, told[kr.id]


def six(value: object) -> float | None:
    """A number of a cell as the JSON would say it."""
    return None if value is None else round(float(str(value)), 6)


def effective(kr: dict[str, Any]) -> float | None:
    return cast("float | None", kr["score"]["effective"] if kr["score"] else None)


@every
def test_the_workbook_says_the_numbers_of_the_json(report_input: ReportInput) -> None:
    found = report(report_input)
    book = book_of(as_xlsx(found))
    standing = {row["Id"]: row for row in rows_of(book["Objectives"])}
    scored = {row["Id"]: row for row in rows_of(book["Scorecard"])}
    for kr, told in key_results(found):
        row = standing[kr.id]
        assert six(row["Progress"]) == told["progress"]
        assert six(row["Expected"]) == told["expected"]
        gap = row["Gap"]
        assert six(None if gap is None else float(str(gap)) / 100) == told["gap"]
        assert row["Confidence"] == told["confidence"]
        assert six(row["Likely"]) == (told["outlook"]["hit"] if told["outlook"] else None)
        if isinstance(row["Now"], int | float):
            assert float(row["Now"]) == float(told["current"])
        assert six(scored[kr.id]["Score"]) == effective(told)


@every
def test_the_workbook_says_the_totals_of_the_json(report_input: ReportInput) -> None:
    found = report(report_input)
    book, told = book_of(as_xlsx(found)), sections(found)
    overview, totals = pairs_of(book["Overview"]), pairs_of(book["Totals"])
    for name in ("progress", "expected", "score"):
        # Of what has ended nothing is expected.
        assert six(overview.get(name)) == told["summary"][name]
    assert six(totals["Whole cycle"]) == told["summary"]["score"]
    for team in told["summary"]["teams"]:
        assert six(totals[team["team"]["name"]]) == team["score"]


@every
def test_the_workbook_has_the_way_of_the_json(report_input: ReportInput) -> None:
    found = report(report_input)
    ways = sections(found)["summary"]["ways"]
    rows = rows_of(book_of(as_xlsx(found))["Over time"])
    names = [way["team"]["name"] if way["team"] else "Whole cycle" for way in ways]
    for name, way in zip(names, ways, strict=True):
        assert [six(row[name]) for row in rows] == way["progress"]
    assert [six(row["Whole cycle: expected"]) for row in rows] == ways[0]["expected"]


@every
def test_the_page_says_the_numbers_of_the_json(report_input: ReportInput) -> None:
    found = report(report_input)
    page, locale = as_html(found), found.locale()
    for kr, told in key_results(found):
        assert page_cell(page, kr.id, "bar").startswith(percent(kr.progress))
        value = locale.value(kr.metric, kr.current)
        assert squeezed(page_cell(page, kr.id, "now")).startswith(squeezed(value))
        if over(found):
            score = kr.score.figures.effective if kr.score else None
            assert page_cell(page, kr.id, "score").endswith(score_text(score))
        shares = re.findall(r'data-(progress|score)="([\d.]+)"', row_of(page, kr.id))
        for name, share in shares:
            number = told["progress"] if name == "progress" else effective(told)
            assert float(share) == pytest.approx(number, abs=0.0006)


def over(found: Report) -> bool:
    return view_of(found, Summary).phase in {"ended", "closed"}


@every
def test_every_form_says_the_same_status(report_input: ReportInput) -> None:
    found = report(report_input)
    page, book = as_html(found), book_of(as_xlsx(found))
    standing = {row["Id"]: row["Status"] for row in rows_of(book["Objectives"])}
    outlined = table_rows(markdown(found))
    for kr, told in key_results(found):
        word = found.locale()(told["look"])
        assert page_cell(page, kr.id, "status") == word
        assert standing[kr.id] == word
        assert word in outlined[safe(kr.title)]


@every
def test_markdown_says_the_numbers_of_the_page(report_input: ReportInput) -> None:
    found = report(report_input)
    outlined = table_rows(markdown(found))
    for kr, _ in key_results(found):
        cells = [cell.replace("\N{NO-BREAK SPACE}", " ") for cell in outlined[safe(kr.title)]]
        assert any(cell.endswith(percent(kr.progress)) for cell in cells)
        if kr.expected is not None:
            assert percent(kr.expected) in cells
        if over(found) and kr.score:
            assert score_text(kr.score.figures.effective) in cells


@every
def test_the_digest_says_the_headline_of_markdown(report_input: ReportInput) -> None:
    found = report(report_input)
    assert headline(found) in digest_text(found)
    assert safe(headline(found)) in markdown(found)


@every
def test_a_tree_says_the_status_of_its_objectives(report_input: ReportInput) -> None:
    found = sections(report(report_input))
    looks = {each["id"]: each["look"] for each in found["objectives"]["objectives"]}
    told = found.get("alignment", {"trees": [], "alone": []})
    nodes = [*told["trees"], *told["alone"]]
    while nodes:
        node = nodes.pop()
        assert node["status"] == looks[node["id"]]
        nodes += node["children"]


def table_rows(text: str) -> dict[str, list[str]]:
    """First cell of each row of each table → all of them."""
    rows = (line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| "))
    return {row[0].removeprefix("– "): row for row in rows}


def row_of(page: str, item: str) -> str:
    start = page.index(f'<li class="kr" id="{item}"')
    return page[start : page.index(">", start)]


@every
def test_the_pdf_says_the_numbers_of_the_page(report_input: ReportInput) -> None:
    found = report(report_input)
    told, locale = pdf_text(as_pdf(found).data), found.locale()
    for kr, _ in key_results(found):
        value, asked = locale.value(kr.metric, kr.current), locale.asked(kr.metric)
        role = kr.role.name if kr.role else ""
        # While it runs a score only repeats the progress.
        score = score_text(kr.score.figures.effective if kr.score else None) if over(found) else ""
        sure = "–" if kr.confidence is None else str(kr.confidence)
        row = re.compile(
            re.escape(squeezed(kr.title))
            + f"(?:{re.escape(squeezed(role))})?"
            + re.escape(squeezed(value + asked + percent(kr.progress)))
            + r".{0,40}?[a-z]+"
            + re.escape(sure + score)
        )
        assert row.search(told), (kr.id, row.pattern)


@every
def test_every_form_says_the_same_of_the_whole(report_input: ReportInput) -> None:
    found = report(report_input)
    summary = view_of(found, Summary)
    over = summary.phase in {"ended", "closed"}
    told = score_text(summary.score) if over else percent(summary.progress)
    assert squeezed(told) in pdf_text(as_pdf(found).data)
    assert told in as_html(found)
    assert any(told in str(cell) for cell in pairs_of(book_of(as_xlsx(found))["Overview"]))


def test_asking_for_a_form_loads_its_library_and_knowing_of_it_does_not() -> None:
    code = (
        "import sys, okr_report.pdf, okr_report.xlsx\n"
        "sys.exit(bool({'typst', 'xlsxwriter', 'altair', 'vl_convert'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
