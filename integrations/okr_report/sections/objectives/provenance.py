"""Provenance: where a key result's number comes from, as the section shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from okr_core.plan.plan import KeyResult
from okr_core.words.formula import formula_text
from okr_report.report_facts import ReportFacts

SAMPLE = 10
"""Rows that are named; `okr explain` lists all."""


@dataclass(frozen=True, slots=True)
class ProvenanceView:
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


def provenance_view(facts: ReportFacts, kr: KeyResult) -> ProvenanceView | None:
    """Where the number of a key result comes from; None where nobody may know or nothing is."""
    told = facts.report_input.provenance.get(kr.id)
    if told is None:
        return None
    known = facts.standing(kr.id)
    formula = formula_text(kr.metric, known.current, known.progress.raw)
    reading, evidence = told.reading, told.evidence
    if reading is None:
        return ProvenanceView(formula=formula)
    return ProvenanceView(
        reading=reading.id,
        source=reading.source,
        query=evidence.query if evidence else "",
        link=evidence.link if evidence else "",
        formula=formula,
        observed_at=reading.observed_at or reading.at,
        revision=reading.revision,
        rows=len(evidence.rows) if evidence else 0,
        sample=tuple((row.label or row.id, row.value) for row in evidence.rows[:SAMPLE])
        if evidence
        else (),
        complete=evidence.complete if evidence else None,
        digest=reading.evidence,
        by=reading.by,
        note=told.note,
    )
