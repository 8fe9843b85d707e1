"""Status tree: teams, their objectives and key results, one line each, in at most 100 columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from okr_cli.shell.figures import age, count, short_range, short_value
from okr_cli.shell.ink import STATUS_WIDTH, Ink
from okr_cli.shell.layout import MAX_WIDTH, cut, hang, left, right, sentence, width_of, wrap
from okr_cli.shell.open_text import first_lines, who
from okr_core.basics.command import okr
from okr_core.open.entries import counted, open_entries
from okr_core.open.entry import OpenEntry
from okr_core.plan.plan import KeyResult, Objective
from okr_core.progress.standings import Standing
from okr_core.snapshot import Snapshot
from okr_core.words.figures import NOTHING, day_text, percent
from okr_flows.documents.forecast import hit_of

_BAR, _PERCENT, _NOW, _RANGE, _SURE, _HIT, _AGE = 10, 5, 8, 17, 4, 5, 6
_INDENT = 2
_FIXED = _INDENT + STATUS_WIDTH + 1 + 1 + _BAR + _PERCENT + 2 + _NOW + _SURE + _AGE
_MIN_TITLE = 16
_LABEL = 16
_ROOMY = 92
"""Columns from which baseline → target is shown too."""
_FIRST = 5
"""Lines of what waits for a person."""
_NOTED = ("suspect", "unread", "check_in")
"""Kinds that are told beside their key result too."""
_GOOD = ("done", "ahead", "on_track")
_BAD = (("behind", "behind"), ("at_risk", "at risk"), ("missed", "missed"), ("stale", "stale"))


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the tree is drawn on.

    Attributes:
        width: Terminal columns to use, at most 100.
        ids: Show ids instead of titles.
        forecast: Whether there are forecasts to show.
    """

    ink: Ink
    width: int = MAX_WIDTH
    ids: bool = False
    forecast: bool = False

    @property
    def range(self) -> int:
        """Columns of baseline → target with the blank before it; 0 where there is no room."""
        return _RANGE + 1 if self.width >= _ROOMY else 0

    @property
    def title(self) -> int:
        """Columns of a title."""
        return max(self.width - _FIXED - self.range - self.hit, _MIN_TITLE)

    @property
    def hit(self) -> int:
        """Columns of the chance of reaching the target; 0 without forecasts or room."""
        return _HIT if self.forecast and self.width >= _ROOMY else 0

    def name(self, item: Objective | KeyResult) -> str:
        """What an item is called on this sheet."""
        title = " ".join(item.title.split())
        return item.id if self.ids else title.replace(" %", "\N{NO-BREAK SPACE}%")


def status_tree(snapshot: Snapshot, sheet: Sheet, workspace: str = "") -> str:
    """The whole of `okr status` for people; `workspace` is the id that names in Prefect carry."""
    asked = open_entries(snapshot)
    lines = [*_head(snapshot, sheet, workspace, asked), ""]
    notes = {each.item: each for each in asked if each.kind in _NOTED}
    teams = _by_team(snapshot)
    for team, objectives in teams.items():
        if len(teams) > 1 or team:
            lines += [_team_line(snapshot, sheet, team), ""]
        for objective in objectives:
            lines += _objective_lines(snapshot, sheet, objective, notes)
            lines.append("")
    return "\n".join(lines[:-1])


def _head(
    snapshot: Snapshot, sheet: Sheet, workspace: str, asked: Sequence[OpenEntry]
) -> Iterator[str]:
    found = headline_of(snapshot, asked)
    yield sheet.ink.bold(cut(title_of(snapshot), sheet.width))
    if workspace:
        yield sheet.ink.faint(cut(f"workspace {workspace}", sheet.width))
    yield ""
    for label, text in (
        ("How it goes", found.goes),
        ("Needs you", found.needs),
        *(("", line) for line in first_lines(snapshot, asked, _FIRST)),
        ("Not known", found.unknown),
        *(("Not read", silence) for silence in found.silent),
    ):
        first, *more = hang(text, " " * _LABEL, sheet.width)
        yield f"  {sheet.ink.faint(left(label, _LABEL - 2))}{first[_LABEL:]}"
        yield from more
    yield ""
    yield sheet.ink.faint(_columns_line(sheet))


def _columns_line(sheet: Sheet) -> str:
    lead = " " * (_INDENT + STATUS_WIDTH + 1 + sheet.title + 1)
    return (
        lead
        + left("progress", _BAR + _PERCENT)
        + "  "
        + right("now", _NOW)
        + left(" from → to", sheet.range)
        + right("sure", _SURE)
        + right("hit", sheet.hit)
        + right("age", _AGE)
    )


def _by_team(snapshot: Snapshot) -> dict[str, list[Objective]]:
    """Team → objectives, in the order of the plan; those without a team come last."""
    teams: dict[str, list[Objective]] = {}
    for objective in snapshot.plan.objectives:
        teams.setdefault(objective.team or "", []).append(objective)
    if "" in teams:
        teams[""] = teams.pop("")
    return teams


def _team_line(snapshot: Snapshot, sheet: Sheet, team: str) -> str:
    known = snapshot.workspace.teams.get(team) if snapshot.workspace else None
    name = (known.name if known else "") or team or "No team"
    figure = snapshot.figures.get(team) if team else None
    reached = percent(figure.clamped) if figure else ""
    rule = max(sheet.width - width_of(name) - width_of(reached) - 2, 1)
    return f"{sheet.ink.bold(name)} {sheet.ink.faint('─' * rule)} {reached}".rstrip()


def _objective_lines(
    snapshot: Snapshot, sheet: Sheet, objective: Objective, notes: Mapping[str, OpenEntry]
) -> list[str]:
    if not objective.active:
        return [_retired_line(sheet, objective, "")]
    known = snapshot.standings[objective.id]
    lines = [_objective_line(sheet, objective, known)]
    for kr in objective.key_results:
        lines += _key_result_lines(snapshot, sheet, kr, notes.get(kr.id))
    return lines


def _objective_line(sheet: Sheet, objective: Objective, known: Standing) -> str:
    """Mark, title, bar; its figure ends at the right edge, as its team's does."""
    ink = sheet.ink
    pending = f"{known.pending} pending  " if known.pending else ""
    room = sheet.width - STATUS_WIDTH - 1 - width_of(pending) - _BAR - _PERCENT - 2
    title = ink.bold(left(sheet.name(objective), max(room, _MIN_TITLE)))
    bar = ink.bar(known.shown, known.progress.clamped, known.expected, _BAR)
    figure = right(percent(known.progress.clamped), _PERCENT)
    return f"{ink.mark(known.shown)} {title}  {ink.faint(pending)}{bar}{figure}"


def _key_result_lines(
    snapshot: Snapshot, sheet: Sheet, kr: KeyResult, asked: OpenEntry | None
) -> Iterator[str]:
    if not kr.active:
        yield _retired_line(sheet, kr, " " * _INDENT)
        return
    known = snapshot.standings[kr.id]
    ink = sheet.ink
    title, *more = _title_lines(sheet, kr)
    sure = NOTHING if known.confidence is None else str(known.confidence)
    yield (
        " " * _INDENT
        + f"{ink.mark(known.shown)} {left(title, sheet.title)} "
        + ink.bar(known.shown, known.progress.clamped, known.expected, _BAR)
        + right(percent(known.progress.clamped), _PERCENT)
        + "  "
        + right(short_value(kr.metric, known.current, _RANGE if sheet.range else 0), _NOW)
        + ink.faint(left(f" {short_range(kr.metric, _RANGE)}", sheet.range))
        + right(sure, _SURE)
        + right(_chance(snapshot, kr), sheet.hit)
        + right(age(known.observed_at, snapshot.as_of), _AGE)
    )
    indent = " " * (_INDENT + STATUS_WIDTH + 1)
    yield from (indent + line for line in more)
    if asked is not None:
        kind, text = note_of(snapshot, asked)
        yield from hang(f"{kind}: {text}", indent, sheet.width)


def _chance(snapshot: Snapshot, kr: KeyResult) -> str:
    """The chance of a hit; what is reached asks for none."""
    if snapshot.standings[kr.id].progress.clamped == 1:
        return NOTHING
    return percent(hit_of(snapshot.forecasts.get(kr.id)))


def _title_lines(sheet: Sheet, kr: KeyResult) -> list[str]:
    """A title in two lines at most; what is longer is cut."""
    first, *more = list(wrap(sheet.name(kr), sheet.title)) or [kr.id]
    return [first, cut(" ".join(more), sheet.title)] if more else [first]


def _retired_line(sheet: Sheet, item: Objective | KeyResult, indent: str) -> str:
    room = sheet.width - width_of(indent) - STATUS_WIDTH - 1
    text = f"{sheet.name(item)} ({item.state_reason})" if item.state_reason else sheet.name(item)
    return f"{indent}{sheet.ink.mark(item.state)} {sheet.ink.faint(cut(text, room))}"


def note_of(snapshot: Snapshot, asked: OpenEntry) -> tuple[str, str]:
    """Kind and text of the note beside a key result of which something is asked."""
    commands = [answer.command.code for answer in asked.answers]
    if asked.kind == "suspect":
        why = sentence(asked.text or "the value left its limits")
        told = {"value": "VALUE", "reason": "TEXT", "cycle": snapshot.cycle.id}
        accept = okr("accept", asked.item, cycle=snapshot.cycle.id)
        correct = okr("correct", asked.item, **told)
        what = f"If it is true: {accept.code}; if not: {correct.code}."
        return "suspect", f"{asked.value} is not counted: {why} {what}"
    if asked.kind == "unread" and asked.text:
        hint = asked.fix or f"Correct it, then {commands[0]}."
        return "unavailable", f"{sentence(asked.text)} {sentence(hint)}"
    at = snapshot.standings[asked.item].observed_at
    heard = f"last heard of {age(at, snapshot.as_of)} ago." if at else "never heard of."
    kind = "stale" if at else "silent"
    if asked.kind == "unread":
        return kind, f"{heard} Run {commands[0]}."
    return kind, f"{heard} Ask {who(snapshot, asked.to) or 'its owner'} for {commands[0]}."


@dataclass(frozen=True, slots=True)
class Headline:
    """Three findings, each one sentence or two, and one per connection that is silent."""

    goes: str
    needs: str
    unknown: str
    silent: tuple[str, ...] = ()


def headline_of(snapshot: Snapshot, asked: Sequence[OpenEntry]) -> Headline:
    """The findings of a snapshot and of what is asked in it."""
    silent = tuple(silent_lines(snapshot))
    return Headline(_goes(snapshot), _needs(asked), _unknown(snapshot), silent)


def silent_lines(snapshot: Snapshot) -> Iterator[str]:
    """A sentence for each connection that was not read when it was to be."""
    for each in snapshot.silent:
        yield f"{each.title}: {each.silence(snapshot.as_of, snapshot.cycle)}."


def title_of(snapshot: Snapshot) -> str:
    """Organisation, cycle, and how far it is."""
    cycle = snapshot.plan.cycle
    today = cycle.day_of(snapshot.as_of)
    day = min(today, cycle.ends)
    number = (day - cycle.starts).days + 1
    length = (cycle.ends - cycle.starts).days + 1
    if number < 1:
        when = f"begins {day_text(cycle.starts)}"
    elif today > cycle.ends:
        when = f"ended {day_text(cycle.ends)}"
    else:
        when = f"{day_text(day)}, day {number} of {length}"
    organization = f"{snapshot.workspace.organization} · " if snapshot.workspace else ""
    return f"{organization}{cycle.id} · {when}"


def _goes(snapshot: Snapshot) -> str:
    shown: Counter[str] = Counter(
        snapshot.standings[objective.id].shown for objective in snapshot.plan.active_objectives
    )
    if snapshot.closed_at is not None:
        day = day_text(snapshot.plan.cycle.day_of(snapshot.closed_at))
        return f"closed on {day}; {okr('score', cycle=snapshot.cycle.id).code} shows the scores."
    total = sum(shown.values())
    if not total:
        return "the plan has no active objective."
    reached = snapshot.figures[""].clamped if "" in snapshot.figures else None
    good = sum(shown[status] for status in _GOOD)
    parts = [f"{good} of {count(total, 'objective')} on track or better"]
    parts += [f"{shown[status]} {word}" for status, word in _BAD if shown[status]]
    begin = "nothing measured yet" if reached is None else f"{percent(reached)} reached"
    return f"{begin}; {', '.join(parts)}."


def _needs(asked: Sequence[OpenEntry]) -> str:
    return f"{', '.join(counted(asked))}." if asked else "nothing."


def _unknown(snapshot: Snapshot) -> str:
    active = snapshot.plan.active_key_results
    pending = sum(snapshot.standings[kr.id].progress.raw is None for kr in active)
    if not active:
        return "everything: there is no key result."
    if not pending:
        return f"nothing: all {count(len(active), 'key result')} have a value."
    return f"{pending} of {count(len(active), 'key result')} without a value yet."
