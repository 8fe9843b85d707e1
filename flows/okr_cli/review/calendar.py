"""`okr calendar`: the dates of a cycle, the next one first, and as a file for calendars."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

from cyclopts import Parameter

from okr_cli.shell.home import Home
from okr_cli.shell.layout import MAX_WIDTH, hang, wrap
from okr_cli.shell.options import HERE, NOW, CycleAt, Format, Place
from okr_cli.shell.output import on_terminal, print_json, print_rows, print_text, tell
from okr_core.basics.closest import closest
from okr_core.calendar.event_words import CalendarLanguage, check_in_text, event_text
from okr_core.calendar.people import place_of, zone_of
from okr_core.errors import InputError
from okr_core.plan.names import person_meant
from okr_core.words.figures import day_text, short_day_text

if TYPE_CHECKING:
    from okr_core.calendar.people import CheckInDue
    from okr_core.calendar.stages import Event
    from okr_flows.run.calendar import Calendar

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class _Line(NamedTuple):
    """A line of the page.

    Attributes:
        first: First day of what it is about.
        last: Last day.
        when: Both in words, with the time by which something is due.
        what: What happens.
    """

    first: date
    last: date
    when: str
    what: str


def calendar(
    *,
    person: Annotated[
        str | None, Parameter(help="Their own check-ins, and those that they stand in for.")
    ] = None,
    ics: Annotated[
        Path | None, Parameter(help="Write the dates to this file, which calendars open.")
    ] = None,
    language: Annotated[CalendarLanguage, Parameter(help="Of titles and holidays.")] = "en",
    format_: Format = "text",
    when: CycleAt = NOW,
    place: Place = HERE,
) -> int:
    """Show the dates of a cycle, the next one first: check-ins, reviews, scoring, the next goals.

    No date is a day off of the country in okr.yaml, or of the person's own. A file that is written
    again has the same entries under the same ids, so that a calendar moves what has moved.
    """
    from okr_flows.documents.calendar import CalendarDocument  # noqa: PLC0415
    from okr_flows.run.calendar import read_calendar  # noqa: PLC0415 - the store: half a second

    home = Home.of(place)
    with home.open_cycle(when) as (store, cycle, at):
        found = read_calendar(store, cycle.id, at)
    whose = None if person is None else _person(found, person)
    if ics is not None:
        _write(ics, found.file(whose, language), home)
    if format_ == "json":
        print_json(CalendarDocument.of(found, at, whose, language))
    elif on_terminal():
        columns = min(shutil.get_terminal_size((MAX_WIDTH, 24)).columns, MAX_WIDTH)
        print_text("\n".join(_page(found, at, whose, language, columns)))
    else:
        print_rows(_rows(found, whose, language))
    return 0


def _person(calendar: Calendar, name: str) -> str:
    people = calendar.workspace.people
    person = person_meant(name, people)
    if person not in people:
        near = closest(person, people)
        hint = f"Closest: `{near}`." if near else "Name one of `people` in okr.yaml."
        raise InputError(f"person `{person}` is not in the workspace.", hint=hint)
    return person


def _write(path: Path, content: bytes, home: Home) -> None:
    from okr_cli.files.writing import ALL_MAY_READ, refuse_own, replacing  # noqa: PLC0415
    from okr_core.basics.unwritable import unwritable  # noqa: PLC0415

    refuse_own(path, home)
    try:
        with replacing(path, ALL_MAY_READ) as file:
            file.write(content)
    except OSError as error:
        raise unwritable(path, error, "nothing was written") from error
    tell(f"wrote {home.shown(path)}")


def _page(
    calendar: Calendar,
    as_of: datetime,
    person: str | None,
    language: CalendarLanguage,
    columns: int,
) -> Iterator[str]:
    cycle = calendar.cycle
    today = cycle.day_of(as_of)
    days = f"{day_text(cycle.starts)} to {day_text(cycle.ends)}"
    zone = cycle.timezone if person is None else zone_of(calendar.workspace, person).key
    head = f"Cycle {cycle.id}, {days}, times of {zone}; {_days_off_text(calendar, person)}."
    yield from hang(head, "", columns)
    lines = sorted(_lines(calendar, person, language), key=lambda line: line.first)
    for title, some in (
        ("Next", [line for line in lines if line.last >= today]),
        ("Over", [line for line in lines if line.last < today]),
    ):
        if some:
            yield from ("", title, *_columns([(each.when, each.what) for each in some], columns))
    holidays = calendar.holidays(language)
    if holidays:
        named = [(_day(each.day), each.name) for each in holidays]
        yield from ("", "Days off", *_columns(named, columns))
    for year in calendar.not_published:
        yield f"\n{calendar.place.country} has not said yet which weekends it works in {year}."


def _columns(pairs: Sequence[tuple[str, str]], columns: int) -> Iterator[str]:
    """Lines of two columns; what is too long for the second goes on below it."""
    width = max(len(when) for when, _ in pairs)
    for when, what in pairs:
        first, *rest = wrap(what, columns - width - 4)
        yield f"  {when:<{width}}  {first}"
        yield from (" " * (width + 4) + line for line in rest)


def _days_off_text(calendar: Calendar, person: str | None) -> str:
    country, subdivision = place_of(calendar.workspace, person)
    if not country:
        return "weekends are off; `country` in okr.yaml adds its public holidays"
    return f"days off of {country}{f', {subdivision}' if subdivision else ''}"


def _lines(calendar: Calendar, person: str | None, language: CalendarLanguage) -> Iterator[_Line]:
    for event in calendar.dates.events:
        if person is None or event.what != "check_in":
            what = event_text(event, calendar.dates.next_id, language)
            yield _Line(event.first, event.last, _event_when(calendar, event), what)
    for due in calendar.check_ins_of(person) if person is not None else ():
        yield _Line(due.day, due.day, _due_when(calendar, due), _own(calendar, due, language))


def _event_when(calendar: Calendar, event: Event) -> str:
    if event.due is not None:
        return f"{_day(event.first)} {event.due.astimezone(calendar.cycle.zone):%H:%M}"
    if event.first == event.last:
        return _day(event.first)
    return f"{_day(event.first)} to {_day(event.last)}"


def _due_when(calendar: Calendar, due: CheckInDue) -> str:
    return f"{_day(due.day)} {due.due.astimezone(zone_of(calendar.workspace, due.by)):%H:%M}"


def _own(calendar: Calendar, due: CheckInDue, language: CalendarLanguage) -> str:
    titles = [calendar.plan.key_results_by_id[each].title for each in due.key_results]
    whose = calendar.workspace.people[due.person].name if due.stands_in else ""
    return check_in_text(titles, whose, language)


def _day(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()]} {short_day_text(day)}"


def _rows(
    calendar: Calendar, person: str | None, language: CalendarLanguage
) -> Iterator[tuple[str, ...]]:
    yield "first", "last", "due", "what", "title"
    for event in calendar.dates.events:
        if person is None or event.what != "check_in":
            due = event.due.isoformat() if event.due else ""
            what = event_text(event, calendar.dates.next_id, language)
            yield event.first.isoformat(), event.last.isoformat(), due, event.what, what
    for each in calendar.check_ins_of(person) if person is not None else ():
        day = each.day.isoformat()
        what = _own(calendar, each, language)
        yield day, day, each.due.isoformat(), "check_in", what
