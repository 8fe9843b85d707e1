"""Scorecard: every score with the weights that it is made from."""

from okr_report.section import Section
from okr_report.sections.scorecard.view import view

SECTION = Section("scorecard", 25, view)
