"""Evidence: from what the queries gave to one key result's evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from urllib.parse import quote

from okr_core.basics.exact import decimal_text
from okr_core.errors import DataError
from okr_core.plan.cycle import zone_named
from okr_core.record.evidence import Evidence, Formula, Row, re_add
from okr_jira.read import frozen
from okr_jira.read import rows as reading
from okr_jira.read.fields import CATEGORY_CHANGED, FieldNames
from okr_jira.read.jql import DONE
from okr_jira.read.planner import Part
from okr_jira.read.rows import NO_FIELD, Fetched, NumberField
from okr_jira.read.zone import zone_note
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
    zone: str | None = None,
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
        zone: Time zone of the token's user; None where it was not asked for, empty where Jira does
            not tell.

    Raises:
        OkrError: The issues are no number.
    """
    if part.binding.measured.kind == "field":
        return _issue_evidence(part, whole, names, connection, url)
    live = rows_of(part, whole, done, names)
    field, then = field_of(part, names), part.ask.frozen
    fetched = [each for each in (whole, done, looked_up) if each is not None]
    # Weights of a frozen scope are those of its first reading: nobody looked them up again.
    weighed = part.binding.measured.kind == "done_ratio"
    _check_held(field, [whole] if looked_up is None or weighed else [whole, looked_up])
    notes = _Notes(part, field, whole, looked_up, zone)
    rows = live
    if then is not None:
        rows = frozen.kept(part.binding.measured, live, then, looked_up, field)
    evidence = _evidence(part, rows, sum(each.requests for each in fetched), connection, url)
    evidence = replace(evidence, notes=tuple(notes.of(rows)))
    return evidence if then is None else _beside(evidence, live, then, looked_up)


def rows_of(part: Part, whole: Fetched, done: Fetched | None, names: FieldNames) -> Sequence[Row]:
    """Rows of the selection as it is now."""
    measure, field = part.binding.measured, field_of(part, names)
    if whole.estimate is not None:
        return reading.estimated(whole)
    if measure.kind == "count":
        return reading.counted(whole)
    if measure.kind == "lead_time":
        return _lead_times(part, whole)
    if measure.kind in ("sum", "average"):
        return reading.valued(whole, field)
    if done is not None:
        return reading.done_by_ids(whole, done, field)
    return reading.done_by_status(whole, field)


def field_of(part: Part, names: FieldNames) -> NumberField:
    """The measure's field; empty where it needs none.

    Raises:
        ConfigError: The field is unknown, ambiguous, or of a type that is never a number.
    """
    measure = part.binding.measured
    if not measure.field:
        return NO_FIELD
    ids = names.ids(measure.field, key_result=part.ask.key_result, place=measure.place)
    return NumberField(ids, measure.field)


def _lead_times(part: Part, whole: Fetched) -> list[Row]:
    starts, ends, until = *_window(part.ask), part.binding.measured.until
    rows = reading.lead_times(whole, starts, ends, until)
    if not rows and (left_out := reading.undated(whole, starts, ends, until)):
        telling = part.whole.deployment.dates_status and not part.binding.measured.by_status
        offered = f"measure `lead_time: {{until: {CATEGORY_CHANGED}}}`, or " if telling else ""
        raise DataError(
            f"empty selection: {_undated(left_out, until)}.",
            hint=f"{offered}let the workflow set it.".capitalize(),
        )
    return rows


def _window(ask: Ask) -> tuple[datetime, datetime]:
    return cycle_start(ask), ask.as_of


def _check_held(field: NumberField, fetched: Sequence[Fetched]) -> None:
    """Refuse a field that no issue has, not even empty.

    Raises:
        DataError: It is absent.
    """
    issues = sum(len(each.fields) for each in fetched)
    if not field.ids or not issues:
        return
    if not reading.held((fields for each in fetched for fields in each.fields.values()), field):
        called = field.name if field.name in field.ids else f'"{field.name}"'
        raise DataError(
            f"{_issues(issues)} came without the field {called}, not even empty.",
            hint="Name a field of these issues, or let the token's user see it: it may be hidden, "
            "or belong to other projects.",
        )


def _evidence(
    part: Part, rows: Sequence[Row], requests: int, connection: str, url: str
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
        requests=requests,
        rows=tuple(rows),
    )


@dataclass(frozen=True, slots=True)
class _Notes:
    """What a reader must know about a selection's number."""

    part: Part
    field: NumberField
    whole: Fetched
    looked_up: Fetched | None
    zone: str | None

    def of(self, rows: Sequence[Row]) -> Iterator[str]:
        measure = self.part.binding.measured
        if measure.kind in ("sum", "average"):
            empty = sum(row.value is None for row in rows)
            if empty:
                yield f"{empty} of {len(rows)} issues have no {measure.field}"
        if measure.kind == "done_ratio" and measure.field:
            empty = sum(not row.weight for row in rows)
            if empty:
                yield f"{empty} of {len(rows)} issues weigh nothing ({measure.field})"
        if measure.kind == "lead_time":
            left_out = reading.undated(self.whole, *_window(self.part.ask), measure.until)
            if left_out:
                yield _undated(left_out, measure.until)
        yield from self._several()
        if self.part.done is not None and (unknown := reading.uncategorised(self.whole)):
            yield (
                f"Jira gave the status of {_issues(unknown)} no category; which issues are done is "
                f"what it finds by `{DONE}`"
            )
        if self.zone is not None:
            yield from zone_note(self.zone, self.part.ask)
        if self.part.whole.kind == "estimate":
            yield self.part.whole.deployment.estimated

    def _several(self) -> Iterator[str]:
        fetched = (self.whole, self.looked_up)
        found = sum(reading.differing(each, self.field) for each in fetched if each is not None)
        if found:
            verb = "has" if found == 1 else "have"
            yield f"{_issues(found)} {verb} two different values of {self.field.name}; {_FIRST}"


_SHOWN = 5
"""Issues that a note names."""
_FIRST = "the one of company-managed projects counts"


def _undated(number: int, until: str) -> str:
    have = "issue has" if number == 1 else "issues have"
    if until == CATEGORY_CHANGED:
        return f"{number} done {have} no {CATEGORY_CHANGED}"
    return f"{number} done {have} no resolution date"


def _issues(number: int) -> str:
    return "1 issue" if number == 1 else f"{number} issues"


def _beside(
    evidence: Evidence, live: Sequence[Row], then: Sequence[Row], looked_up: Fetched | None
) -> Evidence:
    """The evidence of a frozen scope with the live value noted beside it."""
    try:
        value = decimal_text(re_add(replace(evidence, rows=tuple(live))))
    except DataError:
        value = "none"
    notes = [f"frozen scope; live: {value} over {_issues(len(live))}"]
    missing = frozen.missing(live, then, looked_up)
    if missing:
        notes.append(
            f"{len(missing)} of {_issues(len(then))} of the frozen scope cannot be found any more: "
            f"{_named(missing, then)}"
        )
    return replace(evidence, notes=(*evidence.notes, *notes), missing=missing)


def _named(ids: Sequence[str], rows: Sequence[Row]) -> str:
    """The first few of the issues, as people call them."""
    known = {row.id: row.label or row.id for row in rows}
    more = len(ids) - _SHOWN
    rest = f" and {more} more" if more > 0 else ""
    return f"{', '.join(known[name] for name in ids[:_SHOWN])}{rest}"


def _issue_evidence(
    part: Part, fetched: Fetched, names: FieldNames, connection: str, url: str
) -> Evidence:
    binding = part.binding
    key, measure = binding.issue or "", binding.measured
    name = _found(key, fetched)
    field = field_of(part, names)
    alone = replace(fetched, ids=(name,), fields={name: fetched.fields[name]})
    _check_held(field, [alone])
    value = reading.number(alone, name, field)
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
        notes=tuple(_Notes(part, field, alone, None, None).of(())),
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
