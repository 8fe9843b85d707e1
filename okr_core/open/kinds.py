"""Kinds: all that may wait for a person, a row each; a new kind is a row here and its finder.

Besides it needs its words in the report's languages (`okr_report/sections/summary/words.toml` and
`okr_report/outline/words.toml`) and, where its answer is more than recorded, a use case that
carries it out (`okr_flows/decide/answers.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from okr_core.open.cycle import closings, proposals
from okr_core.open.entry import Asked, OpenKind
from okr_core.open.goals import carried_over, guards, hypotheses, lost, post_mortems, risks
from okr_core.open.help import blocked, helps
from okr_core.open.second import second_persons
from okr_core.open.vacancy import vacant_roles
from okr_core.open.values import check_ins, last_said, silent, suspects, unread, unreported
from okr_core.plan.stand_in import ActKind
from okr_core.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of question.

    Attributes:
        find: Those that are open in a cycle at a time.
        asks: The question, a sentence.
        one: What one of them is called in a count, `{count}` of which `many` are several.
        shows: What it gives away, a word of `okr_report.audience.audience.KINDS`; empty: nothing.
        recorded: Its answer is an entry of kind `decided` with a note, and nothing else follows.
        act: What answering it is, where a stand-in may do that; None: it is nobody else's.
        of_people: It is asked of people as such, of the cycle's owner or of a second person, and
            not of whoever is accountable for the item.
        approves: Its answer lets stand what somebody else decided or proposed: who gives it has to
            be known by more than a name that they chose (`okr_core.plan.acting.CHOSEN`).
    """

    find: Callable[[Snapshot], Iterable[Asked]]
    asks: str
    one: str
    many: str
    shows: str = ""
    recorded: bool = False
    act: ActKind | None = None
    of_people: bool = False
    approves: bool = False


KINDS: Mapping[OpenKind, Kind] = {
    "suspect": Kind(
        suspects,
        "is this value true?",
        "suspect value to accept or correct",
        "suspect values to accept or correct",
        "progress",
    ),
    "unread": Kind(
        unread,
        "its source gave no value.",
        "key result that could not be read",
        "key results that could not be read",
        "progress",
    ),
    "check_in": Kind(
        check_ins,
        "where does it stand?",
        "key result to check in",
        "key results to check in",
        "progress",
        act="check_in",
    ),
    "silent": Kind(
        silent,
        "it ended without a value: what was it in the end?",
        "key result that ended without a value",
        "key results that ended without a value",
        "progress",
        act="check_in",
    ),
    "last_said": Kind(
        last_said,
        "what was it in the end?",
        "key result last said long before its end",
        "key results last said long before their end",
        "progress",
        act="check_in",
    ),
    "second_person": Kind(
        second_persons,
        "nobody else answered for this decision: is it right?",
        "decision without a second person",
        "decisions without a second person",
        "scores",
        of_people=True,
        approves=True,
    ),
    "revision": Kind(
        proposals,
        "is what is proposed accepted?",
        "proposal to accept or reject",
        "proposals to accept or reject",
        "changes",
        of_people=True,
        approves=True,
    ),
    "help": Kind(
        helps,
        "help is asked for or offered: who takes part?",
        "key result on which help is asked for or offered",
        "key results on which help is asked for or offered",
        "notes",
        act="help",
        of_people=True,
    ),
    "blocker": Kind(
        blocked,
        "what blocks it: is it lifted?",
        "blocker to lift",
        "blockers to lift",
        "notes",
    ),
    "lost": Kind(
        lost,
        "it cannot be reached any more: what is done about it?",
        "objective that cannot be reached any more",
        "objectives that cannot be reached any more",
        "progress",
        recorded=True,
    ),
    "risk": Kind(
        risks,
        "it is at risk: what is done about it?",
        "objective at risk",
        "objectives at risk",
        "progress",
        recorded=True,
        act="at_risk_decision",
    ),
    "guard": Kind(
        guards,
        "its goal is reached, but this guard is broken: what follows from it?",
        "guard broken on a reached goal",
        "guards broken on reached goals",
        "progress",
        recorded=True,
    ),
    "hypothesis": Kind(
        hypotheses,
        "is its hypothesis supported or refuted?",
        "hypothesis to close",
        "hypotheses to close",
    ),
    "post_mortem": Kind(
        post_mortems,
        "a commitment was missed: what happened, and what follows from it?",
        "post-mortem of a missed commitment",
        "post-mortems of missed commitments",
        "scores",
        recorded=True,
    ),
    "carry_over": Kind(
        carried_over,
        "it is carried over again: is it rewritten or stopped?",
        "goal carried over again",
        "goals carried over again",
        recorded=True,
        of_people=True,
    ),
    "unreported": Kind(
        unreported,
        "nobody ever reported it: where does it stand?",
        "key result never reported",
        "key results never reported",
        "progress",
        act="check_in",
    ),
    "vacancy": Kind(
        vacant_roles,
        "nobody answers for it: who takes it over?",
        "role that nobody holds",
        "roles that nobody holds",
        "people",
    ),
    "close": Kind(
        closings,
        "the cycle is over and takes no more numbers: is it closed?",
        "cycle to close",
        "cycles to close",
        "progress",
        of_people=True,
    ),
}
"""Most urgent first: they are listed in this order."""
OF_PEOPLE = frozenset(kind for kind, row in KINDS.items() if row.of_people)
