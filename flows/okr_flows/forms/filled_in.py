"""Filled in: who fills in a form and when, and what they are told; knows no Prefect.

Everyone with access to a Prefect server reads parameters, states and logs, and may choose any name:
what a form records says that it came through one, and no approval does (`okr_core.open.kinds`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

from okr_core.basics.closest import closest
from okr_core.errors import InputError
from okr_core.plan.acting import FORM, Actor, Occasion
from okr_core.plan.names import person_meant
from okr_flows.checkin.doubt import UnbelievedError
from okr_flows.run.cycle import InForce, in_force
from okr_flows.run.run_store import run_now
from okr_store import Store

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


@contextmanager
def said_in_form(
    opening: AbstractContextManager[Store], cycle: str, person: str, at: datetime, *, sure: bool
) -> Iterator[tuple[Store, Occasion]]:
    """The store and the occasion for what a form says; errors name what to do in the form.

    Args:
        opening: Opens the store.
        cycle: Id of the cycle.
        person: Who was chosen.
        at: When the form was sent off (aware).
        sure: Whether a value that is hard to believe is meant.
    """
    try:
        with opening as store:
            yield store, occasion_of(in_force(store, cycle), person, at, run_now(at), sure=sure)
    except UnbelievedError as error:  # its own words name an option of the command line
        hint = "If that is right, say it again with `sure`."
        raise UnbelievedError(error.message, hint=hint) from error
