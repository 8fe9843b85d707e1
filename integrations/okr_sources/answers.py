"""Answers: what a source says about one bound key result, and the evidence that re-adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from okr_core.metrics import Metric

ONE = Decimal(1)
"""The usual value and weight of a row; the same object, so that it is quick to tell."""

Formula = Literal["count", "sum", "average", "ratio", "median", "latest", "value"]


class Row(NamedTuple):
    """One thing that counted. A tuple, because a sync makes a hundred thousand of them.

    Attributes:
        id: The server's stable id (issue id, page id).
        value: What it added; for a ratio 1 if done and 0 if not; None counts as filled with nothing
            (averages and sums leave it out and the evidence says so).
        weight: Its weight in a ratio, 1 elsewhere.
        label: What a person calls it (issue key, title), empty where it was not fetched.
    """

    id: str
    value: Decimal | None = ONE
    weight: Decimal = ONE
    label: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What lets anyone add the number up again; stored once by digest.

    Attributes:
        kind: Kind of the source.
        connection: Name of the connection.
        query: What was asked, as a person could ask it again.
        measure: The binding's measure in words, such as `sum of Story Points`.
        formula: How rows become the value.
        scale: Factor applied at the end.
        complete: Whether every row was seen.
        link: Address that a person can open, empty if none.
        requests: HTTP requests that the rows took.
        rows: Sorted by id.
        notes: What a reader must know, such as rows without a value, or the live value beside a
            frozen scope.
        reconstructed: How a past value was worked out from what is known today, empty where it was
            read when it held; see `okr_sources.past`.
        assumptions: What a reconstruction takes for granted, one sentence each.
    """

    kind: str
    connection: str
    query: str
    measure: str
    formula: Formula
    scale: Decimal = Decimal(1)
    complete: bool = True
    link: str = ""
    requests: int = 1
    rows: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()
    reconstructed: str = ""
    assumptions: tuple[str, ...] = ()


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
        connection_down: Whether the whole connection failed, not only this key result.
        temporary: Whether the server failed or asked for patience: nothing here is to be corrected.
    """

    key_result: str
    reason: str
    hint: str = ""
    connection_down: bool = False
    temporary: bool = False


Answer = Observed | Suspect | Unavailable


@dataclass(frozen=True, slots=True)
class Previous:
    """What the last counting reading of a key result was, for the suspect rules.

    Attributes:
        value: Its value.
        selected: Rows of its evidence.
        denominator: Summed weight of its evidence (equals `selected` unless weighted).
    """

    value: Decimal
    selected: int
    denominator: Decimal


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
