"""Records: every reading and check-in behind the report, for its workbook and its JSON."""

from okr_report.section import Section
from okr_report.sections.records.view import view

SECTION = Section("records", 95, view)
