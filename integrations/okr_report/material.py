"""Material: what a report is made from; whoever reads the store hands it in, complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from okr_core.snapshot import Snapshot
from okr_report.audience import KINDS


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
        snapshot: The cycle.
        organization: Whose it is.
        provenance: Key result → where its number comes from.
        earlier: Cycles before this one, newest first: for lineage and comparison.
        audiences: What each audience may see, as it is agreed today, whatever time the report is
            about; None: as the workspace of the snapshot says.
        sees: What whoever reads it may see: words of `okr_report.audience.KINDS`.
    """

    snapshot: Snapshot
    organization: str = ""
    provenance: Mapping[str, Provenance] = field(default_factory=dict)
    earlier: tuple[Snapshot, ...] = ()
    audiences: Mapping[str, tuple[str, ...]] | None = None
    sees: frozenset[str] = frozenset(KINDS)
