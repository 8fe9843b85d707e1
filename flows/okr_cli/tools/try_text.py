"""Try text: what `okr try` found, as lines for people and as the document for programs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from okr_cli.documents.explain import RowDocument
from okr_cli.documents.status import TroubleDocument
from okr_cli.documents.tools import ExcludedDocument, TryDocument
from okr_cli.shell.figures import count, number
from okr_cli.shell.layout import MAX_WIDTH, hang, left, right, width_of
from okr_cli.tools.try_reading import TrialResult
from okr_core.basics.wire import filled
from okr_core.files.yaml_edit import flow
from okr_core.record.evidence import Evidence
from okr_sources.answers import Answer, Unavailable

_PLACE = " " * 8
"""Columns before the fields of a key result in a plan."""
_LABEL = 60
_PLACES = 6


def try_text(found: TrialResult) -> str:
    """What was found, for people."""
    answer = found.answer
    if isinstance(answer, Unavailable):
        text = f"no number: {answer.reason} {answer.hint}".rstrip()
        return "\n".join([*hang(text, "", MAX_WIDTH), *_excluded(found)])
    evidence = answer.evidence
    asked = count(found.requests, "request")
    head = f"{_rounded(answer.value)}  {evidence.measure}"
    counted = "" if found.kind == "http" else f", {count(len(evidence.rows), 'row')}"
    lines = [f"{head}{counted}, {asked}", ""]
    lines += _rows(found, evidence)
    lines += [f"note: {note}" for note in evidence.notes]
    lines += _excluded(found)
    return "\n".join([*lines, "Paste into a key result of your plan:", "", *yaml_lines(found)])


def try_document(found: TrialResult) -> TryDocument:
    """What was found, for programs."""
    excluded = (found.excluded or {}).items()
    return filled(
        TryDocument,
        found,
        rows=tuple(RowDocument(*row) for row in found.rows),
        excluded=tuple(ExcludedDocument(name, rows) for name, rows in excluded),
        binding=dict(found.binding),
        yaml="\n".join(yaml_lines(found)) + "\n",
        **_number(found.answer),
    )


def _number(answer: Answer) -> dict[str, object]:
    """The fields that say the number, or why there is none."""
    if isinstance(answer, Unavailable):
        return {"unavailable": filled(TroubleDocument, answer)}
    evidence = answer.evidence
    names = ("measure", "query", "link", "complete", "notes")
    said = {name: getattr(evidence, name) for name in names}
    return {"value": answer.value, "count": len(evidence.rows), **said}


def yaml_lines(found: TrialResult) -> list[str]:
    """The lines that a key result takes, indented as in a plan."""
    fields = dict(found.binding)
    if "scale" in fields:
        fields["scale"] = Decimal(str(fields["scale"]))  # a number needs no quotes
    return [f"{_PLACE}source:", f"{_PLACE}  {found.kind}: {flow(fields)}"]


def _rounded(value: Decimal) -> str:
    exponent = value.as_tuple().exponent
    return number(round(value, _PLACES) if int(exponent) < -_PLACES else value)


def _rows(found: TrialResult, evidence: Evidence) -> Iterator[str]:
    rows = found.rows
    wide = max((width_of(row.id) for row in rows), default=0)
    label = min(_LABEL, max((width_of(row.label) for row in rows), default=0))
    for row in rows:
        value = "–" if row.value is None else _rounded(row.value)
        weight = "" if row.weight == 1 else f"  weight {_rounded(row.weight)}"
        named = f"  {left(row.id, wide)}  {left(row.label, label)}"
        yield f"{named}  {right(value, 10)}{weight}"
    if len(evidence.rows) > len(rows):
        yield f"  and {len(evidence.rows) - len(rows)} more"
    if rows:
        yield ""


def _excluded(found: TrialResult) -> list[str]:
    if not found.excluded:
        return []
    parts = [f"{name} {rows}" for name, rows in found.excluded.items()]
    return [f"--exclude would leave out: {', '.join(parts)}.", ""]
