"""`okr score`: the scorecard of a cycle, recorded by the flow, or tried out without recording."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from okr_cli.shell.acting import clock, occasion
from okr_cli.shell.home import Home
from okr_cli.shell.ink import Ink
from okr_cli.shell.options import HERE, NOW, By, CycleAt, Format, Place, pairs_of
from okr_cli.shell.output import (
    on_terminal,
    page_width,
    print_json,
    print_rows,
    print_text,
    tell,
    wants_colour,
)
from okr_cli.shell.prefect_server import Local, through_prefect
from okr_core.basics.command import okr
from okr_core.errors import InputError
from okr_core.plan.acting import refuse_future

if TYPE_CHECKING:
    from collections.abc import Mapping

    from okr_flows.score.report import ScoreReport


def score(
    *,
    set_: Annotated[
        list[str] | None,
        Parameter(
            name="--set",
            help="KR=VALUE: what if it were so? Nothing is recorded.",
        ),
    ] = None,
    override: Annotated[
        str | None,
        Parameter(help="KR=SCORE beside the computed score, 0 to 1; KR=none withdraws it."),
    ] = None,
    reason: Annotated[str, Parameter(help="Why the computed score does not say it.")] = "",
    history: Annotated[bool, Parameter(help="Progress, confidence and score over time.")] = False,
    dry_run: Annotated[bool, Parameter(help="Compute and show; record nothing.")] = False,
    local: Local = False,
    tree: Annotated[
        bool, Parameter(help="The table in a pipe too, where plain rows are printed.")
    ] = False,
    ids: Annotated[bool, Parameter(help="Show ids instead of titles.")] = False,
    by: By = None,
    format_: Format = "text",
    when: CycleAt = NOW,
    place: Place = HERE,
) -> int:
    """Score a cycle: by the plan as first agreed, with what is in force now beside it.

    Records scores and forecasts, and writes back what connections ask for; where a Prefect server
    is configured it runs the flow score-cycle, which also shows them there. `now`
    is the score by the plan in force, `over t` the one by each version for as long as it was in
    force, `hit` the probability of reaching the target. A closed cycle shows its frozen scores.
    An override is recorded at once. Ends with 4 if a suspect value waits or something could not be
    written back.
    """
    _refuse_mixture(set_, override, history=history, reason=reason)
    home = Home.of(place)
    values = pairs_of(set_ or (), "--set", "KR=VALUE")
    if history:
        from okr_cli.shell.trend import show_trend  # noqa: PLC0415 - only for --history

        return show_trend(home, when, format_, tree=tree, ids=ids, by_score=True)
    if override is not None:
        report = _overridden(home, when, (override, reason, by), dry_run=dry_run)
    elif values or dry_run:
        report = _tried(home, when, values)
    else:
        report = _run(home, when, local=local)
    _show(report, values, format_, tree=tree, ids=ids)
    return exit_code(report)


def exit_code(report: ScoreReport) -> int:
    """4 where a suspect value waits or something could not be written back."""
    waits = any(each.suspect is not None for each in report.card.key_results)
    return 4 if report.incomplete or waits else 0


def _refuse_mixture(
    values: list[str] | None, override: str | None, *, history: bool, reason: str
) -> None:
    if sum((values is not None, override is not None, history)) > 1:
        raise InputError(
            "--set, --override and --history do not go together.", hint="Give one of them."
        )
    if values is not None and not values:
        raise InputError("--set has no value.", hint="Write `--set KR=VALUE`.")
    if reason and override is None:
        raise InputError("--reason goes with --override.", hint="Leave it out, or override.")


def _overridden(
    home: Home, when: CycleAt, said: tuple[str, str, str | None], *, dry_run: bool
) -> ScoreReport:
    """The scorecard with an override, which is recorded unless it is tried out."""
    from okr_flows.decide.override import override_score  # noqa: PLC0415 - only for --override

    text, reason, by = said
    [(name, value)] = pairs_of([text], "--override", "KR=SCORE").items()
    with home.open_cycle(when) as (store, cycle, at):
        done = override_score(
            store,
            cycle.id,
            name,
            value,
            occasion=occasion(cycle, at, by),
            reason=reason,
            record=not dry_run,
        )
    if dry_run:
        tell(f"{text}: tried out, not recorded.")
    elif done.proposed:
        waits = okr("decide", cycle=done.report.card.cycle).code
        tell(f"{text}, by {done.by}: proposed; it counts once a second person says so: {waits}.")
    else:
        tell(f"{text}, by {done.by}: recorded; the next scoring counts with it.")
    return done.report


def _tried(home: Home, when: CycleAt, values: Mapping[str, str]) -> ScoreReport:
    """The scorecard as it is or would be; nothing is recorded."""
    from okr_core.what_if import what_if  # noqa: PLC0415
    from okr_flows.score.record import preview  # noqa: PLC0415
    from okr_flows.score.report import computed  # noqa: PLC0415

    with home.open_cycle(when) as (store, cycle, as_of):
        report = preview(store, cycle.id, as_of)
    return computed(what_if(report.snapshot, values)) if values else report


def _run(home: Home, when: CycleAt, *, local: bool) -> ScoreReport:
    with home.open_cycle(when) as (_, found, as_of):
        refuse_future(as_of, clock(), found.zone)  # at once, before Prefect takes its seconds
        cycle = found.id
    tell(f"scoring {cycle} …")
    if through_prefect(home, os.environ, local=local):
        from okr_flows.score.score_cycle import run_score  # noqa: PLC0415 - imports Prefect

        return run_score(cycle, store_url=home.store_url(), as_of=as_of)
    from okr_flows.score.scoring import score_and_tell  # noqa: PLC0415 - loads numpy and the sources

    return score_and_tell(home.open_store, cycle, as_of, now=clock(), env=home.env)


def _show(
    report: ScoreReport, values: Mapping[str, str], format_: str, *, tree: bool, ids: bool
) -> None:
    from okr_cli.score.score_text import ScoreSheet, score_rows, score_table  # noqa: PLC0415
    from okr_flows.documents.score import ScoreDocument  # noqa: PLC0415

    if format_ == "json":
        print_json(ScoreDocument.of(report, values))
    elif tree or on_terminal():
        ink = Ink.of(colour=wants_colour(), environ=os.environ)
        ahead = any(not each.final for each in report.card.key_results)
        sheet = ScoreSheet(ink, ids=ids, ahead=ahead, width=page_width())
        print_text(score_table(report, sheet))
    else:
        print_rows(score_rows(report))
    if values:
        said = ", ".join(f"{name} = {text}" for name, text in values.items())
        tell(f"what if {said}: not recorded.")
        _tell_hidden(report, values)
    for line in report.told:
        tell(line)
    if report.overtaken:
        tell("newer scores are recorded: these are shown nowhere else and written back nowhere.")


def _tell_hidden(report: ScoreReport, values: Mapping[str, str]) -> None:
    """Say where a value that was tried out changes nothing."""
    for name in dict.fromkeys(each.partition("/")[0] for each in values):
        score = report.card.scores.get(name)
        if score is not None and score.override is not None:
            tell(f"{name}: its override stands, whatever the value.")
        elif score is not None and score.retired is not None and score.retired.early:
            tell(f"{name}: {score.retired}; it is not scored, whatever the value.")
