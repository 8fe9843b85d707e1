"""Days: the dates that a binding asks for, as spans of time in the zone of the cycle.

A day is a day of the cycle's zone. Notion compares dates with times: a date without a time stands
at its midnight in UTC there. Where the two differ, it is asked for a few hours more, and which
rows count is decided here, of the date that each of them shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import chain
from typing import Final

from okr_core.basics.base import shortened
from okr_core.errors import ConfigError
from okr_notion.read.schema import Property

TIMES: Final = ("created_time", "last_edited_time")
"""Types whose values always have a time; every row shows both, whether or not a column does."""
DATES: Final = ("date", *TIMES)
COMPARISONS: Final = ("=", ">", ">=", "<", "<=")
RELATIVE: Final = frozenset(
    f"{when} {period}" for when in ("past", "this", "next") for period in ("week", "month", "year")
) - {"this month", "this year"}


@dataclass(frozen=True, slots=True)
class Calendar:
    """Whose days count, and which of them is today."""

    zone: tzinfo
    today: date

    def start(self, day: date) -> datetime:
        """Midnight at which a day begins."""
        return datetime.combine(day, time(), self.zone)

    @property
    def tomorrow(self) -> datetime:
        """Midnight at which today ends."""
        return self.start(self.today + timedelta(days=1))

    @property
    def is_utc(self) -> bool:
        """Whether its days are those of UTC, all the year."""
        first = date(self.today.year, 1, 1)
        offsets = {self.start(first + timedelta(days=183 * i)).utcoffset() for i in (0, 1)}
        return offsets == {timedelta(0)}


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time: from `since` on, until before `until`; None where it is open."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether a time lies in it."""
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)

    def both(self, other: Span) -> Span:
        """What lies in both."""
        return Span(
            max((t for t in (self.since, other.since) if t is not None), default=None),
            min((t for t in (self.until, other.until) if t is not None), default=None),
        )


EVER: Final = Span()


@dataclass(frozen=True, slots=True)
class Dates:
    """What one property's date has to be.

    Attributes:
        found: The property.
        span: Where all comparisons hold; None without a comparison.
        choices: Of these spans one must hold, unless an empty one will do; None where nothing but
            comparisons is written.
        takes_empty: Whether a row without a date will do.
    """

    found: Property
    span: Span | None = None
    choices: tuple[Span, ...] | None = None
    takes_empty: bool = False

    def hold(self, at: datetime | None) -> bool:
        """Whether a date will do, or none."""
        if at is None:
            return self.takes_empty and self.span is None
        fits = self.choices is None or any(choice.holds(at) for choice in self.choices)
        return fits and (self.span is None or self.span.holds(at))

    @property
    def conditions(self) -> Iterator[dict[str, object]]:
        """What Notion is asked for: at least all rows whose date will do."""
        if self.takes_empty and self.span is None:
            if not self.choices:
                yield self._asked({"is_empty": True})
            return
        hull = (self.span or EVER).both(_hull(self.choices))
        if hull == EVER:
            yield self._asked({"is_not_empty": True})
        if hull.since is not None:
            yield self._asked({"on_or_after": _text(min(self._bounds(hull.since)))})
        if hull.until is not None:
            yield self._asked({"before": _text(max(self._bounds(hull.until)))})

    def _bounds(self, at: datetime) -> Iterable[datetime]:
        """The time, and where Notion has a date without a time that begins then."""
        yield at
        if self.found.type == "date":
            yield at.replace(tzinfo=UTC)

    def _asked(self, condition: dict[str, object]) -> dict[str, object]:
        return {"property": self.found.name, self.found.type: condition}


def _text(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def _hull(choices: Sequence[Span] | None) -> Span:
    """The shortest span that all of them lie in."""
    if not choices:
        return EVER
    since = [choice.since for choice in choices]
    until = [choice.until for choice in choices]
    return Span(
        None if None in since else min(filter(None, since)),
        None if None in until else max(filter(None, until)),
    )


def compared(operator: str, text: str, found: Property, calendar: Calendar) -> Span:
    """The span of a comparison such as `>= 2026-10-01`, or of a day alone (`=`).

    Raises:
        ConfigError: The text is neither a day nor a time.
    """
    first, after = _written(text, found, calendar)
    spans = {
        "=": Span(first, after),
        ">": Span(since=after),
        ">=": Span(since=first),
        "<": Span(until=first),
        "<=": Span(until=after),
    }
    return spans[operator]


def _written(text: str, found: Property, calendar: Calendar) -> tuple[datetime, datetime]:
    """Where a written day or time begins, and where what comes after it does."""
    try:
        at = datetime.fromisoformat(text)
        if len(text) <= len("2026-12-31"):
            return calendar.start(at.date()), calendar.start(at.date() + timedelta(days=1))
        local = at.replace(tzinfo=calendar.zone) if at.tzinfo is None else at
        local = local.astimezone(calendar.zone)
        return local, local + timedelta(milliseconds=1)
    except (ValueError, OverflowError):
        raise ConfigError(
            f'filter of "{found.name}": {shortened(text)} is neither a day nor a time.',
            hint="Write it as 2026-12-31 or 2026-12-31T18:00.",
        ) from None


def relative(words: str, calendar: Calendar) -> Span:
    """The span of words such as `past week`: both ends included, and today with them.

    Weeks begin on Sunday, as Notion's do unless a person changes it.
    """
    today = calendar.today
    if words == "this week":
        first = today - timedelta(days=(today.weekday() + 1) % 7)
        last = first + timedelta(days=6)
    else:
        direction, _, unit = words.partition(" ")
        other = _shifted(today, -1 if direction == "past" else 1, unit)
        first, last = min(today, other), max(today, other)
    return Span(calendar.start(first), calendar.start(last + timedelta(days=1)))


def _shifted(day: date, sign: int, unit: str) -> date:
    if unit == "week":
        return day + timedelta(days=7 * sign)
    months = day.year * 12 + day.month - 1 + sign * (1 if unit == "month" else 12)
    year, month = divmod(months, 12)
    ends = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)
    return date(year, month + 1, min(day.day, ends.day))


def leaves_days_to_notion(written: Mapping[str, object]) -> bool:
    """Whether a filter in Notion's own form has days that Notion reads in UTC."""
    return any(map(_is_day, _leaves(written)))


def _leaves(node: object, kind: str = "") -> Iterator[tuple[str, str, object]]:
    """Type, operator and value of all conditions."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if isinstance(value, Mapping | list):
                yield from _leaves(value, str(key))
            yield kind, str(key), value
    elif isinstance(node, list):
        yield from chain.from_iterable(map(_leaves, node))


def _is_day(leaf: tuple[str, str, object]) -> bool:
    kind, operator, value = leaf
    if kind not in DATES:
        return False
    if operator.replace("_", " ") in RELATIVE:
        return True
    if not isinstance(value, str) or operator in ("is_empty", "is_not_empty"):
        return False
    try:
        return datetime.fromisoformat(value).tzinfo is None
    except ValueError:
        return False


def up_to_today(found: Property, calendar: Calendar) -> Dates:
    """Dates that are not after today."""
    return Dates(found, Span(until=calendar.tomorrow))
