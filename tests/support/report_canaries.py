"""An input in which every text says whose it is or what kind of word it is: a canary."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from report_company import CYCLE, week

from okr_core.plan.agreement import PlanVersion
from okr_core.plan.plan import Plan
from okr_core.plan.revision import Proposal
from okr_core.plan.workspace import Workspace
from okr_core.record.entries import (
    Acceptance,
    Body,
    CheckIn,
    Correction,
    Entry,
    HypothesisClosed,
    Override,
    Reading,
    RevisionDecision,
    SyncRecord,
    UnavailableAnswer,
)
from okr_core.record.evidence import Evidence, Row
from okr_core.record.score_records import Restatement
from okr_core.score.recording import closing, scored
from okr_core.snapshot import Snapshot
from okr_report.audience.audience import KINDS
from okr_report.report_input import Provenance, ReportInput

HIDDEN = {"note": "notes", "person": "people", "evidence": "evidence", "change": "changes"}
"""What a text of `mine` is about, as in `canary-note`, and the word that lets see it."""


def _workspace() -> Workspace:
    return Workspace.model_validate(
        {
            "organization": "Alder",
            "people": {
                "canary-person": {"name": "Name canary-person", "email": "canary-mail@x.example"},
                "canary-theirs": {"name": "Name canary-theirs", "email": "canary-theirs@x.example"},
            },
            "teams": {"mine": {"name": "Mine"}, "theirs": {"name": "Team canary-theirs"}},
            "roles": {
                "lead": {"held_by": [{"person": "canary-person"}]},
                "canary-theirs-role": {
                    "purpose": "canary-theirs",
                    "held_by": [{"person": "canary-theirs"}],
                },
            },
            "connections": {"acme": {"kind": "jira", "url": "https://canary-evidence.example"}},
            "routes": {"theirs": "canary-theirs"},
            "audiences": {
                **{
                    f"all-but-{mark}": [kind for kind in KINDS if kind != hidden]
                    for mark, hidden in HIDDEN.items()
                },
                "only-scores": ["scores"],
                "mistyped": ["progres"],
                "nowhere": ["team:nowhere", "scores"],
                "everything": ["everything"],
            },
        }
    )


def _key_result(name: str, mark: str, target: str = "100") -> dict[str, object]:
    return {
        "id": name,
        "title": f"Title {mark}",
        "metric": {"kind": "increase", "unit": "%", "baseline": "0", "target": target},
        "source": {"jira": {"connection": "acme", "jql": "labels = canary-evidence"}},
    }


def _plan(target: str, theirs: str, *, dropped: bool = False) -> Plan:
    gone = {"state": "dropped", "state_reason": "Dropped: canary-change"} if dropped else {}
    return Plan.model_validate(
        {
            "cycle": CYCLE,
            "objectives": [
                {
                    "id": "ours",
                    "title": "Ours",
                    "ambition": "aspirational",
                    "team": "mine",
                    "role": "lead",
                    "counts": {"canary-theirs": "3"},
                    "contributes_to": ["canary-theirs-top"],
                    "hypothesis": {"belief": "We believe"},
                    "carried_from": "2026-q3/canary-theirs",
                    "key_results": [
                        _key_result("ours.a", "ours", target),
                        {**_key_result("ours.b", "ours, later dropped"), **gone},
                    ],
                },
                {
                    "id": "canary-theirs",
                    "title": "canary-theirs",
                    "why": "canary-theirs",
                    "ambition": "committed",
                    "team": "theirs",
                    "role": "canary-theirs-role",
                    "contributes_to": ["ours"],
                    "hypothesis": {"belief": "canary-theirs", "because": "canary-theirs"},
                    "key_results": [_key_result("canary-theirs.kr", "canary-theirs", theirs)],
                },
                {
                    "id": "canary-theirs-top",
                    "title": "canary-theirs",
                    "team": "theirs",
                    "owner": "canary-theirs",
                    "key_results": [_key_result("canary-theirs.top", "canary-theirs")],
                },
            ],
        }
    )


def _versions() -> tuple[PlanVersion, ...]:
    return (
        PlanVersion(1, week(-1), _plan("100", "100"), None, "canary-person", "First"),
        PlanVersion(
            2, week(4), _plan("100", "80"), "learned", "canary-theirs", "Why: canary-theirs"
        ),
        PlanVersion(
            3,
            week(5),
            _plan("90", "80", dropped=True),
            "external_shock",
            "canary-person",
            "Why: canary-change",
        ),
    )


def _readings(name: str, pace: int) -> list[Reading]:
    mark = "canary-theirs" if "theirs" in name else "canary-evidence"
    by_week = [
        Reading(
            at=week(number) - timedelta(hours=2),
            value=Decimal(pace * number),
            key_result=name,
            sequence=number,
            id=f"r-{name}-{number}",
            source=f"jira:{mark}",
            evidence=f"sha256:{mark}",
            by="" if "theirs" in name else "canary-person",
        )
        for number in range(1, 10)
    ]
    odd = replace(by_week[-1], id=f"r-{name}", value=Decimal(0), sequence=99, state="suspect")
    return [*by_week, replace(odd, at=odd.at + timedelta(hours=1), reason=f"Fell: {mark}")]


def _said(name: str) -> list[Entry]:
    theirs = "theirs" in name
    note, by = ("canary-theirs",) * 2 if theirs else ("canary-note", "canary-person")
    change = note if theirs else "canary-change"
    bodies: list[Body] = [
        CheckIn(confidence=6, note=f"Note: {note}"),
        Override(score=Decimal("0.5"), reason=f"Override: {note}"),
        Correction(reading=f"r-{name}-3", value=Decimal(9), reason=f"Correction: {change} {note}"),
        Acceptance(reading=f"r-{name}-2", note=f"Acceptance: {change} {note}"),
        Restatement(version=2, new=Decimal("0.6"), reason=f"Restated: {note}"),
    ]
    return [Entry(week(6), body, CYCLE.id, name, by) for body in bodies]


def _cycle_wide() -> list[Entry]:
    sync = SyncRecord(
        connection="canary-evidence",
        observed_at=week(9),
        observed=("ours.b", "canary-theirs.top"),
        unavailable=(_unread("ours.a"), _unread("canary-theirs.kr")),
    )
    decision = RevisionDecision(
        revision=2, outcome="accepted", reason="canary-theirs canary-change canary-note"
    )
    return [
        Entry(week(9), sync, CYCLE.id),
        Entry(week(5), decision, CYCLE.id, by="canary-theirs"),
    ]


def canaries(*, closed: bool = True) -> ReportInput:
    """A closed and restated cycle of two teams, seen in its tenth week; or one that goes on."""
    learned = HypothesisClosed(outcome="refuted", evidence="canary-note", note="canary-note")
    theirs = HypothesisClosed(outcome="refuted", evidence="canary-theirs", note="canary-theirs")
    names = {"ours.a": 8, "ours.b": 3, "canary-theirs.kr": 5, "canary-theirs.top": 2}
    said: dict[str, list[Entry]] = {name: _said(name) for name in names}
    said["ours"] = [Entry(week(8), learned, CYCLE.id, "ours", "canary-person")]
    said["canary-theirs"] = [Entry(week(8), theirs, CYCLE.id, "canary-theirs", "canary-theirs")]
    said[""] = _cycle_wide()
    bare = Snapshot(
        week(9.5),
        _versions(),
        {name: _readings(name, pace) for name, pace in names.items()},
        said,
        _workspace(),
        proposed=(_proposal(),),
        opened_by="canary-person",
        carried={"ours": 2, "canary-theirs": 3},
    )
    return ReportInput(
        _closed(bare) if closed else _scored(bare),
        "Alder",
        {name: _provenance(name) for name in names},
        (_earlier(),),
    )


def _proposal() -> Proposal:
    why = "Why: canary-theirs canary-change canary-note"
    return Proposal(f"{CYCLE.id}:4", True, week(9), "canary-theirs", why)


def _closed(bare: Snapshot) -> Snapshot:
    status = {name: each.shown for name, each in bare.standings.items()}
    record = scored(bare.scorecard, bare.forecast(), status)
    body = closing(bare.scorecard, "Closed: canary-theirs canary-note")
    wide = [
        Entry(week(9.4), record, CYCLE.id),
        Entry(week(9.4), body, CYCLE.id, by="canary-theirs"),
    ]
    return replace(bare, entries={**bare.entries, "": [*bare.entries[""], *wide]})


def _scored(bare: Snapshot) -> Snapshot:
    """A cycle that was scored; of one key result the forecast rests on what people said."""
    record = scored(bare.scorecard, bare.forecast(), {})
    said = record.forecasts["ours.a"].model_copy(update={"basis": "confidence"})
    record = record.model_copy(update={"forecasts": {**record.forecasts, "ours.a": said}})
    restated = ("restatement",)
    left = {k: [e for e in v if e.body.kind not in restated] for k, v in bare.entries.items()}
    entry = Entry(week(9.4), record, CYCLE.id)
    return replace(bare, entries={**left, "": [*left[""], entry]})


def _unread(name: str) -> UnavailableAnswer:
    mark = "canary-theirs" if "theirs" in name else "canary-evidence"
    return UnavailableAnswer(key_result=name, reason=f"Reason: {mark}", hint=f"Fix: {mark}")


def _provenance(name: str) -> Provenance:
    mark = "canary-theirs" if "theirs" in name else "canary-evidence"
    by = "canary-theirs" if "theirs" in name else "canary-person"
    reading = Reading(
        week(9),
        Decimal(3),
        name,
        id=f"r-{name}",
        source=f"jira:{mark}",
        reason=mark,
        evidence=mark,
        revision=1,
        by=by,
    )
    evidence = Evidence(
        mark,
        mark,
        f"labels = {mark}",
        mark,
        "count",
        link=f"https://{mark}.example",
        rows=(Row(mark, label=mark), Row("2"), Row("3")),
        notes=(mark,),
        reconstructed=mark,
        assumptions=(mark,),
    )
    return Provenance(reading, evidence, mark)


def _earlier() -> Snapshot:
    before = CYCLE.model_copy(update={"id": "2026-q3"})
    data: Mapping[str, object] = {
        "cycle": before,
        "objectives": [
            {
                "id": "canary-theirs",
                "title": "Before: canary-theirs",
                "team": "theirs",
                "owner": "canary-theirs",
                "key_results": [_key_result("canary-theirs.kr", "canary-theirs")],
            }
        ],
    }
    first = (PlanVersion(1, week(-1), Plan.model_validate(data), None, "canary-theirs"),)
    return Snapshot(week(9), first, {"canary-theirs.kr": _readings("canary-theirs.kr", 4)})
