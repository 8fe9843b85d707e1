"""Plan: a cycle's objectives and key results, with the rules that hold among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, JsonValue, ValidationError, model_validator

from okr_core.basics.base import Day, FrozenModel, ItemId, Number, PositiveNumber, Title, Weight
from okr_core.plan.cycle import Cycle
from okr_core.plan.derivation import DERIVED, Derivation, has_value_to_derive
from okr_core.plan.metrics import Band, Metric, Milestones

Ambition = Literal["committed", "aspirational", "learning"]
Origin = Literal["top_down", "bottom_up"]
State = Literal["active", "dropped", "deferred"]
Cadence = Literal["weekly", "biweekly", "monthly"]
Curve = Literal["linear", "workdays", "s_curve", "back_loaded", "steps"]


def _as_text(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: _as_text(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_as_text(each) for each in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _bindings(source: dict[str, JsonValue]) -> dict[str, JsonValue]:
    # `manual:` alone is the way to say that people check in.
    return {kind: _as_text({} if fields == "" else fields) for kind, fields in source.items()}


Bindings = Annotated[dict[str, JsonValue], AfterValidator(_bindings)]
"""Binding kind → fields, all scalars as text: the same whether it came from YAML or Python."""
ShareOfOne = Annotated[Number, Field(ge=0, le=1)]


class Pace(FrozenModel):
    """How much should be reached by when.

    Attributes:
        curve: Shape between starts and due.
        steps: Day → share that should be reached from that day on (curve `steps`).
    """

    curve: Curve = "linear"
    steps: dict[Day, ShareOfOne] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _steps_imply_curve(cls, data: object) -> object:
        if isinstance(data, Mapping) and "steps" in data and "curve" not in data:
            return {**data, "curve": "steps"}
        return data

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.curve == "steps") != bool(self.steps):
            raise ValueError("steps and `curve: steps` go together. Add or remove one of them.")
        values = [share for _, share in sorted(self.steps.items())]
        if values != sorted(values):
            raise ValueError("steps fall over time. Expected progress only rises; sort the shares.")
        return self


# Shared: a plain default would be copied deeply by pydantic for each of 5,000 key results.
_LINEAR = Pace()


class Hypothesis(FrozenModel):
    """What is believed, why, and by which early sign and day it shows."""

    belief: str
    because: str = ""
    leading: str = ""
    by: Day | None = None


class Worth(FrozenModel):
    """What reaching a key result is worth; priced by a role that receives the outcome."""

    points: Weight | None = None
    points_per_unit: Weight | None = None
    money_per_unit: Weight | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    basis: Literal["saving", "revenue", "time", "risk"] | None = None
    priced_by: ItemId | None = None

    @model_validator(mode="after")
    def _money(self) -> Self:
        if (self.money_per_unit is None) != (self.currency is None):
            raise ValueError("money_per_unit and currency go together. Add the other.")
        return self


class _Item(FrozenModel):
    """What objectives and key results have in common.

    Attributes:
        mirror: Kind of tool → where the item lives there, validated by the source of that kind;
            a write-back shows its score in that place.
    """

    id: ItemId
    title: Title
    owner: ItemId | None = None
    role: ItemId | None = None
    weight: Weight = Decimal(1)
    state: State = "active"
    state_reason: str = ""
    mirror: Bindings = Field(default_factory=dict)

    @model_validator(mode="after")
    def _mirrored(self) -> Self:
        bare = [kind for kind, fields in self.mirror.items() if not isinstance(fields, dict)]
        if bare:
            raise ValueError(f"mirror `{bare[0]}` has no fields. Write them as keys under it.")
        return self

    @model_validator(mode="after")
    def _one_accountable(self) -> Self:
        if self.owner is not None and self.role is not None:
            raise ValueError("both owner and role are given. Keep one: the accountable role.")
        if not self.active and not self.state_reason:
            raise ValueError(f"state {self.state} has no reason. Add state_reason.")
        return self

    @property
    def active(self) -> bool:
        """Whether it is neither dropped nor deferred itself; see `Objective.pursues`."""
        return self.state == "active"

    @property
    def accountable(self) -> str | None:
        """The accountable role; an owner is the implicit role of that name. None: inherited."""
        return self.role or self.owner


def _refuse_underivable(kr: KeyResult) -> None:
    if not has_value_to_derive(kr.metric):
        raise ValueError(
            f"kind {kr.metric.kind} cannot take its value from key results. Use a number's kind."
        )
    if kr.worth is not None:
        raise ValueError("what takes its value from key results has no worth: theirs counts.")


class KeyResult(_Item):
    """One measured result of an objective.

    Attributes:
        source: Binding kind → its fields, validated by the source of that kind; at most one.
        starts: First local day of its pace; filled in by `Plan.resolved` where not written.
        due: Last local day, included; the cycle's end where not written.
        contributors: Role → weight.
        guard: A counter-metric: a band that has no part in any figure, whose breach is shown beside
            the outcome of its objective.
    """

    metric: Metric
    result: Literal["outcome", "output"] | None = None
    starts: Day | None = None
    due: Day | None = None
    pace: Pace = Field(default_factory=lambda: _LINEAR)
    cadence: Cadence = "weekly"
    source: Bindings = Field(default_factory=dict)
    worth: Worth | None = None
    contributors: dict[ItemId, PositiveNumber] = Field(default_factory=dict)
    guard: bool = False

    @model_validator(mode="after")
    def _guards(self) -> Self:
        if not self.guard:
            return self
        wrong = ""
        if not isinstance(self.metric, Band):
            wrong = f"a guard is a band, not {self.metric.kind}. Use at_least, at_most or within."
        elif self.worth is not None:
            wrong = "a guard is worth nothing: it has no part in any figure. Remove worth."
        elif self.weight != 1:
            wrong = "a guard has no weight: it has no part in any figure. Remove weight."
        if wrong:
            raise ValueError(wrong)
        return self

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        bare = [kind for kind, fields in self.source.items() if not isinstance(fields, dict)]
        if bare:
            raise ValueError(f"source `{bare[0]}` has no fields. Write them as keys under it.")
        if len(self.source) > 1:
            names = ", ".join(sorted(self.source))
            raise ValueError(f"several sources are bound ({names}). Keep one per key result.")
        if self.source_kind == DERIVED:
            _refuse_underivable(self)
        if self.bound and isinstance(self.metric, Milestones):
            raise ValueError(
                "milestones are set by check-ins on their parts. "
                "Remove source, or use another kind."
            )
        return self

    @property
    def source_kind(self) -> str:
        """The binding's kind; `manual` where people check in."""
        return next(iter(self.source), "manual")

    @property
    def bound(self) -> bool:
        """Whether a tool supplies its readings."""
        return self.source_kind not in {"manual", DERIVED}

    @cached_property
    def derivation(self) -> Derivation | None:
        """Which key results it takes its value from; None for those that are measured.

        Also None where that is not shown to an audience, or written wrongly, as `okr check` says.
        """
        fields = self.source.get(DERIVED) if self.source else None
        if not fields:
            return None
        try:
            return Derivation.model_validate(fields)
        except ValidationError:
            return None


class Objective(_Item):
    """A goal with its key results and what it contributes to.

    Attributes:
        counts: Contributing child → weight with which it moves this objective's number.
        contributes_to: Parents; a link that no parent counts is only drawn.
    """

    why: str = ""
    hypothesis: Hypothesis | None = None
    ambition: Ambition | None = None
    origin: Origin | None = None
    team: ItemId | None = None
    contributes_to: tuple[ItemId, ...] = ()
    counts: dict[ItemId, Weight] = Field(default_factory=dict)
    carried_from: str | None = None
    key_results: tuple[KeyResult, ...] = ()

    @property
    def active_key_results(self) -> tuple[KeyResult, ...]:
        """Its key results that count: none of an objective that is dropped or deferred."""
        return tuple(kr for kr in self.key_results if self.pursues(kr))

    @property
    def weighed_key_results(self) -> tuple[KeyResult, ...]:
        """Those of them that figures and counts are about: guards are not."""
        return tuple(kr for kr in self.active_key_results if not kr.guard)

    @property
    def guards(self) -> tuple[KeyResult, ...]:
        """Its active guards."""
        return tuple(kr for kr in self.active_key_results if kr.guard)

    def pursues(self, kr: KeyResult) -> bool:
        """Whether a key result of it counts: neither it nor the objective is out."""
        return kr.state == "active" == self.state

    def state_of(self, kr: KeyResult) -> State:
        """The state that a key result of it is in: its own, unless the objective's takes it out."""
        return kr.state if self.state == "active" or not kr.active else self.state


class Plan(FrozenModel):
    """A cycle and its objectives; ids are unique and contribution links have no loop.

    Rules among items are checked by `okr_core.files.document` (which knows lines) and again by
    `okr_core.files.plan_rules.check_plan`.
    """

    cycle: Cycle
    objectives: tuple[Objective, ...] = ()

    @cached_property
    def objectives_by_id(self) -> dict[str, Objective]:
        """Objective id → objective."""
        return {objective.id: objective for objective in self.objectives}

    @cached_property
    def key_results_by_id(self) -> dict[str, KeyResult]:
        """Key result id → key result."""
        return {kr.id: kr for kr in self.key_results()}

    @cached_property
    def derived(self) -> dict[str, Derivation]:
        """Key result id → which key results it takes its value from, for those that do."""
        found = ((kr.id, kr.derivation) for kr in self.key_results() if kr.source)
        return {name: derivation for name, derivation in found if derivation is not None}

    @cached_property
    def objective_of(self) -> dict[str, Objective]:
        """Key result id → the objective it belongs to."""
        return {kr.id: objective for objective in self.objectives for kr in objective.key_results}

    @cached_property
    def active_objectives(self) -> tuple[Objective, ...]:
        """Objectives that are neither dropped nor deferred, in the order of the file."""
        return tuple(objective for objective in self.objectives if objective.active)

    @cached_property
    def active_key_results(self) -> tuple[KeyResult, ...]:
        """Key results that count: neither they nor their objectives are dropped or deferred."""
        return tuple(kr for each in self.active_objectives for kr in each.active_key_results)

    @cached_property
    def weighed_key_results(self) -> tuple[KeyResult, ...]:
        """Those of them that figures and counts are about: guards are not."""
        return tuple(kr for kr in self.active_key_results if not kr.guard)

    def key_results(self) -> Iterator[KeyResult]:
        """All key results, in the order of the file."""
        for objective in self.objectives:
            yield from objective.key_results

    def role_of(self, kr: KeyResult) -> str | None:
        """The accountable role of a key result: its own, else its objective's."""
        return kr.accountable or self.objective_of[kr.id].accountable

    def starts_of(self, kr: KeyResult) -> date:
        """First local day of the key result's pace."""
        return kr.starts or self.cycle.starts

    def due_of(self, kr: KeyResult) -> date:
        """Last local day of the key result, included."""
        return kr.due or self.cycle.ends

    def ended(self, name: str, at: datetime) -> bool:
        """Whether a key result had ended by then; what the plan does not have is over."""
        kr = self.key_results_by_id.get(name)
        return kr is None or self.cycle.end_of(self.due_of(kr)) <= at

    def any_ended(self, as_of: datetime) -> bool:
        """Whether the due day of any active key result, or the cycle, has passed."""
        days = {self.due_of(kr) for kr in self.active_key_results}
        return any(self.cycle.end_of(day) <= as_of for day in {*days, self.cycle.ends})

    def title_of(self, name: str) -> str:
        """Title of an objective or key result; empty where the plan has none of that id."""
        item = self.objectives_by_id.get(name) or self.key_results_by_id.get(name)
        return item.title if item else ""

    def resolved(self, added: Mapping[str, date]) -> Plan:
        """The plan with `starts` filled in: the later of cycle start and the day it was added.

        Args:
            added: Key result id → local day of the revision that added it.
        """

        def begin(kr: KeyResult) -> KeyResult:
            day = added.get(kr.id)
            if kr.starts is not None or day is None:
                return kr
            # Clamped to due: a key result added after its own due day would have no days at all.
            starts = min(max(self.cycle.starts, day), self.due_of(kr))
            return kr.model_copy(update={"starts": starts})

        objectives = tuple(
            objective.model_copy(
                update={"key_results": tuple(begin(kr) for kr in objective.key_results)}
            )
            for objective in self.objectives
        )
        return Plan.model_construct(cycle=self.cycle, objectives=objectives)


def connection_of(kr: KeyResult) -> str:
    """Name of the connection that a key result's binding asks for, empty if it names none."""
    fields = kr.source.get(kr.source_kind)
    name = fields.get("connection", "") if isinstance(fields, Mapping) else ""
    return str(name)


def bound_key_results(plan: Plan) -> list[KeyResult]:
    """Key results that a sync reads: active, with a source, of an active objective."""
    return [kr for kr in plan.active_key_results if kr.bound]
