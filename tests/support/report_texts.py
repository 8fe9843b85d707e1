"""The input of a report with one text wherever a person can write one."""

from dataclasses import replace

import report_samples

from okr_core.plan.plan import Plan
from okr_core.record.entries import CheckIn, Entry, SyncRecord, UnavailableAnswer
from okr_core.record.evidence import Evidence
from okr_report.report_input import Provenance, ReportInput


def with_text(text: str) -> ReportInput:
    """The running quarter with that text in titles, notes, reasons, names and queries."""
    report_input = report_samples.running()
    known = report_input.snapshot
    objectives = [
        o.model_copy(
            update={
                "title": text,
                "why": text,
                "hypothesis": o.hypothesis and o.hypothesis.model_copy(update={"belief": text}),
                "key_results": tuple(kr.model_copy(update={"title": text}) for kr in o.key_results),
            }
        )
        for o in known.versions[-1].plan.objectives
    ]
    plan = Plan.model_construct(cycle=known.cycle, objectives=tuple(objectives))
    said = {
        kr.id: [Entry(known.as_of, CheckIn(confidence=3, note=text), "q", kr.id, text)]
        for kr in plan.key_results()
    }
    unread = UnavailableAnswer(key_result="pricing.plans", reason=text, hint=text)
    sync = SyncRecord(connection="acme", observed_at=known.as_of, unavailable=(unread,))
    said[""] = [*known.entries[""], Entry(known.as_of, sync, "q")]
    versions = (
        *known.versions[:-1],
        replace(known.versions[-1], plan=plan, reason=text, by=text),
    )
    return replace(
        report_input,
        snapshot=replace(known, versions=versions, entries={**known.entries, **said}),
        organization=text,
        provenance={name: _hostile(told, text) for name, told in report_input.provenance.items()},
    )


def _hostile(told: Provenance, text: str) -> Provenance:
    assert told.reading is not None
    evidence = told.evidence or Evidence("manual", "", "", "", "value")
    return Provenance(
        replace(told.reading, by=text),
        replace(evidence, query=text, link=f"javascript:{text}"),
        text,
    )
