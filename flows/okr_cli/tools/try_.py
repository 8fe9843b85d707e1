"""`okr try`: the number that a binding would give, before it goes into a plan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated

from cyclopts import Parameter

from okr_cli.files.writing import WorkspaceFile
from okr_cli.shell.acting import clock
from okr_cli.shell.figures import count
from okr_cli.shell.home import Home
from okr_cli.shell.layout import hang, left, right, width_of
from okr_cli.shell.options import HERE, Format, Place
from okr_cli.shell.output import page_width, show, tell
from okr_core.basics.wire import filled
from okr_core.files.yaml_edit import flow
from okr_core.plan.cycle import quarter_of, zone_named
from okr_core.plan.when import When
from okr_core.plan.workspace import Workspace
from okr_core.record.evidence import Evidence
from okr_core.words.figures import number
from okr_flows.connect.session import connection_named
from okr_flows.connect.try_binding import TrialResult, Tried, binding_of, read_tried
from okr_flows.documents.explain import RowDocument
from okr_flows.documents.status import TroubleDocument
from okr_flows.documents.tools import ExcludedDocument, TryDocument
from okr_sources.answers import Answer, Unavailable

_PLACE = " " * 8
"""Columns before the fields of a key result in a plan."""
_LABEL = 60
_PLACES = 6


def try_(
    name: Annotated[str, Parameter(help="Connection in okr.yaml.")],
    query: Annotated[
        str,
        Parameter(help="JQL or an issue's key; link of a Notion database or page; URL or path."),
    ],
    /,
    *,
    measure: Annotated[
        str | None,
        Parameter(
            help="count, sum:FIELD, average:FIELD, done_ratio, done_ratio:WEIGHT, lead_time, "
            "lead_time:statuscategorychangedate, "
            "latest:PROPERTY, or value:FIELD of one issue or page; or as in a plan: "
            "'{done_ratio: {by: Stage, done: [Won]}}'."
        ),
    ] = None,
    filter_: Annotated[
        list[str] | None,
        Parameter(
            name="--filter", consume_multiple=False, help="Notion: 'Status: Done', as in a plan."
        ),
    ] = None,
    exclude: Annotated[
        list[str] | None, Parameter(help="Resolutions or statuses that do not count.")
    ] = None,
    scale: Annotated[str | None, Parameter(help="Factor, such as 100 for percent.")] = None,
    value: Annotated[str | None, Parameter(help="http: JMESPath that yields the number.")] = None,
    since: Annotated[
        str | None, Parameter(help="lead_time: first day that counts [default: the quarter's].")
    ] = None,
    format_: Format = "text",
    place: Place = HERE,
) -> int:
    """Show a number, what it was counted from, and the lines to paste into a plan.

    Reads okr.yaml's connections, applied or not; needs no plan and writes nothing. Ends with 4 if
    there is no number, with 3 if the tool cannot be reached or refuses us.
    """
    home = Home.of(place)
    workspace = WorkspaceFile.of(home).workspace
    connection = connection_named(workspace, name)
    wanted = Tried(name, connection.kind, query, measure, tuple(filter_ or ()))
    binding = binding_of(wanted, exclude=exclude or (), scale=scale, value=value)
    tell(f"asking {name} …")
    found = read_tried(
        name,
        connection,
        binding,
        home.env,
        zone=workspace.timezone,
        since=_since(since, workspace),
        now=clock(),
    )
    show(format_, try_document(found), try_text(found))
    return found.exit_code


def _since(given: str | None, workspace: Workspace) -> date:
    day = When.parse(given, "--since").day
    return day or quarter_of(clock().astimezone(zone_named(workspace.timezone)).date())[1]


def try_text(found: TrialResult) -> str:
    """What was found, for people."""
    answer = found.answer
    if isinstance(answer, Unavailable):
        text = f"no number: {answer.reason} {answer.hint}".rstrip()
        return "\n".join([*hang(text, "", page_width()), *_excluded(found)])
    evidence = answer.evidence
    asked = count(found.requests, "request")
    head = f"{_rounded(answer.value)}  {evidence.measure}"
    counted = "" if found.kind == "http" else f", {count(len(evidence.rows), 'row')}"
    lines = [f"{head}{counted}, {asked}", ""]
    lines += _rows(found, evidence)
    lines += _notes(found)
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
        notes=found.notes,
        binding=dict(found.binding),
        yaml="\n".join(yaml_lines(found)) + "\n",
        **_number(found.answer),
    )


def _number(answer: Answer) -> dict[str, object]:
    """The fields that say the number, or why there is none."""
    if isinstance(answer, Unavailable):
        return {"unavailable": filled(TroubleDocument, answer)}
    evidence = answer.evidence
    names = ("measure", "query", "link", "complete")
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


def _notes(found: TrialResult) -> list[str]:
    lines = [line for note in found.notes for line in hang(f"note: {note}", "", page_width())]
    return [*lines, ""] if lines else []


def _excluded(found: TrialResult) -> list[str]:
    if not found.excluded:
        return []
    parts = [f"{name} {rows}" for name, rows in found.excluded.items()]
    return [f"--exclude would leave out: {', '.join(parts)}.", ""]
