"""Changes: what was changed mid-cycle, by whom and why."""

from okr_report.section import Section
from okr_report.sections.changes.view import view

SECTION = Section("changes", 40, view)
