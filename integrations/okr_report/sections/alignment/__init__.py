"""Alignment: which objective serves which, and which links move a number."""

from okr_report.section import Section
from okr_report.sections.alignment.view import view

SECTION = Section("alignment", 30, view)
