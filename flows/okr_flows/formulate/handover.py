"""Handover: roles, goals and what waits for a person go to another, as a proposal to accept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from okr_core.basics.command import okr
from okr_core.errors import InputError, RefusalError
from okr_core.files.document import load_plan
from okr_core.files.workspace_edit import WorkspaceText
from okr_core.files.yaml_edit import Path, Value, edited
from okr_core.open.entries import open_entries
from okr_core.open.entry import OpenEntry, owner_named
from okr_core.plan.acting import Actor, deciding_person
from okr_core.plan.cycle import zone_named
from okr_core.plan.dump import plain
from okr_core.plan.handover import (
    Handing,
    absences_handed,
    items_handed,
    last_day,
    roles_handed,
    stays,
)
from okr_core.plan.names import person_meant
from okr_core.plan.workspace import WORKSPACE_FILE, Workspace
from okr_core.snapshot import Snapshot
from okr_core.words.figures import day_text
from okr_flows.formulate.check import CheckedDocument, check
from okr_flows.formulate.proposal import Proposal, apply_proposals, propose
from okr_flows.formulate.pull import Pulled, pull_current
from okr_flows.run.cycle import closed_at, current_workspace

if TYPE_CHECKING:
    from okr_core.plan.plan import Plan
    from okr_store import Store
_COMMAND = okr("handover")


@dataclass(frozen=True, slots=True)
class HandoverText:
    """A handover as a person writes it; empty: not said.

    Attributes:
        giver: Id or display name of a person, or id of a role that nobody holds.
        taker: Id or display name of a person.
        day: First local day on which it is the taker's; None: today.
        roles: Only these roles.
        items: Only these objectives and key results.
        leaves: Whether the day before is the giver's last.
        reason: Why, in a sentence.
    """

    giver: str
    taker: str
    day: date | None = None
    roles: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    leaves: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Handover:
    """What a handover would change; nothing is recorded yet.

    Attributes:
        proposals: Of the workspace and of plans.
        entries: What waits and is the taker's once it is accepted.
        later: Cycle → ids of items that go by their plan, which can change on the day only.
        stays: What keeps naming the giver, since it says what they did: (item, field).
    """

    handing: Handing
    proposals: tuple[Proposal, ...]
    entries: tuple[OpenEntry, ...]
    later: Mapping[str, tuple[str, ...]]
    stays: tuple[tuple[str, str], ...]


def plan_handover(store: Store, text: HandoverText, *, actor: Actor, now: datetime) -> Handover:
    """Work out a handover by all rules that applying its changes takes.

    Args:
        store: The open store.
        text: What is handed over.
        actor: Who proposes it.
        now: The time (aware).

    Raises:
        InputError: A person, role or item is unknown, or is not the giver's; the day has passed.
        RefusalError: The role is held, or there is nothing to hand over.
        DocumentError: The plan would break a rule.
    """
    workspace = current_workspace(store)
    if workspace is None or not workspace.people:
        raise InputError(
            "the workspace has no people.", hint="Add `people` to okr.yaml, and apply it."
        )
    deciding_person(actor, workspace)
    today = now.astimezone(zone_named(workspace.timezone)).date()
    handing = _understood(workspace, text, today)
    pulled = pull_current(store)
    space = next(each for each in pulled if each.revision.kind == "workspace")
    plans = [
        _PlanHanded.of(store, each, handing, now)
        for each in pulled
        if each.revision.kind == "plan" and closed_at(store, each.revision.scope) is None
    ]
    _refuse_strangers(workspace, handing, plans)
    before = {WORKSPACE_FILE: space.text}
    after = {WORKSPACE_FILE: _workspace_text(space, workspace, handing)}
    for each in plans if handing.day <= today else ():
        if each.values:
            before[f"{each.cycle}.yaml"] = each.pulled.text
            after[f"{each.cycle}.yaml"] = each.text()
    documents = _checked(before, after)
    why = f"{handing.giver} hands over to {handing.taker} from {handing.day.isoformat()}"
    reason = f"{why}: {text.reason}" if text.reason else why
    proposals = _proposed(store, documents, reason, actor=actor, now=now)
    later = {each.cycle: each.names for each in plans if each.values and handing.day > today}
    if not proposals and not later:
        raise RefusalError(
            f"`{handing.giver}` has nothing to hand over: no role, no goal, no cycle.",
            hint=f"{okr('people', 'list').code} shows who answers for what.",
        )
    entries = tuple(entry for each in plans for entry in each.entries(workspace))
    kept = tuple(found for each in plans for found in stays(each.plan, handing))
    return Handover(handing, proposals, entries, later, kept)


def record_handover(store: Store, handover: Handover) -> list[str]:
    """Record a handover as proposed revisions; their references, in the order to accept them.

    Raises:
        RefusalError: A base became stale meanwhile; nothing was recorded.
    """
    applied = apply_proposals(store, handover.proposals)
    return [f"{each.proposal.scope or 'workspace'}:{each.number}" for each in applied]


# Who and what is meant


def _understood(workspace: Workspace, text: HandoverText, today: date) -> Handing:
    people = workspace.people
    giver, taker = person_meant(text.giver, people), person_meant(text.taker, people)
    day = text.day or today
    if day < today:
        raise InputError(
            f"{day_text(day)} has passed, and what was done then stays theirs who did it.",
            hint="Name today or a day to come with `--on`.",
        )
    if taker not in people:
        raise InputError(
            f"person `{text.taker}` is not in the workspace.",
            hint=f"{okr('people', 'list').code} shows who is; add them to okr.yaml and apply it.",
        )
    if not workspace.is_with_us(taker, day):
        raise InputError(
            f"`{taker}` is not with the organisation on {day_text(day)}.",
            hint="Name somebody who is, or correct `from` and `until` in okr.yaml.",
        )
    if giver == taker:
        raise InputError(f"`{giver}` would hand over to themselves.", hint="Name another person.")
    handing = Handing(giver, taker, day, text.roles, text.items, text.leaves)
    _refuse_held(workspace, handing)
    if text.leaves and (not handing.whole or giver not in people):
        raise InputError(
            "who leaves hands over everything.",
            hint="Leave out `--leaves`, or `--role` and `--item`; what is left is named vacant.",
        )
    return handing


def _refuse_held(workspace: Workspace, handing: Handing) -> None:
    """A role by its id is handed over where nobody holds it; else somebody hands it over."""
    giver = handing.giver
    held = workspace.holders(giver, handing.day) if giver in workspace.roles else ()
    if held:
        command = okr("handover", held[0].person, handing.taker, role=giver)
        raise RefusalError(f"`{giver}` is held by `{held[0].person}`.", hint=f"{command.code}.")


def _refuse_strangers(workspace: Workspace, handing: Handing, plans: Sequence[_PlanHanded]) -> None:
    """Only what is the giver's can be handed over."""
    given = {*roles_handed(workspace, handing), handing.giver}
    for role in handing.roles:
        if role not in given:
            raise InputError(
                f"`{handing.giver}` does not hold the role `{role}`.", hint=_what(handing.giver)
            )
    for item in handing.items:
        roles = {each.role_of(item) for each in plans} - {None}
        held = {h.person for role in roles if role for h in workspace.holders(role, handing.day)}
        if not {handing.giver} & {*roles, *held}:
            raise InputError(
                f"`{handing.giver}` is not accountable for `{item}`.", hint=_what(handing.giver)
            )


def _what(giver: str) -> str:
    return f"{okr('status', person=giver).code} shows what is theirs."


# What changes


def _workspace_text(pulled: Pulled, workspace: Workspace, handing: Handing) -> str:
    values: dict[Path, Value] = {}
    for role, held_by in roles_handed(workspace, handing).items():
        values["roles", role, "held_by"] = [_data(each) for each in held_by]
    for person, absences in absences_handed(workspace, handing).items():
        values["people", person, "absences"] = [_data(each) for each in absences]
    if last := last_day(workspace, handing):
        values["people", handing.giver, "until"] = last.isoformat()
    written = WorkspaceText.read(WORKSPACE_FILE, pulled.text)
    return written.with_values(values).text if values else pulled.text


def _data(model: object) -> Value:
    return {key: str(value) for key, value in plain(model).items()}  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class _PlanHanded:
    """A plan of a cycle that is not closed, and what a handover changes in its text."""

    cycle: str
    pulled: Pulled
    plan: Plan
    snapshot: Snapshot
    handing: Handing
    values: Mapping[Path, Value]
    names: tuple[str, ...]

    @classmethod
    def of(cls, store: Store, pulled: Pulled, handing: Handing, now: datetime) -> _PlanHanded:
        from okr_store.snapshot import read_snapshot  # noqa: PLC0415 - SQLAlchemy: half a second

        cycle = pulled.revision.scope
        snapshot = read_snapshot(store, cycle, now, newest=True)
        plan = load_plan(pulled.text, f"{cycle}.yaml")
        values: dict[Path, Value] = {}
        names = []
        for each in items_handed(plan, handing):
            below = () if each.key_result is None else ("key_results", str(each.key_result))
            values["objectives", str(each.objective), *below, each.key] = handing.taker
            names.append(each.item.id)
        if handing.whole and owner_named(snapshot) == handing.giver:
            values["cycle", "owner"] = handing.taker
            names.append("cycle.owner")
        return cls(cycle, pulled, plan, snapshot, handing, values, tuple(names))

    def text(self) -> str:
        """The text of the plan with its changes."""
        return edited(self.pulled.text, self.values)

    def role_of(self, item: str) -> str | None:
        """The accountable role of an item; None: the plan has no such item."""
        kr = self.plan.key_results_by_id.get(item)
        objective = self.plan.objectives_by_id.get(item)
        return self.plan.role_of(kr) if kr else objective.accountable if objective else None

    def entries(self, workspace: Workspace) -> Iterator[OpenEntry]:
        """What waits in the cycle and goes along."""
        roles = set(roles_handed(workspace, self.handing))
        owned = "cycle.owner" in self.names
        for entry in open_entries(self.snapshot):
            to = entry.to
            if entry.kind == "vacancy" or not (self.handing.giver in to.people or to.vacant):
                continue
            if to.role in roles or entry.item in self.names or (owned and to.role is None):
                yield entry


def _checked(before: Mapping[str, str], after: Mapping[str, str]) -> list[CheckedDocument]:
    """The texts as they are to be, with what is wrong in them and was not so before.

    Another role that stands empty, or an address that only some computers know, is no matter of a
    handover.
    """
    known = {
        (document.name, each.rule, each.path)
        for document in check(before, None, {})
        for each in document.findings
    }
    return [
        replace(
            document,
            findings=tuple(
                each
                for each in document.findings
                if (document.name, each.rule, each.path) not in known
            ),
        )
        for document in check(after, None, {})
    ]


def _proposed(
    store: Store,
    documents: Sequence[CheckedDocument],
    reason: str,
    *,
    actor: Actor,
    now: datetime,
) -> tuple[Proposal, ...]:
    found = propose(store, documents, actor=actor, now=now, reason=reason, command=_COMMAND)
    return tuple(
        replace(each, revision=replace(each.revision, state="proposed"))
        for each in found
        if each.revision is not None
    )
