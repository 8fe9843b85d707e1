"""XLSX: a report as a workbook with live formulas, filters and native charts.

A section joins in by a function `sheet(workbook, view, locale)`, which writes its sheets by
`okr_report.xlsx.workbook.ReportWorkbook`. Nothing that people wrote becomes a formula or a link.
"""

from okr_report.xlsx.document import as_xlsx

__all__ = ["as_xlsx"]
