"""Live: how the cycle goes: a first screen, every key result as a mark, the objectives by team."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from urllib.parse import urlencode

from markupsafe import Markup

from okr_core.plan.plan import Objective
from okr_report.theme import MARKS
from okr_web.drawing.strip import Dot, Words, drawn
from okr_web.pages.items import Facts, Line
from okr_web.visit import Visit
from okr_web.voice import Voice

_GOOD = frozenset({"done", "ahead", "on_track", "reached", "green", "learned"})
_FAR = Fraction(-20, 100)
"""What trails by more than that is counted in the caption."""
_NAMED = 3
"""Key results that are named where something is not known."""
MOST = 30
"""Objectives on one page; the filters lead to the others."""
_FIELDS = ("q", "team", "role", "status", "mine", "as_of")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: which objectives, and an earlier day to compare with."""

    q: str = ""
    team: str = ""
    role: str = ""
    status: str = ""
    mine: str = ""
    as_of: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        """From the fields of an address."""
        return cls(**{name: query.get(name, "").strip()[:200] for name in _FIELDS})

    def address(self, **changed: str) -> str:
        """The address of the same with other fields."""
        fields = {name: getattr(self, name) for name in _FIELDS} | changed
        told = urlencode({name: value for name, value in fields.items() if value})
        return f"/?{told}" if told else "/"


@dataclass(frozen=True, slots=True)
class Row:
    """An objective with how it moved since the earlier day."""

    line: Line
    about: str
    move: str


@dataclass(frozen=True, slots=True)
class Group:
    """A team with its objectives."""

    id: str
    name: str
    progress: Fraction | None
    expected: Fraction | None
    figure: str
    beside: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Tab:
    """A status with how many objectives show it, as a filter."""

    look: str
    word: str
    count: int
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Live:
    """How the cycle goes.

    Attributes:
        first: The three answers of the first screen: a heading sentence and another one.
        strip: Every key result as a mark, with caption; empty: there is nothing to draw.
        left_out: Objectives that the filters match and this page does not show.
        since: The day that is compared with.
        bounds: First and last day that can be.
    """

    heading: str
    day: str
    going: tuple[str, str]
    needs: tuple[str, str]
    unknown: tuple[str, str]
    strip: Markup
    caption: str
    tabs: tuple[Tab, ...]
    groups: tuple[Group, ...]
    left_out: int
    asked: Asked
    teams: tuple[tuple[str, str], ...]
    roles: tuple[tuple[str, str], ...]
    since: str
    since_day: str
    bounds: tuple[str, str]
    problem: str


def live(visit: Visit, asked: Asked) -> Live:
    """How the cycle goes, as its reader may see it."""
    facts, voice = visit.facts, visit.voice
    since, problem = _since(visit, asked.as_of)
    then = _then(visit, since)
    objectives = facts.plan.active_objectives
    matching = [each for each in objectives if _matches(visit, each, asked)]
    chosen = [o for o in matching if asked.status in ("", facts.look(o))]
    dots = _dots(facts)
    return Live(
        heading=_heading(facts, voice),
        day=_day(visit),
        going=_going(facts, then, voice),
        needs=_needs(visit),
        unknown=_unknown(facts, voice),
        strip=_strip(dots, voice),
        caption=_caption(dots, voice),
        tabs=tuple(_tabs(facts, matching, asked)),
        groups=tuple(_groups(visit, facts, then, chosen[:MOST])),
        left_out=max(0, len(chosen) - MOST),
        asked=asked,
        teams=tuple((t, facts.team(t)) for t in dict.fromkeys(o.team for o in objectives) if t),
        roles=tuple(_roles(facts)),
        since=since.isoformat() if since else "",
        since_day=voice.day(since) if since else "",
        bounds=(visit.cycle.starts.isoformat(), min(visit.today, visit.cycle.ends).isoformat()),
        problem=problem,
    )


def _roles(facts: Facts) -> Iterator[tuple[str, str]]:
    """Roles to choose from; those that are one person's alone are found by their name."""
    for name in dict.fromkeys(each.accountable for each in facts.plan.active_objectives):
        if name and facts.is_real_role(name):
            yield name, facts.role(name)


def _since(visit: Visit, written: str) -> tuple[date | None, str]:
    """The day to compare with: the one that is asked for, else a week ago; and what is wrong."""
    cycle = visit.cycle
    if written:
        try:
            day = date.fromisoformat(written)
        except ValueError:
            return None, visit.voice("no_day")
        if not cycle.starts <= day <= visit.today:
            return None, visit.voice("day_outside", day=visit.voice.locale.day(cycle.starts))
        return day, ""
    week_ago = date.fromordinal(min(visit.today, cycle.ends).toordinal() - 7)
    return (week_ago if week_ago >= cycle.starts else None), ""


def _then(visit: Visit, since: date | None) -> Facts | None:
    if since is None:
        return None
    plan_since = visit.house.versions(visit.cycle.id)
    at = visit.cycle.end_of(since)
    if at >= visit.now or not plan_since or plan_since[0].at > at:
        return None
    return visit.facts_at(visit.house.earlier(visit.cycle.id, at))


def _heading(facts: Facts, voice: Voice) -> str:
    objectives = facts.plan.active_objectives
    if not objectives:
        return voice("no_objectives")
    good = sum(facts.look(each) in _GOOD for each in objectives)
    of = voice.spelled(len(objectives))
    return voice.sentence(voice.count("objectives_good", good, of=of))


def _day(visit: Visit) -> str:
    cycle, voice = visit.cycle, visit.voice
    day = voice.long_day(visit.today)
    if not cycle.starts <= visit.today <= cycle.ends:
        return f"{cycle.id}{voice.locale('comma')}{day}"
    elapsed = (visit.today - cycle.starts).days + 1
    days = (cycle.ends - cycle.starts).days + 1
    where = voice("day_of", elapsed=elapsed, days=days)
    return voice.locale("comma").join((cycle.id, day, where))


def _going(facts: Facts, then: Facts | None, voice: Voice) -> tuple[str, str]:
    known = facts.snapshot.figures.get("")
    share = known.clamped if known else None
    expected = facts.expected(facts.plan.active_key_results)
    if share is None:
        return voice("nothing_known"), ""
    if expected is None:
        told = voice("share_only", share=voice.percent(share))
    else:
        told = voice("share_where", share=voice.percent(share), expected=voice.percent(expected))
    return told, _moved(facts, then, voice)


def _moved(facts: Facts, then: Facts | None, voice: Voice) -> str:
    if then is None:
        return ""
    moves = [
        (move, each.title)
        for each in facts.plan.active_objectives
        if (move := _move(facts, then, each.id)) is not None
    ]
    gained = max(moves, default=(Fraction(0), ""), key=lambda pair: pair[0])
    fell = sorted(title for move, title in moves if round(move * 100) < 0)
    parts, since = [], voice.day(then.snapshot.as_of - timedelta.resolution)
    if round(gained[0] * 100) > 0:
        parts.append(
            voice("gained_most", title=gained[1], points=voice.points(gained[0]), day=since)
        )
    if len(fell) == 1:
        parts.append(voice("only_fell", title=fell[0]))
    elif fell:
        parts.append(voice.sentence(voice.count("several_fell", len(fell))))
    return " ".join(parts)


def _move(facts: Facts, then: Facts, item: str) -> Fraction | None:
    new, old = facts.standing(item).progress.clamped, then.standing(item).progress.clamped
    return None if new is None or old is None else new - old


def _needs(visit: Visit) -> tuple[str, str]:
    voice, waiting = visit.voice, visit.waiting
    if not waiting:
        return voice("needs_nothing"), ""
    late = sum(each.overdue(visit.today) for each in waiting)
    told = voice.sentence(voice.count("things", len(waiting)))
    if late:
        told += voice.locale("comma") + voice.count("of_them_late", late)
    kinds = Counter(each.kind for each in waiting)
    counts = [voice.count(f"count_{kind}", number) for kind, number in kinds.items()]
    stop = voice.locale("full_stop")
    return told + stop, voice.sentence(voice.among(counts)) + stop


def _unknown(facts: Facts, voice: Voice) -> tuple[str, str]:
    if not facts.snapshot.standings:
        return voice("knows_all"), ""
    weighed = facts.plan.weighed_key_results
    found: dict[str, list[str]] = {"suspect": [], "stale": [], "missing": []}
    for kr in weighed:
        known = facts.standing(kr.id)
        if known.suspect is not None:
            found["suspect"].append(kr.title)
        elif known.progress.raw is None and known.status != "not_begun":
            found["missing"].append(kr.title)
        elif known.stale:
            found["stale"].append(kr.title)
    count = sum(map(len, found.values()))
    if not count:
        return voice("knows_all"), ""
    told = [
        voice.sentence(voice.count(f"unknown_{kind}", len(titles), titles=_some(voice, titles)))
        for kind, titles in found.items()
        if titles
    ]
    of = f"{len(weighed):,}"
    return voice.sentence(voice.count("unknown_of", count, of=of)), " ".join(told)


def _some(voice: Voice, titles: list[str]) -> str:
    named = titles[:_NAMED]
    if len(titles) > _NAMED:
        named.append(voice("more", count=len(titles) - _NAMED))
    return voice.among(named)


# Every key result as a mark


def _dots(facts: Facts) -> list[Dot]:
    found = []
    for kr in facts.plan.weighed_key_results:
        gap = facts.standing(kr.id).gap
        look = facts.look(kr)
        if gap is not None and look in MARKS:
            told = f"{kr.title}, {facts.status(kr)}, {facts.voice.points(gap)}"
            found.append(Dot(kr.id, told, look, facts.status(kr), gap))
    return found


def _strip(dots: list[Dot], voice: Voice) -> Markup:
    if len(dots) < 3:
        return Markup()
    ticks = tuple(
        (points, voice("as_expected") if not points else voice.points(Fraction(points, 100)))
        for points in (-40, -20, 0, 20)
    )
    label = voice("strip_label", count=len(dots))
    return drawn(dots, Words(ticks, label, ""))


def _caption(dots: list[Dot], voice: Voice) -> str:
    good = sum(dot.look in _GOOD for dot in dots)
    far = sum(dot.gap < _FAR for dot in dots)
    told = voice("key_results_good", good=good, of=len(dots))
    if far:
        told += voice.locale("semicolon") + voice.count("far_behind", far)
    return told


# Objectives by team


def _matches(visit: Visit, objective: Objective, asked: Asked) -> bool:
    if asked.team and objective.team != asked.team:
        return False
    if asked.role and objective.accountable != asked.role:
        return False
    if asked.mine:
        mine = {visit.reader.person, *visit.roles}
        items = (objective, *objective.active_key_results)
        if not any(each.accountable in mine for each in items):
            return False
    if asked.q:
        wanted = asked.q.casefold()
        texts = [objective.id, objective.title, *(k.title for k in objective.key_results)]
        return any(wanted in each.casefold() for each in texts)
    return True


def _tabs(facts: Facts, objectives: list[Objective], asked: Asked) -> Iterator[Tab]:
    counts = Counter(facts.look(each) for each in objectives)
    yield Tab("", facts.voice("all"), len(objectives), asked.address(status=""), not asked.status)
    for look in sorted(counts, key=_worst_first):
        yield Tab(
            look,
            facts.voice(look),
            counts[look],
            asked.address(status=look),
            asked.status == look,
        )


def _worst_first(look: str) -> int:
    order = ("at_risk", "not_reached", "red", "behind", "yellow", "on_track", "ahead", "done")
    return order.index(look) if look in order else len(order)


def _groups(
    visit: Visit, facts: Facts, then: Facts | None, objectives: Iterable[Objective]
) -> Iterator[Group]:
    voice = visit.voice
    by_team: dict[str, list[Objective]] = {}
    for each in objectives:
        by_team.setdefault(each.team or "", []).append(each)
    for team, several in by_team.items():
        whole = [o for o in facts.plan.active_objectives if (o.team or "") == team]
        figure = facts.snapshot.figures.get(team) if team else None
        expected = facts.expected(kr for o in whole for kr in o.active_key_results)
        share = figure.clamped if figure else None
        yield Group(
            team or "none",
            facts.team(team) or voice("no_team"),
            share,
            expected,
            voice.percent(share) if share is not None else "",
            voice("expected_short", share=voice.percent(expected))
            if expected is not None and share is not None
            else "",
            tuple(_row(visit, facts, then, each) for each in several),
        )


def _row(visit: Visit, facts: Facts, then: Facts | None, objective: Objective) -> Row:
    voice = visit.voice
    move = "" if then is None else voice.points(_move(facts, then, objective.id))
    people = facts.holders(objective.accountable)
    role = facts.role(objective.accountable)
    named = [facts.person(p) for p in people if p != objective.accountable]
    who = voice("role_holders", role=role, names=voice.among(named)) if named else role
    if visit.reader.person in people or objective.accountable == visit.reader.person:
        who = voice("who_you", who=who)
    known = facts.standing(objective.id)
    worst = facts.plan.key_results_by_id.get(known.worst)
    told = voice("lowest", title=worst.title) if worst is not None and known.counted > 1 else ""
    return Row(
        facts.objective_line(objective),
        voice.locale("full_stop").join(filter(None, (who, f" {told}" if told else ""))),
        move,
    )
