"""Filled in: who fills in a form and when, and what they are told; knows no Prefect.

Everyone with access to a Prefect server reads parameters, states and logs, and may choose any name:
what a form records says that it came through one, and no approval does (`okr_core.open.kinds`).
"""

from __future__ import annotations

from datetime import datetime

from okr_core.basics.closest import closest
from okr_core.errors import InputError, OkrError
from okr_core.plan.acting import FORM, Actor, Occasion
from okr_core.plan.names import person_meant
from okr_flows.checkin.doubt import UnbelievedError
from okr_flows.run.cycle import InForce

_ANOTHER = "Choose one of the people of okr.yaml."


def occasion_of(
    known: InForce, person: str, at: datetime, now: datetime, *, sure: bool
) -> Occasion:
    """When a form was filled in, and by whom.

    Args:
        known: What is in force.
        person: Who was chosen.
        at: When it was sent off (aware).
        now: The time (aware).
        sure: Whether a value that is hard to believe is meant.

    Raises:
        InputError: Nobody was chosen, or nobody who is with the organisation.
    """
    people = known.workspace.people if known.workspace else {}
    meant = person_meant(person.strip(), people)
    if not meant:
        raise InputError("nobody is named.", hint="Choose who says it in `person`.")
    if people and meant not in people:
        near = closest(meant, people)
        hint = f"Closest: `{near}`." if near else _ANOTHER
        raise InputError(f"person `{meant}` is not in the workspace.", hint=hint)
    if known.workspace and not known.workspace.is_with_us(meant, now):
        raise InputError(f"person `{meant}` is not with the organisation today.", hint=_ANOTHER)
    return Occasion(at, now, Actor(FORM, meant), known.plan.cycle.zone, meant=sure)


def in_the_forms_words(error: OkrError) -> OkrError:
    """An error with what to do in the form, where it names an option of the command line."""
    if isinstance(error, UnbelievedError):
        return UnbelievedError(error.message, hint="If that is right, say it again with `sure`.")
    return error
