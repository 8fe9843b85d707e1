"""`okr status`: how it goes, what needs you, what is unknown, and the tree below that."""

from __future__ import annotations

import gc
import html
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from okr_cli.progress.status_headline import silent_lines
from okr_cli.progress.status_tree import Sheet, status_tree
from okr_cli.shell.home import Home
from okr_cli.shell.ink import Ink
from okr_cli.shell.layout import MAX_WIDTH, width_of
from okr_cli.shell.open_text import holder
from okr_cli.shell.options import HERE, NOW, CycleAt, Format, Place
from okr_cli.shell.output import (
    on_terminal,
    page_width,
    print_json,
    print_rows,
    print_text,
    tell,
    wants_colour,
)
from okr_cli.shell.whose import EVERYBODY, Whose
from okr_core.basics.command import okr
from okr_core.basics.exact import decimal_text, ratio_json, time_json
from okr_core.basics.unwritable import unwritable
from okr_core.open.entry import accountable
from okr_core.plan.part import Part
from okr_core.plan.plan import KeyResult, Objective
from okr_core.snapshot import Snapshot
from okr_flows.run.names import workspace_id

if TYPE_CHECKING:
    from okr_store import Store

_COLUMNS = (
    "objective",
    "key_result",
    "status",
    "progress",
    "expected",
    "current",
    "unit",
    "confidence",
    "observed_at",
    "title",
    "owner",
)


def status(
    *,
    tree: Annotated[
        bool, Parameter(help="The tree in a pipe too, where plain rows are printed.")
    ] = False,
    ids: Annotated[bool, Parameter(help="Show ids instead of titles.")] = False,
    whose: Whose = EVERYBODY,
    trend: Annotated[
        bool, Parameter(help="Progress, confidence and forecast week by week.")
    ] = False,
    svg: Annotated[Path | None, Parameter(show=False)] = None,
    format_: Format = "text",
    when: CycleAt = NOW,
    place: Place = HERE,
) -> int:
    """Show how a cycle goes, what needs you, and what is not known yet.

    On a terminal: a tree of teams, objectives and key results; the tick in a bar is where it should
    be by now, `sure` is the last confidence from 0 to 10, `hit` the chance of reaching the target
    that the last scoring stored, `age` how old the value is. A name beside a title is who answers
    for it, where that is another than for its objective. In a pipe: plain rows with tabs.
    """
    home = Home.of(place)
    if trend:
        from okr_cli.shell.trend import show_trend  # noqa: PLC0415 - only for --trend

        whose.refuse_with("--trend")
        return show_trend(home, when, format_, tree=tree, ids=ids, by_score=False)
    if svg is not None:
        from okr_cli.files.writing import refuse_own  # noqa: PLC0415 - only for --svg

        refuse_own(svg, home)
    with _no_garbage():
        snapshot, workspace = _found(home, when)
        part = whose.part_of(snapshot, home.env)
        if format_ == "json":
            from okr_flows.documents.status import StatusDocument  # noqa: PLC0415

            print_json(StatusDocument.of(snapshot, workspace, part))
        elif svg is not None:
            _draw(snapshot, workspace, part, svg, ids=ids)
        elif tree or on_terminal():
            print_text(status_tree(snapshot, part, _sheet(snapshot, ids=ids), workspace))
        else:
            print_rows(status_rows(snapshot, part))
            for silence in silent_lines(snapshot):
                tell(silence)
    return 0


def _found(home: Home, when: CycleAt) -> tuple[Snapshot, str]:
    """How the cycle that the options ask for stands, and the id of its workspace."""
    from okr_store.snapshot import read_snapshot  # noqa: PLC0415 - the store: half a second

    with home.open_cycle(when) as (store, cycle, as_of):
        snapshot = read_snapshot(store, cycle.id, as_of, newest=True)
        _tell_new_rules(store, snapshot)
        return snapshot, workspace_id(store)


def _tell_new_rules(store: Store, snapshot: Snapshot) -> None:
    """Say once that an open cycle is scored by other rules than last time."""
    from okr_core.score.score_words import score_text  # noqa: PLC0415
    from okr_flows.score.rules import moved_by_rules  # noqa: PLC0415 - the store: half a second

    moved = moved_by_rules(store, snapshot)
    if moved is not None:
        before, now = score_text(moved.before), score_text(moved.now)
        tell(
            f"The rules of scoring have changed: the last score of {snapshot.cycle.id} was "
            f"{before}, and is {now} by today's. {okr('score', cycle=snapshot.cycle.id).code} says "
            "why, and counts by them."
        )


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Nothing here makes garbage; looking for it takes a fifth of the time of a large plan."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _sheet(snapshot: Snapshot, *, ids: bool) -> Sheet:
    ink = Ink.of(colour=wants_colour(), environ=os.environ)
    return Sheet(ink, page_width(), ids=ids, forecast=bool(snapshot.forecasts))


def _draw(snapshot: Snapshot, workspace: str, part: Part, path: Path, *, ids: bool) -> None:
    """Write the tree as a picture, for documents that show it."""
    import io  # noqa: PLC0415 - this and rich's console only where a picture is drawn

    from rich.console import Console  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from okr_cli.files.writing import write_text  # noqa: PLC0415

    text = status_tree(snapshot, part, _svg_sheet(snapshot, ids=ids), workspace)
    console = Console(
        width=MAX_WIDTH,
        record=True,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
    )
    console.print(Text.from_ansi(text), soft_wrap=True)
    svg = _widened(console.export_svg(title=str(okr("status"))))
    try:
        write_text(path, svg, private=not path.exists())
    except OSError as error:
        raise unwritable(path, error) from error
    tell(f"wrote {path}")


def _svg_sheet(snapshot: Snapshot, *, ids: bool) -> Sheet:
    ink = Ink(colour=True, exact=True)
    return Sheet(ink, MAX_WIDTH, ids=ids, forecast=bool(snapshot.forecasts))


def _widened(svg: str) -> str:
    """Rich gives every character one column; a Chinese one takes two and would be squeezed."""

    def width(match: re.Match[str]) -> str:
        text = html.unescape(match["text"])
        columns = float(match["length"]) / max(len(text), 1) * width_of(text)
        return f'textLength="{columns:.1f}"{match["rest"]}>{match["text"]}<'

    return re.sub(r'textLength="(?P<length>[\d.]+)"(?P<rest>[^>]*)>(?P<text>[^<]+)<', width, svg)


def status_rows(snapshot: Snapshot, part: Part) -> Iterator[tuple[str, ...]]:
    """A header, then one row per objective and key result; empty cells where nothing is known."""
    yield _COLUMNS
    for objective in part.objectives:
        known = snapshot.standings[objective.id]
        shown = known.shown if objective.active else objective.state
        progress = _cell(ratio_json(known.progress.clamped))
        owner = holder(snapshot, accountable(snapshot, objective.id))
        yield (objective.id, "", shown, progress, "", "", "", "", "", objective.title, owner)
        for kr in objective.key_results:
            yield (objective.id, kr.id, *_cells(snapshot, objective, kr))


def _cells(snapshot: Snapshot, objective: Objective, kr: KeyResult) -> Iterator[str]:
    known = snapshot.standings[kr.id]
    yield known.shown if objective.pursues(kr) else objective.state_of(kr)
    yield _cell(ratio_json(known.progress.clamped))
    yield _cell(ratio_json(known.expected))
    yield "" if known.current is None else decimal_text(known.current)
    yield kr.metric.unit
    yield _cell(known.confidence)
    yield "" if known.observed_at is None else time_json(known.observed_at)
    yield kr.title
    yield holder(snapshot, accountable(snapshot, kr.id))


def _cell(value: float | None) -> str:
    return "" if value is None else str(value)
