"""What a Jira site knows besides issues: statuses, types, priorities, people, projects."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from okr_sandbox.jira.issues import Issue

Category = Literal["new", "indeterminate", "done"]

CATEGORIES: dict[Category, tuple[int, str, str]] = {
    "new": (2, "To Do", "blue-gray"),
    "indeterminate": (4, "In Progress", "yellow"),
    "done": (3, "Done", "green"),
}
"""Id, name and colour of each status category by its key."""

STATUSES: dict[str, Category] = {
    "Backlog": "new",
    "To Do": "new",
    "Open": "new",
    "Reopened": "new",
    "In Progress": "indeterminate",
    "In Review": "indeterminate",
    "Done": "done",
    "Resolved": "done",
    "Closed": "done",
}

TYPES: dict[str, int] = {"Epic": 1, "Story": 0, "Task": 0, "Bug": 0, "Sub-task": -1}
"""Hierarchy level of each issue type."""

PRIORITIES = (
    *("Highest", "Blocker", "Critical", "High", "Major"),
    *("Medium", "Low", "Minor", "Lowest", "Trivial"),
)
"""From the most to the least urgent; both of Jira's usual schemes."""

RESOLUTIONS = ("Done", "Won't Do", "Duplicate", "Cannot Reproduce", "Fixed")


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with an Atlassian account."""

    account_id: str
    name: str
    email: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Catalog:
    """Names by which issues and queries speak; each list holds what the company uses and more.

    The ids that the API shows are positions in these lists.
    """

    statuses: Mapping[str, Category]
    types: Mapping[str, int]
    priorities: tuple[str, ...]
    resolutions: tuple[str, ...]
    projects: Mapping[str, str]
    people: Mapping[str, Person]

    def person(self, account_id: str) -> Person:
        """The person; whoever an issue names exists."""
        return self.people.get(account_id) or Person(account_id, account_id)

    def accounts(self, name: str) -> list[str]:
        """Account ids that a query means by an account id, an e-mail address or a name."""
        wanted = name.casefold()
        return [
            person.account_id
            for person in self.people.values()
            if wanted
            in (
                person.account_id.casefold(),
                (person.email or "").casefold(),
                person.name.casefold(),
            )
        ]


def catalog_of(
    issues: Iterable[Issue],
    statuses: Mapping[str, Category],
    projects: Mapping[str, str],
    people: Iterable[Person],
) -> Catalog:
    """The catalog of a company: its own lists, the usual ones, and whatever its issues name."""
    used = _Used()
    for issue in issues:
        used.read(issue)
    known = {**STATUSES, **statuses}
    persons = {person.account_id: person for person in people}
    return Catalog(
        statuses={**known, **dict.fromkeys(sorted(used.status - known.keys()), "new")},
        types={**TYPES, **dict.fromkeys(sorted(used.type - TYPES.keys()), 0)},
        priorities=_with(PRIORITIES, used.priority),
        resolutions=_with(RESOLUTIONS, used.resolution),
        projects={key: projects.get(key, key) for key in sorted(used.project | projects.keys())},
        people={**{name: Person(name, name) for name in sorted(used.people)}, **persons},
    )


class _Used:
    """The names that issues use at any time of their history."""

    def __init__(self) -> None:
        self.status: set[str] = set()
        self.type: set[str] = set()
        self.priority: set[str] = set()
        self.resolution: set[str] = set()
        self.project: set[str] = set()
        self.people: set[str] = set()
        self._sets = {
            "status": self.status,
            "type": self.type,
            "priority": self.priority,
            "resolution": self.resolution,
            "assignee": self.people,
            "reporter": self.people,
        }

    def read(self, issue: Issue) -> None:
        start = issue.start
        self.project.add(start.project)
        for name, names in self._sets.items():
            self._add(names, getattr(start, name))
        for change in issue.changes:
            self._add(self.people, change.by)
            for name, value in change.values.items():
                if name in self._sets:
                    self._add(self._sets[name], value)
                elif name == "key":
                    self.project.add(str(value).rpartition("-")[0])

    @staticmethod
    def _add(names: set[str], value: object) -> None:
        if value is not None:
            names.add(str(value))


def _with(known: tuple[str, ...], used: set[str]) -> tuple[str, ...]:
    return (*known, *sorted(used.difference(known)))
