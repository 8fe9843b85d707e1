"""`okr handover`: what is a person's goes to another, as a proposal that somebody accepts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from cyclopts import Parameter

from okr_cli.plan.revisions import change_lines
from okr_cli.shell.acting import actor, clock
from okr_cli.shell.figures import count
from okr_cli.shell.home import Home
from okr_cli.shell.layout import hang
from okr_cli.shell.options import HERE, By, Format, Place
from okr_cli.shell.output import page_width, show
from okr_core.basics.command import okr
from okr_core.plan.when import When
from okr_core.words.figures import day_text
from okr_flows.documents.handover import HandoverDocument
from okr_flows.formulate.handover import Handover, HandoverText, plan_handover, record_handover


def handover(
    giver: Annotated[
        str, Parameter(name="FROM", help="Person, or a role that nobody holds, by its id.")
    ],
    taker: Annotated[str, Parameter(name=("TO", "--to"), help="Person who takes it over.")],
    *,
    on: Annotated[
        str | None, Parameter(name="--on", help="First day that is theirs [default: today].")
    ] = None,
    role: Annotated[
        list[str] | None, Parameter(help="Only these roles [default: everything].")
    ] = None,
    item: Annotated[
        list[str] | None,
        Parameter(help="Only these objectives and key results [default: everything]."),
    ] = None,
    leaves: Annotated[
        bool, Parameter(help="The day before is the last one of FROM with the organisation.")
    ] = False,
    reason: Annotated[str, Parameter(help="Why, in a sentence.")] = "",
    dry_run: Annotated[bool, Parameter(help="Show what would change; propose nothing.")] = False,
    by: By = None,
    format_: Format = "text",
    place: Place = HERE,
) -> int:
    """Propose that what is one person's becomes another's, from a day on.

    That is roles, goals, the cycle, what waits to be answered, and standing in for who is away.
    What is past keeps who did it. Nothing changes until the proposal is accepted.
    """
    home = Home.of(place)
    text = HandoverText(
        giver,
        taker,
        When.parse(on, "--on").day,
        tuple(role or ()),
        tuple(item or ()),
        leaves=leaves,
        reason=reason,
    )
    with home.open_store() as store:
        found = plan_handover(store, text, actor=actor(by), now=clock())
        references = [] if dry_run else record_handover(store, found)
    document = HandoverDocument.of(found, references)
    show(format_, document, "\n".join(_lines(found, references, page_width())))
    return 0


def _lines(found: Handover, references: Sequence[str], width: int) -> Iterator[str]:
    handing = found.handing
    verb = "hands over" if references else "would hand over"
    yield f"{handing.giver} {verb} to {handing.taker} from {day_text(handing.day)}:"
    for each in found.proposals:
        yield f"  {each.name}"
        yield from change_lines(each.changes, "    ")
    for cycle, items in found.later.items():
        named = ", ".join(items)
        command = okr("handover", handing.giver, handing.taker)
        told = f"on that day, of plan {cycle}: {named}. Run {command.code} again then."
        yield from hang(told, "  ", width)
    if found.entries:
        ids = ", ".join(each.id for each in found.entries)
        what = count(len(found.entries), "open entry", "open entries")
        yield from hang(f"{what} with it: {ids}.", "  ", width)
    for item, field in found.stays:
        yield from hang(f"`{item}` keeps `{handing.giver}` in {field}.", "  ", width)
    if references:
        yield "Nothing changes until somebody accepts it:"
        for reference in references:
            yield f"  {okr('revisions accept', reference)}"
        yield f"Then {okr('pull').code} writes the files anew."
