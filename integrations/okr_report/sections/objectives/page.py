"""What the section's template needs beside its view: the choices of its filters."""

from __future__ import annotations

from collections.abc import Iterable

from okr_core.plan import Ambition
from okr_report.facts import Named
from okr_report.sections.objectives.view import KeyResultView, ObjectiveView, View
from okr_report.voice import Voice

Choice = tuple[str, str]
"""Value and text of an option."""
_AMBITIONS: tuple[Ambition, ...] = ("committed", "aspirational", "learning")


def names(view: View, voice: Voice) -> dict[str, object]:
    """`filters`: name, text of "all", and the choices that occur; none where there is one only."""
    filters = (
        ("team", voice("all_teams"), _teams(view.objectives)),
        ("role", voice("all_roles"), _roles(view.objectives)),
        ("status", voice("all_statuses"), _statuses(view.objectives, voice)),
        ("ambition", voice("all_ambitions"), _ambitions(view.objectives, voice)),
    )
    return {"filters": [each for each in filters if len(each[2]) > 1], "look": look}


def look(item: ObjectiveView | KeyResultView) -> str:
    """The word and mark that an item shows: of a closed one its grade says more than `closed`."""
    return item.look


def _choices(found: Iterable[Named | None]) -> list[Choice]:
    return sorted({(each.id, each.name) for each in found if each}, key=lambda pair: pair[1])


def _teams(objectives: Iterable[ObjectiveView]) -> list[Choice]:
    return _choices(objective.team for objective in objectives)


def _roles(objectives: Iterable[ObjectiveView]) -> list[Choice]:
    return _choices(kr.role for objective in objectives for kr in objective.key_results)


def _statuses(objectives: Iterable[ObjectiveView], voice: Voice) -> list[Choice]:
    found = dict.fromkeys(look(kr) for objective in objectives for kr in objective.key_results)
    return [(status, voice(status)) for status in sorted(found)]


def _ambitions(objectives: Iterable[ObjectiveView], voice: Voice) -> list[Choice]:
    found = {objective.ambition for objective in objectives}
    return [(each, voice(each)) for each in _AMBITIONS if each in found]
