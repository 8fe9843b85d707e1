"""Foresight: how well confidence foresaw the end, and questions worth asking."""

from okr_report.section import Section
from okr_report.sections.foresight.view import view

SECTION = Section("foresight", 60, view)
