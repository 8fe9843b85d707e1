"""Sheet of the section: how the numbers are made, how old the data are, versions."""

from __future__ import annotations

from okr_report.locale import Locale
from okr_report.sections.appendix.pages import pages
from okr_report.sections.appendix.view import View
from okr_report.xlsx.workbook import ReportWorkbook, fit

_WIDTH = 100
"""Characters of its one column."""


def sheet(workbook: ReportWorkbook, view: View, locale: Locale) -> None:
    """The same sentences as in print."""
    told = pages(view, locale, workbook.header)
    page = workbook.page(locale("sheet_method"))
    page.set_column(0, 0, _WIDTH)
    groups = (
        ("method_heading", told["method"]),
        ("data_heading", [" · ".join(row) for row in _rows(told["sources"])]),
        ("", told["syncs"]),
        ("versions_heading", [told["revision"]]),
        ("", [" · ".join(filter(None, row)) for row in _rows(told["versions"])]),
    )
    number = 0
    for heading, lines in groups:
        if heading and lines:
            page.write_string(number, 0, locale(heading), workbook.format(bold=True))
            number += 1
        for line in _rows(lines):
            workbook.write(page, number, 0, str(line), "long")
            fit(page, number, [(str(line), _WIDTH)])
            number += 1


def _rows(value: object) -> list[list[str]]:
    assert isinstance(value, list), "a list of lines"
    return value
