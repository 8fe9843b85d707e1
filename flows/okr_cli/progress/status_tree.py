"""Status tree: teams, their objectives and key results, from 60 columns up to 100.

Where there is room a key result is one line; else its figures stand below its title.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from okr_cli.progress.status_headline import headline_of, title_of
from okr_cli.shell.figures import age, count, short_range, short_value
from okr_cli.shell.ink import STATUS_WIDTH, Ink, word_of
from okr_cli.shell.layout import MAX_WIDTH, cut, hang, left, right, sentence, width_of, wrap
from okr_cli.shell.open_text import first_lines, holder, who
from okr_cli.shell.titles import ROOMY, title_lines
from okr_core.basics.command import okr
from okr_core.open.entries import open_entries
from okr_core.open.entry import OpenEntry, accountable
from okr_core.plan.metrics import Metric
from okr_core.plan.part import Part
from okr_core.plan.plan import KeyResult, Objective
from okr_core.snapshot import Snapshot
from okr_core.words.figures import NOTHING, percent
from okr_core.words.standing_words import ended_text
from okr_flows.documents.forecast import hit_of
from okr_flows.owed.owed import owed_in

_BAR, _PERCENT, _NOW, _RANGE, _SURE, _HIT, _AGE = 10, 6, 9, 17, 4, 5, 6
_INDENT = 2
_FIGURES = _BAR + _PERCENT + _NOW + _RANGE + 1 + _SURE + _AGE
_LEAD = _INDENT + STATUS_WIDTH + 1
_MIN_TITLE = 16
_LABEL = 16
_NAMED = frozenset({"not_reached", "at_risk", "stale", "behind"})
"""What an objective shows that a reader wants to know the reason of."""
_FIRST = 5
"""Lines of what waits for a person."""
_NOTED = ("suspect", "unread", "check_in", "unreported")
"""Kinds that are told beside their key result too."""


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
    def roomy(self) -> bool:
        """Whether figures stand beside the title; else below it."""
        return self.width >= ROOMY

    @property
    def title(self) -> int:
        """Columns of a key result's title."""
        return self.width - _LEAD - (1 + _FIGURES + self.hit if self.roomy else 0)

    @property
    def before_figures(self) -> int:
        """Columns that are left free before the figures of a key result, where they stand below."""
        return _LEAD + self.title + 1 if self.roomy else min(_LEAD, self.width - _FIGURES - _HIT)

    @property
    def hit(self) -> int:
        """Columns of the chance of reaching the target; 0 without forecasts."""
        return _HIT if self.forecast else 0

    def name(self, item: Objective | KeyResult) -> str:
        """What an item is called on this sheet."""
        title = " ".join(item.title.split())
        return item.id if self.ids else title.replace(" %", "\N{NO-BREAK SPACE}%")


def status_tree(snapshot: Snapshot, part: Part, sheet: Sheet, workspace: str = "") -> str:
    """The whole of `okr status` for people.

    Args:
        snapshot: How the cycle stands.
        part: What of it is shown.
        sheet: What it is drawn on.
        workspace: The id that names in Prefect carry.
    """
    everything = open_entries(snapshot)
    asked = owed_in(snapshot, part, everything)
    lines = [*_head(snapshot, part, sheet, workspace, asked), ""]
    notes = {each.item: each for each in everything if each.kind in _NOTED}
    teams = _by_team(part)
    for team, objectives in teams.items():
        if len(teams) > 1 or team:
            lines += [_team_line(snapshot, sheet, team), ""]
        for objective in objectives:
            lines += _objective_lines(snapshot, sheet, objective, notes)
            lines.append("")
    lines += _next_lines(snapshot, part, sheet, asked)
    return "\n".join(lines).rstrip("\n")


def _next_lines(
    snapshot: Snapshot, part: Part, sheet: Sheet, asked: Sequence[OpenEntry]
) -> Iterator[str]:
    """What waits for a person, where the eye is once everything is printed."""
    if asked:
        yield sheet.ink.bold("What to do next")
    for line in first_lines(snapshot, asked, _FIRST, part):
        yield from hang(line, "  ", sheet.width, more="    ")


def _head(
    snapshot: Snapshot, part: Part, sheet: Sheet, workspace: str, asked: Sequence[OpenEntry]
) -> Iterator[str]:
    found = headline_of(snapshot, part, asked)
    yield from map(sheet.ink.bold, wrap(title_of(snapshot, part), sheet.width))
    if workspace:
        yield sheet.ink.faint(cut(f"workspace {workspace}", sheet.width))
    yield ""
    for label, text in (
        ("How it goes", found.goes),
        ("Needs you", found.needs),
        ("Not known", found.unknown),
        *(("Not read", silence) for silence in found.silent),
    ):
        first, *more = hang(text, " " * _LABEL, sheet.width)
        yield f"  {sheet.ink.faint(left(label, _LABEL - 2))}{first[_LABEL:]}"
        yield from more
    yield ""
    yield sheet.ink.faint(_columns_line(sheet))


def _columns_line(sheet: Sheet) -> str:
    return (
        " " * sheet.before_figures
        + left("progress", _BAR + _PERCENT)
        + right("now", _NOW)
        + left(" from → to", _RANGE + 1)
        + right("sure", _SURE)
        + right("hit", sheet.hit)
        + right("age", _AGE)
    )


def _by_team(part: Part) -> dict[str, list[Objective]]:
    """Team → objectives, in the order of the plan; those without a team come last."""
    teams: dict[str, list[Objective]] = {}
    for objective in part.objectives:
        teams.setdefault(objective.team or "", []).append(objective)
    if "" in teams:
        teams[""] = teams.pop("")
    return teams


def _team_line(snapshot: Snapshot, sheet: Sheet, team: str) -> str:
    known = snapshot.workspace.teams.get(team) if snapshot.workspace else None
    called = (known.name if known else "") or team or "No team"
    figure = snapshot.figures.get(team) if team else None
    averages = snapshot.averages.get(team, 0)
    told = [percent(figure.clamped)] if figure and figure.clamped is not None else []
    reached = " · ".join([*told, count(averages, "objective")] if averages else told)
    name = cut(called, sheet.width - width_of(reached) - 4)
    rule = max(sheet.width - width_of(name) - width_of(reached) - 2, 1)
    return f"{sheet.ink.bold(name)} {sheet.ink.faint('─' * rule)} {reached}".rstrip()


def _objective_lines(
    snapshot: Snapshot, sheet: Sheet, objective: Objective, notes: Mapping[str, OpenEntry]
) -> list[str]:
    if not objective.active:
        return list(_retired_lines(snapshot, sheet, objective, ""))
    lines = list(_objective_head(snapshot, sheet, objective))
    said = objective_note(snapshot, objective, ids=sheet.ids)
    for text in filter(None, (said, *_beside(snapshot, objective.id))):
        lines += hang(text, " " * (STATUS_WIDTH + 1), sheet.width)
    for kr in objective.key_results:
        lines += _key_result_lines(snapshot, sheet, objective, kr, notes.get(kr.id))
    return lines


def _objective_head(snapshot: Snapshot, sheet: Sheet, objective: Objective) -> Iterator[str]:
    """Mark, title, bar; its figure ends at the right edge, as its team's does."""
    ink, known = sheet.ink, snapshot.standings[objective.id]
    pending = f"{known.pending} pending  " if known.pending else ""
    room = sheet.width - STATUS_WIDTH - 1 - width_of(pending) - _BAR - _PERCENT - 2
    bar = ink.bar(known.shown, known.progress.clamped, known.expected, _BAR)
    figure = right(percent(known.progress.clamped), _PERCENT)
    owner = holder(snapshot, accountable(snapshot, objective.id))
    width = max(room, _MIN_TITLE)
    first, *more = title_lines(sheet.name(objective), width, ink, owner=owner, strong=True)
    yield f"{ink.mark(known.shown)} {first}  {ink.faint(pending)}{bar}{figure}"
    yield from (" " * (STATUS_WIDTH + 1) + line.rstrip() for line in more)


def _key_result_lines(
    snapshot: Snapshot,
    sheet: Sheet,
    objective: Objective,
    kr: KeyResult,
    asked: OpenEntry | None,
) -> Iterator[str]:
    if not kr.active:
        yield from _retired_lines(snapshot, sheet, kr, " " * _INDENT)
        return
    owner = _owner(snapshot, objective, kr)
    first, *more = title_lines(sheet.name(kr), sheet.title, sheet.ink, owner=owner)
    mark = " " * _INDENT + sheet.ink.mark(snapshot.standings[kr.id].shown)
    below = [" " * _LEAD + line.rstrip() for line in more]
    figures = _figures(snapshot, sheet, kr)
    if sheet.roomy:
        yield f"{mark} {first} {figures}"
        yield from below
    else:
        yield f"{mark} {first}".rstrip()
        yield from below
        yield " " * sheet.before_figures + figures
    yield from _note_lines(snapshot, sheet, kr, asked)


def _owner(snapshot: Snapshot, objective: Objective, kr: KeyResult) -> str:
    """Who answers for a key result, where that is another than for its objective."""
    plan = snapshot.plan
    if plan.role_of(kr) == objective.accountable:
        return ""
    return holder(snapshot, accountable(snapshot, kr.id))


def _figures(snapshot: Snapshot, sheet: Sheet, kr: KeyResult) -> str:
    known, ink, metric = snapshot.standings[kr.id], sheet.ink, snapshot.metric_of(kr)
    sure = NOTHING if known.confidence is None else str(known.confidence)
    return (
        ink.bar(known.shown, known.progress.clamped, known.expected, _BAR)
        + right(percent(known.progress.clamped), _PERCENT)
        + right(short_value(metric, known.current, _RANGE), _NOW)
        + ink.faint(left(f" {short_range(metric, _RANGE)}", _RANGE + 1))
        + right(sure, _SURE)
        + right(_chance(snapshot, kr), sheet.hit)
        + right(age(known.observed_at, snapshot.as_of), _AGE)
    )


def _beside(snapshot: Snapshot, item: str, metric: Metric | None = None) -> Iterator[str]:
    """What is to be known beside the score of what has ended; a suspect value is told below."""
    score = snapshot.score_of(item)
    if score is None:
        return
    from okr_core.score.notes import score_notes  # noqa: PLC0415 - not of what is under way

    told, until = score._replace(suspect=None), snapshot.numbers_until
    yield from score_notes(told, snapshot.cycle, until, metric=metric)


def _chance(snapshot: Snapshot, kr: KeyResult) -> str:
    """The chance of a hit; what is reached asks for none, and a guard has no target."""
    if kr.guard or snapshot.standings[kr.id].progress.clamped == 1:
        return NOTHING
    return percent(hit_of(snapshot.forecasts.get(kr.id)))


def _note_lines(
    snapshot: Snapshot, sheet: Sheet, kr: KeyResult, asked: OpenEntry | None
) -> Iterator[str]:
    indent = " " * _LEAD
    judged = snapshot.standings[kr.id].judged(snapshot.metric_of(kr), snapshot.cycle)
    if judged:
        yield from hang(judged, indent, sheet.width)
    for told in _beside(snapshot, kr.id, snapshot.metric_of(kr)):
        yield from hang(told, indent, sheet.width)
    kind, text = note_of(snapshot, asked) if asked else _underived(snapshot, kr)
    if kind:
        yield from hang(f"{kind}: {text}", indent, sheet.width)


def _retired_lines(
    snapshot: Snapshot, sheet: Sheet, item: Objective | KeyResult, indent: str
) -> Iterator[str]:
    said = "; ".join(filter(None, (item.state_reason, _counting_on(snapshot, item))))
    text = f"{sheet.name(item)} ({said})" if said else sheet.name(item)
    room = sheet.width - width_of(indent) - STATUS_WIDTH - 1
    first, *more = list(wrap(text, room)) or [item.id]
    yield f"{indent}{sheet.ink.mark(item.state)} {sheet.ink.faint(first)}"
    yield from (" " * (sheet.width - room) + sheet.ink.faint(line) for line in more)


def _counting_on(snapshot: Snapshot, item: Objective | KeyResult) -> str:
    """What an item counts that was retired too late to be left out; else empty."""
    inside = item.key_results if isinstance(item, Objective) else (item,)
    if not {kr.id for kr in inside}.intersection(kr.id for kr in snapshot.retired_late):
        return ""
    reached = snapshot.standings[item.id].progress.clamped
    return f"too late to be left out, counts {percent(reached)}"


def objective_note(snapshot: Snapshot, objective: Objective, *, ids: bool = False) -> str:
    """How many items have ended, and which one makes an objective what it shows; empty: neither.

    A single item needs no name: it stands below.
    """
    known = snapshot.standings[objective.id]
    under_way = known.ended < known.counted
    parts = [ended_text(known.ended, known.counted, known.fell_short)] if under_way else []
    if known.worst and known.counted > 1 and known.shown in _NAMED:
        named = known.worst if ids else snapshot.title_of(known.worst)
        parts.append(f"{word_of(known.shown)}: {named}")
    parts += [guard.said(snapshot.cycle) for guard in known.guards]
    return "; ".join(part for part in parts if part)


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
    ask = f"Ask {who(snapshot, asked.to) or 'its owner'} for {commands[0]}."
    if asked.kind == "unreported":
        return "never reported", ask
    at = snapshot.standings[asked.item].observed_at
    heard = f"last heard of {age(at, snapshot.as_of)} ago." if at else "never heard of."
    kind = "stale" if at else "never reported"
    return kind, f"{heard} {f'Run {commands[0]}.' if asked.kind == 'unread' else ask}"


def _underived(snapshot: Snapshot, kr: KeyResult) -> tuple[str, str]:
    """That others have no value, where it takes its own from them; it asks nobody itself."""
    known = snapshot.standings[kr.id]
    if snapshot.closed or kr.derivation is None:
        return "", ""
    if not known.progress.known and not known.left_out:
        return "no value", sentence(known.progress.reason)
    if known.stale:
        children = ", ".join(kr.derivation.children)
        at = age(known.observed_at, snapshot.as_of)
        return "stale", f"last heard of {at} ago. Its value is worked out from {children}."
    return "", ""
