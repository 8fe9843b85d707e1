"""Attention: what needs a person, and what is not known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from okr_core.open.entries import open_entries
from okr_core.open.entry import OpenKind
from okr_report.report_facts import Named, ReportFacts

UnknownKind = Literal["missing", "stale", "suspect", "unreadable", "restated"]
UNKNOWN_KINDS: tuple[UnknownKind, ...] = ("missing", "suspect", "unreadable", "stale", "restated")
"""In the order in which they are told."""
_MOST_NAMED = 3
"""People of whom any may answer that are named in a line."""


@dataclass(frozen=True, slots=True)
class OpenDecision:
    """Something that waits for a person: `okr_core.open`, with the names that the reader may see.

    Attributes:
        id: What it is answered under.
        item: Objective or key result; a revision; empty: the cycle.
        role: Who is accountable.
        people: Who holds the role that day, or is asked as a person.
        deadline: Last day to answer on.
        value: That it is about, with its unit.
        text: Why, as people or the source said it; empty where the kind says it all.
        fix: What to do, as the source said it.
        answers: The commands that answer it.
    """

    id: str
    kind: OpenKind
    item: str
    title: str
    role: Named | None
    people: tuple[Named, ...] = ()
    deadline: date | None = None
    value: str = ""
    text: str = ""
    fix: str = ""
    answers: tuple[str, ...] = ()

    @property
    def asked(self) -> str:
        """Who is asked, by name: the role, else the people, of many the first; empty: nobody."""
        names = [each.name for each in self.people[:_MOST_NAMED]]
        names += ["…"] if len(self.people) > _MOST_NAMED else []
        return self.role.name if self.role else ", ".join(names)


def open_decisions(facts: ReportFacts) -> list[OpenDecision]:
    """What waits for a person, most urgent kinds first: the same list as everywhere."""
    return [
        OpenDecision(
            each.id,
            each.kind,
            each.item,
            each.title,
            None if each.to.vacant else facts.role(each.to.role),
            tuple(Named(person, facts.person(person)) for person in each.to.everyone),
            each.deadline,
            each.value,
            each.text,
            each.fix,
            tuple(str(answer.command) for answer in each.answers),
        )
        for each in open_entries(facts.snapshot, facts.report_input.sees)
    ]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A key result about which something is not known, or was known wrongly.

    Attributes:
        at: When the value was observed, or the score restated; None: never.
        reason: Why, as the source or a person said it.
    """

    kind: UnknownKind
    item: str
    title: str
    at: datetime | None
    reason: str


def unknowns(facts: ReportFacts) -> list[Unknown]:
    """What is not known, by kind."""
    found = [each for kr in facts.plan.weighed_key_results for each in _of(facts, kr.id, kr.title)]
    for kr in facts.retired_late:
        score = facts.score(kr.id)
        if score is not None and score.silent and facts.sees("progress"):
            found.append(Unknown("missing", kr.id, facts.title(kr.id), None, score.reason))
    return sorted(found, key=lambda unknown: UNKNOWN_KINDS.index(unknown.kind))


def _of(facts: ReportFacts, item: str, title: str) -> Iterator[Unknown]:
    # What an audience may not see is not what nobody knows.
    if facts.sees("progress"):
        yield from _of_value(facts, item, title)
    score = facts.score(item)
    if score is not None and score.restated is not None:
        yield Unknown("restated", item, title, score.restated.at, score.restated.reason)


def _of_value(facts: ReportFacts, item: str, title: str) -> Iterator[Unknown]:
    known, failure = facts.standing(item), facts.snapshot.unavailable.get(item)
    if known.suspect is not None:
        yield Unknown("suspect", item, title, known.suspect.at, known.suspect.reason)
    elif failure is not None and facts.under_way(item):
        yield Unknown("unreadable", item, title, known.observed_at, failure.reason)
    elif not known.progress.known and not known.left_out:
        yield Unknown("missing", item, title, None, known.progress.reason)
    elif known.stale:
        yield Unknown("stale", item, title, known.observed_at, "")
