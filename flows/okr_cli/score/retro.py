"""`okr retro`: close an objective's hypothesis: what was believed, and what turned out."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter

from okr_cli.shell.acting import occasion
from okr_cli.shell.home import Home
from okr_cli.shell.options import HERE, NOW, By, CycleAt, Format, Place
from okr_cli.shell.output import show
from okr_core.basics.wire import filled
from okr_flows.decide.hypothesis import close_hypothesis
from okr_flows.documents.words import LearningDocument


def retro(
    objective: Annotated[str, Parameter(help="Id or title of the objective.")],
    outcome: Annotated[
        Literal["supported", "refuted"], Parameter(help="What turned out; both are learning.")
    ],
    /,
    *,
    evidence: Annotated[str, Parameter(help="What shows it: a link, a reading, an experiment.")],
    note: Annotated[str, Parameter(help="What was learned, in a sentence.")] = "",
    by: By = None,
    format_: Format = "text",
    when: CycleAt = NOW,
    place: Place = HERE,
) -> int:
    """Close the hypothesis of an objective, with the evidence that shows how it turned out.

    A learning goal succeeds by that, supported or refuted. The last word counts.
    """
    with Home.of(place).open_cycle(when) as (store, cycle, at):
        done = close_hypothesis(
            store,
            cycle.id,
            objective,
            outcome,
            occasion=occasion(cycle, at, by),
            evidence=evidence,
            note=note,
        )
    entry, believed = done.entry, done.hypothesis.belief
    document = filled(
        LearningDocument,
        done.body,
        cycle=cycle.id,
        objective=entry.key_result,
        at=entry.at,
        by=entry.by,
    )
    show(
        format_,
        document,
        f"{entry.key_result}: {outcome}, by {entry.by}. It was believed: {believed}",
    )
    return 0
