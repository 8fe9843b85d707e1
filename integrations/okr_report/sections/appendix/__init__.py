"""Appendix: method, formulas and their sources, age of the data, versions."""

from okr_report.section import Section
from okr_report.sections.appendix.view import view

SECTION = Section("appendix", 90, view)
