"""What the section's template needs beside its view: what a lesson is about."""

from __future__ import annotations

from okr_report.locale import Locale
from okr_report.sections.summary.over_time import Lesson
from okr_report.sections.summary.view import View

_FEW = 3
"""Items that are named in a line."""


def page(view: View, locale: Locale) -> dict[str, object]:  # noqa: ARG001 - one signature for all
    """`lesson_title`."""
    return {"lesson_title": lesson_title}


def lesson_title(lesson: Lesson, locale: Locale) -> str:
    """What it is about, by title; of many items the first."""
    if lesson.title or lesson.item:
        return lesson.title or lesson.item
    names = [each.name for each in lesson.items[:_FEW]]
    more = len(lesson.items) - _FEW
    if more > 0:
        names.append(locale("items_more", count=more))
    return locale.among(names) or locale("whole")
