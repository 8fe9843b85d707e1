"""Rows: what counts, from the issues that Jira gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from okr_core.errors import DataError
from okr_core.record.evidence import ONE, Row, quotient
from okr_sources.numbers import exact

ZERO = Decimal(0)
_DAY = Decimal(86_400_000_000)
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


def counted(fetched: Fetched) -> list[Row]:
    """One row per issue."""
    labels = fetched.labels
    if not labels:
        return [Row(name) for name in sorted(fetched.ids)]
    return [Row(name, label=labels.get(name, "")) for name in sorted(fetched.ids)]


def estimated(fetched: Fetched) -> list[Row]:
    """One row that carries Jira's estimate; none where it is 0."""
    return [Row("estimate", Decimal(fetched.estimate))] if fetched.estimate else []


def valued(fetched: Fetched, ids: Sequence[str]) -> list[Row]:
    """One row per issue with the number of the first of these fields that is filled."""
    return [
        Row(name, number(fetched, name, ids), label=_label(fetched, name))
        for name in sorted(fetched.ids)
    ]


def done_by_ids(whole: Fetched, done: Fetched) -> list[Row]:
    """One row per issue of the whole: 1 if it is among the done ones, 0 if not."""
    reached = set(done.ids)
    labels = whole.labels
    return [
        Row(name, ONE if name in reached else ZERO, label=labels.get(name, ""))
        for name in sorted(whole.ids)
    ]


def done_by_status(fetched: Fetched, weight_ids: Sequence[str] = ()) -> list[Row]:
    """One row per issue: 1 if its status is done, 0 if not; weighted by a field where one is named.

    An issue without a weight weighs nothing.
    """
    return [
        Row(
            name,
            ONE if is_done(fetched, name) else ZERO,
            (number(fetched, name, weight_ids, least=ZERO) or ZERO) if weight_ids else ONE,
            _label(fetched, name),
        )
        for name in sorted(fetched.ids)
    ]


def lead_times(fetched: Fetched, starts: datetime, ends: datetime) -> list[Row]:
    """Days from created to resolved of each issue resolved from `starts` to `ends`, both included.

    Days are exact to the microsecond, rounded to 28 digits where they do not end before.
    """
    rows = []
    for name in sorted(fetched.ids):
        resolved = moment(fetched, name, "resolutiondate")
        created = moment(fetched, name, "created")
        if resolved is None or created is None or not starts <= resolved <= ends:
            continue
        passed = resolved - created
        micros = (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds
        rows.append(Row(name, quotient(Decimal(micros), _DAY), label=_label(fetched, name)))
    return rows


def number(
    fetched: Fetched, name: str, ids: Sequence[str], *, least: Decimal | None = None
) -> Decimal | None:
    """The number in the first of these fields that is filled; None where none is.

    Raises:
        DataError: The field holds something else, or less than `least`.
    """
    fields = fetched.fields.get(name, {})
    for each in ids:
        value = fields.get(each)
        if value is not None:
            found = _decimal(value)
            if found is None or (least is not None and found < least):
                wanted = "a number" if least is None else f"a number of at least {least}"
                raise DataError(
                    f"field {each} of issue {_label(fetched, name) or name} is not {wanted}.",
                    hint="Name a number field.",
                )
            return found
    return None


def is_done(fetched: Fetched, name: str) -> bool:
    """Whether the issue's status belongs to the category done, in every language of Jira.

    Raises:
        DataError: Jira did not say.
    """
    status = fetched.fields.get(name, {}).get("status")
    category = status.get("statusCategory") if isinstance(status, Mapping) else None
    key = category.get("key") if isinstance(category, Mapping) else None
    if not isinstance(key, str):
        raise DataError(
            f"issue {_label(fetched, name) or name} came without its status.",
            hint="Try again later; check that the token's user may see it.",
        )
    return key == "done"


def moment(fetched: Fetched, name: str, field_id: str) -> datetime | None:
    """A time field of the issue (aware), None where it is empty.

    Raises:
        DataError: It is no time.
    """
    text = fetched.fields.get(name, {}).get(field_id)
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise DataError(
            f"field {field_id} of issue {_label(fetched, name) or name} is no time.",
            hint="Try again later.",
        )
    return found


def _label(fetched: Fetched, name: str) -> str:
    return fetched.labels.get(name, "")


def _decimal(value: object) -> Decimal | None:
    """A JSON number, or text that is one (some custom fields answer so); else None."""
    try:
        return exact(value)
    except DataError:
        return None
