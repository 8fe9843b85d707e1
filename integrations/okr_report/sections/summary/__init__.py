"""The quarter in one view: how it went, what needs whom, what is not known."""

from okr_report.section import Section
from okr_report.sections.summary.view import view

SECTION = Section("summary", 10, view)
