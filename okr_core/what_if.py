"""What if: a cycle in which key results had other values, as nobody has recorded them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from okr_core.basics.command import okr
from okr_core.errors import RefusalError
from okr_core.plan.ids import part_named, value_said
from okr_core.record.entries import Reading
from okr_core.snapshot import Snapshot

SOURCE = "what-if"
_LAST = 2**62
"""Place in the sequence: behind every reading that a store holds."""


def what_if(snapshot: Snapshot, values: Mapping[str, str]) -> Snapshot:
    """The cycle with these values at its time, or on a key result's last day if that has passed.

    Args:
        snapshot: The cycle as it is.
        values: Key result, or KR/PART, → the value as a person writes it.

    Raises:
        InputError: A key result is unknown, or the value is none of its metric.
        RefusalError: The cycle is closed.
    """
    if snapshot.closed:
        restate = okr("restate", "KR=SCORE", reason="TEXT", cycle=snapshot.cycle.id)
        raise RefusalError(
            f"cycle `{snapshot.cycle.id}` is closed; its scores are frozen.",
            hint=f"{restate.code} puts one right.",
        )
    readings = {name: list(several) for name, several in snapshot.readings.items()}
    for name, text in values.items():
        reading = _imagined(snapshot, name, text)
        readings.setdefault(reading.key_result, []).append(reading)
    return replace(snapshot, readings=readings)


def _imagined(snapshot: Snapshot, name: str, text: str) -> Reading:
    plan = snapshot.agreement.plan
    kr, part = part_named(plan, name)
    ends = plan.cycle.end_of(plan.due_of(kr)) - timedelta.resolution
    return Reading(
        at=min(snapshot.as_of, ends),
        value=value_said(kr, part, text),
        key_result=kr.id,
        part=part,
        sequence=_LAST,
        source=SOURCE,
    )
