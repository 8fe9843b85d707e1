"""`okr next`: the next cycle's draft, from the goals that go on."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from okr_cli.files.schema_files import schema_drafts
from okr_cli.files.writing import Draft, write_all
from okr_cli.shell.acting import clock
from okr_cli.shell.asking import confirmed
from okr_cli.shell.figures import count
from okr_cli.shell.home import PLANS_FOLDER, Home, read_text
from okr_cli.shell.options import HERE, Format, Place
from okr_cli.shell.output import show
from okr_core.basics.command import okr
from okr_core.basics.exact import decimal_text
from okr_core.errors import InputError, RefusalError
from okr_core.files.document import dump_plan
from okr_core.files.editor_line import with_editor_line
from okr_core.iteration.carry_over import CarriedKeyResult
from okr_core.plan.metrics import Milestones
from okr_core.plan.when import When
from okr_core.words.figures import value_text
from okr_flows.documents.next_cycle import NextDocument
from okr_flows.formulate.next_cycle import (
    EVERYTHING,
    NextCycle,
    NextDraft,
    chosen_goals,
    draft_next,
    next_cycle,
)
from okr_flows.formulate.pull import cycle_of

_OFTEN = 2
"""A goal that is carried over so often is either rewritten or given up."""


def next_(
    cycle: Annotated[str, Parameter(help="Id of the next cycle, such as 2027-q1.")],
    /,
    *,
    carry: Annotated[
        list[str] | None,
        Parameter(
            help="Objectives that go on, such as activation,retention; all: those that are not "
            "reached [default: asked for]."
        ),
    ] = None,
    from_: Annotated[
        str | None,
        Parameter(name="--from", help="Cycle that they come from [default: the last one]."),
    ] = None,
    starts: Annotated[
        str | None,
        Parameter(help="First day [default: of that quarter, or after the last cycle]."),
    ] = None,
    ends: Annotated[
        str | None, Parameter(help="Last day [default: as long as the last cycle].")
    ] = None,
    format_: Format = "text",
    place: Place = HERE,
) -> int:
    """Draft the plan of the next cycle from the goals of the last one, closed or running.

    Baselines are the last actuals, days move with the cycle, and each goal names what it was
    carried over from. What is reached is left out. Writes cycles/CYCLE.yaml, which `okr apply`
    records once you have corrected it; a file that is there is never overwritten.
    """
    home = Home.of(place)
    path = home.require_folder() / PLANS_FOLDER / f"{cycle}.yaml"
    _refuse_planned(home, path, cycle)
    with home.open_store() as store:
        found = next_cycle(
            store,
            cycle,
            clock(),
            last=from_,
            starts=When.parse(starts, "--starts").day,
            ends=When.parse(ends, "--ends").day,
        )
        names = [part.strip() for each in carry for part in each.split(",")] if carry else None
        chosen = chosen_goals(found, [each for each in names if each]) if names else _asked(found)
        draft = draft_next(store, found, chosen)
    text = with_editor_line(_head(draft) + dump_plan(draft.carried.plan), "plan")
    write_all([Draft(path, text), *schema_drafts(home.require_folder())])
    shown = home.shown(path)
    show(format_, NextDocument.of(draft, shown), "\n".join(_lines(draft, shown)))
    return 0


def _refuse_planned(home: Home, path: Path, cycle: str) -> None:
    """Refuse where a file stands in the way, or is about the same cycle under another name."""
    same = (each for each in home.plan_files() if cycle_of(read_text(each)) == cycle)
    taken = path if path.exists() else next(same, None)
    if taken is not None:
        raise RefusalError(
            f"{home.shown(taken)} exists already; nothing was written.",
            hint=f"Move the file away, or edit it and run {okr('apply').code}.",
        )


def _asked(found: NextCycle) -> list[str]:
    """Ids of the goals that the person at the terminal wants to go on."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        ids = ",".join(each.id for each in found.offered)
        raise InputError(
            "which goals go on?",
            hint=f"Name some of `--carry {ids}`, or take those that are not reached: "
            f"`--carry {EVERYTHING}`.",
        )
    return [
        each.id
        for each in found.offered
        if confirmed(
            f"{each.id}: {each.title}{' (reached)' if found.reached(each) else ''}. Carry it over?",
            default=not found.reached(each),
        )
    ]


def _head(draft: NextDraft) -> str:
    last, at = draft.next.last.cycle, draft.next.at
    return (
        f"# Drafted from {last.id} on {last.day_of(at)}: baselines are the last actuals.\n"
        f"# Correct targets and titles, then {okr('check').code} and {okr('apply').code}.\n"
    )


def _lines(draft: NextDraft, file: str) -> Iterator[str]:
    plan, last = draft.carried.plan, draft.next.last
    cycle = plan.cycle
    goals = count(len(plan.objectives), "objective")
    days = f"{cycle.starts} to {cycle.ends}"
    yield f"wrote {file}: {days}, {goals} carried over from {last.cycle.id}."
    if not last.closed and last.cycle.day_of(last.as_of) <= last.cycle.ends:
        yield f"{last.cycle.id} still runs: these are its values of today."
    for objective in plan.objectives:
        yield ""
        yield f"{objective.id}: {objective.title}"
        times = draft.times[objective.id]
        if times >= _OFTEN:
            yield f"  carried over {times} times now: rewrite it, or stop."
        for each in draft.carried.key_results:
            if each.objective == objective.id:
                yield f"  {each.before.id}: {_became(each)}"
                if each.dated:
                    yield f"    its source names {', '.join(each.dated)}: is that still meant?"
        if not objective.key_results:
            yield "  no key result is left: write a new one."
    if draft.mirrored:
        yield ""
        yield (
            f"Left out is `mirror` of {', '.join(draft.mirrored)}: those places show the scores of "
            f"{last.cycle.id}."
        )
    yield ""
    yield f"Next: correct {file}, then {okr('check').code} and {okr('apply').code}"


def _became(carried: CarriedKeyResult) -> str:
    before, after, actual = carried.before.metric, carried.after, carried.actual
    if carried.outcome == "dropped":
        return "left out: it was dropped"
    if after is None:
        at = "" if actual.value is None else f" ({value_text(before, actual.value)})"
        return f"left out: it is reached{at}"
    if carried.outcome == "unread":
        return "never had a value; it goes on as it was"
    if isinstance(before, Milestones) and isinstance(after.metric, Milestones):
        return f"{len(after.metric.parts)} of {len(before.parts)} parts are left"
    old, new = (getattr(each, "baseline", None) for each in (before, after.metric))
    if old is None or new is None:
        return "goes on as it was"
    unit = f" {before.unit}" if before.unit else ""
    return f"baseline {decimal_text(old)} → {decimal_text(new)}{unit}"
