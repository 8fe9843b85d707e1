"""What the demo's people say: values that no tool measures, and how sure they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Saying = tuple[str, str, str, str, str]
"""Key result, value, confidence, note, person."""

_WEEKLY = {
    "reference.referrals": ("ben", "4 4 5 5 6 8 9 10 11 11 - - -"),
    "care.hours": ("judith", "40.5 41 41.2 43 42.8 41.5 40.1 39.8 40 40.4 39.6 39.9 40.2"),
    "care.overtime": ("judith", "7 8 8 11 10 8 6 6 5 5 4 4 4"),
    "care.buddies": ("ivan", "40 40 50 50 50 62 62 75 75 83 83 90 92"),
}
"""Key result → who says it, and the value of each week; - where nobody said anything."""

_ONCE: dict[int, Sequence[Saying]] = {
    2: [
        ("retention.board", "no", "5", "On the agenda of the next meeting", "ada"),
        ("reference.event", "no", "6", "Two candidates asked", "ben"),
        ("pricing.pilot", "fail", "5", "", "dario"),
    ],
    3: [("capacity.migration/design", "done", "8", "", "grace")],
    4: [
        ("retention.net", "102.8", "6", "", "ada"),
        ("renewal.visits/round1", "done", "8", "第一轮全部完成", "yating"),
    ],
    6: [
        ("pricing.pilot", "commit", "7", "First owner signed", "dario"),
        ("pricing.willingness", "0.035", "8", "CHF per saved kWh, 14 answers", "dario"),
    ],
    7: [("capacity.migration/shadow", "done", "8", "", "grace")],
    8: [
        ("retention.net", "104.1", "6", "", "ada"),
        ("renewal.visits/round2", "done", "8", "", "yating"),
    ],
    9: [
        ("retention.board", "no", "4", "Moved to the next quarter", "ada"),
        ("reference.event", "yes", "9", "18 guests in Winterthur", "ben"),
    ],
    11: [
        ("capacity.migration/switch", "done", "7", "Two days late, nobody noticed", "grace"),
        ("pricing.pilot", "target", "8", "Third owner signed", "dario"),
    ],
    12: [("renewal.visits/round3", "done", "9", "", "yating")],
    13: [
        ("retention.net", "106.2", "7", "", "ada"),
        ("retention.savings", "", "8", "The median passed 16 %", "ada"),
        ("retention.board", "no", "3", "The board decides next quarter", "ada"),
    ],
}


_LATER_WEEKLY = {
    "reference.referrals": ("ben", "12 12 13 14 14 15 16 16 17 17 18 19 20"),
    "activation.launch/beta": ("chloe", "- - - open open open open open open open open open open"),
    "care.overtime": ("judith", "4 5 6 5 4 4 5 4 4 5 4 4 4"),
}
_LATER_ONCE: dict[int, Sequence[Saying]] = {
    1: [("activation.week1", "", "7", "", "chloe"), ("bugs.open", "", "7", "", "farid")],
    3: [
        ("activation.launch/pilot", "done", "8", "Five teams, no question left", "chloe"),
        ("bugs.open", "", "5", "Two of us help with the migration", "farid"),
    ],
    5: [
        ("bugs.open", "", "3", "As many come as we fix", "farid"),
        ("reference.referrals", "14", "6", "Two from the morning in Winterthur", "ben"),
    ],
}
"""The same of the running quarter. `reference.talks` is never reported."""


def check_ins(week: int) -> list[Saying]:
    """What people say in a week of the closed quarter, from 1 to 13."""
    return _said(week, _WEEKLY, _ONCE)


def later_check_ins(week: int) -> list[Saying]:
    """What people say in a week of the running quarter, from 1 to 13."""
    return _said(week, _LATER_WEEKLY, _LATER_ONCE)


def _said(
    week: int, weekly: Mapping[str, tuple[str, str]], once: Mapping[int, Sequence[Saying]]
) -> list[Saying]:
    several = once.get(week, ())
    told = {key for key, *_ in several}
    return [
        *(
            (key, value, "", "", person)
            for key, (person, values) in weekly.items()
            if key not in told and (value := values.split()[week - 1]) != "-"
        ),
        *several,
    ]
