"""Voice: how a report speaks: its words, dates, shares, scores and values in one language."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from unicodedata import bidirectional
from zoneinfo import ZoneInfo

from okr_core.plan.metrics import GRADE_ZONES, BaselineFinding, Binary, Grade, Metric, Milestones
from okr_core.score.score_words import score_text
from okr_core.words.figures import (
    NOTHING,
    number,
    percent,
    range_text,
    rounded,
    value_text,
    way_text,
)
from okr_core.words.formula import ENGLISH, formula_text
from okr_report.words import Language, Words

__all__ = ["Voice", "number", "percent", "rounded", "score_text"]

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_PARTED = re.compile(r"(.+?(?::| have no| weigh nothing)) (.+)")
"""A note whose end names a thing at the source, such as a field."""
_FIRST_STRONG, _POP = "\u2068", "\u2069"
_TURNING = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI"})


def _isolated(value: object) -> object:
    """A value that turns no text around it: between isolates if it has right-to-left text."""
    if not isinstance(value, str) or value.isascii():
        return value
    turns = not _TURNING.isdisjoint(map(bidirectional, value))
    return f"{_FIRST_STRONG}{value}{_POP}" if turns else value


class Voice:
    """How one report speaks. Called with a key it says the words of that key.

    Args:
        words: Of its language, with those of a section.
        zone: Of its cycle: times are told as they were there.
    """

    def __init__(self, words: Words, zone: ZoneInfo) -> None:
        self.words = words
        self.language: Language = words.language
        self._zone = zone

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of a key; see `okr_report.words.Words`. Right-to-left values are isolated."""
        return self.words(key, **{name: _isolated(value) for name, value in values.items()})

    def said(self, text: str) -> str:
        """A sentence that the core says, in the report's language; any other as it is."""
        key = f"said {text}"
        return self.words(key) if key in self.words else text

    def formula(self, metric: Metric, current: Decimal | None, raw: Fraction | None) -> str:
        """How a value becomes progress, with its numbers."""
        words = {key: self.said(text) for key, text in ENGLISH.items()}
        return formula_text(metric, current, raw, words=words)

    def note(self, text: str) -> str:
        """Notes on a number, joined by `; `: ours in the report's language, others as they are."""
        parts = text.split("; ")
        told = [self._note(part) for part in parts]
        ours = all(one != other for one, other in zip(told, parts, strict=True))
        return (self.words("semicolon") if ours else "; ").join(told)

    def _note(self, text: str) -> str:
        numbers = iter(_NUMBER.findall(text))
        key = _NUMBER.sub("#", text)
        if f"said {key}" in self.words:
            return re.sub("#", lambda _: next(numbers), self.said(key))
        parted = _PARTED.fullmatch(text)
        if parted is None:
            return text
        head = self._note(parted[1])
        return head + self._note(parted[2]) if head != parted[1] else text

    def day(self, at: date | datetime | None) -> str:
        """A day, unambiguous for any reader."""
        if at is None:
            return NOTHING
        day = at.astimezone(self._zone) if isinstance(at, datetime) else at
        if self.language == "zh":
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

    def short_day(self, at: date | datetime) -> str:
        """A day without its year, where the cycle says which."""
        day = at.astimezone(self._zone) if isinstance(at, datetime) else at
        if self.language == "zh":
            return f"{day.month}月{day.day}日"
        return f"{day.day} {_MONTHS[day.month - 1]}"

    def moment(self, at: datetime | None) -> str:
        """A time to the minute, in the cycle's zone."""
        if at is None:
            return NOTHING
        return f"{self.day(at)} {at.astimezone(self._zone):%H:%M}"

    def value(self, metric: Metric, value: Decimal | None) -> str:
        """A measured value as the metric's kind is spoken of."""
        if value is None:
            return NOTHING
        if isinstance(metric, Grade) and metric.worded:
            zone = GRADE_ZONES[min(max(int(value), 0), len(GRADE_ZONES) - 1)]
            return self.words(f"zone_{zone}")
        if isinstance(metric, Binary):
            return self.words("done" if value else "not_done")
        if isinstance(metric, Milestones):
            return self.words("parts_done", done=number(value), count=len(metric.parts))
        return value_text(metric, value)

    def asked(self, metric: Metric) -> str:
        """What the metric asks for: baseline → target, bounds, or parts."""
        if isinstance(metric, Binary | BaselineFinding) or (
            isinstance(metric, Grade) and metric.worded
        ):
            return self.words(f"asked_{metric.kind}")
        if isinstance(metric, Milestones):
            return self.words("parts", count=len(metric.parts))
        if isinstance(metric, Grade) and metric.stretch is not None:
            stretch = number(metric.stretch)
            return self.words("asked_stretch", asked=way_text(metric), stretch=stretch)
        return range_text(metric)

    def change(self, amount: Fraction) -> str:
        """A change of progress in points, with its sign."""
        points = round(amount * 100)
        return self.words("points", amount=f"{points:+d}".replace("-", "−"))
