"""Event words: what the dates of a cycle are called, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from okr_core.calendar.stages import Event, EventKind
from okr_core.plan.plan import Cadence

CalendarLanguage = Literal["en", "zh"]
_TITLES: Mapping[EventKind, tuple[str, str]] = {
    "formulation": ("Goals are made", "制定目标"),
    "kick_off": ("Kick-off", "启动"),
    "check_in": ("Check-in", "进展更新"),
    "review": ("Mid-cycle review", "中期回顾"),
    "planning": ("Goals of the next cycle are made", "制定下一周期的目标"),
    "scoring": ("Scoring", "评分"),
    "retrospective": ("Retrospective", "复盘"),
    "sharing": ("Sharing of the value", "价值分享"),
}
_MEANT: Mapping[EventKind, tuple[str, str]] = {
    "formulation": (
        "Propose, comment and agree on what the cycle is to reach.",
        "提出、讨论并商定本周期要达到的目标。",
    ),
    "kick_off": ("The goals are agreed; who does what first?", "目标已定：谁先做什么？"),
    "check_in": (
        "Say the value, how sure you are, and what is in the way.",
        "请填写当前数值、信心以及遇到的障碍。",
    ),
    "review": (
        "What is at risk, what is dropped, who helps whom?",
        "哪些有风险，哪些放弃，谁来帮助谁？",
    ),
    "planning": (
        "Propose, comment and agree on what the next cycle is to reach.",
        "提出、讨论并商定下一周期要达到的目标。",
    ),
    "scoring": (
        "No number counts any more from today; the cycle can be closed.",
        "从今天起数据不再计入，可以关闭本周期。",
    ),
    "retrospective": (
        "What was believed, what came, what is done otherwise next time?",
        "当初相信什么，结果如何，下次有何不同？",
    ),
    "sharing": ("What the cycle was worth, and to whom it goes.", "本周期创造的价值及其分配。"),
}
_CADENCES: Mapping[Cadence, tuple[str, str]] = {
    "weekly": ("weekly", "每周"),
    "biweekly": ("biweekly", "每两周"),
    "monthly": ("monthly", "每月"),
}
_NUMBER: Mapping[CalendarLanguage, int] = {"en": 0, "zh": 1}


def event_title(what: EventKind, language: CalendarLanguage = "en") -> str:
    """What a kind of date is called."""
    return _TITLES[what][_NUMBER[language]]


def event_meaning(what: EventKind, language: CalendarLanguage = "en") -> str:
    """What happens on it, in a sentence."""
    return _MEANT[what][_NUMBER[language]]


def event_text(event: Event, next_id: str = "", language: CalendarLanguage = "en") -> str:
    """An event in words, with whose turn it is or which cycle is meant.

    >>> from datetime import date
    >>> day = date(2026, 10, 9)
    >>> event_text(Event("check_in", day, day, cadences=("weekly", "monthly")))
    'Check-in (weekly, monthly)'
    """
    text = event_title(event.what, language)
    left, right = ("（", "）") if language == "zh" else (" (", ")")
    if event.cadences:
        among = ("、" if language == "zh" else ", ").join(
            _CADENCES[each][_NUMBER[language]] for each in event.cadences
        )
        return f"{text}{left}{among}{right}"
    if event.what == "planning" and next_id:
        return f"{text}{left}{next_id}{right}"
    return text


def check_in_text(
    key_results: Sequence[str], whose: str = "", language: CalendarLanguage = "en"
) -> str:
    """A person's check-in in a line: of which key result, or of how many, and for whom.

    Args:
        key_results: Their titles.
        whose: Name of the person for whom another checks in; empty: their own.
        language: Of the line.

    >>> check_in_text(["Churn from 8 to 4 %"]), check_in_text(["A", "B"], "Ada")
    ('Check-in: Churn from 8 to 4 %', 'Check-in for Ada: 2 key results')
    """
    title = event_title("check_in", language)
    number = len(key_results)
    if language == "zh":
        what = key_results[0] if number == 1 else f"{number} 项关键结果"
        return f"{title}（代 {whose}）：{what}" if whose else f"{title}：{what}"
    what = key_results[0] if number == 1 else f"{number} key results"
    return f"{title} for {whose}: {what}" if whose else f"{title}: {what}"
