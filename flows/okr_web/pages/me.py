"""Me: what a person owes, most urgent first, and what is theirs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from okr_core.errors import OkrError
from okr_core.plan.cycle import Cycle
from okr_core.progress.status import Standing
from okr_core.record.entries import CheckIn, Entry
from okr_flows.checkin.doubt import UnbelievedError
from okr_flows.checkin.meanwhile import SaidMeanwhileError
from okr_flows.checkin.recording import RecordedCheckIn
from okr_flows.owed.replies import GoneError, Outcome
from okr_web.pages.answers import FilledIn
from okr_web.pages.asks import MOST, Ask, Asks, Other
from okr_web.pages.items import Facts, Line
from okr_web.visit import Visit
from okr_web.voice import Voice

_NAME = re.compile(r"^`[^`]*`:? ")
"""The id that a message begins with: on the page its title stands above."""
_GOALS = 8
"""Own objectives beside the asks; the list of all is a page of its own."""


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role that the reader holds."""

    id: str
    name: str
    purpose: str
    beside: str


@dataclass(frozen=True, slots=True)
class Own:
    """What is the reader's: their goals with how they stand, and their roles."""

    goals: tuple[Line, ...]
    more: int
    roles: tuple[RoleLine, ...]


@dataclass(frozen=True, slots=True)
class Me:
    """What a person owes.

    Attributes:
        heading: What it finds, a sentence.
        week: The day, and where in the cycle it is.
        asks: Most urgent first; `later` more come after these.
    """

    heading: str
    week: str
    asks: tuple[Ask, ...]
    later: int
    own: Own


def me(visit: Visit) -> Me:
    """What the reader owes."""
    entries = visit.waiting
    asks = Asks(visit.own_facts, visit.reader.person)
    return Me(
        heading=_heading(visit.voice, visit.reader.name, len(entries)),
        week=week_of(visit.voice, visit.cycle, visit.today),
        asks=tuple(map(asks.of, entries[:MOST])),
        later=max(0, len(entries) - MOST),
        own=own(visit, visit.own_facts),
    )


def _heading(voice: Voice, name: str, count: int) -> str:
    first = name.split(" ", maxsplit=1)[0]
    if not count:
        return voice("nothing_waits_named", name=first)
    return voice.count("things_wait_named", count, name=first)


def week_of(voice: Voice, cycle: Cycle, today: date) -> str:
    """The day in words, and which week of the cycle it is in."""
    day = voice.sentence(voice.long_day(today))
    if not cycle.starts <= today <= cycle.ends:
        return day
    weeks = -(-((cycle.ends - cycle.starts).days + 1) // 7)
    week = (today - cycle.starts) // timedelta(days=7) + 1
    return voice("day_week", day=day, week=week, weeks=weeks)


def own(visit: Visit, facts: Facts) -> Own:
    """What is the reader's."""
    found = list(facts.own(visit.reader.person, visit.roles))
    lines = [
        facts.objective_line(objective, visit.voice(f"you_{how}"), below=True)
        for objective, how in found[:_GOALS]
    ]
    space = visit.workspace
    roles = []
    for name in visit.roles:
        others = [p for p in facts.holders(name) if p != visit.reader.person]
        told = [space.people[p].name for p in others if p in space.people]
        beside = visit.voice("with_others", names=visit.voice.among(told)) if told else ""
        roles.append(RoleLine(name, facts.role(name), space.roles[name].purpose, beside))
    return Own(tuple(lines), max(0, len(found) - _GOALS), tuple(roles))


# What was sent


@dataclass(frozen=True, slots=True)
class Sent:
    """One thing that was recorded.

    Attributes:
        what: Old → new, or the answer.
        undo: Key result and id of what can be taken back; None: it stays.
    """

    title: str
    what: str
    look: str
    status: str
    note: str
    undo: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of what was sent.

    Attributes:
        heading: What it finds.
        at: When and how it was sent.
        sent: What was recorded.
        gone: Titles of what was answered by somebody else meanwhile.
        again: What needs another look; empty: nothing.
        wrong: Each thing to look at, with the field where it is.
        left: How many things still wait besides.
    """

    heading: str
    at: str
    sent: tuple[Sent, ...]
    gone: tuple[str, ...]
    again: tuple[Ask, ...]
    wrong: tuple[tuple[str, str], ...]
    left: int
    own: Own


def recorded(
    before: Visit, after: Visit, outcomes: tuple[Outcome, ...], filled: Mapping[str, FilledIn]
) -> Recorded:
    """What became of what was sent.

    Args:
        before: The visit as it was before anything was recorded.
        after: As it is now.
        outcomes: What became of each reply.
        filled: Name of each ask → its fields.
    """
    voice = after.voice
    told = [sent for each in outcomes if not each.error for sent in _sent(before, after, each)]
    waiting = {f"q|{e.id}": e for e in before.waiting}
    gone = [
        waiting[each.reply.name].title if each.reply.name in waiting else voice("a_question")
        for each in outcomes
        if isinstance(each.error, GoneError)
    ]
    wrong = [o for o in outcomes if o.error and not isinstance(o.error, GoneError)]
    again = [_again(after, each, filled[each.reply.name]) for each in wrong]
    found = [ask for ask in again if ask is not None]
    left = len(after.waiting) - len(found)
    own_facts = after.own_facts
    return Recorded(
        heading=_found(voice, len(found), len(told), left),
        at=voice(
            f"sent_{after.reader.via}",
            day=voice.long_day(after.today),
            clock=voice.clock(after.now),
        ),
        sent=tuple(told),
        gone=tuple(gone),
        again=tuple(found),
        wrong=tuple(_places(found)),
        left=max(0, left),
        own=own(after, own_facts),
    )


def _found(voice: Voice, again: int, sent: int, left: int) -> str:
    if again:
        return voice.sentence(voice.count("look_again", again))
    if not sent:
        return voice("nothing_sent")
    return voice("recorded_all") if left <= 0 else voice.count("recorded_left", left)


def _sent(before: Visit, after: Visit, outcome: Outcome) -> list[Sent]:
    if outcome.answered is not None:
        entry = outcome.answered.entry
        word = outcome.answered.answer.split(" ")[0]
        key = f"answer_{word}"
        told = after.voice(key) if key in after.voice.locale else outcome.answered.answer
        note = outcome.reply.given.said if outcome.reply.given else ""
        return [Sent(entry.title, told, "", "", note, None)]
    return [_checked_in(before, after, each) for each in outcome.check_ins]


def _checked_in(before: Visit, after: Visit, said: RecordedCheckIn) -> Sent:
    facts, voice, kr = after.own_facts, after.voice, said.check_in.key_result
    old, new = before.own_facts.standing(kr.id), said.body
    parts: list[str] = []
    if said.check_in.part:
        titles = {p.id: p.title for p in getattr(kr.metric, "parts", ())}
        parts.append(voice("milestone_done", title=titles.get(said.check_in.part, "")))
    elif new.value is not None:
        was = voice.bare(kr.metric, old.current) if old.current is not None else ""
        now = voice.value(kr.metric, new.value)
        same = old.current == new.value
        parts.append(voice("still", value=now) if same else f"{was} → {now}" if was else now)
    elif new.nothing_new:
        parts.append(_nothing_new(voice, said, old))
    if new.confidence is not None:
        known = old.confidence is not None and old.confidence != new.confidence
        sure = f"{old.confidence} → {new.confidence}" if known else str(new.confidence)
        parts.append(voice("confidence_short", sure=sure))
    mine = said.entry.by == after.reader.person and said.entry.id
    return Sent(
        kr.title,
        voice.locale("list_comma").join(parts) or voice("note_kept"),
        facts.look(kr),
        facts.status(kr),
        new.note,
        (kr.id, said.entry.id) if mine and (new.value is not None or new.confidence) else None,
    )


def _nothing_new(voice: Voice, said: RecordedCheckIn, old: Standing) -> str:
    if old.current is None:
        return voice("nothing_new_short")
    return voice("still", value=voice.value(said.check_in.key_result.metric, old.current))


def _again(visit: Visit, outcome: Outcome, filled: FilledIn) -> Ask | None:
    """The ask once more, with what was written and what is wrong with it."""
    asks = Asks(visit.own_facts, visit.reader.person)
    kind, _, name = filled.name.partition("|")
    ask: Ask | None = None
    if kind == "k":
        kr = visit.own_facts.plan.key_results_by_id.get(name)
        if kr is not None:
            ask = replace(asks.check_in(kr), known=asks.known(kr))
    else:
        found = next((e for e in visit.waiting if e.id == name), None)
        ask = asks.of(found) if found else None
    if ask is None or outcome.error is None:
        return None
    error = outcome.error
    if isinstance(error, SaidMeanwhileError) and not filled.fields.get("same"):
        other = _other(visit, error.other, filled, ask)
        return replace(ask, given=filled.fields, other=other)
    if isinstance(error, UnbelievedError):
        ask = replace(ask, doubt=visit.voice("is_it_meant"))
    return ask.with_given(filled.fields, {_place(ask, error): _told(visit, error)})


def _told(visit: Visit, error: OkrError) -> str:
    text = error.message
    if error.hint and not isinstance(error, UnbelievedError) and not _is_command(error):
        text = f"{text} {error.hint}"
    return visit.voice.sentence(_NAME.sub("", text))


def _is_command(error: OkrError) -> bool:
    """Whether what it advises is for a terminal."""
    return "`" in (error.hint or "") or "--" in (error.hint or "")


def _place(ask: Ask, error: OkrError) -> str:
    """The field that an error is about."""
    text = error.message.casefold()
    if "confidence" in text and ask.fields.sure:
        return "sure"
    if ("note" in text or "reason" in text or "evidence" in text) and ask.fields.note:
        return "note"
    return "value" if ask.fields.value else "answer"


def _other(visit: Visit, other: Entry, filled: FilledIn, ask: Ask) -> Other:
    kr = visit.own_facts.plan.key_results_by_id[other.key_result]
    voice, body = visit.voice, other.body
    assert isinstance(body, CheckIn)
    theirs = [voice.value(kr.metric, body.value)]
    if body.confidence is not None:
        theirs.append(voice("confidence_short", sure=body.confidence))
    yours = [f"{filled.fields.get('value', '')} {ask.fields.unit}".strip()]
    if filled.fields.get("sure"):
        yours.append(voice("confidence_short", sure=filled.fields["sure"]))
    comma = voice.locale("list_comma")
    who = visit.own_facts.person(other.by)
    return Other(
        theirs=comma.join(theirs),
        theirs_by=voice(
            "who_at", who=who, day=voice.weekday(other.at), clock=voice.clock(other.at)
        ),
        theirs_note=body.note,
        yours=comma.join(yours),
        yours_by=voice(
            "who_at", who=voice("you_start"), day=voice("today"), clock=voice.clock(visit.now)
        ),
        yours_note=filled.fields.get("note", ""),
        said=voice("said_meanwhile", who=who, said=theirs[0], clock=voice.clock(other.at)),
    )


def _places(asks: list[Ask]) -> list[tuple[str, str]]:
    """Where each thing is that needs another look, and what it is."""
    found = []
    for ask in asks:
        if ask.other is not None:
            found.append((f"{ask.name}|keep", f"{ask.title}: {ask.other.said}"))
        for name, text in ask.errors.items():
            found.append((f"{ask.name}|{name}", f"{ask.title}: {text}"))
    return found
