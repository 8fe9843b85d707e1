"""Merging: what a sheet says becomes a plan, beside what the plan says already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from pydantic import ValidationError

from okr_core.basics.exact import decimal_text
from okr_core.errors import Finding, InputError
from okr_core.files.yaml_edit import Path, Value
from okr_core.plan.cycle import Cycle
from okr_core.plan.metrics import AtLeast, AtMost, Binary, Decrease, Increase, Metric
from okr_core.plan.plan import KeyResult, Objective, Plan
from okr_core.plan.values import typed_value
from okr_core.plan.workspace import Workspace
from okr_core.sheets.circles import Circles
from okr_core.sheets.drafts import KeyResultDraft, ObjectiveDraft, PersonDraft, WhoText
from okr_core.sheets.names import folded, free_id, slug
from okr_core.sheets.people import People
from okr_core.sheets.places import CellError, Place, Remark, finding
from okr_core.sheets.reading import SheetReading

_PLAIN = (Increase, Decrease, AtLeast, AtMost, Binary)
_WORDS = 3
_FIELDS = {"starts": "begins", "metric": "target", "role": "owner"}
"""Field of a plan → what a sheet calls it, where it does not by the same name."""
_Item = TypeVar("_Item", Objective, KeyResult)


@dataclass(frozen=True, slots=True)
class SheetCheckIn:
    """What a line says of where a key result stands.

    Attributes:
        value: As it is typed; empty: none.
        day: None: the day of the import.
    """

    place: Place
    key_result: str
    value: str
    day: date | None
    confidence: int | None
    note: str


@dataclass(slots=True)
class Merged:
    """What a sheet makes of a plan and a workspace.

    Attributes:
        people: Id → field → text.
        values: Places in okr.yaml and what shall stand there, people apart.
        named: Ids of the key results that the sheet is about.
    """

    plan: Plan
    people: Mapping[str, Mapping[str, str]]
    values: Mapping[Path, Value]
    check_ins: tuple[SheetCheckIn, ...]
    remarks: tuple[Remark, ...]
    problems: tuple[Finding, ...]
    named: frozenset[str]

    @property
    def others(self) -> int:
        """How many key results of the plan the sheet does not name; they stay."""
        return len(set(self.plan.key_results_by_id) - self.named)


def merged(
    reading: SheetReading,
    plan: Plan,
    workspace: Workspace,
    standing: Mapping[str, Decimal] | None = None,
) -> Merged:
    """What a sheet makes of a plan and a workspace: known items are updated, others are added.

    Args:
        reading: What the sheet says.
        plan: What the plan says already; empty for a new one.
        workspace: Who is known.
        standing: Key result → its value that counts now.
    """
    return _Merger(reading, plan, workspace, standing or {}).merged()


@dataclass(slots=True)
class _Merger:
    reading: SheetReading
    plan: Plan
    workspace: Workspace
    standing: Mapping[str, Decimal]
    _remarks: list[Remark] = field(default_factory=list)
    _problems: list[Finding] = field(default_factory=list)
    _check_ins: list[SheetCheckIn] = field(default_factory=list)
    _ids: set[str] = field(default_factory=set)
    _places: dict[str, int] = field(default_factory=dict)
    _named: dict[str, int] = field(default_factory=dict)
    _objective_ids: dict[str, str] = field(default_factory=dict)

    def merged(self) -> Merged:
        people, circles = People(self.workspace), Circles(self.workspace)
        self._ids = {*self.plan.objectives_by_id, *self.plan.key_results_by_id}
        told = circles.hold(people, self._added(people))
        objectives = list(self.plan.objectives)
        self._places = {folded(each.title): place for place, each in enumerate(objectives)}
        for draft in self.reading.goals.objectives:
            self._objective(objectives, draft, people, circles)
        self._align(objectives)
        new = Plan.model_construct(cycle=self.plan.cycle, objectives=tuple(objectives))
        return Merged(
            new,
            {name: said for name, said in people.said.items() if said},
            circles.values(),
            tuple(self._check_ins),
            (*people.remarks, *self._remarks, *(Remark(None, each) for each in told)),
            tuple(self._problems),
            frozenset(self._named),
        )

    def _added(self, people: People) -> list[tuple[str, PersonDraft]]:
        found = []
        for draft in self.reading.people:
            try:
                found.append((people.add(draft), draft))
            except InputError as error:
                self._problems.append(finding(draft.place, error))
        return found

    def _objective(
        self, objectives: list[Objective], draft: ObjectiveDraft, people: People, circles: Circles
    ) -> None:
        place = self._places.get(folded(draft.title))
        known = None if place is None else objectives[place]
        if not draft.key_results and known is None:
            error = InputError(
                f"`{draft.title[:60]}` has no key result that was understood.",
                hint="Add one below it, or remove the line.",
            )
            if not self._told_of(draft.place):
                self._problems.append(finding(draft.place, error))
            return
        try:
            new = self._of_objective(known, draft, people, circles)
        except InputError as error:
            self._problems.append(finding(_cell(draft, error), error))
            return
        key_results = self._key_results(new, draft, people)
        new = new.model_copy(update={"key_results": key_results})
        self._objective_ids[folded(draft.title)] = new.id
        if draft.number:
            self._objective_ids[draft.number] = new.id
        if place is not None:
            objectives[place] = new
        elif key_results:
            self._places[folded(draft.title)] = len(objectives)
            objectives.append(new)

    def _told_of(self, place: Place) -> bool:
        """Whether a line below an objective, and above the next one, is told of already."""
        others = (each.place for each in self.reading.goals.objectives)
        below = (o.line for o in others if o.sheet == place.sheet and o.line > place.line)
        end = min(below, default=None)
        return any(
            problem.line >= place.line and (end is None or problem.line < end)
            for problem in self.reading.problems
        )

    def _of_objective(
        self, known: Objective | None, draft: ObjectiveDraft, people: People, circles: Circles
    ) -> Objective:
        said: dict[str, object] = {"team": circles.team(draft.team) or None}
        said |= {"why": draft.why, "ambition": draft.ambition, "weight": draft.weight}
        said |= self._accountable(draft.who, people)
        told = {name: value for name, value in said.items() if value not in (None, "")}
        if known is not None:
            return _updated(known, told)
        id_ = self._id(slug(draft.title, _WORDS), "objective")
        return _valid(Objective, {"id": id_, "title": draft.title, **told})

    def _key_results(
        self, objective: Objective, draft: ObjectiveDraft, people: People
    ) -> tuple[KeyResult, ...]:
        found = list(objective.key_results)
        alike = len({each.weight for each in draft.key_results}) < 2
        for each in draft.key_results:
            known = self._known(found, each)
            try:
                new = self._key_result(objective, known, each, people, weighed=not alike)
            except InputError as error:
                self._problems.append(finding(_cell(each, error), error))
                continue
            self._named[new.id] = each.place.line
            if known is None:
                found.append(new)
            else:
                found[found.index(known)] = new
            self._check_in(new, each)
        return tuple(found)

    def _known(self, found: Sequence[KeyResult], draft: KeyResultDraft) -> KeyResult | None:
        """The key result of the plan that a line is about, by its id or its title."""
        by_id = next((each for each in found if draft.id and each.id == draft.id), None)
        same = (each for each in found if folded(each.title) == folded(draft.title))
        return by_id or next(same, None)

    def _key_result(
        self,
        objective: Objective,
        known: KeyResult | None,
        draft: KeyResultDraft,
        people: People,
        *,
        weighed: bool,
    ) -> KeyResult:
        if known is not None and known.id in self._named:
            raise CellError(
                f"`{draft.title[:60]}` is there twice (also on line {self._named[known.id]}).",
                hint="Keep one of the lines.",
                field="title",
            )
        said: dict[str, object] = {"title": draft.title, **self._accountable(draft.who, people)}
        cycle = self.plan.cycle
        said["starts"] = self._day("begins", draft.begins, (known and known.starts) or cycle.starts)
        said["due"] = self._day("due", draft.due, (known and known.due) or cycle.ends)
        said["weight"] = draft.weight if weighed else None
        told = {name: value for name, value in said.items() if value not in (None, "")}
        if known is not None:
            return _updated(known, {**told, "metric": self._metric(known, draft)})
        if not (draft.who or objective.accountable):
            raise InputError(
                "nobody is accountable for it.", hint="Fill the owner, here or of its objective."
            )
        id_ = draft.id if draft.id and draft.id not in self._ids else ""
        id_ = id_ or self._key_result_id(objective, draft.title)
        self._ids.add(id_)
        return _valid(KeyResult, {"id": id_, "metric": draft.measured.metric, **told})

    def _metric(self, known: KeyResult, draft: KeyResultDraft) -> Metric:
        """The sheet's metric, with what the plan says beyond start, target and unit."""
        new, old = draft.measured.metric, known.metric
        if not isinstance(old, _PLAIN):
            told = f"`{known.id}` stays a {old.kind}: a sheet cannot say it"
            self._remarks.append(Remark(draft.place, told))
            return old
        unit = new.unit or old.unit
        if isinstance(old, AtLeast | AtMost) and isinstance(new, AtLeast | AtMost):
            baseline = old.baseline if new.baseline is None else new.baseline
            kept = {"judge": old.judge, "goal": old.goal, "baseline": baseline}
            return new.model_copy(update={"unit": unit, **kept})
        return new.model_copy(update={"unit": unit})

    def _accountable(self, who: WhoText, people: People) -> dict[str, object]:
        if not who:
            return {}
        try:
            kind, name = people.find(who)
        except InputError as error:
            raise CellError(error.message, hint=error.hint, field="owner") from None
        return {kind: name}

    def _day(self, name: str, day: date | None, stands: date) -> date | None:
        """A day where it says something else than what stands, in the plan or by itself."""
        if day is None or day == stands:
            return None
        cycle: Cycle = self.plan.cycle
        if not cycle.starts <= day <= cycle.ends:
            raise CellError(
                f"{day} lies outside of cycle `{cycle.id}` ({cycle.starts} to {cycle.ends}).",
                hint="Correct the day, or name the cycle that is meant with `--cycle`.",
                field=name,
            )
        return day

    def _id(self, wanted: str, fallback: str) -> str:
        id_ = free_id(wanted, fallback, self._ids)
        self._ids.add(id_)
        return id_

    def _key_result_id(self, objective: Objective, title: str) -> str:
        words = slug(title, _WORDS)
        wanted = f"{objective.id}.{words}" if words else ""
        return free_id(wanted, f"{objective.id}.kr", self._ids)

    def _check_in(self, key_result: KeyResult, draft: KeyResultDraft) -> None:
        if draft.value is None and draft.confidence is None and not draft.note:
            return
        if key_result.bound and draft.value is not None:
            told = f"`{key_result.id}` is read from {key_result.source_kind}; its value is left out"
            self._remarks.append(Remark(draft.place, told))
            return
        value = None if draft.value is None else typed_value(key_result.metric, draft.value)
        if draft.at is None and draft.value is not None:
            stands = self.standing.get(key_result.id)
            if stands == draft.value:
                told = f"`{key_result.id}` stands at {decimal_text(stands)} already"
                self._remarks.append(Remark(draft.place, told))
                return
        self._check_ins.append(
            SheetCheckIn(
                draft.place, key_result.id, value or "", draft.at, draft.confidence, draft.note
            )
        )

    def _align(self, objectives: list[Objective]) -> None:
        """Draw the links that the sheet names between objectives; they move no number."""
        for draft in self.reading.goals.objectives:
            child = self._objective_ids.get(folded(draft.title))
            parents = list(self._parents(draft.parent, child)) if child else []
            if not parents:
                continue
            for place, each in enumerate(objectives):
                links = [
                    *each.contributes_to,
                    *(p for p in parents if p not in each.contributes_to),
                ]
                if each.id == child:
                    objectives[place] = each.model_copy(update={"contributes_to": tuple(links)})

    def _parents(self, text: str, child: str | None) -> Iterable[str]:
        for title, id_ in self._objective_ids.items():
            if text and id_ != child and (title == folded(text) or f"Id: {title})" in text):
                yield id_
                return


def _updated(item: _Item, said: Mapping[str, object]) -> _Item:
    """An item with what a sheet says of it; who is accountable is one of owner and role."""
    values = {name: getattr(item, name) for name in type(item).model_fields}
    if {"owner", "role"} & said.keys():
        values |= {"owner": None, "role": None}
    return _valid(type(item), {**values, **said})


def _valid(kind: type[_Item], values: Mapping[str, object]) -> _Item:
    try:
        return kind.model_validate(dict(values))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        what = ".".join(str(each) for each in first["loc"])
        named = str(first["loc"][0]) if first["loc"] else ""
        message = f"{what}: {first['msg'].removeprefix('Value error, ')}."
        raise CellError(message, field=_FIELDS.get(named, named)) from None


def _cell(draft: ObjectiveDraft | KeyResultDraft, error: InputError) -> Place:
    """Where what is wrong stands: the cell of a field, or the line."""
    field_ = error.field if isinstance(error, CellError) else ""
    return draft.who.place if field_ == "owner" else draft.cell(field_)
