"""ReportInput: what a report is made from; whoever reads the store hands it in, complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from okr_core.record.entries import Reading
from okr_core.record.evidence import Evidence
from okr_core.snapshot import Snapshot
from okr_report.audience.audience import KINDS


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a key result's number comes from: the same as `okr explain` says.

    Attributes:
        reading: The reading that counts; None where there is none.
        evidence: What it was added up from; None for people's values, and where it is damaged.
        note: Such as that the value was reconstructed, or accepted by a person.
    """

    reading: Reading | None = None
    evidence: Evidence | None = None
    note: str = ""


@dataclass(frozen=True)
class ReportInput:
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
