"""Past issue: what an issue still tells today about what it was on an earlier day.

A resolution date tells since when an issue is resolved; whatever it was before a reopening is gone
from its fields. The status of today says whether it is done, and the resolution date since when.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from okr_core.errors import DataError
from okr_jira.read import rows as reading
from okr_jira.read.rows import Fetched, Fields

FIELDS = ("created", "resolution", "resolutiondate", "status")
"""All that is asked for."""


@dataclass(frozen=True, slots=True)
class PastIssue:
    """One issue as it is today, with the times at which it came to be so.

    Attributes:
        id: The issue's id.
        label: Its key.
        created: When it was created.
        resolved: When it got the resolution that it has; None: it has none.
        resolution: Name and id of that resolution, in lower case; empty: it has none.
        status: Id of its status.
        done: Whether that status belongs to the category done.
    """

    id: str
    label: str
    created: datetime
    resolved: datetime | None
    resolution: frozenset[str]
    status: str
    done: bool

    def resolved_by(self, moment: datetime | None) -> bool:
        """Whether it was resolved then; None: today."""
        return self.resolved is not None and (moment is None or self.resolved <= moment)

    def done_by(self, moment: datetime | None) -> bool:
        """Whether its status was done then: it is today, and was resolved by then."""
        return self.done and (moment is None or self.resolved_by(moment))

    @property
    def undated(self) -> bool:
        """Whether it is done and does not tell since when."""
        return self.done and self.resolved is None


@dataclass(frozen=True, slots=True)
class Status:
    """A status of the site.

    Attributes:
        names: Its id and its name, in lower case.
        name: As people write it.
        category: `new`, `indeterminate` or `done`.
        category_names: The category's key, id and names, in lower case.
    """

    id: str
    name: str
    names: frozenset[str]
    category: str
    category_names: frozenset[str]


_ENGLISH = {"new": "to do", "indeterminate": "in progress", "done": "done"}
"""Names of the categories that JQL takes in every language."""


def issues_of(fetched: Fetched) -> list[PastIssue]:
    """The issues that a query gave, sorted by id.

    Raises:
        DataError: One came without its status or its creation date.
    """
    return [_issue(fetched, name) for name in sorted(fetched.ids)]


def _issue(fetched: Fetched, name: str) -> PastIssue:
    fields = fetched.fields[name]
    created = reading.moment(fetched, name, "created")
    status, resolution = fields.get("status"), fields.get("resolution")
    if created is None or not isinstance(status, Mapping):
        raise DataError(
            f"issue {fetched.labels.get(name) or name} came without its dates.",
            hint="Try again later; check that the token's user may see it.",
        )
    return PastIssue(
        id=name,
        label=fetched.labels.get(name, ""),
        created=created,
        resolved=reading.moment(fetched, name, "resolutiondate"),
        resolution=_names(resolution) if isinstance(resolution, Mapping) else frozenset(),
        status=str(status.get("id")),
        done=reading.is_done(fetched, name),
    )


def statuses_of(answer: object, issues: Mapping[str, Fields]) -> list[Status]:
    """The site's statuses, and those that only the issues tell (of projects with their own).

    Args:
        answer: What Jira answers to `GET status`.
        issues: Id → fields of issues.

    Raises:
        DataError: The answer is no list.
    """
    if not isinstance(answer, list):
        raise DataError("the answer to `status` is no list.", hint="Check the url.")
    shown = (fields.get("status") for fields in issues.values())
    found = (_status(each) for each in (*answer, *shown) if isinstance(each, Mapping))
    return list({status.id: status for status in found if status is not None}.values())


def _status(shown: Mapping[str, object]) -> Status | None:
    category = shown.get("statusCategory")
    if not isinstance(category, Mapping) or "key" not in category:
        return None
    key = str(category["key"])
    return Status(
        id=str(shown.get("id")),
        name=str(shown.get("name")),
        names=_names(shown),
        category=key,
        category_names=_names(category) | {key, _ENGLISH.get(key, key)},
    )


def _names(shown: Mapping[str, object]) -> frozenset[str]:
    return frozenset(str(shown[key]).casefold() for key in ("id", "name") if key in shown)


def undated(issues: Iterable[PastIssue]) -> list[str]:
    """Keys of issues that are done and do not tell since when."""
    return [issue.label or issue.id for issue in issues if issue.undated]
