"""Revision: what changed between two plans or workspaces, in words, and which changes ask why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from okr_core.basics.exact import decimal_text, digest
from okr_core.plan.dump import plain, plan_json, workspace_json
from okr_core.plan.moves import CYCLE, KEY_RESULT, OBJECTIVE, Part, asks_why
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.plan.workspace import Workspace

ReasonClass = Literal["external_shock", "metric_error", "strategy_change", "learned"]
"""Why something agreed changes: only `metric_error` changes the score as first agreed."""
ChangeKind = Literal["added", "removed", "changed", "moved"]

_SECTIONS = {
    "people": "person",
    "teams": "team",
    "roles": "role",
    "connections": "connection",
    "routes": "route",
    "audiences": "audience",
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A revision that waits for a named person to accept or reject it.

    Attributes:
        reference: How it is named: `2026-q4:3` or `workspace:2`.
        of_plan: Whether it is of the cycle's plan; else it is of the workspace.
        at: When it was proposed (aware).
        by: Id of the person who proposed it.
        reason: Why.
        explained: Whether reason and reason class are there.
        stale: Whether another revision was accepted since it was made: it can only be rejected.
        roles: Those accountable for what it changes of what was agreed: who holds one is no second
            person who could accept it.
    """

    reference: str
    of_plan: bool
    at: datetime
    by: str = ""
    reason: str = ""
    explained: bool = False
    stale: bool = False
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two revisions.

    Attributes:
        path: Place with ids, such as `objectives.activation.key_results.week1.metric.target`.
        item: Id of the objective, key result or entry; empty for the document as a whole.
        field: Field within the item, such as `metric.target`; empty for the item as a whole.
        old: The value before as text, None where there was none.
        new: The value after as text, None where there is none.
        kind: An item added, removed or moved to another objective, or a field changed.
        protected: Whether it needs a reason class after the first agreement.
    """

    path: str
    item: str
    field: str
    old: str | None
    new: str | None
    kind: ChangeKind
    protected: bool = False

    def __str__(self) -> str:
        if self.kind == "added":
            return f"+ `{self.item}`: {self.new}"
        if self.kind == "removed":
            return f"- `{self.item}`: {self.old}"
        subject = f"`{self.item}`: " if self.item else ""
        old, new = ("(not set)" if text is None else text for text in (self.old, self.new))
        return f"~ {subject}{self.field}: {old} → {new}"


def plan_digest(plan: Plan) -> str:
    """The name of a plan's content, numbers as they were written."""
    return digest(plan_json(plan).encode())


def workspace_digest(workspace: Workspace) -> str:
    """The name of a workspace's content."""
    return digest(workspace_json(workspace).encode())


def diff_plans(old: Plan | None, new: Plan) -> tuple[Change, ...]:
    """What changed from `old` to `new`: the cycle, then every objective and key result.

    The order of items means nothing and makes no change.

    Args:
        old: The plan before; None: everything is added.
        new: The plan after.
    """
    return tuple(_plan_changes(old, new))


def needs_reason(changes: Collection[Change], started: bool) -> tuple[Change, ...]:
    """The changes that need a reason class: what was agreed, once the plan has settled."""
    return tuple(change for change in changes if change.protected) if started else ()


def added_days(before: Mapping[str, date], new: Plan, day: date) -> dict[str, date]:
    """Key result id → local day of the revision that first added it.

    Args:
        before: The same mapping of the plan that the new one follows; empty for a first one.
        new: The plan after.
        day: Local day of the new revision.
    """
    return first_added([before, dict.fromkeys(new.key_results_by_id, day)])


def first_added(days: Iterable[Mapping[str, date]]) -> dict[str, date]:
    """Key result id → the day that the first of several mappings says, oldest revision first.

    One that was removed stays known: added again, it is as old as it was.
    """
    found: dict[str, date] = {}
    for each in days:
        found = {**each, **found}
    return found


def diff_workspaces(old: Workspace | None, new: Workspace) -> tuple[Change, ...]:
    """What changed from `old` to `new`: entries of people, roles and others, then settings.

    Policies are frozen per cycle: a changed one is protected.
    """
    return tuple(_workspace_changes(old, new))


def _plan_changes(old: Plan | None, new: Plan) -> Iterator[Change]:
    if old is not None:
        yield from _fields_changed(
            "cycle",
            "",
            _flat(plain(old.cycle, defaults=True), "cycle"),
            _flat(plain(new.cycle, defaults=True), "cycle"),
            _of_cycle,
        )
    before, after = (_items(old) if old is not None else {}), _items(new)
    for name in [*after, *(name for name in before if name not in after)]:
        was, now = before.get(name), after.get(name)
        if was is None and now is not None:
            later = old is not None
            yield Change(now.path, name, "", None, now.title, "added", protected=later)
        elif now is None and was is not None:
            yield Change(was.path, name, "", was.title, None, "removed", protected=True)
        elif was is not None and now is not None:
            if was.parent != now.parent:
                yield Change(now.path, name, "objective", was.parent, now.parent, "moved", True)
            guards = _Guards({**was.parts, **now.parts}, learning=was.learning or now.learning)
            yield from _fields_changed(now.path, name, was.fields, now.fields, guards)


@dataclass(frozen=True, slots=True)
class _ItemOf:
    """An objective or key result as a diff sees it."""

    path: str
    parent: str
    title: str
    fields: dict[str, object]
    parts: Mapping[str, Part]
    learning: bool


@dataclass(frozen=True, slots=True)
class _Guards:
    """Which changes of one item ask for a reason class."""

    parts: Mapping[str, Part]
    learning: bool = False

    def __call__(self, field: str, old: object, new: object) -> bool:
        if field.startswith("metric.parts.") and field.endswith(".title"):
            part = self.parts["title"]  # a part's title is one
        else:
            part = self.parts[field.split(".", 1)[0]]
        return asks_why(part, old, new, learning=self.learning)


def _of_cycle(field: str, old: object, new: object) -> bool:
    return asks_why(CYCLE[field.removeprefix("cycle.")], old, new, learning=False)


def _of_policies(field: str, old: object, new: object) -> bool:  # noqa: ARG001 - one signature
    return field.startswith("policies.")


def _items(plan: Plan) -> dict[str, _ItemOf]:
    found: dict[str, _ItemOf] = {}
    for objective in plan.objectives:
        path = f"objectives.{objective.id}"
        found[objective.id] = _item(objective, path, "")
        for key_result in objective.key_results:
            inner = f"{path}.key_results.{key_result.id}"
            found[key_result.id] = _item(key_result, inner, objective.id)
    return found


def _item(item: Objective | KeyResult, path: str, parent: str) -> _ItemOf:
    data = plain(item, defaults=True)
    data.pop("key_results", None)
    learning = isinstance(item, Objective) and item.ambition == "learning"
    parts = OBJECTIVE if isinstance(item, Objective) else KEY_RESULT
    return _ItemOf(path, parent, item.title, _flat(data), parts, learning)


def _fields_changed(
    path: str,
    item: str,
    old: Mapping[str, object],
    new: Mapping[str, object],
    guarded: Callable[[str, object, object], bool],
) -> Iterator[Change]:
    for field in [*new, *(field for field in old if field not in new)]:
        # By value: 45 and 45.0 are one target.
        if old.get(field) != new.get(field):
            place = f"{path}.{field}" if item else field
            was, now = (_readable(each[field]) if field in each else None for each in (old, new))
            asks = guarded(field, old.get(field), new.get(field))
            yield Change(place, item, field, was, now, "changed", asks)


def _flat(value: object, prefix: str = "") -> dict[str, object]:
    """Field path → every leaf that is set; lists of items by their ids."""
    if isinstance(value, Mapping):
        pairs = [(f"{prefix}.{key}" if prefix else str(key), each) for key, each in value.items()]
        return {path: leaf for inner, each in pairs for path, leaf in _flat(each, inner).items()}
    if isinstance(value, list) and value and all(_has_id(each) for each in value):
        return _flat({each["id"]: {**each, "id": None} for each in value}, prefix)
    return {} if value in (None, "", []) else {prefix: value}


def _has_id(value: object) -> bool:
    return isinstance(value, Mapping) and "id" in value


def _readable(value: object) -> str:
    """A leaf as people read it; empty for what is not set."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(_readable(each) for each in value)
    if isinstance(value, Mapping):
        texts = {key: _readable(each) for key, each in value.items()}
        return "(" + ", ".join(f"{key} {text}" for key, text in texts.items() if text) + ")"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _workspace_changes(old: Workspace | None, new: Workspace) -> Iterator[Change]:
    before = plain(old, defaults=True) if old is not None else {}
    after = plain(new, defaults=True)
    for section, noun in _SECTIONS.items():
        was, now = _entries(before, section), _entries(after, section)
        for name in [*now, *(name for name in was if name not in now)]:
            path = f"{section}.{name}"
            if name not in was:
                yield Change(path, name, "", None, noun, "added")
            elif name not in now:
                yield Change(path, name, "", noun, None, "removed")
            else:
                yield from _fields_changed(
                    path, name, _flat(was[name]), _flat(now[name]), _of_policies
                )
    if old is not None:
        rest = [{k: v for k, v in data.items() if k not in _SECTIONS} for data in (before, after)]
        yield from _fields_changed("", "", _flat(rest[0]), _flat(rest[1]), _of_policies)


def _entries(data: Mapping[str, object], section: str) -> dict[str, object]:
    """The entries of a section; one that is a single text gets a field of its own."""
    held = data.get(section)
    if not isinstance(held, Mapping):
        return {}
    return {
        str(name): each if isinstance(each, Mapping) else {noun: each}
        for name, each in held.items()
        for noun in [_SECTIONS[section]]
    }


def roles_concerned(plans: Sequence[Plan], changes: Iterable[Change]) -> tuple[str, ...]:
    """The roles accountable for the key results of which changes move what was agreed.

    Args:
        plans: Before and after the changes; of those that have a key result the last says whose.
        changes: What differs.
    """
    found: dict[str, None] = {}
    for change in changes:
        if change.protected:
            found |= dict.fromkeys(_accountable(plans, change.item))
    return tuple(found)


def _accountable(plans: Sequence[Plan], item: str) -> Iterator[str]:
    """Roles of the key result of that id, or of those of the objective."""
    for plan in reversed(plans):
        objective = plan.objectives_by_id.get(item) or plan.objective_of.get(item)
        if objective is None:
            continue
        inside = [kr for kr in objective.key_results if item in (kr.id, objective.id)]
        roles = [objective.accountable] if inside else []
        yield from filter(None, (*roles, *(kr.accountable for kr in inside)))
        return
