"""Binding: how a key result names what it measures in Jira."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, StringConstraints, field_validator, model_validator

from okr_core.basics.base import FrozenModel
from okr_jira.read.fields import CATEGORY_CHANGED, RESOLVED
from okr_jira.read.jql import normalised, restricted, without_resolutions
from okr_sources.binding import Binding

FieldName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]
IssueKey = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^([A-Za-z][A-Za-z0-9_]*-\d+|\d+)$")
]
MeasureKind = Literal["count", "sum", "average", "done_ratio", "lead_time", "field"]

_MEASURES = (
    "Write `count`, `sum: FIELD`, `average: FIELD`, `done_ratio`, "
    "`done_ratio: {weight: FIELD}`, `lead_time` or `lead_time: {until: statuscategorychangedate}`."
)


class SumOf(FrozenModel):
    """Σ of a number field over the selection; issues without a value add nothing."""

    sum: FieldName


class AverageOf(FrozenModel):
    """Mean of a number field over the issues that have a value."""

    average: FieldName


class ByWeight(FrozenModel):
    """Issues weigh what a number field says."""

    weight: FieldName


class DoneRatio(FrozenModel):
    """Share that is done: of the issues, or of their weight."""

    done_ratio: Literal["count"] | ByWeight


class Until(FrozenModel):
    """The field that says when an issue was done: by its resolution, or by its status."""

    until: Literal["resolutiondate", "statuscategorychangedate"]


class LeadTime(FrozenModel):
    """Median days from created to done, also where a workflow sets no resolution."""

    lead_time: Until


@dataclass(frozen=True, slots=True)
class Measure:
    """What is computed, in one shape for all ways of writing it.

    Attributes:
        field: Number field that it needs, empty if none.
        place: Where the field is written in the plan.
        until: Field that ends a lead time.
    """

    kind: MeasureKind
    field: str = ""
    place: str = ""
    until: str = RESOLVED

    @property
    def by_status(self) -> bool:
        """Whether it is a lead time that ends with the change of the status' category."""
        return self.until == CATEGORY_CHANGED

    @property
    def words(self) -> str:
        """The measure as evidence names it."""
        weighted = f" by weight of {self.field}" if self.field else ""
        return {
            "count": "count of issues",
            "sum": f"sum of {self.field}",
            "average": f"average of {self.field}",
            "done_ratio": f"share done{weighted}",
            "lead_time": f"median days from created to {'done' if self.by_status else 'resolved'}",
            "field": f"value of {self.field}",
        }[self.kind]


_WITH_MORE = ("sum", "average", "done_ratio", "lead_time")


def _known_shape(value: object) -> object:
    """One sentence instead of pydantic's five about a union."""
    plain = ("count", "done_ratio", "lead_time")
    if value in ("sum", "average"):
        raise ValueError(f"measure `{value}` needs a field. Write `{value}: FIELD`.")
    if isinstance(value, str) and value not in plain:
        raise ValueError(f"measure `{value}` is unknown. {_MEASURES}")
    if isinstance(value, Mapping) and list(value) not in [[name] for name in _WITH_MORE]:
        raise ValueError(f"measure `{', '.join(map(str, value))}` is unknown. {_MEASURES}")
    return value


MeasureField = Annotated[
    Literal["count", "done_ratio", "lead_time"] | SumOf | AverageOf | DoneRatio | LeadTime,
    BeforeValidator(_known_shape),
]


class JiraBinding(Binding):
    """A number from Jira: a measure over a selection, or one field of one issue.

    Attributes:
        jql: Which issues; an ORDER BY is ignored.
        measure: `count`, `sum: FIELD`, `average: FIELD`, `done_ratio` (by count, or
            `done_ratio: {weight: FIELD}`), or `lead_time` (median days from created to resolved
            of issues resolved from the cycle's start on; `lead_time: {until:
            statuscategorychangedate}` where a workflow sets no resolution).
        weight: Short for `done_ratio: {weight: FIELD}`.
        issue: Key or id of one issue, together with `field`.
        field: Its number field. Fields are named by id or by name; `story_points` takes
            whichever of Jira's two story point fields is filled.
        exclude: Resolutions that do not count, such as Won't Do.
        scope: `frozen`: only the issues of the first complete reading count.
    """

    jql: str | None = None
    measure: MeasureField | None = None
    weight: FieldName | None = None
    issue: IssueKey | None = None
    field: FieldName | None = None
    exclude: tuple[FieldName, ...] = ()
    scope: Literal["live", "frozen"] = "live"

    @field_validator("exclude", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("jql")
    @classmethod
    def _readable(cls, value: str | None) -> str | None:
        if value is not None:
            normalised(value)
        return value

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        by_query = self.jql is not None or self.measure is not None
        by_issue = self.issue is not None or self.field is not None
        if by_query and by_issue:
            raise ValueError("jql and measure exclude issue and field. Keep one pair.")
        if not by_query and not by_issue:
            raise ValueError("nothing is selected. Add jql and measure, or issue and field.")
        if by_query and (self.jql is None or self.measure is None):
            raise ValueError(f"jql and measure go together. {_MEASURES}")
        if by_issue and (self.issue is None or self.field is None):
            raise ValueError("issue and field go together. Add the other.")
        return self

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        kind = self.measured.kind
        if self.weight is not None and self.measure != "done_ratio":
            raise ValueError("weight goes with measure `done_ratio`. Remove it.")
        if kind == "field" and (self.exclude or self.scope == "frozen"):
            raise ValueError("exclude and scope go with jql. Remove them.")
        if not self.exact and kind != "count":
            raise ValueError("`exact: false` goes with measure `count`. Remove it.")
        if self.scope == "frozen" and (kind == "lead_time" or not self.exact):
            raise ValueError("a lead time or an estimate has no scope to freeze. Remove scope.")
        return self

    @property
    def measured(self) -> Measure:
        """What is computed."""
        written = self.measure
        if isinstance(written, SumOf):
            return Measure("sum", written.sum, "source.jira.measure.sum")
        if isinstance(written, AverageOf):
            return Measure("average", written.average, "source.jira.measure.average")
        if isinstance(written, DoneRatio) or written == "done_ratio":
            return self._done_ratio()
        if isinstance(written, LeadTime):
            return Measure("lead_time", until=written.lead_time.until)
        if written is None:
            return Measure("field", self.field or "", "source.jira.field")
        return Measure(written)

    def _done_ratio(self) -> Measure:
        written = self.measure
        if isinstance(written, DoneRatio) and isinstance(written.done_ratio, ByWeight):
            place = "source.jira.measure.done_ratio.weight"
            return Measure("done_ratio", written.done_ratio.weight, place)
        return Measure("done_ratio", self.weight or "", "source.jira.weight" if self.weight else "")

    @property
    def selection(self) -> str:
        """The selection as one query: normalised, without excluded resolutions."""
        jql = normalised(self.jql or "")
        return restricted(jql, without_resolutions(self.exclude)) if self.exclude else jql
