"""Goal: one objective or key result: its figures, chart, source, check-ins, decisions, changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from markupsafe import Markup

from okr_core.plan.metrics import Grade
from okr_core.plan.plan import KeyResult, Objective
from okr_core.plan.revision import diff_plans
from okr_core.record.entries import CheckIn, Decided, Entry, HypothesisClosed
from okr_core.words.figures import short_number
from okr_flows.owed.waiting import is_to_report
from okr_report.audience.audience import Audience
from okr_report.audience.present import seen_present, seen_versions
from okr_store.snapshot import read_items
from okr_web.drawing.chart import Chart, drawn
from okr_web.pages.asks import Ask, Asks
from okr_web.pages.items import Facts, Line
from okr_web.pages.talk import Talk, talk_of
from okr_web.pages.way import chart_of, numbers_of
from okr_web.visit import Visit
from okr_web.voice import Voice, is_numeric, unbroken

_SAID = 12
"""Check-ins that are shown, the newest first."""


@dataclass(frozen=True, slots=True)
class SaidLine:
    """A check-in: who, when, what."""

    who: str
    day: str
    facts: tuple[str, ...]
    note: str
    id: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A decision or a change: what, and who and when."""

    what: str
    beside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Goal:
    """One objective or key result.

    Attributes:
        crumb: Where it belongs: text and address, the address empty where there is none.
        about: Who is accountable, ambition, due.
        role: Id of the role that has a page, and its name.
        figure: The figure, large, and its unit.
        told: Sentences beside it.
        chart: Drawing, caption and legend; None where there is nothing to draw.
        numbers: Day, value and what was expected, for the table below the chart.
        below: Key results of an objective.
        pairs: Where the number comes from.
        ask: A check-in that the reader may give; None: it is not theirs to report.
        talk: Comments, blockers and help.
    """

    id: str
    title: str
    crumb: tuple[tuple[str, str], ...]
    about: str
    role: tuple[str, str] | None
    why: str
    figure: tuple[str, str]
    look: str
    status: str
    told: tuple[str, ...]
    chart: Chart | None
    svg: Markup
    numbers: tuple[tuple[str, str, str], ...]
    below: tuple[Line, ...]
    pairs: tuple[tuple[str, str], ...]
    said: tuple[SaidLine, ...]
    decisions: tuple[Noted, ...]
    changes: tuple[Noted, ...]
    ask: Ask | None
    talk: Talk


def goal(visit: Visit, item: str, audience: Audience) -> Goal | None:
    """One objective or key result as a reader may see it; None: there is none of that id.

    Args:
        visit: The reader's.
        item: Id.
        audience: As which the reader sees it.
    """
    whole = read_items(visit.house.store, visit.whole, [item])
    facts = Facts(seen_present(whole, audience), visit.voice)
    kr = facts.plan.key_results_by_id.get(item)
    objective = facts.plan.objectives_by_id.get(item)
    if kr is not None:
        return _key_result(visit, facts, kr, audience)
    return _objective(visit, facts, objective, audience) if objective else None


def _objective(visit: Visit, facts: Facts, objective: Objective, audience: Audience) -> Goal:
    voice, known = visit.voice, facts.standing(objective.id)
    expected = facts.expected(objective)
    figure = voice.percent(known.progress.clamped).replace("\N{NO-BREAK SPACE}", " ")
    number, _, unit = figure.partition(" ")
    told = [voice("expected_now", share=voice.percent(expected))] if expected is not None else []
    if known.pending:
        told.append(voice("pending_count", count=known.pending))
    return Goal(
        id=objective.id,
        title=objective.title,
        crumb=((facts.team(objective.team), ""),) if objective.team else (),
        about=_about(facts, objective, objective.accountable, facts.cycle.ends),
        role=_role(facts, objective.accountable),
        why=objective.why,
        figure=(number, unit),
        look=facts.look(objective),
        status=facts.status(objective),
        told=tuple(told),
        chart=None,
        svg=Markup(),
        numbers=(),
        below=tuple(map(facts.key_result_line, objective.active_key_results)),
        pairs=tuple(_hypothesis(voice, objective)),
        said=tuple(_said(facts, objective.id)),
        decisions=tuple(_decisions(facts, objective.id)),
        changes=tuple(_changes(visit, objective.id, audience)),
        ask=None,
        talk=talk_of(facts, objective.id, audience, visit.reader.person, []),
    )


def _key_result(visit: Visit, facts: Facts, kr: KeyResult, audience: Audience) -> Goal:
    voice, known = visit.voice, facts.standing(kr.id)
    objective = facts.plan.objective_of[kr.id]
    chart = chart_of(facts, kr)
    day = facts.cycle.day_of(facts.snapshot.as_of)
    mine = is_to_report(visit.reader.person, kr, facts.plan, visit.workspace, day)
    ask = Asks(facts, visit.reader.person).check_in(kr) if mine and not visit.whole.closed else None
    return Goal(
        id=kr.id,
        title=kr.title,
        crumb=(
            *([(facts.team(objective.team), "")] if objective.team else []),
            (objective.title, f"/goal/{objective.id}"),
        ),
        about=_about(facts, objective, facts.plan.role_of(kr), facts.plan.due_of(kr)),
        role=_role(facts, facts.plan.role_of(kr)),
        why="",
        figure=_figure(voice, kr, facts),
        look=facts.look(kr),
        status=facts.status(kr),
        told=tuple(_told(voice, facts, kr)),
        chart=chart,
        svg=drawn(chart) if chart else Markup(),
        numbers=tuple(numbers_of(facts, kr)),
        below=(),
        pairs=tuple(_source(visit, facts, kr)),
        said=tuple(_said(facts, kr.id)),
        decisions=tuple(_decisions(facts, kr.id)),
        changes=tuple(_changes(visit, kr.id, audience)),
        ask=ask if known.outcome is None else None,
        talk=talk_of(facts, kr.id, audience, visit.reader.person, _shown(facts, kr.id)),
    )


def _about(facts: Facts, objective: Objective, role: str | None, due: date) -> str:
    voice = facts.voice
    names = [facts.person(each) for each in facts.holders(role) if each != role]
    who = facts.role(role)
    if names and facts.is_real_role(role):
        who = voice("role_holders", role=who, names=voice.among(names))
    how = voice(objective.ambition) if objective.ambition else ""
    rest = [how, voice("due_short", day=voice.day(due))]
    told = voice.sentence(voice.locale("list_comma").join(filter(None, rest)))
    stop = voice.locale("full_stop")
    return " ".join(f"{part}{stop}" for part in (who, told) if part)


def _role(facts: Facts, role: str | None) -> tuple[str, str] | None:
    return (role, facts.role(role)) if role and facts.is_real_role(role) else None


def _figure(voice: Voice, kr: KeyResult, facts: Facts) -> tuple[str, str]:
    current = facts.standing(kr.id).current
    if current is None:
        return voice("no_value"), ""
    if is_numeric(kr.metric):
        return short_number(current), kr.metric.unit
    return voice.value(kr.metric, current), ""


def _told(voice: Voice, facts: Facts, kr: KeyResult) -> Iterator[str]:
    known = facts.standing(kr.id)
    share = known.progress.clamped
    if share is not None and known.expected is not None:
        yield voice(
            "share_expected", share=voice.percent(share), expected=voice.percent(known.expected)
        )
    elif share is not None and is_numeric(kr.metric):
        yield voice("share_of_way", share=voice.percent(share))
    if share is None and known.progress.reason:
        yield voice.sentence(voice.locale.translated(known.progress.reason))
    if known.confidence is not None:
        yield voice("confidence_of_ten", sure=known.confidence)


# Where it comes from, and what was said


def _source(visit: Visit, facts: Facts, kr: KeyResult) -> Iterator[tuple[str, str]]:
    voice, known = visit.voice, facts.standing(kr.id)
    reading = known.reading
    yield voice("pair_asked"), voice.asked(kr.metric)
    if reading is not None:
        source = reading.source
        kind, _, connection = source.partition(":")
        named = voice("manual") if kind == "manual" else voice.sentence(f"{kind} {connection}")
        yield voice("pair_source"), named.strip()
        if reading.by:
            yield voice("pair_by"), facts.person(reading.by)
        at = reading.observed_at or reading.at
        yield voice("pair_read"), f"{voice.weekday(at)}, {voice.clock(at)}"
    if known.progress.raw is not None and not isinstance(kr.metric, Grade):
        told = voice.locale.formula(kr.metric, known.current, known.progress.raw)
        way, equals, _ = told.rpartition(" = ")
        share = voice.percent(known.progress.raw)
        yield voice("pair_progress"), unbroken(f"{way} = {share}" if equals else told)
    if known.expected is not None:
        yield voice("pair_expected"), voice.percent(known.expected)
    forecast = facts.snapshot.forecasts.get(kr.id)
    if forecast is not None and forecast.p50 is not None and is_numeric(kr.metric):
        yield (
            voice("pair_forecast"),
            voice(
                "forecast",
                middle=voice.value(kr.metric, forecast.p50),
                low=voice.value(kr.metric, forecast.p10),
                high=voice.value(kr.metric, forecast.p90),
            ),
        )


def _hypothesis(voice: Voice, objective: Objective) -> Iterator[tuple[str, str]]:
    if objective.hypothesis is not None:
        yield voice("pair_belief"), objective.hypothesis.belief
        if objective.hypothesis.because:
            yield voice("pair_because"), objective.hypothesis.because


def _of(facts: Facts, item: str) -> list[Entry]:
    return sorted(facts.snapshot.entries.get(item, ()), key=lambda each: each.at, reverse=True)


def _shown(facts: Facts, item: str) -> list[Entry]:
    """The newest check-ins of an item."""
    return [each for each in _of(facts, item) if isinstance(each.body, CheckIn)][:_SAID]


def _said(facts: Facts, item: str) -> Iterator[SaidLine]:
    voice = facts.voice
    kr = facts.plan.key_results_by_id.get(item)
    for entry in _shown(facts, item):
        body = entry.body
        assert isinstance(body, CheckIn)
        told = []
        if kr is not None and body.value is not None:
            told.append(voice.value(kr.metric, body.value))
        if body.nothing_new:
            told.append(voice("nothing_new_short"))
        if body.confidence is not None:
            told.append(voice("confidence_short", sure=body.confidence))
        if told or body.note:
            day = voice.weekday(entry.at)
            yield SaidLine(facts.person(entry.by), day, tuple(told), body.note, entry.id)


def _decisions(facts: Facts, item: str) -> Iterator[Noted]:
    voice = facts.voice
    for entry in _of(facts, item):
        who = tuple(filter(None, (facts.person(entry.by), voice.day(entry.at))))
        if isinstance(entry.body, Decided):
            key = f"answer_{entry.body.answer}"
            word = voice(key) if key in voice.locale else entry.body.answer
            yield Noted(f"{word}: {entry.body.note}" if entry.body.note else word, who)
        elif isinstance(entry.body, HypothesisClosed):
            yield Noted(f"{voice(entry.body.outcome)}: {entry.body.evidence}", who)


def _changes(visit: Visit, item: str, audience: Audience) -> Iterator[Noted]:
    """Revisions of the plan that changed the item, newest first; for those who may see changes."""
    voice = visit.voice
    versions = seen_versions(visit.whole, visit.house.versions(visit.cycle.id), audience)
    for after, before in pairwise(reversed(versions)):
        if any(each.item == item for each in diff_plans(before.plan, after.plan)):
            why = voice(after.reason_class) if after.reason_class else ""
            beside = (why, voice.day(after.at), voice("revision_number", number=after.number))
            yield Noted(
                after.reason or voice("changed_without_reason"), tuple(filter(None, beside))
            )
