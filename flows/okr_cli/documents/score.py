"""How a cycle is scored: `okr score`, its history, closing and restating."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

GradeWord = Literal["red", "yellow", "green"]


class ForecastDocument(TypedDict):
    """A forecast; values in the metric's unit, null where there is none, and why."""

    basis: Literal["forecast", "reached_due", "confidence", "blind", "none"]
    hit: float | None
    method: str | None
    p10: str | None
    p50: str | None
    p90: str | None
    readings: int
    reason: str | None


class OverrideDocument(TypedDict):
    """A score that a named person set, beside the computed one."""

    score: float | None
    by: str
    reason: str


class LateDocument(TypedDict):
    """When a target was reached after its due day, and the value."""

    at: str
    value: str


class RestatedDocument(TypedDict):
    """A score put right after the cycle was closed."""

    version: int
    old: float | None
    by: str
    reason: str


class _Scored(TypedDict):
    id: str
    title: str
    score: float | None
    grade: GradeWord | None
    computed: float | None
    current: float | None
    time_weighted: float | None
    coverage: float
    ambition: Literal["committed", "aspirational", "learning"] | None
    final: bool
    success: bool | None
    post_mortem: bool
    retired: str | None
    reason: str | None


class ScoredKeyResultDocument(_Scored):
    """The score of a key result: `score` is with overrides, `computed` without."""

    value: str | None
    reading: str | None
    suspect: str | None
    override: OverrideDocument | None
    late: LateDocument | None
    restated: RestatedDocument | None
    forecast: ForecastDocument | None


class ScoredObjectiveDocument(_Scored):
    """The score of an objective with its key results."""

    key_results: list[ScoredKeyResultDocument]


class ForesightDocument(TypedDict):
    """How well confidence foresaw success in a third of the cycle; null score below 20 goals."""

    third: int
    goals: int
    expected: float | None
    successes: int
    score: float | None


class PromptDocument(TypedDict):
    """A question to the people concerned."""

    rule: str
    subject: str
    text: str


class ScoreDocument(TypedDict):
    """What `okr score` knows; `recorded` is false for a dry run and a what-if."""

    schema: Literal["okr.score/1"]
    cycle: str
    as_of: str
    revision: int
    version: int
    recorded: bool
    what_if: dict[str, str]
    score: float | None
    teams: dict[str, float | None]
    retired: int
    objectives: list[ScoredObjectiveDocument]
    brier: list[ForesightDocument]
    prompts: list[PromptDocument]


class TrendForecastDocument(TypedDict):
    """The forecast that held at a time."""

    p10: str | None
    p50: str | None
    p90: str | None
    hit: float | None


class TrendItemDocument(TypedDict):
    """One objective or key result over time; every list has one place per time."""

    id: str
    kind: Literal["objective", "key_result"]
    title: str
    progress: list[float | None]
    expected: list[float | None]
    values: list[str | None]
    confidence: list[int | None]
    forecast: list[TrendForecastDocument | None]
    score: list[float | None]


class TrendTeamDocument(TypedDict):
    """A team over time; the cycle has the empty name."""

    progress: list[float | None]
    score: list[float | None]


class TrendDocument(TypedDict):
    """A cycle over time: `okr status --trend` and `okr score --history`."""

    schema: Literal["okr.trend/1"]
    cycle: str
    as_of: str
    times: list[str]
    teams: dict[str, TrendTeamDocument]
    items: list[TrendItemDocument]


class ClosedDocument(TypedDict):
    """What `okr close` froze."""

    schema: Literal["okr.closed/1"]
    cycle: str
    at: str
    by: str
    version: int
    score: float | None
    resolved: list[str]


class RestatementDocument(TypedDict):
    """What `okr restate` put right."""

    schema: Literal["okr.restated/1"]
    cycle: str
    key_result: str
    version: int
    old: float | None
    new: float
    by: str
    reason: str
