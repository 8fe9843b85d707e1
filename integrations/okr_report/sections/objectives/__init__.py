"""Objectives and key results: how each stands, ended, and where its number comes from."""

from okr_report.section import Section
from okr_report.sections.objectives.view import view

SECTION = Section("objectives", 20, view)
