"""Comments: what people say about a check-in, or about a goal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from okr_core.basics.command import okr
from okr_core.errors import InputError
from okr_core.plan.acting import Occasion, acting_person
from okr_core.plan.ids import key_result_named
from okr_core.record.entries import Entry
from okr_core.record.voices import Comment
from okr_flows.run.cycle import InForce, in_force

if TYPE_CHECKING:
    from okr_store import Store


def comment(store: Store, cycle: str, about: str, text: str, occasion: Occasion) -> Entry:
    """Record a comment; a closed cycle takes it too, since it changes no figure.

    The same words of the same person about the same thing on one day are recorded once.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        about: Id of a check-in such as `e12`, or of a key result or objective.
        text: What is said.
        occasion: When it is said, and by whom.

    Returns:
        The entry as it is stored.

    Raises:
        InputError: It is about nothing of the cycle, says nothing, or nobody of the workspace
            says it.
    """
    known = in_force(store, cycle)
    said = text.strip()
    if not said:
        raise InputError("the comment is empty.", hint="Write what you want to say.")
    item, check_in = _meant(store, known, about.strip())
    entry = Entry(
        at=occasion.at,
        body=Comment(about=check_in, text=said),
        cycle=cycle,
        key_result=item,
        by=acting_person(occasion.actor, known.workspace),
        via=occasion.actor.via,
    )
    day_of = known.plan.cycle.day_of
    for earlier in store.entries(cycle, kinds=("comment",), key_results=[item]):
        same = (earlier.by, earlier.body) == (entry.by, entry.body)
        if same and day_of(earlier.at) == day_of(entry.at):
            return earlier
    (recorded,) = store.add_entries(cycle, [entry])
    return recorded


def _meant(store: Store, known: InForce, about: str) -> tuple[str, str]:
    """The item that a comment is about, and the check-in where it is about one."""
    plan = known.plan
    if about in plan.objectives_by_id or about in plan.key_results_by_id:
        return about, ""
    for entry in store.entries(plan.cycle.id, kinds=("check_in",)):
        if entry.id == about:
            return entry.key_result, entry.id
    if about[:1] == "e" and about[1:].isdigit():
        explain = okr("explain", "KR", cycle=plan.cycle.id)
        raise InputError(
            f"cycle `{plan.cycle.id}` has no check-in `{about}`.",
            hint=f"{explain.code} shows the check-ins of a key result with their ids.",
        )
    return key_result_named(plan, about).id, ""
