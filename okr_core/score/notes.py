"""Notes: what is to be known beside a score, the same in every form and language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from okr_core.plan.cycle import Cycle
from okr_core.plan.metrics import Metric
from okr_core.plan.retirement import Retirement
from okr_core.score.score_words import SILENCE, score_text
from okr_core.score.scores import Score
from okr_core.words.figures import number, short_day_text, value_text

ENGLISH: Mapping[str, str] = {
    **SILENCE,
    "silent": "nothing reported by its end: counts 0",
    "silent_until": "nothing reported by its end: counts 0, unless it is said by {day}",
    "last_said": "last said on {day}, long before its end",
    "added": "added on day {number} of {days}",
    "left_out": "left out of all figures ({told})",
    "left_out_unnamed": "left out of all figures",
    "remeasured": "measured by another query since {day}",
    "mended": "a metric error was put right ({told}): {before} before, {after} after",
    "mended_unnamed": "a metric error was put right: {before} before, {after} after",
    "self_approved": "self-approved, no second person: {what}",
    "overridden": "{score} by override ({told}), computed {computed}",
    "overridden_unnamed": "{score} by override, computed {computed}",
    "restated": "restated from {old} to {new} in version {version} ({told})",
    "restated_unnamed": "restated from {old} to {new} in version {version}",
    "late": "reached late, on {day}: {value}, shown but not scored",
    "suspect": "a suspect value waits: {value}",
    "retired": "{how} on {day}: {reason}",
    "retired_unnamed": "{how} on {day}",
    "no_reason": "no reason given",
    "told": "{who}, {day}",
    "why": "{told}: {reason}",
    "comma": ", ",
    "addition": "addition",
    "retirement": "retirement",
    "metric_error": "metric error",
    "source": "source",
    "contributors": "contributors",
    "override": "override",
    "exclusion": "exclusion",
    "restatement": "restatement",
    "value_by_hand": "value by hand",
    "corrected_value": "corrected value",
    "dropped": "dropped",
    "deferred": "deferred",
    "removed": "removed",
}
"""Note → its words; the last lines are words inside of them."""


class Phrase(Protocol):
    """The words of a note, with values in them."""

    def __call__(self, key: str, /, **values: object) -> str:
        """The words of a key of `ENGLISH`."""


class _Decision(Protocol):
    """What a named person decided, and why; an empty text is not said, or may not be seen."""

    @property
    def by(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def reason(self) -> str: ...


def english(key: str, /, **values: object) -> str:
    """A note in English.

    >>> english("added", number=87, days=92)
    'added on day 87 of 92'
    """
    return ENGLISH[key].format(**values)


@dataclass(frozen=True, slots=True)
class Telling:
    """How notes are told to a reader.

    Attributes:
        starts: First local day of the cycle.
        ends: Its last one.
        day: How a day or a time is written.
        until: Until then a 0 for want of a value is provisional; None: it is not.
        named: Whether people and what they wrote may be shown.
        word: `english`, or the same in another language.
    """

    starts: date
    ends: date
    day: Callable[[date | datetime], str]
    until: datetime | None = None
    named: bool = True
    word: Phrase = english

    @classmethod
    def of(cls, cycle: Cycle, until: datetime | None = None, *, named: bool = True) -> Telling:
        """In English, with the days of a cycle's zone."""

        def day(at: date | datetime) -> str:
            return short_day_text(cycle.day_of(at) if isinstance(at, datetime) else at)

        return cls(cycle.starts, cycle.ends, day, until, named)


def score_notes(
    score: Score,
    cycle: Cycle,
    cutoff: datetime | None = None,
    *,
    metric: Metric | None = None,
    named: bool = True,
) -> list[str]:
    """What is to be known beside a score, a clause each, in English; see `notes`.

    Args:
        score: Of a key result or an objective.
        cycle: Whose zone and days are told.
        cutoff: Until then a 0 for want of a value is provisional; None: it is not.
        metric: Of a key result: how its values are spoken of.
        named: Whether people and what they wrote may be shown.
    """

    def value(found: Decimal) -> str:
        return value_text(metric, found) if metric is not None else number(found)

    return list(notes(score, Telling.of(cycle, cutoff, named=named), value))


def notes(
    score: Score, telling: Telling, value: Callable[[Decimal], str] = number
) -> Iterator[str]:
    """What is to be known beside a score: silence, what was added or changed, and by whom.

    Args:
        score: Of a key result or an objective.
        telling: How it is told.
        value: How a value of the key result is written.
    """
    yield from _silence(score, telling)
    yield from _changes(score, telling)
    yield from _decisions(score, telling)
    if score.late is not None:
        day = telling.day(score.late.at)
        yield telling.word("late", day=day, value=value(score.late.value))
    if score.suspect is not None:
        yield telling.word("suspect", value=value(score.suspect.value))
    if score.retired is not None:
        yield _retired(score.retired, telling)


def _silence(score: Score, telling: Telling) -> Iterator[str]:
    day, word = telling.day, telling.word
    if score.silent and telling.until is not None:
        # A midnight ends the day before it.
        yield word("silent_until", day=day(telling.until - timedelta.resolution))
    elif score.silent:
        yield word("silent")
    if score.kind == "objective" and score.unreported > 0:
        key = "unreported_one" if score.unreported == 1 else "unreported"
        yield word(key, unreported=score.unreported, counted=score.counted)
    if score.last_said is not None:
        yield word("last_said", day=day(score.last_said))


def _changes(score: Score, telling: Telling) -> Iterator[str]:
    if score.added is not None:
        which = (score.added - telling.starts).days + 1
        days = (telling.ends - telling.starts).days + 1
        yield telling.word("added", number=which, days=days)
    if score.remeasured is not None:
        yield telling.word("remeasured", day=telling.day(score.remeasured))
    if score.mended is not None:
        before, after = score_text(score.mended.before), score_text(score.figures.computed)
        yield _told("mended", score.mended, telling, before=before, after=after)


def _decisions(score: Score, telling: Telling) -> Iterator[str]:
    word = telling.word
    if score.self_approved:
        kinds = dict.fromkeys(word(each.decision) for each in score.self_approved)
        yield word("self_approved", what=word("comma").join(kinds))
    if score.excluded is not None:
        yield _told("left_out", score.excluded, telling)
    if score.override is not None:
        set_to, computed = score_text(score.override.score), score_text(score.figures.computed)
        yield _told("overridden", score.override, telling, score=set_to, computed=computed)
    if score.restated is not None:
        last = score.restated
        old, new = score_text(last.old), score_text(last.new)
        yield _told("restated", last, telling, old=old, new=new, version=last.version)


def _told(key: str, decision: _Decision, telling: Telling, **values: object) -> str:
    """A decision with who, when and why; what is not said, or not to be seen, leaves no gap."""
    if not telling.named:
        return telling.word(f"{key}_unnamed", **values)
    told = day = telling.day(decision.at)
    if decision.by:
        told = telling.word("told", who=decision.by, day=day)
    if decision.reason:
        told = telling.word("why", told=told, reason=decision.reason.rstrip("."))
    return telling.word(key, told=told, **values)


def _retired(retired: Retirement, telling: Telling) -> str:
    how, day = telling.word(retired.how), telling.day(retired.at)
    if not telling.named:
        return telling.word("retired_unnamed", how=how, day=day)
    reason = retired.reason or telling.word("no_reason")
    return telling.word("retired", how=how, day=day, reason=reason)
