"""`okr restate`: put a score of a closed cycle right, with a reason; reports get a new version."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from cyclopts import Parameter

from okr_cli.documents.score import RestatementDocument
from okr_cli.shell.home import Desk
from okr_cli.shell.moment import clock, locate_now
from okr_cli.shell.options import HERE, NOW, By, Format, Moment, Place
from okr_cli.shell.output import print_json, print_text
from okr_cli.shell.pairs import pairs_of
from okr_cli.shell.person import actor
from okr_core.score.recording import as_fraction
from okr_core.score.score_words import score_text


def restate(
    score: Annotated[str, Parameter(help="KR=SCORE, 0 to 1.")],
    /,
    *,
    reason: Annotated[str, Parameter(help="What was wrong.")],
    by: By = None,
    format_: Format = "text",
    moment: Moment = NOW,
    place: Place = HERE,
) -> int:
    """Put the score of a key result of a closed cycle right; --by approves it.

    Old score, new score, reason and approver are kept; the cycle's report gets the next version,
    and so do the figures of the objectives, teams and cycle that it moves.
    """
    from okr_flows.close.close_cycle import restate as put_right  # noqa: PLC0415 - the store: slow

    [(name, value)] = pairs_of([score], "KR=SCORE", "KR=SCORE").items()
    with Desk.of(place).open_store() as store:
        cycle, at = locate_now(store, moment, clock())
        done = put_right(store, cycle.id, name, value, actor=actor(by), at=at, reason=reason)
    if format_ == "json":
        document = RestatementDocument(
            cycle=cycle.id,
            key_result=name,
            version=done.body.version,
            old=as_fraction(done.body.old),
            new=Fraction(done.body.new),
            by=done.by,
            reason=done.body.reason,
        )
        print_json(document)
    else:
        old, new = score_text(as_fraction(done.body.old)), score_text(Fraction(done.body.new))
        print_text(
            f"{name}: {old} → {new}, approved by {done.by}. "
            f"The report of {cycle.id} is version {done.body.version} now."
        )
    return 0
