"""Canaries made from the models: every text and number of an input has a value of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import count
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, JsonValue

from okr_core.plan.agreement import PlanVersion
from okr_core.plan.cycle import ZoneName
from okr_core.plan.mail import Mail
from okr_core.plan.plan import Hypothesis, KeyResult, Plan, Worth
from okr_core.plan.workspace import Absence
from okr_core.progress.bands import Verdict
from okr_core.progress.status import Standing
from okr_core.progress.trends import TrendLine
from okr_core.record.entries import Entry, Reading, SyncRecord
from okr_core.record.score_records import Closing, ForecastRecord, Restatement, Scored
from okr_core.score.scores import Late, Mended, Restated, Score, Scorecard, Unheard
from okr_report.audience.declared import declared_of
from okr_report.audience.rules import told
from okr_report.audience.walker import fields_of, held
from okr_report.report_input import ReportInput

_JOINS: Mapping[type, str] = {
    PlanVersion: "number",
    Reading: "key_result part id sequence supersedes revision",
    Entry: "cycle key_result id",
    Scored: "revision",
    Closing: "revision retired",
    Restatement: "version",
    Restated: "version",
    Score: "id",
    Scorecard: "cycle revision retired version",
    Standing: "id confidence pending",
    TrendLine: "id confidence",
    ReportInput: "sees",
}
"""What holds a cycle together, or is counted in it: other values would make it another cycle."""
METRICS: tuple[dict[str, Any], ...] = (
    {"kind": "decrease", "baseline": "9", "target": "2"},
    {"kind": "curve", "baseline": "1", "target": "9", "points": [["4", "0.5"]]},
    {"kind": "grade", "baseline": "5", "stretch": "9", "zones": {"fail": "x"}},
    {"kind": "at_least", "bound": "3", "judge": "share", "goal": "0.9", "baseline": "1"},
    {"kind": "at_most", "bound": "3", "judge": "share", "goal": "0.9", "baseline": "1"},
    {"kind": "within", "low": "2", "high": "4", "judge": "share", "goal": "0.9", "baseline": "1"},
    {"kind": "milestones", "parts": [{"id": "one", "title": "x"}]},
    {"kind": "binary"},
    {"kind": "baseline_finding"},
)
_CARRIERS: set[object] = {str, Decimal, Fraction, int}
_REFERENCES = {"items", "lineage", "role", "ended", "about"}
"""Rules of fields that name other records."""


@dataclass(frozen=True, slots=True)
class Canary:
    """A value that stands in one place of an input.

    Attributes:
        text: To look for.
        place: Type and field.
        needs: Words that show it; None: it is shown to the company only.
        theirs: It is about another team.
    """

    text: str
    place: str
    needs: frozenset[str] | None
    theirs: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: see `Canary`."""

    kind: type = ReportInput
    name: str = ""
    needs: frozenset[str] | None = frozenset()
    theirs: bool = False

    def inside(self, kind: type, name: str, theirs: bool) -> Place:
        """A field of a record that stands here."""
        rule = declared_of(kind).get(name, "never")
        read = told(rule)
        if read is None or self.needs is None:
            return Place(kind, name, None, theirs)
        # What is left of a standing's progress are words, which the older canaries look after.
        freed = set() if kind is Standing else {each.freed_by for each in read[1]} - {""}
        return Place(kind, name, self.needs | read[0] | freed, theirs)


@dataclass(slots=True)
class Marking:
    """An input being marked; of each cycle this version of the plan is in force."""

    in_force: int = 0
    found: list[Canary] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(100_003, 10))

    def marked(self, value: Any, place: Place) -> Any:
        """A value in which all texts and numbers are canaries."""
        kind: type = type(value)
        if fields_of(kind):
            return self.record(value, place)
        if isinstance(value, Mapping):
            return {
                name: self.marked(
                    each, replace(place, theirs=place.theirs or "theirs" in str(name))
                )
                for name, each in value.items()
            }
        if isinstance(value, list | tuple):
            return kind(self.marked(each, place) for each in value)
        free = kind in _CARRIERS and kind in _open(_annotation(place.kind, place.name))
        return self.canary(value, place) if free else value

    def record(self, record: Any, place: Place) -> Any:
        kind: type = type(record)
        self.in_force = max(
            (v.number for v in getattr(record, "versions", ())), default=self.in_force
        )
        about = (str(getattr(record, name, "")) for name in ("id", "key_result"))
        theirs = place.theirs or any("theirs" in each for each in about)
        whole = place.inside(kind, "*", theirs) if "*" in declared_of(kind) else place
        changed = {}
        for name in fields_of(kind):
            if _free(kind, name):
                value = getattr(record, name)
                if not _refers(kind, name):
                    value = _filled(value, _annotation(kind, name))
                changed[name] = self.marked(value, self.place(whole, record, name, theirs))
        return changing(record, changed)

    def place(self, whole: Place, record: Any, name: str, theirs: bool) -> Place:
        """Where a field of a record stands: the plan in force is no change."""
        # Who recorded a version that changes both teams' goals is told to both.
        says = name == "by" and not isinstance(record, PlanVersion) and "theirs" in str(record.by)
        found = whole.inside(type(record), name, theirs or says)
        if isinstance(record, ForecastRecord) and record.basis != "confidence":
            return replace(found, needs=whole.needs)
        if not (isinstance(record, PlanVersion) and name == "plan"):
            return found
        known = {"changes"} if record.number == self.in_force else set()
        return replace(found, needs=(found.needs or frozenset()) - known)

    def canary(self, value: Any, place: Place) -> Any:
        number = next(self.numbers)
        text, made = str(number), value
        match value:
            case str():
                text = f"zq{number}zq"
                made = (
                    f"{value.partition(':')[0]}:{text}"
                    if place.name == "source" and ":" in value
                    else text
                )
            case Fraction():
                made = Fraction(number, 1_000_000)
            case Decimal():
                share = Decimal(number).scaleb(-6)
                made = share if 0 <= value <= 1 else value.to_integral_value() + share
            case _:
                made = number
        self.found.append(
            Canary(text, f"{place.kind.__name__}.{place.name}", place.needs, place.theirs)
        )
        return made


def changing(record: Any, changed: Mapping[str, object]) -> Any:
    """A record with other values, whatever its type takes."""
    kind: type = type(record)
    values = {**{name: getattr(record, name) for name in fields_of(kind)}, **changed}
    return kind.model_construct(None, **values) if issubclass(kind, BaseModel) else kind(**values)


def _refers(kind: type, name: str) -> bool:
    return not _REFERENCES.isdisjoint(declared_of(kind).get(name, "").split("+"))


def _free(kind: type, name: str) -> bool:
    """Whether a field may have any value of its type."""
    names_others = _refers(kind, name) and held(fields_of(kind)[name].annotation) <= {str, NoneType}
    return name not in _JOINS.get(kind, "").split() and not names_others


def _annotation(kind: type, name: str) -> Any:
    """With what a model says of the values that it takes."""
    if name not in getattr(kind, "model_fields", ()):
        return fields_of(kind)[name].annotation
    assert issubclass(kind, BaseModel)
    info = kind.model_fields[name]
    return Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation


def _open(annotation: Any) -> set[object]:
    """Types of which an annotation takes any value: no ids, words of a list, or zones."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return set()
    if origin is Annotated:
        named = any(getattr(each, "pattern", None) or each in _NAMES for each in inner[1:])
        return set() if named else _open(inner[0])
    if annotation is JsonValue:
        return {str}
    if _is_mapping(annotation):
        return _open(inner[1])
    return set().union(*map(_open, inner)) if inner else {annotation}


def _is_mapping(annotation: Any) -> bool:
    origin = get_origin(annotation)
    return isinstance(origin, type) and issubclass(origin, Mapping)


_NAMES = get_args(ZoneName)[1:]
"""Of a time zone."""


def _filled(value: Any, annotation: Any) -> Any:
    """A value, or texts or a record of texts where its field has none."""
    if value not in (None, (), {}):
        return value
    records = {Hypothesis, Worth, Absence, Late, Mail, Mended, Unheard, Verdict}
    kinds = _open(annotation) & {*records, *_CARRIERS}
    if value is None or not kinds:
        return sample(min(kinds, key=str)) if kinds else value
    return sample(annotation)


def sample(kind: Any) -> Any:
    """A record or value of a type, each field with a value."""
    plain: dict[object, object] = {
        str: "text",
        int: 1,
        float: 1.0,
        bool: True,
        Decimal: Decimal(2),
        Fraction: Fraction(1, 2),
        datetime: datetime(2026, 11, 1, tzinfo=UTC),
        date: date(2026, 11, 1),
        NoneType: None,
        JsonValue: "text",
    }
    if kind in plain:
        return plain[kind]
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return inner[0]
    if isinstance(kind, type) and fields_of(kind):
        values = {name: sample(each.annotation) for name, each in fields_of(kind).items()}
        return (
            kind.model_construct(None, **values) if issubclass(kind, BaseModel) else kind(**values)
        )
    if origin is tuple:
        return tuple(sample(each) for each in inner if each is not Ellipsis)
    if _is_mapping(kind):
        return {"ours.a" if held(inner[0]) == {str} else sample(inner[0]): sample(inner[1])}
    if hasattr(kind, "__metadata__") or inner:
        return sample(inner[0])
    raise TypeError(f"no sample of {kind}")


def _measured(plan: Plan) -> Plan:
    """The plan with a key result of every kind of metric more, in its first objective."""
    first, *others = plan.objectives
    several = (
        KeyResult.model_validate(
            {
                "id": f"{first.id}.{each['kind']}",
                "title": "x",
                "metric": each,
                "contributors": {"canary-person": 1},
            }
        )
        for each in METRICS
    )
    more = first.model_copy(update={"key_results": (*first.key_results, *several)})
    return Plan.model_construct(cycle=plan.cycle, objectives=(more, *others))


def carriers(kind: type) -> set[str]:
    """Fields of a record whose texts and numbers may be any."""
    fields = (name for name in fields_of(kind) if _free(kind, name))
    return {name for name in fields if _open(_annotation(kind, name)) & _CARRIERS}


def canaries_in(text: str) -> set[str]:
    """Texts of all canaries that may be in a text."""
    return set(re.findall(r"zq\d+zq|(?<!\d)\d{6}(?!\d)", text))


def _holding(body: Any) -> Any:
    """A body that waits for no second person: what it says is seen."""
    return body.model_copy(update={"proposed": False}) if hasattr(body, "proposed") else body


def generated(base: ReportInput) -> tuple[ReportInput, list[Canary]]:
    """An input like another, with every kind of entry, in which all texts and numbers differ."""
    known = base.snapshot
    item = next(known.plan.key_results()).id
    bodies = sorted(held(fields_of(Entry)["body"].annotation), key=str)
    had = {type(each.body) for several in known.entries.values() for each in several}
    wide = (Scored, Closing, SyncRecord)
    versions = tuple(replace(each, plan=_measured(each.plan)) for each in known.versions)
    more = [
        Entry(known.as_of, _holding(sample(kind)), known.cycle.id, item, "somebody")
        for kind in bodies
        if kind not in had and kind not in wide
    ]
    said = {**known.entries, item: [*known.entries.get(item, ()), *more]}
    marking = Marking()
    made = marking.marked(
        replace(base, snapshot=replace(known, entries=said, versions=versions)), Place()
    )
    for owner, name in (
        (made.snapshot, "unavailable"),
        (made.snapshot, "standings"),
        (made.snapshot, "scorecard"),
        (made.snapshot, "trend"),
    ):
        vars(owner)[name] = marking.marked(getattr(owner, name), Place(type(owner), name))
    return made, marking.found
