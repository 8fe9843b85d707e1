"""Issues with their history: what they were at the start, and every dated change since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from zlib import crc32

STORY_POINTS = "customfield_10016"
"""Field of company-managed projects."""

STORY_POINT_ESTIMATE = "customfield_10026"
"""Field of team-managed projects."""

SPRINT = "customfield_10020"
EPIC_LINK = "customfield_10014"

Custom = Decimal | int | float | str | None
"""Value of a custom field; None is empty."""

NOTHING: Mapping[str, Custom] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class State:
    """An issue as it stands at one time.

    People are account ids; ``parent`` is the parent's key. ``custom`` maps field ids to values.
    """

    id: str
    key: str
    created: datetime
    updated: datetime
    summary: str
    type: str = "Story"
    status: str = "To Do"
    resolution: str | None = None
    resolved: datetime | None = None
    priority: str = "Medium"
    assignee: str | None = None
    reporter: str | None = None
    labels: tuple[str, ...] = ()
    parent: str | None = None
    sprint: str | None = None
    custom: Mapping[str, Custom] = field(default_factory=lambda: NOTHING)

    @property
    def project(self) -> str:
        """Key of the project: the issue's key without its number."""
        return self.key.rpartition("-")[0]

    @property
    def number(self) -> int:
        """The key's number, which orders issues of a project."""
        return int(self.key.rpartition("-")[2])


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody changed at one time: attributes of :class:`State`, or custom field ids.

    Empty ``values`` touch the issue (its ``updated`` moves) without changing a field.
    """

    at: datetime
    values: Mapping[str, object] = field(default_factory=dict)
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue from its creation on; the sandbox's clock says which part of it is served."""

    start: State
    changes: tuple[Change, ...] = ()
    deleted_at: datetime | None = None

    @property
    def id(self) -> str:
        """The issue's id, which never changes."""
        return self.start.id

    def as_of(self, now: datetime) -> State | None:
        """The issue as it stood at ``now``; None before its creation and after its deletion."""
        if now < self.start.created or (self.deleted_at is not None and now >= self.deleted_at):
            return None
        done = [change for change in self.changes if change.at <= now]
        return _folded(self.start, done) if done else self.start

    def statuses(self, now: datetime) -> list[tuple[datetime, str]]:
        """Every status that the issue had until ``now``, with the time it entered it."""
        changes = [c for c in self.changes if c.at <= now and "status" in c.values]
        return [
            (self.start.created, self.start.status),
            *((change.at, str(change.values["status"])) for change in changes),
        ]

    def category_since(self, now: datetime, categories: Mapping[str, str]) -> datetime:
        """Since when its status has had the category that it had at ``now``.

        Args:
            now: the time.
            categories: category of each status by its name.
        """
        since, category = self.start.created, categories[self.start.status]
        for at, status in self.statuses(now):
            if categories[status] != category:
                since, category = at, categories[status]
        return since

    def moments(self) -> list[datetime]:
        """Times at which the issue becomes another."""
        ends = [] if self.deleted_at is None else [self.deleted_at]
        return [self.start.created, *(change.at for change in self.changes), *ends]


def issue(
    key: str,
    *,
    created: datetime,
    summary: str | None = None,
    type: str = "Story",  # noqa: A002 - the field's name
    status: str = "To Do",
    labels: Sequence[str] = (),
    points: Custom = None,
    estimate: Custom = None,
    priority: str = "Medium",
    assignee: str | None = None,
    reporter: str | None = None,
    parent: str | None = None,
    sprint: str | None = None,
    fields: Mapping[str, Custom] = NOTHING,
    started: datetime | None = None,
    done: datetime | None = None,
    resolution: str = "Done",
    done_status: str = "Done",
    changes: Sequence[Change] = (),
    deleted: datetime | None = None,
    id: str | None = None,  # noqa: A002 - the field's name
) -> Issue:
    """One issue in a line.

    Args:
        key: such as ``GROW-1``; the id follows from it unless ``id`` is given.
        created: when it was created (aware); the other arguments are its state at that time.
        summary: its title; the key where it is left out.
        type: issue type.
        status: status at creation.
        labels: labels at creation.
        points: "Story Points" (customfield_10016).
        estimate: "Story point estimate" (customfield_10026).
        priority: priority.
        assignee: account id of who works on it.
        reporter: account id of who wrote it.
        parent: key of the parent.
        sprint: name of the sprint.
        fields: other custom fields by id.
        started: when it went to "In Progress".
        done: when it was resolved: status, resolution and resolution date are set then.
        resolution: the resolution at ``done``.
        done_status: the status at ``done``.
        changes: further changes; see :func:`relabelled` and :class:`Change`.
        deleted: when it was deleted.
        id: the issue's id.
    """
    custom = {STORY_POINTS: points, STORY_POINT_ESTIMATE: estimate, **fields}
    start = State(
        id=id or id_of(key),
        key=key,
        created=created.astimezone(UTC),
        updated=created.astimezone(UTC),
        summary=summary or key,
        type=type,
        status=status,
        priority=priority,
        assignee=assignee,
        reporter=reporter,
        labels=tuple(labels),
        parent=parent,
        sprint=sprint,
        custom={name: value for name, value in custom.items() if value is not None},
    )
    steps = list(changes)
    if started is not None:
        steps.append(Change(started, {"status": "In Progress"}, assignee))
    if done is not None:
        steps.append(resolve(done, done_status, resolution, assignee))
    return Issue(start, tuple(sorted(steps, key=_at)), deleted)


def resolve(
    at: datetime, status: str = "Done", resolution: str = "Done", by: str | None = None
) -> Change:
    """The change that ends an issue: status, resolution and resolution date."""
    return Change(at, {"status": status, "resolution": resolution, "resolved": at}, by)


def relabelled(source: Issue, at: datetime, labels: Sequence[str]) -> Issue:
    """The issue with other labels from ``at`` on, as when a team renames a label."""
    return changed(source, Change(at, {"labels": tuple(labels)}))


def changed(source: Issue, *changes: Change) -> Issue:
    """The issue with more history."""
    return replace(source, changes=tuple(sorted((*source.changes, *changes), key=_at)))


def id_of(key: str) -> str:
    """The id that a key stands for where none is given: the same in every run.

    >>> id_of("GROW-1") == id_of("GROW-1") != id_of("GROW-2")
    True
    """
    project, _, number = key.rpartition("-")
    return f"{1000 + crc32(project.encode()) % 9000}{int(number):06d}"


def _folded(start: State, changes: Sequence[Change]) -> State:
    values: dict[str, object] = {"updated": max(start.updated, changes[-1].at)}
    custom = dict(start.custom)
    for change in changes:
        for name, value in change.values.items():
            if name.startswith("customfield_"):
                custom[name] = value  # type: ignore[assignment]  # State.custom says what it may be
            else:
                values[name] = value
    filled = {name: value for name, value in custom.items() if value is not None}
    return replace(start, **values, custom=filled)  # type: ignore[arg-type]  # names are State's


def _at(change: Change) -> datetime:
    return change.at
