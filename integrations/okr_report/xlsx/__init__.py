"""XLSX: a report as a workbook with live formulas, filters and native charts.

A section joins in by a function `sheet(workbook, view, locale)`, which writes its sheets by
`okr_report.xlsx.workbook.ReportWorkbook`. Nothing that people wrote becomes a formula or a link.
"""

from __future__ import annotations

from datetime import UTC
from io import BytesIO
from pathlib import Path
from typing import Any

from okr_core.basics import collector
from okr_report.outline.pieces import line
from okr_report.reports import Report
from okr_report.xlsx.workbook import ReportWorkbook

__all__ = ["as_xlsx"]

_HOME = Path(__file__).parent
_LONGEST = 255
"""Characters of a property."""
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
"""Texts stay texts, whatever they begin with."""


def as_xlsx(report: Report) -> bytes:
    """The report as a workbook: a sheet or more of every section that has some."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - commands that write no workbook load none

    target = BytesIO()
    with collector.paused(), Workbook(target, _OPTIONS) as file:
        file.set_properties(_properties(report))
        file.set_calc_mode("auto")
        workbook = ReportWorkbook(file, report.header)
        for part in report.parts:
            sheet = part.section.part("sheet")
            if sheet is not None:
                sheet(workbook, part.view, report.locale(part.section.folder, _HOME))
    return target.getvalue()


def _properties(report: Report) -> dict[str, Any]:
    header = report.header
    locale = report.locale()
    title = line(f"{header.organization} {locale('report', cycle=header.cycle)}")
    return {
        "title": title[:_LONGEST],
        "subject": f"OKR {header.cycle}",
        "author": line(header.organization)[:_LONGEST] or "prefect-okr",
        "comments": locale("footer", program=header.program, revision=header.revision),
        "created": header.as_of.astimezone(UTC).replace(tzinfo=None),
        "category": header.audience,
    }
