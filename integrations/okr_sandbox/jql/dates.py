"""JQL's dates: absolute, relative, and functions such as ``startOfWeek(-1)``, in a time zone."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M")
_RELATIVE = re.compile(r"[+-]?(?:\d+[yMwdhm]\s*)+")
_STEP = re.compile(r"(\d+)([yMwdhm])")
_INCREMENT = re.compile(r"([+-]?\d+)([yMwdhm]?)")
_FUNCTION = re.compile(r"(startof|endof)(day|week|month|year)")
_NATURAL = {"day": "d", "week": "w", "month": "M", "year": "y"}
_SPANS = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
}


@dataclass(frozen=True, slots=True)
class Calendar:
    """What dates of a query depend on.

    Attributes:
        now: the time of the search, aware.
        zone: the token user's time zone.
        first_weekday: first day of the week, 0 is Monday.
    """

    now: datetime
    zone: ZoneInfo
    first_weekday: int = 6

    def relative(self, text: str) -> datetime | None:
        """The time that ``-7d`` or ``-1w 2d`` means; None where the text is not relative."""
        if not _RELATIVE.fullmatch(text):
            return None
        sign = -1 if text.startswith("-") else 1
        local = self.now.astimezone(self.zone)
        for amount, unit in _STEP.findall(text):
            local = _moved(local, sign * int(amount), unit)
        return local.astimezone(UTC)

    def function(self, name: str, arguments: tuple[str, ...]) -> datetime | None:
        """The time of ``now()``, ``startOf…()`` or ``endOf…()``; None for other names."""
        if name.casefold() == "now":
            return self.now
        match = _FUNCTION.fullmatch(name.casefold())
        if match is None:
            return None
        edge, period = match.groups()
        local = self._floor(self.now.astimezone(self.zone), period)
        if edge == "endof":
            return self._end(local, period, arguments)
        return self._shifted(local, period, arguments).astimezone(UTC)

    def _end(self, start: datetime, period: str, arguments: tuple[str, ...]) -> datetime:
        """The last millisecond of the period; a month's end stays one when it is shifted."""
        shifted = self._shifted(start, period, arguments)
        after = _moved(shifted, 1, _NATURAL[period])
        return after.astimezone(UTC) - timedelta(milliseconds=1)

    def _shifted(self, local: datetime, period: str, arguments: tuple[str, ...]) -> datetime:
        for argument in arguments:
            match = _INCREMENT.fullmatch(argument.strip())
            if match is None:
                raise ValueError(argument)
            local = _moved(local, int(match[1]), match[2] or _NATURAL[period])
        return local

    def _floor(self, local: datetime, period: str) -> datetime:
        day = local.replace(hour=0, minute=0, second=0, microsecond=0)
        if period == "week":
            return day - timedelta(days=(day.weekday() - self.first_weekday) % 7)
        if period == "month":
            return day.replace(day=1)
        return day.replace(month=1, day=1) if period == "year" else day


def absolute(text: str, zone: ZoneInfo) -> datetime | None:
    """The time that ``2026-10-01`` or ``2026/10/01 12:00`` means in the zone; None otherwise."""
    for pattern in _FORMATS:
        try:
            local = datetime.strptime(text, pattern).replace(tzinfo=zone)
        except ValueError:
            continue
        return local.astimezone(UTC)
    return None


def _moved(local: datetime, amount: int, unit: str) -> datetime:
    """The wall clock moved: days keep the hour across a change of clocks, hours do not."""
    if unit in ("h", "m"):
        return (local.astimezone(UTC) + amount * _SPANS[unit]).astimezone(local.tzinfo)
    if unit in _SPANS:
        return local + amount * _SPANS[unit]
    months = amount * (12 if unit == "y" else 1)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day)
