"""Try text: what `okr try` found, as lines for people and as the document for programs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from okr_cli.documents import TryDocument
from okr_cli.shell.figures import count, number
from okr_cli.shell.layout import MAX_WIDTH, hang, left, right, width_of
from okr_cli.shell.plain import row_json
from okr_cli.tools.try_reading import TrialResult
from okr_core.basics.exact import decimal_text
from okr_core.files.yaml_edit import flow
from okr_core.record.evidence import Evidence
from okr_sources.answers import Unavailable

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
    answer = found.answer
    evidence = None if isinstance(answer, Unavailable) else answer.evidence
    names = found.excluded
    return {
        "schema": "okr.try/1",
        "connection": found.connection,
        "kind": found.kind,
        "value": None if isinstance(answer, Unavailable) else decimal_text(answer.value),
        "measure": evidence.measure if evidence else None,
        "query": evidence.query if evidence else None,
        "link": (evidence.link or None) if evidence else None,
        "complete": evidence.complete if evidence else False,
        "count": len(evidence.rows) if evidence else None,
        "rows": [row_json(row) for row in found.rows],
        "excluded": [{"name": each, "rows": rows} for each, rows in (names or {}).items()],
        "notes": list(evidence.notes) if evidence else [],
        "requests": found.requests,
        "binding": dict(found.binding),
        "yaml": "\n".join(yaml_lines(found)) + "\n",
        "unavailable": {"reason": answer.reason, "hint": answer.hint}
        if isinstance(answer, Unavailable)
        else None,
    }


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
