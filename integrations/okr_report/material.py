"""Material: what a report is made from; whoever reads the store hands it in, complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from okr_core.chronicle import Chronicle
from okr_core.score_records import ForecastRecord
from okr_core.trends import Trend, trend, trend_times
from okr_report.audience.audience import KINDS


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a key result's number comes from: the same as `okr explain` says.

    Attributes:
        reading: Id of the reading that counts, empty where there is none.
        source: `manual`, or kind and connection such as `jira:acme`.
        query: What was asked, empty for people's values.
        link: Address at the source that a person can open, empty if there is none.
        formula: How the value becomes progress, with its numbers.
        observed_at: When it was looked up.
        revision: Number of the plan revision under which it was read.
        rows: Rows that counted.
        sample: The first of them: id or key, and the value with which it counted.
        complete: Whether all rows were read; None for people's values.
        digest: Of the evidence, empty without one.
        by: Person who said so, empty for a source.
        note: Such as that the value was reconstructed, or accepted by a person.
    """

    reading: str = ""
    source: str = ""
    query: str = ""
    link: str = ""
    formula: str = ""
    observed_at: datetime | None = None
    revision: int = 0
    rows: int = 0
    sample: tuple[tuple[str, Decimal | None], ...] = ()
    complete: bool | None = None
    digest: str = ""
    by: str = ""
    note: str = ""


@dataclass(frozen=True)
class Material:
    """A cycle with all that a report says about it.

    Attributes:
        chronicle: The cycle.
        organization: Whose it is.
        provenance: Key result → where its number comes from.
        unavailable: Key result → why the last sync could not read it, and what to do.
        earlier: Cycles before this one, newest first: for lineage and comparison.
        audiences: What each audience may see, as it is agreed today, whatever time the report is
            about; None: as the workspace of the chronicle says.
        sees: What whoever reads it may see: words of `okr_report.audience.KINDS`.
        plan_revision: Number of the plan revision in force, where the chronicle may not tell it;
            0: it does.
    """

    chronicle: Chronicle
    organization: str = ""
    provenance: Mapping[str, Provenance] = field(default_factory=dict)
    unavailable: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    earlier: tuple[Chronicle, ...] = ()
    audiences: Mapping[str, tuple[str, ...]] | None = None
    sees: frozenset[str] = frozenset(KINDS)
    plan_revision: int = 0

    @property
    def revision(self) -> int:
        """Number of the plan revision in force."""
        return self.plan_revision or self.chronicle.agreement.revision

    @cached_property
    def trend(self) -> Trend:
        """Progress, expectation and confidence week by week."""
        known = self.chronicle
        times = trend_times(known.cycle, known.as_of)
        return trend(known.versions, known.readings, known.entries, times, policies=known.policies)

    @property
    def forecasts(self) -> Mapping[str, ForecastRecord]:
        """Key result → the forecast that the last scoring run stored; empty before the first."""
        scorings = self.chronicle.scorings
        return scorings[-1][1].forecasts if scorings else {}
