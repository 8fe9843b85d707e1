"""Evidence: from what the queries gave to one key result's evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from urllib.parse import quote

from okr_core.basics.exact import decimal_text
from okr_core.errors import DataError
from okr_core.plan.cycle import zone_named
from okr_core.record.evidence import Evidence, Formula, Row, re_add
from okr_jira.read import frozen
from okr_jira.read import rows as reading
from okr_jira.read.fields import FieldNames
from okr_jira.read.planner import Part
from okr_jira.read.rows import Fetched
from okr_sources.answers import Ask

FORMULAS: dict[str, Formula] = {
    "count": "count",
    "sum": "sum",
    "average": "average",
    "done_ratio": "ratio",
    "lead_time": "median",
    "field": "value",
}


def evidence_of(
    part: Part,
    whole: Fetched,
    done: Fetched | None,
    names: FieldNames,
    *,
    connection: str,
    url: str,
    looked_up: Fetched | None = None,
) -> Evidence:
    """What one key result's binding measures, as evidence that adds up to the value.

    Args:
        part: The key result and its queries.
        whole: What its selection gave.
        done: What the query of done issues gave, where there is one.
        names: Fields of the site.
        connection: Name of the connection.
        url: Address of the site, for links.
        looked_up: Issues of a frozen scope that left the selection.

    Raises:
        OkrError: The issues are no number.
    """
    if part.binding.measured.kind == "field":
        return _issue_evidence(part, whole, names, connection, url)
    live = rows_of(part, whole, done, names)
    then = part.ask.frozen
    rows = live
    if then is not None:
        rows = frozen.kept(part.binding.measured, live, then, looked_up, field_ids(part, names))
    evidence = _evidence(part, rows, (whole, done, looked_up), connection, url)
    if then is None:
        return evidence
    return _beside(evidence, live, frozen.deleted(live, then, looked_up))


def rows_of(part: Part, whole: Fetched, done: Fetched | None, names: FieldNames) -> list[Row]:
    """Rows of the selection as it is now."""
    measure, ids = part.binding.measured, field_ids(part, names)
    if whole.estimate is not None:
        return reading.estimated(whole)
    if measure.kind == "count":
        return reading.counted(whole)
    if measure.kind == "lead_time":
        return reading.lead_times(whole, cycle_start(part.ask), part.ask.as_of)
    if measure.kind in ("sum", "average"):
        return reading.valued(whole, ids)
    if done is not None:
        return reading.done_by_ids(whole, done)
    return reading.done_by_status(whole, ids)


def field_ids(part: Part, names: FieldNames) -> tuple[str, ...]:
    """Ids of the measure's field; of several, the first that is filled counts.

    Raises:
        ConfigError: The field is unknown or ambiguous.
    """
    measure = part.binding.measured
    if not measure.field:
        return ()
    return names.ids(measure.field, key_result=part.ask.key_result, place=measure.place)


def _evidence(
    part: Part,
    rows: Sequence[Row],
    fetched: Sequence[Fetched | None],
    connection: str,
    url: str,
) -> Evidence:
    binding, jql = part.binding, part.whole.jql
    estimate = part.whole.kind == "estimate"
    return Evidence(
        kind="jira",
        connection=connection,
        query=jql,
        measure=f"estimated {binding.measured.words}" if estimate else binding.measured.words,
        formula="sum" if estimate else FORMULAS[binding.measured.kind],
        scale=binding.scale,
        complete=not estimate,
        link=f"{url}/issues/?jql={quote(jql, safe='')}",
        requests=sum(each.requests for each in fetched if each is not None),
        rows=tuple(rows),
        notes=tuple(_notes(part, rows)),
    )


def _notes(part: Part, rows: Sequence[Row]) -> list[str]:
    measure = part.binding.measured
    notes = []
    if measure.kind in ("sum", "average"):
        empty = sum(row.value is None for row in rows)
        if empty:
            notes.append(f"{empty} of {len(rows)} issues have no {measure.field}")
    if measure.kind == "done_ratio" and measure.field:
        empty = sum(not row.weight for row in rows)
        if empty:
            notes.append(f"{empty} of {len(rows)} issues weigh nothing ({measure.field})")
    if part.whole.kind == "estimate":
        notes.append(part.whole.deployment.estimated)
    return notes


def _beside(evidence: Evidence, live: Sequence[Row], deleted: int) -> Evidence:
    """The evidence of a frozen scope with the live value noted beside it."""
    try:
        value = decimal_text(re_add(replace(evidence, rows=tuple(live))))
    except DataError:
        value = "none"
    notes = [f"frozen scope; live: {value} over {len(live)} issues"]
    if deleted:
        notes.append(f"{deleted} issues of the frozen scope do not exist any more")
    return replace(evidence, notes=(*evidence.notes, *notes))


def _issue_evidence(
    part: Part, fetched: Fetched, names: FieldNames, connection: str, url: str
) -> Evidence:
    binding = part.binding
    key, measure = binding.issue or "", binding.measured
    name = _found(key, fetched)
    ids = field_ids(part, names)
    value = reading.number(fetched, name, ids)
    if value is None:
        raise DataError(
            f"jira `{connection}`: field {measure.field} of issue {key} is empty.",
            hint="Fill it, or measure another field.",
        )
    label = fetched.labels.get(name, key)
    return Evidence(
        kind="jira",
        connection=connection,
        query=f"issue {key}",
        measure=measure.words,
        formula="value",
        scale=binding.scale,
        link=f"{url}/browse/{quote(label, safe='')}",
        requests=fetched.requests,
        rows=(Row(name, value, label=label),),
    )


def _found(key: str, fetched: Fetched) -> str:
    """Id of the issue that was asked for by that key or id."""
    name = fetched.asked.get(key.upper())
    if name is not None:
        return name
    raise DataError(
        f"issue {key} does not exist, or the token's user may not see it.",
        hint="Check the key in Jira.",
    )


def cycle_start(ask: Ask) -> datetime:
    """Local midnight at which the ask's cycle begins, in UTC."""
    return datetime.combine(ask.cycle_starts, time(), tzinfo=zone_named(ask.timezone)).astimezone(
        UTC
    )
