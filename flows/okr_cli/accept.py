"""`okr accept`: a person says that a suspect reading is true, and it counts from then on."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from cyclopts import Parameter

from okr_cli.decision import announce, open_case, suspect_reading
from okr_cli.desk import Desk
from okr_cli.figures import value_text
from okr_cli.options import HERE, NOW, By, Format, Moment, Place
from okr_cli.person import VIA
from okr_core.entries import Acceptance


def accept(
    key_result: Annotated[str, Parameter(help="Id of the key result.")],
    /,
    *,
    note: Annotated[str, Parameter(help="How you know, in a sentence.")] = "",
    by: By = None,
    format_: Format = "text",
    moment: Moment = NOW,
    place: Place = HERE,
) -> int:
    """Say that the suspect value of a key result is true; it counts from now on."""
    with Desk.of(place).open_store() as store:
        case = open_case(store, key_result, moment, by)
        suspect = suspect_reading(store, case)
        true = replace(
            suspect,
            id="",
            sequence=0,
            state="observed",
            supersedes=suspect.id,
            reason=note,
            by=case.person,
        )
        body = Acceptance(reading=suspect.id, note=note)
        stored = store.supersede(
            case.cycle, suspect.id, true, body, by=case.person, at=case.as_of, via=VIA
        )
    value = value_text(case.key_result.metric, stored.value)
    announce(case, stored, f"{case.key_result.id}: {value} ({suspect.id}) counts now.", format_)
    return 0
