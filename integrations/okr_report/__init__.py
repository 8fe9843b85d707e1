"""The end-of-quarter report: sections of a cycle as HTML, PDF, workbook, Markdown and JSON."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from okr_report.report_input import Provenance, ReportInput
    from okr_report.report_json import as_json
    from okr_report.reports import Report, report

__all__ = ["Provenance", "Report", "ReportInput", "as_json", "report"]

# Loaded when asked for: a command that only knows the name of the report builds no model.
_HOMES = {"as_json": "report_json", "ReportInput": "report_input", "Provenance": "report_input"}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"okr_report.{_HOMES.get(name, 'reports')}"), name)
