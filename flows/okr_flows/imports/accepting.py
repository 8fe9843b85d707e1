"""Accepting: a sheet's plan, people and check-ins are recorded, or refused as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from itertools import compress
from typing import TYPE_CHECKING

from okr_core.basics.command import okr
from okr_core.errors import DocumentError, InputError, OkrError
from okr_core.files.editor_line import with_editor_line
from okr_core.plan.acting import Actor, Occasion
from okr_core.plan.plan import Plan
from okr_core.plan.when import When
from okr_core.plan.workspace import Workspace
from okr_core.record.check_ins import NewCheckIn
from okr_core.record.entries import Entry, Reading
from okr_core.record.readings import current_reading
from okr_core.sheets.merging import SheetCheckIn
from okr_core.sheets.places import finding
from okr_flows.checkin.check_ins import CheckInText, read_check_in
from okr_flows.checkin.recording import RecordedCheckIns, new_check_ins, record_check_ins
from okr_flows.formulate.check import check, proposed_workspace
from okr_flows.formulate.proposal import Applied, Known, Proposal, apply_proposals, propose
from okr_flows.imports.sheet import SheetImport
from okr_flows.run.cycle import PlanKnown, in_force

if TYPE_CHECKING:
    from okr_store import Store

VIA = "import"
"""How the person was known: they accepted what a sheet says."""


@dataclass(frozen=True, slots=True)
class _Planned:
    """A plan that is about to be in force."""

    plan: Plan
    workspace: Workspace | None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class SheetProposal:
    """A sheet's changes, allowed by the rules of applying and of check-ins.

    Attributes:
        proposals: Of okr.yaml and of the plan.
        check_ins: Those of the sheet that were not recorded earlier.
    """

    imported: SheetImport
    proposals: tuple[Proposal, ...]
    check_ins: tuple[SheetCheckIn, ...]
    occasion: Occasion
    when: When

    @property
    def changes(self) -> bool:
        """Whether there is anything to accept."""
        return bool(self.check_ins) or any(each.revision for each in self.proposals)


@dataclass(frozen=True, slots=True)
class AcceptedSheet:
    """What was recorded of a sheet."""

    applied: tuple[Applied, ...]
    check_ins: RecordedCheckIns | None


def standing_values(store: Store | None, cycle: str, at: datetime) -> dict[str, Decimal]:
    """Key result → its value that counts at a time, of what people check in."""
    if store is None or store.revision("plan", cycle) is None:
        return {}
    readings: dict[str, list[Reading]] = {}
    for reading in store.readings(cycle, as_of=None):
        if not reading.part:
            readings.setdefault(reading.key_result, []).append(reading)
    found = {name: current_reading(several, at) for name, several in readings.items()}
    return {
        name: reading.value
        for name, reading in found.items()
        if reading is not None and reading.value is not None
    }


def propose_sheet(
    known: Known,
    store: Store | None,
    imported: SheetImport,
    *,
    actor: Actor,
    now: datetime,
    env: Mapping[str, str],
    when: When,
    meant: bool = False,
    reason: str = "",
    reason_class: str = "",
) -> SheetProposal:
    """Try a sheet's changes against all rules; nothing is recorded.

    Args:
        known: Knows the current revisions.
        store: The open store; None: none was made yet.
        imported: What the sheet says.
        actor: Who accepts it.
        now: The time (aware).
        env: Variables that may name addresses of connections.
        when: Since when plan and people hold, and of when values without a day are.
        meant: Whether values that are hard to believe are meant.
        reason: Why, in a sentence.
        reason_class: Why what was agreed changes.

    Raises:
        DocumentError: The plan would have errors, or a check-in is not allowed; by line.
        RefusalError: A rule of applying says no.
        UnbelievedError: A value is hard to believe, and not said to be meant.
    """
    assert imported.merged is not None, "nobody accepts what is not decided"
    request = imported.request
    texts = {request.workspace.name: with_editor_line(imported.workspace_text(), "workspace")}
    if imported.tells_goals:
        texts[request.plan_name] = with_editor_line(imported.plan_text(), "plan")
    documents = check(texts, None, env)
    actor = replace(actor, via=VIA)
    proposals = propose(
        known,
        documents,
        actor=actor,
        now=now,
        when=when,
        reason=reason,
        reason_class=reason_class,
        command=okr("import csv", request.book.name, cycle=request.cycle.id),
    )
    zone = imported.merged.plan.cycle.zone
    at = when.in_zone(zone, now)
    day = when.only_day or (imported.merged.plan.cycle.day_of(now) if when.day is None else None)
    occasion = Occasion(at, now, actor, zone, day=day, meant=meant)
    result = SheetProposal(imported, tuple(proposals), imported.merged.check_ins, occasion, when)
    planned = _Planned(imported.merged.plan, proposed_workspace(documents))
    check_ins = _understood(result, planned)
    stands = _standing(store, planned)
    new = new_check_ins(planned, check_ins, occasion, stands, _places(result))
    return replace(result, check_ins=tuple(compress(result.check_ins, new)))


def accept_sheet(store: Store, proposal: SheetProposal) -> AcceptedSheet:
    """Record plan and people as revisions, then the check-ins under them.

    Raises:
        RefusalError: A base became stale meanwhile, or another value was said meanwhile.
    """
    applied = apply_proposals(store, proposal.proposals)
    if not proposal.check_ins:
        return AcceptedSheet(tuple(applied), None)
    assert proposal.imported.merged is not None
    known = in_force(store, proposal.imported.merged.plan.cycle.id)
    check_ins = _understood(proposal, known)
    try:
        done = record_check_ins(store, known, check_ins, proposal.occasion, _places(proposal))
    except OkrError as error:
        error.message = f"plan and people are recorded, the check-ins are not: {error.message}"
        raise
    return AcceptedSheet(tuple(applied), done)


def _understood(proposal: SheetProposal, known: PlanKnown) -> list[NewCheckIn]:
    found, problems = [], []
    for each in proposal.check_ins:
        text = CheckInText(
            each.key_result,
            value=each.value,
            confidence="" if each.confidence is None else str(each.confidence),
            note=each.note,
            at=each.day.isoformat() if each.day else "",
        )
        try:
            found.append(read_check_in(known, text, proposal.occasion))
        except InputError as error:
            problems.append(finding(each.place, error))
    if problems:
        raise DocumentError(problems)
    return found


def _places(proposal: SheetProposal) -> list[str]:
    name = proposal.imported.request.book.name
    return [f"{name}:{each.place.line}: " for each in proposal.check_ins]


def _standing(store: Store | None, planned: PlanKnown) -> tuple[Sequence[Reading], Sequence[Entry]]:
    cycle = planned.plan.cycle.id
    if store is None or store.revision("plan", cycle) is None:
        return (), ()
    readings = tuple(store.readings(cycle, as_of=None))
    return readings, tuple(store.entries(cycle, kinds=("check_in",)))
