"""`okr close` and `okr restate`: a cycle's scores are frozen, and put right with a reason."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from okr_cli.shell.acting import occasion
from okr_cli.shell.figures import count
from okr_cli.shell.home import Home
from okr_cli.shell.options import HERE, NOW, By, CycleAt, Format, Place, pairs_of
from okr_cli.shell.output import show
from okr_core.basics.wire import filled
from okr_core.score.recording import as_fraction
from okr_core.score.score_words import score_text
from okr_flows.documents.score import ClosedDocument, RestatementDocument

if TYPE_CHECKING:
    from okr_flows.close.close_cycle import Closed


def close(
    *,
    resolve: Annotated[
        list[str] | None, Parameter(help="KR=REASON: why a key result may stay pending or suspect.")
    ] = None,
    reason: Annotated[str, Parameter(help="What is to be said about the closing.")] = "",
    before_cutoff: Annotated[
        bool, Parameter(help="Although late numbers would still count.")
    ] = False,
    by: By = None,
    format_: Format = "text",
    when: CycleAt = NOW,
    place: Place = HERE,
) -> int:
    """Close a cycle that has ended: its scores are frozen, as version 1 of its report.

    Refused while a key result is pending or suspect: give it a value, accept or correct it, or
    say with --resolve why it may stay so. Readings observed after the cut-off do not score.
    """
    from okr_flows.close.close_cycle import close as freeze  # noqa: PLC0415 - the store: half a second

    resolutions = pairs_of(resolve or (), "--resolve", "KR=REASON")
    with Home.of(place).open_cycle(when) as (store, cycle, at):
        closed = freeze(
            store,
            cycle.id,
            resolutions,
            occasion=occasion(cycle, at, by),
            reason=reason,
            before_cutoff=before_cutoff,
        )
    figures = closed.card.teams.get("")
    score = figures.effective if figures else None
    own = {"cycle": closed.card.cycle, "version": 1, "score": score, "resolved": closed.resolved}
    document = filled(ClosedDocument, closed.act, **own)
    show(format_, document, _sentence(closed))
    return 0


def _sentence(closed: Closed) -> str:
    card = closed.card
    figures = card.teams.get("")
    score = score_text(figures.effective) if figures else score_text(None)
    stayed = f"; {count(len(closed.resolved), 'key result')} stayed open" if closed.resolved else ""
    return f"{card.cycle} is closed by {closed.act.by}: score {score}{stayed}."


def restate(
    score: Annotated[str, Parameter(help="KR=SCORE, 0 to 1.")],
    /,
    *,
    reason: Annotated[str, Parameter(help="What was wrong.")],
    by: By = None,
    format_: Format = "text",
    when: CycleAt = NOW,
    place: Place = HERE,
) -> int:
    """Put the score of a key result of a closed cycle right; --by approves it.

    Old score, new score, reason and approver are kept; the cycle's report gets the next version,
    and so do the figures of the objectives, teams and cycle that it moves.
    """
    from okr_flows.close.close_cycle import restate as put_right  # noqa: PLC0415 - the store: slow

    [(name, value)] = pairs_of([score], "KR=SCORE", "KR=SCORE").items()
    with Home.of(place).open_cycle(when) as (store, cycle, at):
        said = occasion(cycle, at, by)
        done = put_right(store, cycle.id, name, value, occasion=said, reason=reason)
    old, new, version = as_fraction(done.body.old), Fraction(done.body.new), done.body.version
    document = filled(
        RestatementDocument,
        done.body,
        cycle=cycle.id,
        key_result=name,
        old=old,
        new=new,
        by=done.by,
    )
    sentence = (
        f"{name}: {score_text(old)} → {score_text(new)}, approved by {done.by}. "
        f"The report of {cycle.id} is version {version} now."
    )
    show(format_, document, sentence)
    return 0
