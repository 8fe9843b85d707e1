"""Ids: what a person typed, as the key result (and part) that is meant."""

from __future__ import annotations

from decimal import Decimal

from okr_core.basics.closest import closest
from okr_core.basics.command import okr
from okr_core.errors import InputError
from okr_core.plan.metrics import Milestones
from okr_core.plan.names import item_meant
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.plan.values import parse_value


def key_result_named(plan: Plan, name: str) -> KeyResult:
    """The key result of that id, or of that title if it alone has it.

    Raises:
        InputError: The plan has none, or several of that title; the message names the closest.
    """
    found = plan.key_results_by_id.get(item_meant(name, plan.key_results_by_id))
    if found is not None:
        return found
    raise InputError(
        f"cycle `{plan.cycle.id}` has no key result `{name}`.", hint=lambda: _meant(plan, name)
    )


def _meant(plan: Plan, name: str) -> str:
    ids = okr("status --ids", cycle=plan.cycle.id)
    if name in plan.objectives_by_id:
        return f"`{name}` is an objective; name one of its key results ({ids.code})."
    near = closest(name, plan.key_results_by_id)
    return f"Closest: `{near}`." if near else f"{ids.code} lists them."


def objective_named(plan: Plan, name: str) -> Objective:
    """The objective of that id, or of that title if it alone has it.

    Raises:
        InputError: The plan has none, or several of that title.
    """
    found = plan.objectives_by_id.get(item_meant(name, plan.objectives_by_id))
    if found is not None:
        return found
    raise InputError(
        f"cycle `{plan.cycle.id}` has no objective `{name}`.",
        hint=f"{okr('status --ids', cycle=plan.cycle.id).code} lists them.",
    )


def part_named(plan: Plan, name: str) -> tuple[KeyResult, str]:
    """The key result and part of `KR` or `KR/PART`; the part is empty if it has none.

    `KR` is an id or title.

    Raises:
        InputError: There is none of that name, or a milestone is missing or too many.
    """
    id_, slash, part = name.rpartition("/")
    if not slash or (id_ not in plan.key_results_by_id and _is_title(plan, name)):
        id_, part = name, ""
    kr = key_result_named(plan, id_)
    id_ = kr.id
    if not isinstance(kr.metric, Milestones):
        if part:
            raise InputError(
                f"key result `{id_}` has no milestones.", hint=f"Write `{id_}` without `/{part}`."
            )
        return kr, ""
    parts = [known.id for known in kr.metric.parts]
    if part not in parts:
        names = ", ".join(f"{id_}/{known}" for known in parts)
        what = f"has no milestone `{part}`" if part else "is set by its milestones"
        raise InputError(f"key result `{id_}` {what}.", hint=f"Choose from {names}.")
    return kr, part


def _is_title(plan: Plan, name: str) -> bool:
    """Whether a name with a slash is the title of a key result, and names no milestone."""
    return item_meant(name, plan.key_results_by_id) in plan.key_results_by_id


def name_of(key_result: str, part: str) -> str:
    """`KR` or `KR/PART`, as `part_named` reads it."""
    return f"{key_result}/{part}" if part else key_result


def value_said(kr: KeyResult, part: str, text: str) -> Decimal:
    """The value of a key result, or of a part of it, as a person writes it.

    Raises:
        InputError: It is none of its metric; the message says what to write.
    """
    try:
        return parse_value(kr.metric, text)
    except ValueError as error:
        raise InputError(f"`{name_of(kr.id, part)}`: {error}") from error
