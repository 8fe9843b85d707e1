"""A JSON Lines export of issues as a company: real data behind the sandbox.

Each line is an object with ``key``, ``project``, ``summary``, ``status``, ``priority``,
``created``, ``updated``, ``reporter``, ``assignee`` and, where the export has them, ``resolution``,
``resolutiondate``, ``labels``, ``issuetype``. Any other key with a number becomes a custom number
field of that name; any other key besides is ignored.

What is derived, since an export holds the end of the story only:

- An issue whose status is Closed, Done or Resolved is resolved at ``resolutiondate`` or, where
  that is absent, at ``updated``; with ``resolution`` or, where that is absent, "Done". Before
  that time it is served as "Open" and unresolved.
- Any other status is served from the creation on; statuses that Jira does not bring along are of
  the category "To Do".
- ``updated`` is when the issue was touched last, which is not before its resolution.
- A missing ``issuetype`` is "Task", a missing ``priority`` is "Medium".
- An issue's id follows from its key.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from okr_core.errors import OkrError
from okr_sandbox.company import Company
from okr_sandbox.jira.fields import Field, number_field
from okr_sandbox.jira.issues import Change, Issue, issue, resolve

DONE = frozenset({"Closed", "Done", "Resolved"})
"""Statuses of an export that mean that the issue is resolved."""

FIRST_FIELD = 11000
"""Digits of the first custom field's id."""

_KNOWN = frozenset(
    {
        "key",
        "project",
        "summary",
        "status",
        "priority",
        "created",
        "updated",
        "reporter",
        "assignee",
        "resolution",
        "resolutiondate",
        "labels",
        "issuetype",
    }
)
Record = Mapping[str, object]


class ExportError(OkrError):
    """A line of an export that is no issue."""


def company_from_jsonl(path: Path) -> Company:
    """The company whose issues are the lines of the file.

    Raises:
        ExportError: a line is no issue; the message names it.
    """
    records = [_record(path, number, line) for number, line in _lines(path)]
    fields = _number_fields(record for _, record in records)
    ids = {field.name: field.id for field in fields}
    issues = [_issue(path, number, record, ids) for number, record in records]
    return Company(issues=issues, fields=fields)


def issues_from_jsonl(path: Path) -> list[Issue]:
    """The issues of the file; :func:`company_from_jsonl` also gives its number fields."""
    return list(company_from_jsonl(path).issues)


def _lines(path: Path) -> Iterable[tuple[int, str]]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, line


def _record(path: Path, number: int, line: str) -> tuple[int, Record]:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise ExportError(f"{path}:{number}: this is no JSON: {error}. Fix the line.") from error
    if not isinstance(record, dict):
        raise ExportError(f"{path}:{number}: this is no object. Write one issue a line.")
    return number, record


def _number_fields(records: Iterable[Record]) -> list[Field]:
    names = {
        name: None
        for record in records
        for name, value in record.items()
        if name not in _KNOWN and isinstance(value, int | float) and not isinstance(value, bool)
    }
    return [number_field(FIRST_FIELD + place, name) for place, name in enumerate(names)]


def _issue(path: Path, number: int, record: Record, ids: Mapping[str, str]) -> Issue:
    try:
        return _read(record, ids)
    except (KeyError, ValueError, TypeError) as error:
        raise ExportError(
            f"{path}:{number}: this is no issue: {type(error).__name__} {error}. "
            "A line needs key, status and created; times are like 2026-10-01T09:00:00.000+0000."
        ) from error


def _read(record: Record, ids: Mapping[str, str]) -> Issue:
    created = _time(record["created"])
    updated = _time(record["updated"]) if record.get("updated") else created
    status = str(record["status"])
    changes = [Change(updated)] if updated > created else []
    if status in DONE:
        resolved = _time(record["resolutiondate"]) if record.get("resolutiondate") else updated
        changes.append(resolve(resolved, status, str(record.get("resolution") or "Done")))
    labels = record.get("labels")
    return issue(
        str(record["key"]),
        created=created,
        summary=str(record.get("summary") or record["key"]),
        type=str(record.get("issuetype") or "Task"),
        status="Open" if status in DONE else status,
        priority=str(record.get("priority") or "Medium"),
        labels=[str(name) for name in labels] if isinstance(labels, list) else (),
        assignee=_name(record.get("assignee")),
        reporter=_name(record.get("reporter")),
        fields=_numbers(record, ids),
        changes=changes,
    )


def _numbers(record: Record, ids: Mapping[str, str]) -> dict[str, int | float]:
    return {
        field: value
        for name, field in ids.items()
        if isinstance(value := record.get(name), int | float) and not isinstance(value, bool)
    }


def _time(text: object) -> datetime:
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return moment


def _name(value: object) -> str | None:
    return None if value is None else str(value)
