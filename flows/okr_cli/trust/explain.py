"""`okr explain`: where a number comes from: value ← rows ← query ← revision ← formula, offline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from okr_cli.shell.figures import count
from okr_cli.shell.home import Home
from okr_cli.shell.ink import word_of
from okr_cli.shell.layout import wrap
from okr_cli.shell.options import HERE, CycleAt, Format, Place
from okr_cli.shell.output import page_width, print_json, print_text
from okr_core.basics.days import minute_text
from okr_core.errors import InputError
from okr_core.plan.metrics import Binary, Metric
from okr_core.record.check_ins import NOTHING_NEW, named
from okr_core.record.entries import Acceptance, CheckIn, Correction, Entry, Reading
from okr_core.record.evidence import Evidence, Row
from okr_core.record.failure import Failure
from okr_core.record.readings import MANUAL
from okr_core.record.voices import Comment
from okr_core.score.notes import score_notes
from okr_core.score.score_words import score_text
from okr_core.score.scores import Score
from okr_core.words.figures import percent, rounded, short_day_text, value_text
from okr_core.words.formula import formula_text, score_formula_text

if TYPE_CHECKING:
    from okr_store.explanation import Explanation, Replaced

_LABEL = 11
_ROWS = 12
"""Rows that people are shown; programs get all."""


def explain(
    key_result: Annotated[str, Parameter(help="Id or title of the key result.")],
    /,
    *,
    at: Annotated[str | None, Parameter(help="As it was known then, YYYY-MM-DD[THH:MM].")] = None,
    as_of: Annotated[str | None, Parameter(help="The same as --at.")] = None,
    reading: Annotated[
        str | None, Parameter(help="Id of a reading [default: the one that counts].")
    ] = None,
    cycle: Annotated[
        str | None, Parameter(help="Cycle id [default: the cycle of that time].")
    ] = None,
    format_: Format = "text",
    place: Place = HERE,
) -> int:
    """Show where a key result's number comes from, and add it up again. Asks no server.

    `--reading` shows any reading of the history, such as one that was reconstructed for a time
    before the plan. With `--format json` every id that counted is listed. Ends with 1 if the
    evidence does not add up to the value.
    """
    from okr_flows.documents.explain import ExplainDocument  # noqa: PLC0415
    from okr_store.explanation import explain_key_result  # noqa: PLC0415 - the store: half a second

    if at is not None and as_of is not None:
        raise InputError("--at and --as-of are the same: both name a time.", hint="Name one.")
    label = "--as-of" if at is None else "--at"
    known = CycleAt(cycle, as_of if at is None else at)
    with Home.of(place).open_cycle(known, label) as (store, found, then):
        explanation = explain_key_result(store, found.id, key_result, then, reading or "")
    if format_ == "json":
        print_json(ExplainDocument.of(explanation))
    else:
        print_text(explanation_text(explanation))
    return 0 if explanation.agrees is not False else 1


def explanation_text(found: Explanation) -> str:
    """The explanation for people, at most 100 columns wide but for the link."""
    kr = found.key_result
    lines = [f"{kr.id} · {kr.title}", ""]
    for label, text in _facts(found):
        # A link that is broken cannot be opened any more.
        wrapped = [text] if label == "link" else list(wrap(text, page_width() - _LABEL))
        first, *more = wrapped or [""]
        lines += [f"{label:<{_LABEL}}{first}".rstrip(), *(" " * _LABEL + line for line in more)]
    return "\n".join(lines)


def _facts(found: Explanation) -> Iterator[tuple[str, str]]:
    known = found.standing
    metric = found.metric
    yield "value", _value(found)
    if not found.counts and found.reading is not None:
        yield "counts", f"no: {_instead(found)}"
    yield "progress", f"{percent(known.progress.clamped)} ({_reason(found)})"
    yield "formula", formula_text(metric, known.current, known.progress.raw)
    yield from _score_facts(found)
    if found.evidence is not None and found.reading is not None:
        yield from _evidence_facts(found, found.evidence)
    if found.revision is not None:
        revision = found.revision
        why = f': "{revision.reason}"' if revision.reason else ""
        who = f" by {revision.by}" if revision.by else ""
        name = f"{revision.scope}:{revision.number}"
        yield "revision", f"{name}{who} on {_minute(found, revision.at)}{why}"
    if found.unavailable is not None:
        yield "not read", _failed(found, found.unavailable)
    if known.suspect is not None:
        suspect = known.suspect
        value = value_text(metric, suspect.value)
        yield "suspect", f"{value}, not counted ({suspect.id}): {suspect.reason}"
    if len(found.history) > 1:
        yield from _listed("history", (_history_line(found, each) for each in found.history))
    yield from _listed("said", (_said(found, each) for each in found.check_ins))
    yield from _listed("comments", (_commented(found, each) for each in found.comments))
    yield from _listed("replaced", (_replaced(found, each) for each in found.replaced))


def _score_facts(found: Explanation) -> Iterator[tuple[str, str]]:
    """What a band is judged by, how the score came about, and what is to be known beside it."""
    known, metric = found.standing, found.metric
    score, agreed = found.score, found.agreed
    if judged := known.judged(metric, found.cycle_days):
        yield "judged by", judged
    if found.scored and score is not None and agreed is not None and score.due is not None:
        # What it is judged by now is not what it scored by, if its metric was changed since.
        told = judged if agreed == metric else ""
        yield "score", _score(score, agreed, short_day_text(score.due), told)
    if found.key_result.guard:
        yield "guard", _guard(found)
    if score is not None:
        yield from _listed("beside", _beside(found, score))


def _score(score: Score, agreed: Metric, due: str, judged: str) -> str:
    """The score and how it came about, by what was first agreed."""
    value = score.reading.value if score.reading else None
    formula = score_formula_text(agreed, value, score.figures.computed, due, judged=judged)
    told = f"{score_text(score.figures.computed)}: {formula}"
    if score.figures.effective == score.figures.computed:
        return told
    return f"{score_text(score.figures.effective)} in its place; computed {told}"


def _guard(found: Explanation) -> str:
    """How a counter-metric stands; it is in no figure."""
    if found.guard is None:
        return "holds; it is in no figure"
    broken = found.guard.broken_at
    how = "not known" if broken is None else f"broken since {_day(found, broken)}"
    return f"{how}; it is in no figure"


def _beside(found: Explanation, score: Score) -> Iterator[str]:
    """What `okr score` says beside the score; what is suspect has a line of its own."""
    told = score._replace(suspect=None)
    metric = found.key_result.metric
    yield from score_notes(told, found.cycle_days, found.late_until, metric=metric)


def _day(found: Explanation, at: datetime) -> str:
    return short_day_text(at.astimezone(found.zone).date())


def _listed(label: str, lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Lines, the first one with a label."""
    for line in lines:
        yield label, line
        label = ""


def _derived(found: Explanation) -> str:
    """What a value is worked out from, each with the reading that it rests on."""
    kr = found.key_result
    assert kr.derivation is not None, "asked of those that have one"
    if not found.rests_on:
        return f"none yet: {found.standing.progress.reason}."
    parts = (f"{each.key_result} {rounded(each.value)} ({each.id})" for each in found.rests_on)
    value = value_text(kr.metric, found.standing.current)
    return f"{value}, the {kr.derivation.operation} of {', '.join(parts)}"


def _value(found: Explanation) -> str:
    reading = found.reading
    if found.key_result.derivation is not None:
        return _derived(found)
    if reading is None:
        return "none yet: no reading counts."
    value = _reading_value(found, reading)
    part = f" (milestone {reading.part})" if reading.part else ""
    why = f': "{reading.reason}"' if reading.reason else ""
    return f"{value}{part}, {_whose(found, reading)} ({reading.id}){why}"


def _whose(found: Explanation, reading: Reading) -> str:
    """Who or what says the number; an accepted one is still the source's."""
    at = _minute(found, reading.at)
    if found.accepted_at is not None:
        who, accepted = reading.by or "someone", _minute(found, found.accepted_at)
        return f"read from {reading.source} at {at}, accepted by {who} on {accepted}"
    if reading.by:
        said = _said_on(found, reading)
        return f"said by {reading.by} {'of' if said else 'at'} {at}{said}"
    if found.evidence is not None and found.evidence.reconstructed:
        return f"reconstructed from {reading.source} for {at}"
    return f"read from {reading.source} at {at}"


def _instead(found: Explanation) -> str:
    counting = found.standing.reading
    if counting is None:
        return "no reading counts."
    return f"{value_text(found.key_result.metric, counting.value)} ({counting.id}) does."


def _failed(found: Explanation, failure: Failure) -> str:
    at = f"by the sync of {_minute(found, failure.at)}: " if failure.at else ""
    return f"{at}{failure.reason.rstrip('.')}. {failure.hint}".rstrip()


def _reading_value(found: Explanation, reading: Reading) -> str:
    """A milestone is done or not, whatever its key result measures."""
    return value_text(Binary() if reading.part else found.key_result.metric, reading.value)


def _reason(found: Explanation) -> str:
    progress = found.standing.progress
    if not progress.known:
        return progress.reason or "nothing to count"
    return word_of(found.standing.shown)


def _evidence_facts(found: Explanation, evidence: Evidence) -> Iterator[tuple[str, str]]:
    scale = "" if evidence.scale == 1 else f" × {rounded(evidence.scale)}"
    yield "measure", f"{evidence.measure}: {evidence.formula} of rows{scale}"
    yield "query", evidence.query
    if evidence.link:
        yield "link", evidence.link
    total = "" if found.added_up is None else rounded(found.added_up)
    verdict = "agrees with the value" if found.agrees else "does NOT agree with the value"
    whole = "complete" if evidence.complete else "incomplete"
    yield (
        "evidence",
        (
            f"{count(len(evidence.rows), 'row')}, {whole}, "
            f"{count(evidence.requests, 'request')}; "
            f"added up again: {total or 'nothing'}, {verdict}"
        ),
    )
    yield from (("note", note.rstrip(".")) for note in evidence.notes)
    if evidence.reconstructed:
        yield "past", _reconstructed(found, evidence)
    if evidence.rows:
        yield "rows", _rows(evidence)
    assert found.reading is not None
    yield "digest", found.reading.evidence


def _reconstructed(found: Explanation, evidence: Evidence) -> str:
    """That nobody looked at the time, and what the value rests on instead."""
    assert found.reading is not None
    looked = found.reading.observed_at or found.reading.at
    assumed = f", taking for granted: {'; '.join(evidence.assumptions)}"
    return (
        f"reconstructed on {_minute(found, looked)} {evidence.reconstructed}"
        f"{assumed if evidence.assumptions else ''}."
    )


def _rows(evidence: Evidence) -> str:
    shown = ", ".join(_row(row) for row in evidence.rows[:_ROWS])
    more = len(evidence.rows) - _ROWS
    return f"{shown} and {more} more (`--format json` lists all)" if more > 0 else shown


def _row(row: Row) -> str:
    value = "empty" if row.value is None else rounded(row.value)
    weight = "" if row.weight == 1 else f" × {rounded(row.weight)}"
    return f"{row.label or row.id} {value}{weight}"


def _history_line(found: Explanation, reading: Reading) -> str:
    value = _reading_value(found, reading)
    part = f" {reading.part}" if reading.part else ""
    state = "" if reading.state == "observed" else f", {reading.state}"
    if reading.id in found.reconstructed:
        state += ", reconstructed"
    replaces = f", supersedes {reading.supersedes}" if reading.supersedes else ""
    why = f": {reading.reason}" if reading.reason else ""
    said = _said_on(found, reading)
    return f"{_minute(found, reading.at)}{part} {value} ({reading.id}{state}{replaces}){said}{why}"


def _said_on(found: Explanation, reading: Reading) -> str:
    """When a person said it, where that was on a later day than the one it is about."""
    day = _day(found, reading.known_at)
    if reading.source != MANUAL or day == _day(found, reading.at):
        return ""
    return f", said on {day}"


def _said(found: Explanation, entry: Entry) -> str:
    part = named(entry)[0].partition("/")[2]
    words, who = _words(found, part, entry), entry.by or "someone"
    return f"{_minute(found, entry.at)} {who}: {words} ({entry.id})"


def _commented(found: Explanation, entry: Entry) -> str:
    assert isinstance(entry.body, Comment)
    on = f" on {entry.body.about}" if entry.body.about else ""
    who = entry.by or "someone"
    return f'{_minute(found, entry.at)} {who}{on}: "{entry.body.text}"'


def _words(found: Explanation, part: str, entry: Entry) -> str:
    """`38 %, confidence 7 of 10: "going well"`."""
    assert isinstance(entry.body, CheckIn)
    body, metric = entry.body, Binary() if part else found.key_result.metric
    value = "" if body.value is None else value_text(metric, body.value)
    sure = "" if body.confidence is None else f"confidence {body.confidence} of 10"
    nothing = NOTHING_NEW if body.nothing_new else ""
    figures = ", ".join(each for each in (part, value, nothing, sure) if each)
    return f'{figures}: "{body.note}"'.removeprefix(": ") if body.note else figures


def _replaced(found: Explanation, replaced: Replaced) -> str:
    old, decision = replaced.reading, replaced.decision
    who, when = decision.by or "someone", _minute(found, decision.at)
    value, at = _reading_value(found, old), _minute(found, old.at)
    body = decision.body
    if isinstance(body, Acceptance):
        why = f": {body.note}" if body.note else ""
        return f"{at} {value} ({old.id}, suspect: {old.reason}) accepted by {who} on {when}{why}"
    assert isinstance(body, Correction)
    now = _reading_value(found, replace(old, value=body.value)) if body.value is not None else ""
    became = f"replaced with {now}" if now else "taken out"
    said = "; ".join(
        f"{entry.by or 'someone'} had said {_words(found, old.part, entry)}"
        for entry in replaced.check_ins
    )
    told = f" ({said})" if said else ""
    return f"{at} {value} ({old.id}) {became} by {who} on {when}: {body.reason}{told}"


def _minute(found: Explanation, at: datetime) -> str:
    return minute_text(at, found.zone)
