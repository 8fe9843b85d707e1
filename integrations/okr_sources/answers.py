"""Answers: what a source says about one bound key result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from okr_core.plan.metrics import Metric
from okr_core.progress.smells import Previous
from okr_core.record.evidence import Evidence, Row
from okr_core.record.failure import Failure


@dataclass(frozen=True, slots=True)
class Observed:
    """A value that counts."""

    key_result: str
    value: Decimal
    evidence: Evidence
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class Suspect:
    """A value that came with a good answer but smells; a person accepts or corrects it."""

    key_result: str
    value: Decimal
    why: str
    evidence: Evidence
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class Unavailable:
    """No value: the reason and what to do. Never 0.

    Attributes:
        reason: See `Failure`.
        hint: See `Failure`.
        connection_down: Whether the whole connection failed, not only this key result.
        temporary: Whether the server failed or asked for patience: nothing here is to be corrected.
    """

    key_result: str
    reason: str
    hint: str = ""
    connection_down: bool = False
    temporary: bool = False

    @property
    def failure(self) -> Failure:
        """Why there is no value; of the time that was asked for."""
        return Failure(self.reason, self.hint)


Answer = Observed | Suspect | Unavailable


@dataclass(frozen=True, slots=True)
class Ask:
    """One bound key result and all that a source may need to answer for it.

    Attributes:
        binding: The fields of its binding as in the plan, validated by `Source.check`.
        cycle_starts: First local day of the cycle (lead times count from here).
        as_of: Business time of the run (aware).
        previous: None at its first reading.
        frozen: Rows of the first complete reading where the binding freezes its scope and one
            exists.
    """

    key_result: str
    binding: Mapping[str, object]
    metric: Metric
    cycle_starts: date
    timezone: str
    as_of: datetime
    previous: Previous | None = None
    frozen: tuple[Row, ...] | None = None


@dataclass(frozen=True, slots=True)
class Fetch:
    """One query of the request plan.

    Attributes:
        query: What is asked, for people.
        endpoint: Method and path.
        fields: Fields asked for besides the id.
        pages: Requests expected; None where no run has counted the rows yet (at least 1).
        serves: Key results that it answers for.
    """

    query: str
    endpoint: str
    fields: tuple[str, ...] = ()
    pages: int | None = None
    serves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestPlan:
    """What will be asked, decided before the first request.

    Attributes:
        fetches: Queries, each sent once.
        refused: Answers that are known without asking (a binding that cannot be planned).
        detail: The source's own compiled plan; opaque to others.
    """

    connection: str
    fetches: tuple[Fetch, ...]
    refused: tuple[Unavailable, ...] = ()
    detail: object = field(default=None, repr=False)
