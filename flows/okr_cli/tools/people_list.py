"""`okr people list`: who is in the workspace, under which id, and what they answer for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from okr_cli.shell.figures import count
from okr_cli.shell.home import Home
from okr_cli.shell.layout import hang, left, width_of
from okr_cli.shell.options import HERE, NOW, CycleAt, Format, Place
from okr_cli.shell.output import on_terminal, page_width, print_rows, show
from okr_core.basics.command import okr
from okr_core.basics.wire import filled
from okr_core.errors import InputError
from okr_core.plan.vacancies import vacancies
from okr_core.words.figures import day_text

if TYPE_CHECKING:
    from okr_flows.documents.tools import PersonDocument, VacancyDocument

_WIDEST = 24
"""Columns of a column at most."""


def list_(*, format_: Format = "text", when: CycleAt = NOW, place: Place = HERE) -> int:
    """List the people of the workspace: their ids, names, roles of that day.

    These ids and names are what `--by`, `--person` and OKR_PERSON take. Behind a name stands how
    many key results of the cycle the person answers for.
    """
    from okr_flows.documents import tools  # noqa: PLC0415
    from okr_flows.run.cycle import in_force  # noqa: PLC0415 - the store: half a second

    with Home.of(place).open_cycle(when) as (store, cycle, as_of):
        known = in_force(store, cycle.id)
    day, space = cycle.day_of(as_of), known.workspace
    if space is None or not space.people:
        raise InputError(
            "the workspace has no people.", hint="Add `people` to okr.yaml, and apply it."
        )
    people = tuple(tools.PersonDocument.of(known.plan, space, each, day) for each in space.people)
    if format_ == "json" or on_terminal():
        vacant = tuple(
            filled(tools.VacancyDocument, each) for each in vacancies(known.plan, space, day)
        )
        document = tools.PeopleListDocument(cycle=cycle.id, day=day, people=people, vacant=vacant)
        show(format_, document, "\n".join(people_lines(people, page_width(), vacant)))
    else:
        print_rows(people_rows(people))
    return 0


def people_lines(
    people: Iterable[PersonDocument], width: int, vacant: Iterable[VacancyDocument] = ()
) -> Iterator[str]:
    """A line per person: id, name, then roles and key results, which go on below themselves.

    Below stands which roles nobody holds, and what gives them to somebody.
    """
    people = tuple(people)
    ids = min(max(width_of(each.id) for each in people), _WIDEST)
    names = min(max(width_of(each.name) for each in people), _WIDEST)
    for each in people:
        fits = width_of(each.id) <= ids and width_of(each.name) <= names
        head = f"{left(each.id, ids)}  {left(each.name, names)}" if fits else ""
        if not fits:
            yield from hang(f"{each.id}  {each.name}", "", width, more="  ")
        lines = hang(_does(each), " " * (ids + names + 4), width)
        yield f"{head}  {lines[0].lstrip()}" if fits else lines[0]
        yield from lines[1:]
    for role in vacant:
        since = f" since {day_text(role.since)}" if role.since else ""
        command = okr("handover", role.role, "PERSON")
        told = f"nobody holds {role.role}{since} ({', '.join(role.items)}): {command.code}"
        yield from hang(told, "", width, more="  ")


def _does(person: PersonDocument) -> str:
    if person.left:
        return f"comes on {day_text(person.comes)}" if person.comes else "has left"
    roles = ", ".join(person.roles) or "no role"
    answered = f" · {count(person.key_results, 'key result')}" if person.key_results else ""
    leaves = f" · until {day_text(person.until)}" if person.until else ""
    return f"{roles}{answered}{leaves}"


def people_rows(people: Iterable[PersonDocument]) -> Iterator[tuple[str, ...]]:
    """A header, then one row per person."""
    yield ("id", "name", "email", "roles", "key_results", "left")
    for each in people:
        answered = str(each.key_results)
        left_ = "yes" if each.left else ""
        yield (each.id, each.name, each.email or "", ", ".join(each.roles), answered, left_)
