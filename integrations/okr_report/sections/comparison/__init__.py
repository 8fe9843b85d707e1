"""Comparison: this cycle beside earlier ones, by lineage."""

from okr_report.section import Section
from okr_report.sections.comparison.view import view

SECTION = Section("comparison", 50, view)
