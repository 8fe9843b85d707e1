"""Where a number comes from: `okr explain`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from okr_core.basics.wire import Ratio, Text, Time, Value, filled
from okr_core.record.check_ins import named
from okr_core.record.entries import Acceptance, CheckIn, Correction
from okr_core.record.voices import Comment
from okr_core.score.notes import score_notes
from okr_core.words.figures import short_day_text
from okr_core.words.formula import formula_text, score_formula_text
from okr_flows.documents.plan import RevisionDocument
from okr_flows.documents.status import GuardDocument, JudgedDocument, TroubleDocument

if TYPE_CHECKING:
    from okr_core.record.entries import Entry, Reading
    from okr_store.explanation import Explanation, Replaced


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedReadingDocument(TroubleDocument):
    """Why the sync of that time could not read a key result."""

    at: Time


@dataclass(frozen=True, slots=True)
class RowDocument:
    """One thing that counted; `value` is null where it holds nothing."""

    id: str
    value: Value | None
    weight: Value
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceDocument:
    """What lets anyone add the number up again.

    `notes` say what a reader must know of the number. `reconstructed` says how a past value was
    worked out, null where it was read when it held; `assumptions` what that takes for granted.
    `missing` are ids of a frozen scope that were found nowhere.
    """

    digest: str
    kind: str
    connection: str
    query: str
    measure: str
    formula: str
    scale: Value
    complete: bool
    link: Text
    requests: int
    rows: tuple[RowDocument, ...]
    notes: tuple[str, ...]
    reconstructed: Text
    assumptions: tuple[str, ...]
    missing: tuple[str, ...]
    added_up: Value | None
    agrees: bool

    @classmethod
    def of(cls, found: Explanation) -> EvidenceDocument | None:
        """The evidence of the reading that counts; None where it has none."""
        if found.evidence is None or found.reading is None:
            return None
        return filled(
            cls,
            found.evidence,
            digest=found.reading.evidence,
            rows=tuple(RowDocument(*row) for row in found.evidence.rows),
            added_up=found.added_up,
            agrees=bool(found.agrees),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingDocument:
    """One number, when it held, and who or what says so.

    `reconstructed`: it was worked out afterwards, nobody looked at the time.
    """

    id: str
    part: Text
    at: Time
    value: Value
    state: Literal["observed", "suspect", "void"]
    source: str
    observed_at: Time
    supersedes: Text
    reason: Text
    until: Time | None
    by: Text
    revision: int
    reconstructed: bool

    @classmethod
    def of(cls, reading: Reading, *, reconstructed: bool = False) -> ReadingDocument:
        """A reading with all that is known of it."""
        observed_at = reading.observed_at or reading.at
        return filled(cls, reading, observed_at=observed_at, reconstructed=reconstructed)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidDocument:
    """What a person said in a check-in."""

    id: str
    part: Text
    at: Time
    value: Value | None
    confidence: int | None
    nothing_new: bool
    note: str
    said_at: Time
    by: Text

    @classmethod
    def of(cls, entry: Entry) -> SaidDocument:
        """A check-in as it is in the store."""
        assert isinstance(entry.body, CheckIn)
        body = entry.body
        return filled(
            cls,
            entry,
            part=named(entry)[0].partition("/")[2],
            value=body.value,
            confidence=body.confidence,
            nothing_new=body.nothing_new,
            note=body.note,
            said_at=body.said_at or entry.at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentedDocument:
    """A comment; `check_in` is null where it is about the key result itself."""

    id: str
    check_in: Text
    text: str
    at: Time
    by: Text

    @classmethod
    def of(cls, entry: Entry) -> CommentedDocument:
        """A comment as it is in the store."""
        assert isinstance(entry.body, Comment)
        return filled(cls, entry, check_in=entry.body.about, text=entry.body.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacedDocument:
    """A reading that a person replaced: `value` counts in its place, null where it was taken out.

    `check_ins` is what was said with it.
    """

    reading: ReadingDocument
    value: Value | None
    decision: Literal["acceptance", "correction"]
    reason: Text
    at: Time
    by: Text
    check_ins: tuple[SaidDocument, ...]

    @classmethod
    def of(cls, replaced: Replaced) -> ReplacedDocument:
        """A replaced reading with the decision and what was said with it."""
        body = replaced.decision.body
        assert isinstance(body, Acceptance | Correction)
        value: Decimal | None
        if isinstance(body, Acceptance):
            value, reason = replaced.reading.value, body.note
        else:
            value, reason = body.value, body.reason
        return filled(
            cls,
            replaced.decision,
            reading=ReadingDocument.of(replaced.reading),
            value=value,
            decision=body.kind,
            reason=reason,
            check_ins=tuple(map(SaidDocument.of, replaced.check_ins)),
        )


@dataclass(frozen=True, slots=True)
class RestsOnDocument:
    """A value of another key result that a derived one is worked out from."""

    key_result: str
    value: Value
    at: Time
    reading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedDocument:
    """What a value is worked out from; `values` are empty where one of them is missing."""

    operation: Literal["sum", "average", "min", "max"]
    key_results: tuple[str, ...]
    values: tuple[RestsOnDocument, ...]

    @classmethod
    def of(cls, found: Explanation) -> DerivedDocument | None:
        """The derivation of a key result; None for one that is measured."""
        derivation = found.key_result.derivation
        if derivation is None:
            return None
        rests_on = (RestsOnDocument(r.key_result, r.value, r.at, r.id) for r in found.rests_on)
        return cls(
            operation=derivation.operation,
            key_results=derivation.children,
            values=tuple(rests_on),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreFormulaDocument:
    """How a key result's score came about, by what was first agreed; null while it is under way.

    `score` is with overrides and restatements, `computed` without; `value` scored, null where
    there was none by `due`.
    """

    score: Ratio | None
    computed: Ratio | None
    value: Value | None
    due: date
    formula: str

    @classmethod
    def of(cls, found: Explanation) -> ScoreFormulaDocument | None:
        """The score of what has ended."""
        score = found.score
        if not found.scored or score is None or found.agreed is None or score.due is None:
            return None
        value = score.reading.value if score.reading else None
        due = short_day_text(score.due)
        metric = found.key_result.metric
        # What it is judged by now is not what it scored by, if its metric was changed since.
        same = found.agreed == metric
        judged = found.standing.judged(metric, found.cycle_days) if same else ""
        return cls(
            score=score.figures.effective,
            computed=score.figures.computed,
            value=value,
            due=score.due,
            formula=score_formula_text(
                found.agreed, value, score.figures.computed, due, judged=judged
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainDocument:
    """Where a number comes from: value ← rows ← query ← revision ← formula.

    `counts` says whether the reading is the one that counts, or another that was asked about.
    `accepted_at` is when a person let the reading count; null where nobody had to. `unavailable`
    says why the last sync could not read it; null where it could. `guard` says since when a
    guard does not hold, null for others and where it holds; `beside` is what `okr score` says
    beside the score, a clause each.
    """

    schema: Literal["okr.explain/1"] = "okr.explain/1"
    cycle: str
    as_of: Time
    key_result: str
    title: str
    metric: str
    unit: str
    current: Value | None
    progress: Ratio | None
    raw: Ratio | None
    reason: Text
    formula: str
    derived: DerivedDocument | None
    judged: JudgedDocument | None
    score: ScoreFormulaDocument | None
    guard: GuardDocument | None
    beside: tuple[str, ...]
    reading: ReadingDocument | None
    counts: bool
    evidence: EvidenceDocument | None
    revision: RevisionDocument | None
    suspect: ReadingDocument | None
    accepted_at: Time | None
    unavailable: FailedReadingDocument | None
    history: tuple[ReadingDocument, ...]
    check_ins: tuple[SaidDocument, ...]
    comments: tuple[CommentedDocument, ...]
    replaced: tuple[ReplacedDocument, ...]

    @classmethod
    def of(cls, found: Explanation) -> ExplainDocument:
        """An explanation with every row that counted."""
        kr, known = found.key_result, found.standing
        failed = found.unavailable
        return filled(
            cls,
            found,
            key_result=kr.id,
            title=kr.title,
            metric=kr.metric.kind,
            unit=kr.metric.unit,
            current=known.current,
            progress=known.progress.clamped,
            raw=known.progress.raw,
            reason=known.progress.reason,
            formula=formula_text(found.metric, known.current, known.progress.raw, exact=True),
            derived=DerivedDocument.of(found),
            judged=JudgedDocument.of(found.metric, known.verdict),
            score=ScoreFormulaDocument.of(found),
            guard=filled(GuardDocument, found.guard) if found.guard else None,
            beside=_beside(found),
            reading=_reading(found),
            evidence=EvidenceDocument.of(found),
            revision=RevisionDocument.of(found.revision) if found.revision else None,
            suspect=ReadingDocument.of(known.suspect) if known.suspect else None,
            unavailable=filled(FailedReadingDocument, failed) if failed else None,
            history=tuple(
                ReadingDocument.of(each, reconstructed=each.id in found.reconstructed)
                for each in found.history
            ),
            check_ins=tuple(map(SaidDocument.of, found.check_ins)),
            comments=tuple(map(CommentedDocument.of, found.comments)),
            replaced=tuple(map(ReplacedDocument.of, found.replaced)),
        )


def _beside(found: Explanation) -> tuple[str, ...]:
    if found.score is None:
        return ()
    metric = found.key_result.metric
    return tuple(score_notes(found.score, found.cycle_days, found.late_until, metric=metric))


def _reading(found: Explanation) -> ReadingDocument | None:
    if found.reading is None:
        return None
    past = found.evidence is not None and bool(found.evidence.reconstructed)
    return ReadingDocument.of(found.reading, reconstructed=past)
