"""Voice: how the page says things to one reader: their language, days, numbers, short counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

from okr_core.plan.metrics import Grade, Metric, Milestones
from okr_core.words.figures import hundredths, number, percent, short_number, with_unit
from okr_report.locale import LANGUAGES, Language, Locale

_FOLDER = Path(__file__).parent
_BREAKS = re.compile(r"(?<=\d) (?=%|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b)")
_SPELLED = 10
"""Counts up to it are written as words."""


class Voice:
    """One reader's language; called with a key it gives the text of that key.

    A figure and its sign, a day and its month never part at the end of a line.

    Args:
        language: Of everything that is not written by people.
        zone: Of the cycle.
        today: The local day; days of another year are told with it.
    """

    def __init__(self, language: Language, zone: ZoneInfo, today: date) -> None:
        self.language, self._today, self._zone = language, today, zone
        self.locale = Locale(language, zone, _FOLDER)

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of a key with values in it."""
        return unbroken(self.locale(key, **values))

    def first(self, *keys: str) -> str:
        """The text of the first of several keys that has one."""
        return unbroken(self.locale.first(*keys))

    def among(self, items: Sequence[str]) -> str:
        """Several things in one sentence."""
        return self.locale.among(items)

    def count(self, key: str, count: int, **values: object) -> str:
        """A text that counts, with small counts as words: `n`, and `N` at a sentence's begin."""
        word = self.spelled(count)
        return self(key, count=count, n=word, N=self.sentence(word), **values)

    def spelled(self, count: int) -> str:
        """A count: a word up to ten."""
        return self.locale(f"number_{count}") if 0 <= count <= _SPELLED else f"{count:,}"

    def sentence(self, text: str) -> str:
        """A text that begins a sentence."""
        return text[:1].upper() + text[1:]

    def day(self, at: date | datetime) -> str:
        """A day; with its year where that is not this one."""
        day = self.local(at)
        told = self.locale.short_day(day) if day.year == self._today.year else self.locale.day(day)
        return unbroken(told)

    def weekday(self, at: date | datetime) -> str:
        """A day with its weekday, shortened; or `today`."""
        day = self.local(at)
        if day == self._today:
            return self("today")
        return self("weekday_day", weekday=self(f"weekday_{day.weekday()}"), day=self.day(day))

    def long_day(self, at: date | datetime) -> str:
        """A day with its whole weekday and its month's whole name."""
        day = self.local(at)
        weekday = self(f"long_weekday_{day.weekday()}")
        return self("long_day", weekday=weekday, day=day.day, month=self(f"month_{day.month}"))

    def clock(self, at: datetime) -> str:
        """The time of day in the cycle's zone."""
        return f"{at.astimezone(self._zone):%H:%M}"

    def local(self, at: date | datetime) -> date:
        """The local day of a time."""
        return at.astimezone(self._zone).date() if isinstance(at, datetime) else at

    def percent(self, share: Fraction | None) -> str:
        """A share in percent."""
        return unbroken(percent(share))

    def points(self, change: Fraction | None) -> str:
        """A change of progress in points, with its sign."""
        if change is None:
            return self("not_known")
        amount = round(change * 100)
        return self("no_move") if amount == 0 else unbroken(self.locale.change(change))

    def value(self, metric: Metric, value: Decimal | None) -> str:
        """A value with its unit."""
        return unbroken(self.locale.value(metric, value))

    def bare(self, metric: Metric, value: Decimal | None) -> str:
        """A value without its unit, where that stands beside it."""
        if value is None or isinstance(metric, Milestones):
            return self.value(metric, value)
        return self.value(metric, value) if not is_numeric(metric) else short_number(value)

    def asked(self, metric: Metric) -> str:
        """What a metric asks for."""
        return unbroken(self.locale.asked(metric))

    def figure(self, value: Decimal, unit: str = "") -> str:
        """A number with a unit."""
        return unbroken(with_unit(number(value), unit))

    @staticmethod
    def hundredths(share: Fraction) -> int:
        """A share in hundredths, never rounded up to what is not reached."""
        return hundredths(share)


def is_numeric(metric: Metric) -> bool:
    """Whether a value of it is a number that people type."""
    worded = isinstance(metric, Grade) and metric.worded
    return metric.kind not in {"binary", "milestones"} and not worded


def unbroken(text: str) -> str:
    """The text with blanks that do not break where a figure stands before its sign or month."""
    return _BREAKS.sub("\N{NO-BREAK SPACE}", text)


def language_of(wanted: str, kept: str, accepted: str) -> Language:
    """The language to answer in.

    Args:
        wanted: What the address asks for; empty: nothing.
        kept: What was asked for earlier; empty: nothing.
        accepted: `Accept-Language`, as the browser sends it.
    """
    for each in (wanted, kept):
        for language in LANGUAGES:
            if each == language:
                return language
    ranked = sorted(map(_ranked, accepted.split(",")), reverse=True)
    for _, tag in ranked:
        for language in LANGUAGES:
            if tag.partition("-")[0] == language:
                return language
    return "en"


def _ranked(part: str) -> tuple[float, str]:
    tag, _, weight = part.strip().lower().partition(";q=")
    try:
        return (float(weight) if weight else 1.0), tag
    except ValueError:
        return 0.0, tag
