"""Views and texts of a report, by section."""

from typing import TypeVar

from okr_report import Report

_View = TypeVar("_View")


def view_of(found: Report, kind: type[_View]) -> _View:
    """The view of that type; StopIteration where its section is left out."""
    return next(part.view for part in found.parts if isinstance(part.view, kind))


def names_of(found: Report) -> list[str]:
    """The sections that are shown, in order."""
    return [part.section.name for part in found.parts]
