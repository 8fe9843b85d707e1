"""Score records: what a scoring run found, how a cycle closed, and what was restated since."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from okr_core.basics.base import FrozenModel
from okr_core.record.body import RecordedBody
from okr_core.words.vocabulary import Basis, GradeName, Method, Told

# Plain decimals: what a program recorded needs no check of how a person writes numbers, and a
# scoring of 5,000 key results holds 50,000 of them.
Ratio = Annotated[Decimal, Field(ge=0, le=1)]
"""A share in [0, 1], rounded half-even to 6 places."""
Measured = Annotated[Decimal, Field(allow_inf_nan=False)]
"""A value in the metric's unit."""


RULES = 2
"""Rules of scoring that records are made by: 1 is what releases knew in which a plan was agreed as
soon as its cycle began and what nobody reported counted nowhere; what was frozen by them stays."""


class ScoreLine(FrozenModel):
    """The figures of one item as they left: see `okr_core.score.scores.Figures` and `Score`.

    Attributes:
        grade: Of the effective score, decided before it was rounded.
    """

    computed: Ratio | None = None
    effective: Ratio | None = None
    current: Ratio | None = None
    time_weighted: Ratio | None = None
    as_agreed: Ratio | None = None
    coverage: Ratio = Decimal(0)
    grade: GradeName | None = None
    success: bool | None = None
    post_mortem: bool = False
    reading: str = ""


class ForecastRecord(FrozenModel):
    """A forecast as it was stored; see `okr_core.forecast.forecast.Forecast`.

    Attributes:
        p10: Value on the due day, in the metric's unit, as are p50, p90 and error.
    """

    basis: Basis = "none"
    hit: Ratio | None = None
    method: Method | None = None
    p10: Measured | None = None
    p50: Measured | None = None
    p90: Measured | None = None
    error: Measured | None = None
    readings: int = 0
    reason: str = ""


class Scored(RecordedBody, decision=False, judges=False, after_close=False, words=()):
    """What one scoring run found; `okr_core.score.scores.Scorecard` in rounded figures.

    Attributes:
        revision: Number of the plan version that was in force.
        lines: Objective or key result → its figures.
        teams: Team → its figures; the whole cycle's under the empty id.
        forecasts: Key result → its forecast.
        status: Objective or key result → the status that was shown.
        rules: By which rules of scoring; see `RULES`.
    """

    kind: Literal["scored"] = "scored"
    revision: int
    lines: dict[str, ScoreLine] = Field(default_factory=dict)
    teams: dict[str, ScoreLine] = Field(default_factory=dict)
    forecasts: dict[str, ForecastRecord] = Field(default_factory=dict)
    status: dict[str, Told] = Field(default_factory=dict)
    rules: int = 1


class Closing(RecordedBody, decision=True, judges=True, after_close=True, words=("reason",)):
    """A cycle's scores as they were frozen by a named person: version 1 of its report.

    Attributes:
        revision: Number of the plan version that was in force.
        lines: Objective or key result → its figures.
        teams: Team → its figures; the whole cycle's under the empty id.
        retired: Key results retired early.
        reason: What the person said about it.
        rules: By which rules of scoring; see `RULES`.
    """

    kind: Literal["closing"] = "closing"
    revision: int
    lines: dict[str, ScoreLine] = Field(default_factory=dict)
    teams: dict[str, ScoreLine] = Field(default_factory=dict)
    retired: int = 0
    reason: str = ""
    rules: int = 1


class Restatement(RecordedBody, decision=True, judges=True, after_close=True, words=("reason",)):
    """A score that was put right after its cycle was closed; whoever says so approves it.

    Attributes:
        version: Of the report that shows it first: 2 for the first restatement.
        old: The score before; None: there was none.
        new: The score from now on.
        reason: What was wrong.
        proposed: It holds only once a second person has approved it.
    """

    kind: Literal["restatement"] = "restatement"
    version: Annotated[int, Field(ge=2)]
    old: Ratio | None = None
    new: Ratio
    reason: str
    proposed: bool = False
