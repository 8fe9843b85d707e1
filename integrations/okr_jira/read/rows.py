"""Rows: what counts, from the issues that Jira gave."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from okr_core.errors import DataError
from okr_core.record.evidence import ONE, Row, in_columns
from okr_core.record.sums import quotient
from okr_jira.read.fields import CATEGORY_CHANGED, RESOLVED
from okr_sources.numbers import exact

ZERO = Decimal(0)
_DAY = Decimal(86_400_000_000)
_NO_TIME = timedelta()
_LONGEST = 40
"""Characters of a value that a message shows."""
Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one query gave.

    Attributes:
        ids: Ids of issues, each once.
        fields: Id → fields; empty where ids alone were asked for.
        labels: Id → key, where keys came along.
        asked: Key as it was asked for → id, for issues by key (a moved issue has another key).
        at: When the first request was sent.
        requests: Requests that it took.
        estimate: Jira's estimate, for queries that ask for one.
    """

    ids: tuple[str, ...]
    at: datetime
    fields: Mapping[str, Fields] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)
    requests: int = 1
    estimate: int | None = None


@dataclass(frozen=True, slots=True)
class NumberField:
    """A field that a measure adds up.

    Attributes:
        ids: Ids of the fields that it may stand in; of several the first that is filled counts.
        name: As the plan names it.
    """

    ids: tuple[str, ...] = ()
    name: str = ""


NO_FIELD = NumberField()


def counted(fetched: Fetched) -> Sequence[Row]:
    """One row per issue."""
    names = sorted(fetched.ids)
    return in_columns(names, labels=_labels(fetched, names))


def estimated(fetched: Fetched) -> list[Row]:
    """One row that carries Jira's estimate; none where it is 0."""
    return [Row("estimate", Decimal(fetched.estimate))] if fetched.estimate else []


def valued(fetched: Fetched, field: NumberField) -> Sequence[Row]:
    """One row per issue with its number in the field."""
    names = sorted(fetched.ids)
    numbers = [number(fetched, name, field) for name in names]
    return in_columns(names, numbers, labels=_labels(fetched, names))


def done_by_ids(whole: Fetched, done: Fetched, weight: NumberField = NO_FIELD) -> Sequence[Row]:
    """One row per issue of the whole: 1 if it is among the done ones, 0 if not.

    Weighted by a field where one is named; an issue without a weight weighs nothing.
    """
    reached, names = set(done.ids), sorted(whole.ids)
    shares = [ONE if name in reached else ZERO for name in names]
    return in_columns(names, shares, _weights(whole, names, weight), _labels(whole, names))


def done_by_status(fetched: Fetched, weight: NumberField = NO_FIELD) -> Sequence[Row]:
    """One row per issue: 1 if its status is done, 0 if not; weighted as in `done_by_ids`."""
    names = sorted(fetched.ids)
    shares = [ONE if is_done(fetched, name) else ZERO for name in names]
    return in_columns(names, shares, _weights(fetched, names, weight), _labels(fetched, names))


def uncategorised(fetched: Fetched) -> int:
    """How many issues have a status that Jira gave no category, so that it says nothing of done."""
    shown = (fields.get("status") for fields in fetched.fields.values())
    statuses = (each for each in shown if isinstance(each, Mapping))
    return sum(each.get("statusCategory") is None for each in statuses)


def lead_times(
    fetched: Fetched, starts: datetime, ends: datetime, until: str = RESOLVED
) -> list[Row]:
    """Days from created to resolved of each issue resolved from `starts` to `ends`, both included.

    Days are exact to the microsecond, rounded to 28 digits where they do not end before.

    Args:
        fetched: Issues with both times.
        starts: First moment that counts (aware).
        ends: Last moment that counts (aware).
        until: The field that says when an issue was resolved.

    Raises:
        DataError: An issue came without its times, or ended before it began.
    """
    rows = []
    for name in sorted(fetched.ids):
        ended, created = moment(fetched, name, until), moment(fetched, name, "created")
        if created is None:
            raise _without_dates(fetched, name)
        if ended is None or not starts <= ended <= ends:
            continue
        passed = ended - created
        if passed < _NO_TIME:
            raise DataError(
                f"issue {_name(fetched, name)} was resolved before it was created "
                f"({until} {ended.isoformat()}, created {created.isoformat()}).",
                hint="Correct its dates in Jira, or leave it out of the query.",
            )
        micros = (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds
        rows.append(Row(name, quotient(Decimal(micros), _DAY), label=_label(fetched, name)))
    return rows


def undated(fetched: Fetched, starts: datetime, ends: datetime, until: str = RESOLVED) -> int:
    """How many issues that were done from `starts` to `ends` do not tell when, by that field.

    Where Jira does not tell since when their status is done either, all of them are counted.
    """
    found = 0
    for name in fetched.ids:
        if moment(fetched, name, until) is None:
            since = moment(fetched, name, CATEGORY_CHANGED, needed=False)
            found += since is None or starts <= since <= ends
    return found


def held(issues: Iterable[Fields], field: NumberField) -> bool:
    """Whether Jira gave any of the issues the field, be it empty.

    A field that was asked for and that no issue has is not an empty one: it was deleted, is hidden
    from the token's user, or belongs to other projects.
    """
    return any(each in fields for fields in issues for each in field.ids)


def number(
    fetched: Fetched, name: str, field: NumberField, *, least: Decimal | None = None
) -> Decimal | None:
    """The number in the field; None where it is empty.

    Raises:
        DataError: The field holds something else, or less than `least`.
    """
    fields = fetched.fields.get(name, {})
    for each in field.ids:
        value = fields.get(each)
        if value is not None:
            found = _decimal(value)
            if found is None or (least is not None and found < least):
                wanted = "a number" if least is None else f"a number of at least {least}"
                called = each if each == field.name else f'"{field.name}" ({each})'
                raise DataError(
                    f"field {called} of issue {_name(fetched, name)} is {_shown(value)}, "
                    f"not {wanted}.",
                    hint="Correct it in Jira, or name a number field.",
                )
            return found
    return None


def differing(fetched: Fetched, field: NumberField) -> int:
    """How many issues hold several values for the field that are not equal."""
    if len(field.ids) < 2:
        return 0
    found = 0
    for fields in fetched.fields.values():
        filled = [value for each in field.ids if (value := fields.get(each)) is not None]
        found += any(_decimal(each) != _decimal(filled[0]) for each in filled[1:])
    return found


def is_done(fetched: Fetched, name: str) -> bool:
    """Whether the issue's status belongs to the category done, in every language of Jira.

    Raises:
        DataError: Jira did not say.
    """
    status = fetched.fields.get(name, {}).get("status")
    if not isinstance(status, Mapping):
        raise DataError(
            f"issue {_name(fetched, name)} came without its status.",
            hint="Try again later; check that the token's user may see it.",
        )
    category = status.get("statusCategory")
    key = category.get("key") if isinstance(category, Mapping) else None
    if not isinstance(key, str):
        raise DataError(
            f"Jira gave the status of issue {_name(fetched, name)} no category.",
            hint="Give the status a category in Jira's administration.",
        )
    return key == "done"


def resolution_of(fields: Fields) -> str:
    """Name of the issue's resolution; empty where it has none."""
    resolution = fields.get("resolution")
    name = resolution.get("name") if isinstance(resolution, Mapping) else None
    return name if isinstance(name, str) else ""


def moment(fetched: Fetched, name: str, field_id: str, *, needed: bool = True) -> datetime | None:
    """A time field of the issue (aware), None where it is empty.

    Args:
        fetched: The issues.
        name: Id of the issue.
        field_id: The field.
        needed: Whether every issue has the field; else it may be absent, as on older servers.

    Raises:
        DataError: It is no time, or absent although it is needed.
    """
    fields = fetched.fields.get(name, {})
    text = fields.get(field_id)
    if text is None:
        if needed and field_id not in fields:
            raise _without_dates(fetched, name)
        return None
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise DataError(
            f"field {field_id} of issue {_name(fetched, name)} is no time.",
            hint="Try again later.",
        )
    return found


def _without_dates(fetched: Fetched, name: str) -> DataError:
    return DataError(
        f"issue {_name(fetched, name)} came without its dates.",
        hint="Try again later; check that the token's user may see it.",
    )


def _weights(
    fetched: Fetched, names: Sequence[str], field: NumberField
) -> Sequence[Decimal] | None:
    """What each issue weighs; None where all weigh the same."""
    if not field.ids:
        return None
    return [number(fetched, name, field, least=ZERO) or ZERO for name in names]


def _name(fetched: Fetched, name: str) -> str:
    """What people call the issue."""
    return _label(fetched, name) or name


def _label(fetched: Fetched, name: str) -> str:
    return fetched.labels.get(name, "")


def _labels(fetched: Fetched, names: Sequence[str]) -> Sequence[str] | None:
    """What people call the issues; None where keys did not come along."""
    return [fetched.labels.get(name, "") for name in names] if fetched.labels else None


def _decimal(value: object) -> Decimal | None:
    """A JSON number, or text that is one (some custom fields answer so); else None."""
    try:
        return exact(value)
    except DataError:
        return None


def _shown(value: object) -> str:
    """A value in a message; what is inside of a list or an object may be about a person."""
    if isinstance(value, list):
        return "a list"
    if isinstance(value, Mapping):
        return "an object"
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, str | bool) else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
