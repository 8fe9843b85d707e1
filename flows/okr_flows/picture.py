"""Picture: everything that is known about a cycle at a time, read from the store once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from okr_core.entries import Entry, SyncRecord, UnavailableAnswer
from okr_core.errors import InputError
from okr_core.metrics import AtLeast, AtMost, Within
from okr_core.plan import Plan
from okr_core.progress import Progress
from okr_core.rollup import team_figures
from okr_core.score_records import ForecastRecord, Scored
from okr_core.standings import Standing, standing
from okr_core.workspace import Policies, Workspace
from okr_flows.chronicles import by_key_result

if TYPE_CHECKING:
    from okr_store import Store

_JUDGED = ("scored", "closing")


@dataclass(frozen=True, slots=True)
class Picture:
    """A cycle seen from a time.

    Attributes:
        revision: Number of the plan's revision.
        standings: Objective or key result → how it stands.
        figures: Team → its progress; the empty name is the whole cycle.
        unavailable: Key result → why the last sync could not read it.
        synced_at: When a sync last ended; None: never.
        forecasts: Key result → the forecast that the last scoring stored; none once closed.
        closed_at: When the cycle was closed; None: it is open.
    """

    plan: Plan
    workspace: Workspace | None
    revision: int
    as_of: datetime
    standings: Mapping[str, Standing]
    figures: Mapping[str, Progress]
    unavailable: Mapping[str, UnavailableAnswer] = field(default_factory=dict)
    synced_at: datetime | None = None
    forecasts: Mapping[str, ForecastRecord] = field(default_factory=dict)
    closed_at: datetime | None = None


def _forecasts(scored: Entry | None) -> Mapping[str, ForecastRecord]:
    return scored.body.forecasts if scored and isinstance(scored.body, Scored) else {}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the last sync of a key result could not read, and the time of that sync."""

    answer: UnavailableAnswer
    at: datetime


def take_picture(store: Store, cycle: str, as_of: datetime, number: int | None = None) -> Picture:
    """Read a cycle from the store as it was known at `as_of`.

    Args:
        store: The open store.
        cycle: Id of the cycle.
        as_of: Readings and check-ins until then (aware).
        number: Revision of the plan; None: the one that held then.

    Raises:
        InputError: No plan of the cycle was applied by then.
    """
    revision = store.revision("plan", cycle, number, as_of)
    if revision is None:
        raise InputError(
            f"cycle `{cycle}` had no plan at {as_of.isoformat(timespec='minutes')}.",
            hint="`okr revisions list` shows when it was applied; choose a later --as-of.",
        )
    applied = store.revision("workspace", "", as_of=as_of) or store.revision("workspace", "")
    workspace = applied.workspace() if applied else None
    plan = revision.plan()
    readings = by_key_result(store.readings(cycle, as_of=as_of, history=_all_count(plan)))
    said: dict[str, list[Entry]] = defaultdict(list)
    for entry in store.entries(cycle, kinds=("check_in",), as_of=as_of, latest=True):
        said[entry.key_result].append(entry)
    policies = workspace.policies if workspace else Policies()
    known = {e.body.kind: e for e in store.entries(cycle, kinds=_JUDGED, as_of=as_of, latest=True)}
    scored, closing = known.get("scored"), known.get("closing")
    standings = standing(plan, readings, said, as_of, policies=policies, closed=closing is not None)
    troubles, synced_at = last_words(store.entries(cycle, kinds=("sync",), as_of=as_of))
    return Picture(
        plan=plan,
        workspace=workspace,
        revision=revision.number,
        as_of=as_of,
        standings=standings,
        figures=team_figures(plan, {id_: known.progress for id_, known in standings.items()}),
        unavailable={name: trouble.answer for name, trouble in troubles.items()},
        synced_at=synced_at,
        forecasts=_forecasts(scored) if closing is None else {},
        closed_at=closing.at if closing else None,
    )


def last_words(
    syncs: Iterable[Entry],
) -> tuple[dict[str, Trouble], datetime | None]:
    """What the last sync of each key result could not read, and when any sync last ended."""
    troubles: dict[str, Trouble] = {}
    ended: datetime | None = None
    for entry in syncs:
        if not isinstance(entry.body, SyncRecord):
            continue
        for key_result in (*entry.body.observed, *entry.body.suspect):
            troubles.pop(key_result, None)
        for answer in entry.body.unavailable:
            troubles[answer.key_result] = Trouble(answer, entry.at)
        ended = max(ended, entry.at) if ended else entry.at
    return troubles, ended


def _all_count(plan: Plan) -> list[str]:
    """Key results whose earlier readings count too: bands judged over time."""
    return [
        kr.id
        for kr in plan.key_results()
        if isinstance(kr.metric, AtLeast | AtMost | Within) and kr.metric.judge != "latest"
    ]
