"""Issues as the REST API shows them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from okr_sandbox.jira.answers import jira_time
from okr_sandbox.jira.catalog import CATEGORIES, Catalog, Category, Person
from okr_sandbox.jira.fields import STATUS_DATED, Field
from okr_sandbox.jira.issues import EPIC_LINK, SPRINT, Change, State
from okr_sandbox.jira.snapshot import Row, Snapshot

Json = object
_EXPAND = "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations"


class Renderer:
    """Turns rows into JSON; ``base`` is the site's address, which ``self`` links start with."""

    def __init__(self, catalog: Catalog, fields: Sequence[Field], zone: ZoneInfo) -> None:
        self.catalog = catalog
        self.zone = zone
        self._readers = {field.id: self._reader(field) for field in fields}
        self._project_ids = _numbered(catalog.projects)
        self._status_ids = _numbered(catalog.statuses)
        self._type_ids = _numbered(catalog.types)
        self._priority_ids = _numbered(catalog.priorities, 1)
        self._resolution_ids = _numbered(catalog.resolutions)

    def head(self, row: Row, base: str) -> dict[str, Json]:
        """One issue without fields."""
        state = row.state
        return {
            "expand": _EXPAND,
            "id": state.id,
            "self": f"{base}/rest/api/3/issue/{state.id}",
            "key": state.key,
        }

    def issue(
        self, row: Row, fields: Sequence[str], base: str, snapshot: Snapshot
    ) -> dict[str, Json]:
        """One issue with these fields."""
        readers = self._readers
        body = self.head(row, base)
        body["fields"] = {name: readers[name](row, base, snapshot) for name in fields}
        return body

    def person(self, person: Person, base: str) -> dict[str, Json]:
        """Someone as fields, comments and ``/users/search`` show them."""
        body: dict[str, Json] = {
            "self": f"{base}/rest/api/3/user?accountId={person.account_id}",
            "accountId": person.account_id,
            "accountType": "atlassian",
            "displayName": person.name,
            "active": person.active,
            "timeZone": self.zone.key,
        }
        return body if person.email is None else {**body, "emailAddress": person.email}

    def status(self, name: str, base: str) -> dict[str, Json]:
        """A status with its category."""
        number = self._status_ids[name]
        return {
            "self": f"{base}/rest/api/3/status/{number}",
            "description": "",
            "iconUrl": f"{base}/images/icons/statuses/generic.png",
            "name": name,
            "id": str(number),
            "statusCategory": self.category(self.catalog.statuses[name], base),
        }

    def category(self, key: Category, base: str) -> dict[str, Json]:
        """A status category."""
        number, name, color = CATEGORIES[key]
        return {
            "self": f"{base}/rest/api/3/statuscategory/{number}",
            "id": number,
            "key": key,
            "colorName": color,
            "name": name,
        }

    def type(self, name: str, base: str) -> dict[str, Json]:
        """An issue type with its place in the hierarchy."""
        number = self._type_ids[name]
        level = self.catalog.types[name]
        return {
            "self": f"{base}/rest/api/3/issuetype/{number}",
            "id": str(number),
            "description": "",
            "name": name,
            "subtask": level < 0,
            "hierarchyLevel": level,
        }

    def project(self, key: str, base: str) -> dict[str, Json]:
        """A project."""
        number = self._project_ids[key]
        return {
            "self": f"{base}/rest/api/3/project/{number}",
            "id": str(number),
            "key": key,
            "name": self.catalog.projects[key],
            "projectTypeKey": "software",
            "simplified": False,
        }

    def history(self, row: Row, number: int, change: Change, before: State) -> dict[str, Json]:
        """One change as the changelog shows it; ``before`` is the issue just before it."""
        author = self.catalog.person(change.by or before.reporter or "unknown")
        return {
            "id": f"{row.state.id}{number:03d}",
            "author": {"accountId": author.account_id, "displayName": author.name, "active": True},
            "created": jira_time(change.at, self.zone),
            "items": [
                item
                for name, value in change.values.items()
                if (item := _item(name, value, before))
            ],
        }

    def _reader(self, field: Field) -> Callable[[Row, str, Snapshot], Json]:
        if field.custom:
            return _custom_reader(field)
        return self._system_readers()[field.id]

    def _system_readers(self) -> Mapping[str, Callable[[Row, str, Snapshot], Json]]:
        zone = self.zone
        return {
            "summary": lambda row, _base, _all: row.state.summary,
            "issuetype": lambda row, base, _all: self.type(row.state.type, base),
            "status": lambda row, base, _all: self.status(row.state.status, base),
            "statusCategory": lambda row, base, _all: self.category(
                self.catalog.statuses[row.state.status], base
            ),
            "resolution": lambda row, base, _all: self._resolution(row.state.resolution, base),
            "resolutiondate": lambda row, _base, _all: (
                None if row.state.resolved is None else jira_time(row.state.resolved, zone)
            ),
            STATUS_DATED: lambda row, _base, _all: jira_time(
                row.issue.category_since(row.state.updated, self.catalog.statuses), zone
            ),
            "priority": lambda row, base, _all: self.priority(row.state.priority, base),
            "project": lambda row, base, _all: self.project(row.state.project, base),
            "labels": lambda row, _base, _all: list(row.state.labels),
            "assignee": lambda row, base, _all: self._user(row.state.assignee, base),
            "reporter": lambda row, base, _all: self._user(row.state.reporter, base),
            "created": lambda row, _base, _all: jira_time(row.state.created, zone),
            "updated": lambda row, _base, _all: jira_time(row.state.updated, zone),
            "parent": self._parent,
            "comment": lambda _row, _base, _all: None,
        }

    def _user(self, account_id: str | None, base: str) -> Json:
        return None if account_id is None else self.person(self.catalog.person(account_id), base)

    def _resolution(self, name: str | None, base: str) -> Json:
        if name is None:
            return None
        number = self._resolution_ids[name]
        link = f"{base}/rest/api/3/resolution/{number}"
        return {"self": link, "id": str(number), "description": "", "name": name}

    def priority(self, name: str, base: str) -> dict[str, Json]:
        """A priority."""
        number = self._priority_ids[name]
        return {
            "self": f"{base}/rest/api/3/priority/{number}",
            "iconUrl": f"{base}/images/icons/priorities/{number}.svg",
            "name": name,
            "id": str(number),
        }

    def _parent(self, row: Row, base: str, snapshot: Snapshot) -> Json:
        found = None if row.state.parent is None else snapshot.find(row.state.parent)
        if found is None:
            return None
        state = found.state
        return {
            "id": state.id,
            "key": state.key,
            "self": f"{base}/rest/api/3/issue/{state.id}",
            "fields": {
                "summary": state.summary,
                "status": self.status(state.status, base),
                "priority": self.priority(state.priority, base),
                "issuetype": self.type(state.type, base),
            },
        }


def _numbered(names: Iterable[str], first: int = 10000) -> dict[str, int]:
    return {name: first + place for place, name in enumerate(names)}


def _custom_reader(field: Field) -> Callable[[Row, str, Snapshot], Json]:
    if field.id == SPRINT:
        return lambda row, _base, _all: _sprints(row.state.sprint)
    if field.id == EPIC_LINK:
        return lambda row, _base, _all: row.state.parent
    return lambda row, _base, _all: _plain(row.state.custom.get(field.id))


def _plain(value: object) -> Json:
    """Numbers leave as JSON floats, as Jira writes ``3.0``."""
    return float(value) if isinstance(value, Decimal | int | float) else value


def _sprints(name: str | None) -> Json:
    if name is None:
        return None
    digits = "".join(mark for mark in name if mark.isdigit()) or "1"
    return [{"id": int(digits), "name": name, "state": "active", "boardId": 1}]


def _item(name: str, value: object, before: State) -> dict[str, Json]:
    """What changed; a side that is empty is left out, since the contract knows no null."""
    if name in ("resolved", "updated"):
        return {}
    custom = name.startswith("customfield_")
    old = before.custom.get(name) if custom else getattr(before, name)
    names = {"type": "issuetype"}
    item: dict[str, Json] = {
        "field": names.get(name, name),
        "fieldtype": "custom" if custom else "jira",
        "fieldId": names.get(name, name),
    }
    sides = {"fromString": _written(old), "toString": _written(value)}
    return {**item, **{side: text for side, text in sides.items() if text is not None}}


def _written(value: object) -> str | None:
    if value is None:
        return None
    return " ".join(value) if isinstance(value, tuple) else str(value)
