"""A small workspace, and how a run of the command line ended, for tests of the command line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from okr_core.errors import OkrError
from okr_core.plan.when import When

ZONE = ZoneInfo("Europe/Zurich")

WORKSPACE = """\
organization: Acme
timezone: Europe/Zurich
people:
  ada: {name: Ada Okafor}
  bo: {name: Bo Lind}
teams:
  growth: {name: Growth}
  cn: {name: 上海团队}
roles:
  growth-lead: {held_by: [{person: ada}]}
connections:
  acme: {kind: jira, url: https://acme.atlassian.net}
"""
PLAN = """\
cycle: {id: 2025-q4, starts: 2025-10-01, ends: 2025-12-31, timezone: Europe/Zurich}
objectives:
  - id: activation
    title: New teams reach value in their first week
    team: growth
    role: growth-lead
    ambition: aspirational
    key_results:
      - id: activation.week1
        title: Week-1 activation from 31 % to 45 %
        metric: {kind: increase, unit: "%", baseline: 31, target: 45}
      - id: activation.launch
        title: The guided set-up is live
        metric: {kind: milestones, parts: [{id: beta, title: Beta}, {id: all, title: All}]}
      - id: activation.grade
        title: How the onboarding feels
        metric: {kind: grade}
  - id: answers
    title: 每个客户问题在四小时内得到答复
    team: cn
    owner: bo
    key_results:
      - id: answers.time
        title: 答复时间不超过四小时
        metric: {kind: at_most, unit: h, bound: 4}
      - id: answers.bound
        title: Open questions from 480 to 100
        metric: {kind: decrease, baseline: 480, target: 100}
        source: {jira: {connection: acme, jql: "labels = question", measure: count}}
"""


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Okr = Callable[..., Ran]
SAYING = frozenset({"checkin", "correct", "accept", "decide"})
"""Commands by which people say values."""


def say_day_by_day(okr: Okr, text: str, *arguments: str) -> None:
    """Check in the rows of a CSV text, each on the morning after the day that it is about.

    Args:
        okr: Runs a command, at a time.
        text: Has a column `at`, which holds days.
        arguments: Further words of `okr checkin`.
    """
    table = list(csv.DictReader(io.StringIO(text)))
    for day in sorted({row["at"] for row in table}):
        path = Path(f"said-{day}.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(table[0]))
            writer.writeheader()
            writer.writerows(row for row in table if row["at"] == day)
        morning = datetime.combine(date.fromisoformat(day), time(6), UTC) + timedelta(days=1)
        ran = okr("checkin", "--from", path, *arguments, now=morning)
        assert ran.code == 0, ran.err


def said_at(words: Sequence[str], zone: ZoneInfo = ZONE) -> datetime | None:
    """When a command is run that says something as of a day: on that day. None: now."""
    if words[:1] and words[0] in SAYING and "--as-of" in words:
        with suppress(OkrError, IndexError):  # a wrong time is the command's to refuse
            now = datetime.now(UTC)
            when = When.parse(words[words.index("--as-of") + 1])
            return min(when.in_zone(zone, now), now)
    return None
