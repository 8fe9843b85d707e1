"""Locale: how a report writes words, days, shares, scores and values in one language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Literal, get_args
from unicodedata import bidirectional
from zoneinfo import ZoneInfo

from okr_core.plan.metrics import GRADE_ZONES, BaselineFinding, Binary, Grade, Metric, Milestones
from okr_core.progress.bands import Verdict, judged_over_time
from okr_core.progress.status import Guard
from okr_core.score import notes as score_notes
from okr_core.score.score_words import score_text
from okr_core.score.scores import Score
from okr_core.words.figures import (
    NOTHING,
    number,
    percent,
    range_text,
    rounded,
    value_text,
    way_text,
)
from okr_core.words.formula import ENGLISH, formula_text, score_formula_text
from okr_core.words.standing_words import ended_text, verdict_text

__all__ = ["LANGUAGES", "Language", "Locale", "number", "percent", "rounded", "score_text"]

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
_SHARED = Path(__file__).parent / "page"
_FILE = "words.toml"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_PARTED = re.compile(r"(.+?(?::| have no| weigh nothing)) (.+)")
"""A note whose end names a thing at the source, such as a field."""
_JUDGED = ("judged_average", "judged_worst", "judged_share")
_FIRST_STRONG, _POP = "\u2068", "\u2069"
_TURNING = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI"})


@dataclass(frozen=True, slots=True)
class NoteDays:
    """The days that notes beside a score are told with.

    Attributes:
        starts: First local day of the cycle.
        ends: Its last one.
        until: Until then a 0 for want of a value is provisional; None: it is not any more.
    """

    starts: date
    ends: date
    until: datetime | None


class Locale:
    """The language of one report. Called with a key it gives the text of that key.

    What people wrote stays as written. A text with two forms (`{count} key result | {count} key
    results`) takes the first where `count` is 1.

    Args:
        language: Of everything that is not written by people.
        zone: Of the cycle: times are told as they were there.
        folders: Whose `words.toml` is known beside the report's own words; the later ones win.
    """

    def __init__(self, language: Language, zone: ZoneInfo, *folders: Path) -> None:
        self.language = language
        self._zone = zone
        self._texts = _texts(language, folders)

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of a key with values in it; those that are read from the right are isolated.

        Raises:
            KeyError: There is none: a test keeps the languages complete.
        """
        return self._text(key, **{name: _isolated(value) for name, value in values.items()})

    def _text(self, key: str, /, **values: object) -> str:
        text = self._texts[key]
        if " | " in text:
            one, many = text.split(" | ")
            text = one if values.get("count") == 1 else many
        return text.format(**values) if values else text

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def first(self, *keys: str) -> str:
        """The text of the first of several keys that has one."""
        return self(next((key for key in keys if key in self), keys[-1]))

    def word(self, key: str | None) -> str:
        """The text of a key; empty where there is none."""
        return self(key) if key else ""

    def among(self, items: Sequence[str]) -> str:
        """Several things in one sentence: commas, and the language's word before the last."""
        if len(items) < 2:
            return "".join(items)
        return self("list_comma").join(items[:-1]) + self("list_last") + items[-1]

    def translated(self, text: str) -> str:
        """A sentence of the core in the report's language; any other as it is."""
        key = f"said {text}"
        return self(key) if key in self else text

    def formula(self, metric: Metric, current: Decimal | None, raw: Fraction | None) -> str:
        """How a value becomes progress, with its numbers."""
        words = {key: self.translated(text) for key, text in ENGLISH.items()}
        return formula_text(metric, current, raw, words=words)

    def score_formula(
        self,
        metric: Metric,
        value: Decimal | None,
        score: Fraction | None,
        due: date,
        judged: str = "",
    ) -> str:
        """How a score came about, by what was first agreed; `judged` as `verdict` says it."""
        words = {key: self.translated(text) for key, text in ENGLISH.items()}
        day = self.short_day(due)
        return score_formula_text(metric, value, score, day, judged=judged, words=words)

    def notes(
        self, score: Score, days: NoteDays, value: Callable[[Decimal], str] = number
    ) -> list[str]:
        """What is to be known beside a score, a sentence each; see `okr_core.score.notes`."""
        telling = score_notes.Telling(
            days.starts, days.ends, self.short_day, days.until, word=self._noted
        )
        return [
            f"{each[:1].upper()}{each[1:]}" for each in score_notes.notes(score, telling, value)
        ]

    def alone(self, score: Score) -> str:
        """Which decisions about a score had no second person; empty where none."""
        kinds = dict.fromkeys(self._noted(each.decision) for each in score.self_approved)
        return self._noted("comma").join(kinds)

    def _noted(self, key: str, /, **values: object) -> str:
        text = self.translated(score_notes.ENGLISH[key])
        return text.format(**{name: _isolated(value) for name, value in values.items()})

    def verdict(self, metric: Metric, verdict: Verdict | None, current: Decimal | None) -> str:
        """What a band is judged by over time; empty for others."""
        if verdict is None or not judged_over_time(metric):
            return ""
        words = {key: self._texts[key] for key in _JUDGED}
        day = "" if verdict.at is None else self.short_day(verdict.at)
        return verdict_text(metric, verdict.value, current, day, words)

    def ended(self, ended: int, counted: int, fell_short: int) -> str:
        """How many items of an objective have ended; empty where none has."""
        words = {key: self._texts[f"standing_{key}"] for key in ("ended", "fell_short", "joined")}
        return ended_text(ended, counted, fell_short, words)

    def guard(self, guard: Guard, title: str) -> str:
        """That a guard does not hold, or that nobody knows whether it does."""
        if guard.broken_at is None:
            return self("guard_unknown", title=title)
        return self("guard_broken", title=title, day=self.short_day(guard.broken_at))

    def note(self, text: str) -> str:
        """Notes on a number, joined by `; `: ours in the report's language, others as they are."""
        parts = text.split("; ")
        told = [self._note(part) for part in parts]
        ours = all(one != other for one, other in zip(told, parts, strict=True))
        return (self("semicolon") if ours else "; ").join(told)

    def _note(self, text: str) -> str:
        numbers = iter(_NUMBER.findall(text))
        key = _NUMBER.sub("#", text)
        if f"said {key}" in self:
            return re.sub("#", lambda _: next(numbers), self.translated(key))
        parted = _PARTED.fullmatch(text)
        if parted is None:
            return text
        head = self._note(parted[1])
        return head + self._note(parted[2]) if head != parted[1] else text

    def day(self, at: date | datetime | None) -> str:
        """A day, unambiguous for any reader."""
        if at is None:
            return NOTHING
        year, day = self._local(at).year, self.short_day(at)
        return f"{year}年{day}" if self.language == "zh" else f"{day} {year}"

    def short_day(self, at: date | datetime) -> str:
        """A day without its year, where the cycle says which."""
        day = self._local(at)
        if self.language == "zh":
            return f"{day.month}月{day.day}日"
        return f"{day.day} {_MONTHS[day.month - 1]}"

    def _local(self, at: date | datetime) -> date:
        return at.astimezone(self._zone) if isinstance(at, datetime) else at

    def moment(self, at: datetime | None) -> str:
        """A time to the minute, in the cycle's zone."""
        return NOTHING if at is None else f"{self.day(at)} {at.astimezone(self._zone):%H:%M}"

    def value(self, metric: Metric, value: Decimal | None) -> str:
        """A measured value as the metric's kind is spoken of."""
        if value is None:
            return NOTHING
        if isinstance(metric, Grade) and metric.worded:
            zone = GRADE_ZONES[min(max(int(value), 0), len(GRADE_ZONES) - 1)]
            return self(f"zone_{zone}")
        if isinstance(metric, Binary):
            return self("done" if value else "not_done")
        if isinstance(metric, Milestones):
            return self("parts_done", done=number(value), count=len(metric.parts))
        return value_text(metric, value)

    def asked(self, metric: Metric) -> str:
        """What the metric asks for: baseline → target, bounds, or parts."""
        if isinstance(metric, Binary | BaselineFinding) or (
            isinstance(metric, Grade) and metric.worded
        ):
            return self(f"asked_{metric.kind}")
        if isinstance(metric, Milestones):
            return self("parts", count=len(metric.parts))
        if isinstance(metric, Grade) and metric.stretch is not None:
            # Not isolated inside: all of it is, where it stands in a sentence.
            stretch = number(metric.stretch)
            return self._text("asked_stretch", asked=way_text(metric), stretch=stretch)
        return range_text(metric)

    def change(self, amount: Fraction) -> str:
        """A change of progress in points, with its sign."""
        return self("points", amount=f"{round(amount * 100):+d}".replace("-", "−"))


def _isolated(value: object) -> object:
    """A value that turns no text around it: between isolates if it has right-to-left text."""
    if not isinstance(value, str) or value.isascii():
        return value
    turns = not _TURNING.isdisjoint(map(bidirectional, value))
    return f"{_FIRST_STRONG}{value}{_POP}" if turns else value


@cache
def _texts(language: Language, folders: tuple[Path, ...]) -> Mapping[str, str]:
    texts = dict(_read(_SHARED / _FILE)[language])
    for folder in folders:
        texts |= _read(folder / _FILE).get(language, {})
    return texts


@cache
def _read(path: Path) -> dict[str, dict[str, str]]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
