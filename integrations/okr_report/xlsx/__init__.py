"""XLSX: a report as a workbook with live formulas, filters and native charts.

A section joins in by a module `sheet.py` beside its view: `sheet(book, view, locale)` writes its
sheets by `okr_report.xlsx.book.Book`. Nothing that people wrote becomes a formula or a link.
"""

from okr_report.xlsx.document import as_xlsx

__all__ = ["as_xlsx"]
