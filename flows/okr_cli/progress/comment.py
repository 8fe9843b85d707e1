"""`okr comment`: what a person says about a check-in, or about a goal."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from okr_cli.shell.acting import occasion
from okr_cli.shell.home import Home
from okr_cli.shell.options import HERE, NOW, By, CycleAt, Format, Place
from okr_cli.shell.output import show
from okr_flows.documents.words import CommentDocument


def comment(
    about: Annotated[
        str, Parameter(help="Id of a check-in, such as e12, or of a key result or objective.")
    ],
    text: Annotated[str, Parameter(help="What you want to say.")],
    /,
    *,
    by: By = None,
    format_: Format = "text",
    when: CycleAt = NOW,
    place: Place = HERE,
) -> int:
    """Comment on a check-in, or on a goal. `okr explain KR` shows check-ins with their ids.

    A closed cycle takes comments too: they change no figure.
    """
    from okr_flows.checkin.comments import comment as recorded  # noqa: PLC0415

    with Home.of(place).open_cycle(when) as (store, cycle, at):
        entry = recorded(store, cycle.id, about, text, occasion(cycle, at, by))
    show(format_, CommentDocument.of(entry), f"{about}: commented by {entry.by}.")
    return 0
