"""`okr close` and `okr restate`: a cycle's scores are frozen, and put right with a reason."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from okr_cli.shell.acting import occasion
from okr_cli.shell.home import Home
from okr_cli.shell.options import HERE, NOW, By, CycleAt, Format, Place, pairs_of
from okr_cli.shell.output import show
from okr_core.basics.command import okr
from okr_core.basics.wire import filled
from okr_core.score.recording import as_fraction
from okr_core.score.score_words import score_text
from okr_flows.documents.score import ClosedDocument, RestatementDocument

if TYPE_CHECKING:
    from okr_flows.close.close_cycle import Closed


def close(
    *,
    leave_out: Annotated[
        list[str] | None, Parameter(help="KR=REASON: leave a key result out of all figures.")
    ] = None,
    reason: Annotated[
        str, Parameter(help="Why values last said long before the end may stand.")
    ] = "",
    before_cutoff: Annotated[
        bool, Parameter(help="Although late numbers would still count.")
    ] = False,
    by: By = None,
    format_: Format = "text",
    when: CycleAt = NOW,
    place: Place = HERE,
) -> int:
    """Close a cycle that has ended: its scores are frozen, as version 1 of its report.

    What nobody reported counts 0 and is named. Refused while a value is suspect, or was last said
    long before its end: accept or correct it, say a newer one, give one reason for all that was
    last said, or leave it out. Readings observed after the cut-off do not score.
    """
    from okr_flows.close.close_cycle import close as freeze  # noqa: PLC0415 - the store: half a second

    exclusions = pairs_of(leave_out or (), "--leave-out", "KR=REASON")
    with Home.of(place).open_cycle(when) as (store, cycle, at):
        closed = freeze(
            store,
            cycle.id,
            exclusions,
            occasion=occasion(cycle, at, by),
            reason=reason,
            before_cutoff=before_cutoff,
        )
    figures = closed.card.teams.get("")
    score = figures.effective if figures else None
    own = {
        "cycle": closed.card.cycle,
        "version": 1,
        "score": score,
        "left_out": closed.left_out,
        "unreported": closed.unreported,
        "last_said": closed.last_said,
    }
    document = filled(ClosedDocument, closed.act, **own)
    show(format_, document, _sentence(closed))
    return 0


def _sentence(closed: Closed) -> str:
    card = closed.card
    figures = card.teams.get("")
    score = score_text(figures.effective) if figures else score_text(None)
    told = (
        ("unreported, counted 0: ", closed.unreported),
        ("last said long before the end: ", closed.last_said),
        ("left out: ", closed.left_out),
    )
    named = "".join(f"; {words}{', '.join(names)}" for words, names in told if names)
    return f"{card.cycle} is closed by {closed.act.by}: score {score}{named}."


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
    moved = f"{name}: {score_text(old)} → {score_text(new)}"
    if done.body.proposed:
        waits = okr("decide", cycle=cycle.id).code
        sentence = f"{moved} is proposed by {done.by}; a second person answers it: {waits}."
    else:
        sentence = (
            f"{moved}, approved by {done.by}. The report of {cycle.id} is version {version} now."
        )
    show(format_, document, sentence)
    return 0
