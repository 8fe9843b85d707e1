"""Documented: answers as the vendors' documents show them, with all that they may hold.

Written by hand after the OpenAPI documents of Atlassian and Notion: an answer of theirs holds much
that no measure reads, and none of it may count.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import unquote

from jira_vendors import DONE_ON, POINTS_OF, asked_everything
from notion_vendors import asked_of_rows
from pydantic import SecretStr
from replay import Answer, Request
from vendor import KEY, POINTS, Vendor

from okr_sources.source import Credentials

SITE = "https://acme.atlassian.net"
SIZE = 3
"""Rows of a page."""
_OPEN = {"id": 4, "key": "indeterminate", "colorName": "yellow", "name": "In Progress"}
_DONE = {"id": 3, "key": "done", "colorName": "green", "name": "Done"}


def documented_jira(deployment: str) -> Vendor:
    """Seven whole issues, with the points and days of the others."""
    cloud = deployment == "cloud"

    def says(request: Request, _: list[tuple[str, str]]) -> Answer:
        path = request.target.partition("?")[0]
        if path.endswith("/field"):
            return _said(_FIELDS)
        if path.endswith("/issue/bulkfetch"):
            return _said({"expand": "names,schema", "issueErrors": [], "issues": [_issue(3)]})
        if "/search" in path:
            rows = _selected(str(request.asks.get("jql")))
            return _said(_cloud_page(rows, request) if cloud else _window(rows, request))
        return _said({"errorMessages": ["Nothing is here."], "errors": {}}, 404)

    secret = Credentials(SecretStr("secret"), "ada@acme.example" if cloud else "")
    return asked_everything(f"jira {deployment} documented", deployment, says, secret)


def _said(document: object, status: int = 200) -> Answer:
    body = json.dumps(document).encode()
    return Answer(status, (("Content-Type", "application/json;charset=UTF-8"),), body)


def _selected(jql: str) -> list[int]:
    if "resolved" in jql or "statusCategory" in jql:
        return sorted(DONE_ON)
    return sorted(POINTS_OF) if "till" in jql else [int(KEY.rpartition("-")[2])]


def _cloud_page(rows: Sequence[int], request: Request) -> dict[str, object]:
    start = int(str(request.asks.get("nextPageToken") or "0"))
    page = rows[start : start + SIZE]
    whole = start + SIZE >= len(rows)
    more = {} if whole else {"nextPageToken": str(start + SIZE)}
    return {"isLast": whole, "issues": [_issue(number) for number in page], **more}


def _window(rows: Sequence[int], request: Request) -> dict[str, object]:
    start = int(str(request.asks.get("startAt", 0)))
    page = rows[start : start + SIZE]
    return {
        "expand": "schema,names",
        "startAt": start,
        "maxResults": SIZE,
        "total": len(rows),
        "issues": [_issue(number) for number in page],
    }


def _user(name: str) -> dict[str, object]:
    return {
        "self": f"{SITE}/rest/api/3/user?accountId={name}",
        "accountId": name,
        "accountType": "atlassian",
        "active": True,
        "displayName": name.title(),
        "timeZone": "Europe/Zurich",
        "avatarUrls": {"48x48": f"{SITE}/avatar?size=48"},
    }


def _issue(number: int) -> dict[str, object]:
    done = DONE_ON.get(number)
    resolved = f"2026-10-{done:02}T06:00:00.000+0000" if done else None
    link = {"id": "10100", "type": {"id": "10000", "inward": "is blocked by", "outward": "blocks"}}
    return {
        "expand": "renderedFields,names,schema,operations,editmeta,changelog",
        "id": str(10_000 + number),
        "self": f"{SITE}/rest/api/3/issue/{10_000 + number}",
        "key": f"SHOP-{number}",
        "changelog": {"startAt": 0, "maxResults": 0, "total": 4, "histories": []},
        "fields": {
            "summary": f"Till {number}",
            "description": {"type": "doc", "version": 1, "content": []},
            "created": f"2026-10-0{number % 3 + 1}T00:00:00.000+0000",
            "updated": "2026-11-02T09:00:00.000+0000",
            "resolutiondate": resolved,
            "statuscategorychangedate": resolved or "2026-10-04T00:00:00.000+0000",
            "resolution": {"id": "10000", "name": "Done", "description": ""} if done else None,
            "status": {
                "self": f"{SITE}/rest/api/3/status/{10_001 if done else 3}",
                "description": "",
                "iconUrl": f"{SITE}/images/icons/status.png",
                "name": "Released" if done else "In work",
                "id": "10001" if done else "3",
                "statusCategory": {
                    "self": f"{SITE}/rest/api/3/statuscategory/4",
                    **(_DONE if done else _OPEN),
                },
            },
            "issuetype": {"id": "10001", "name": "Story", "subtask": False, "hierarchyLevel": 0},
            "project": {"id": "10000", "key": "SHOP", "name": "Shop", "simplified": False},
            "priority": {"id": "3", "name": "Medium"},
            "labels": ["till", "q4"],
            "assignee": _user("ada") if number % 2 else None,
            "reporter": _user("bo"),
            "votes": {"votes": 5, "hasVoted": False},
            "watches": {"watchCount": 7, "isWatching": True},
            "progress": {"progress": 3600, "total": 7200, "percent": 50},
            "timetracking": {"originalEstimateSeconds": 7200, "timeSpentSeconds": 3600},
            "fixVersions": [{"id": "10010", "name": "1.4", "released": False}],
            "components": [],
            "subtasks": [
                {"id": "20000", "key": "SHOP-90", "fields": {"status": {"name": "To Do"}}}
            ],
            "issuelinks": [{**link, "outwardIssue": {"id": "20001", "key": "SHOP-91"}}],
            "customfield_10014": None,
            POINTS: POINTS_OF[number],
            "customfield_10020": [{"id": 4, "name": "Sprint 4", "state": "active"}],
        },
    }


def _field(name: str, title: str, custom: str, kind: str, *clauses: str) -> dict[str, object]:
    schema: dict[str, object] = {"type": kind}
    if custom:
        schema |= {"custom": custom, "customId": int(name.rpartition("_")[2])}
    else:
        schema["system"] = name
    return {
        "id": name,
        "key": name,
        "name": title,
        "custom": bool(custom),
        "orderable": True,
        "navigable": True,
        "searchable": True,
        "clauseNames": [*clauses],
        "schema": schema,
    }


_GREENHOPPER = "com.pyxis.greenhopper.jira"
_FIELDS = [
    _field("summary", "Summary", "", "string", "summary"),
    _field("status", "Status", "", "status", "status"),
    _field("created", "Created", "", "datetime", "created", "createdDate"),
    _field("resolutiondate", "Resolved", "", "datetime", "resolutiondate", "resolved"),
    _field(
        POINTS, "Story Points", "com.atlassian.jira.plugin.system.customfieldtypes:float", "number",
        "cf[10016]", "Story Points",
    ),
    _field("customfield_10014", "Epic Link", f"{_GREENHOPPER}:gh-epic-link", "any", "cf[10014]"),
    _field("customfield_10020", "Sprint", f"{_GREENHOPPER}:gh-sprint", "array", "cf[10020]"),
]  # fmt: skip

SOURCE = "1f2e3d4c-5b6a-7988-0011-223344556677"
SCORES = (7, 8, None, 2.5, 9, 0, 4)
_WHO = {"object": "user", "id": "2f2e3d4c-5b6a-7988-0011-223344556677"}
_PLACE = {
    "type": "data_source_id",
    "data_source_id": SOURCE,
    "database_id": "3f2e3d4c-5b6a-7988-0011-223344556677",
}
SCORE, STATE = "%3Fabc", "st%40t"
"""Ids of the columns as Notion writes them."""


def documented_notion() -> Vendor:
    """Seven whole rows of fifteen columns, with the scores of the others."""

    def says(request: Request, _: list[tuple[str, str]]) -> Answer:
        path = request.target.partition("?")[0]
        if path.endswith("/query"):
            order = range(len(SCORES))
            newest = "descending" in json.dumps(request.asks.get("sorts"))
            return _said(_rows_page([*reversed(order)] if newest else [*order], request))
        if path.endswith(SOURCE):
            return _said(_SCHEMA)
        if "/pages/" in path:
            return _said(_row(1))
        return _said({"object": "error", "status": 404, "code": "object_not_found"}, 404)

    columns = (("Score", unquote(SCORE)), ("State", unquote(STATE)))
    return asked_of_rows("notion documented", says, SOURCE, str(_row(1)["id"]), columns)


def _rows_page(order: Sequence[int], request: Request) -> dict[str, object]:
    start = int(str(request.asks.get("start_cursor") or "0"))
    size = min(SIZE, int(str(request.asks.get("page_size", SIZE))))
    more = start + size < len(order)
    return {
        "object": "list",
        "results": [_row(number) for number in order[start : start + size]],
        "next_cursor": str(start + size) if more else None,
        "has_more": more,
        "type": "page_or_data_source",
        "page_or_data_source": {},
        "request_id": "4f2e3d4c-5b6a-7988-0011-223344556677",
    }


def _text(content: str) -> list[dict[str, object]]:
    marks = {"bold": False, "italic": False, "code": False, "color": "default"}
    text = {"content": content, "link": None}
    return [
        {"type": "text", "text": text, "annotations": marks, "plain_text": content, "href": None}
    ]


def _row(number: int) -> dict[str, object]:
    name = f"00000000-0000-4000-8000-{number:012}"
    done = number % 2 == 1
    option = {"id": "opt-done", "name": "Done", "color": "green"}
    if not done:
        option = {"id": "opt-new", "name": "Not started", "color": "default"}
    at = f"2026-10-{number + 1:02}T08:00:00.000Z"
    values: dict[str, tuple[str, str, object]] = {
        "Name": ("title", "title", _text(f"Talk {number}")),
        "Score": (SCORE, "number", SCORES[number]),
        "State": (STATE, "status", option),
        "Notes": ("n%3D1", "rich_text", _text("12")),
        "Size": ("sel", "select", {"id": "s1", "name": "7", "color": "red"}),
        "Topics": ("mul", "multi_select", []),
        "On": ("dat", "date", {"start": "2026-10-05", "end": None, "time_zone": None}),
        "Speakers": ("peo", "people", [_WHO]),
        "Booked": ("chk", "checkbox", True),
        "Link": ("url", "url", None),
        "Room": ("rel", "relation", []),
        "Seats": ("rol", "rollup", {"type": "number", "number": 40, "function": "sum"}),
        "Twice": ("for", "formula", {"type": "number", "number": 2 * (SCORES[number] or 0)}),
        "No.": ("uid", "unique_id", {"prefix": "TALK", "number": number + 1}),
        "Made": ("cre", "created_time", at),
    }
    cells = {
        title: {"id": key, "type": kind, kind: value}
        | ({"has_more": False} if kind == "relation" else {})
        for title, (key, kind, value) in values.items()
    }
    return {
        "object": "page",
        "id": name,
        "created_time": at,
        "last_edited_time": "2026-11-02T09:00:00.000Z",
        "created_by": _WHO,
        "last_edited_by": _WHO,
        "cover": None,
        "icon": {"type": "emoji", "emoji": "🎤"},
        "parent": _PLACE,
        "in_trash": False,
        "is_locked": False,
        "properties": cells,
        "url": f"https://www.notion.so/{name.replace('-', '')}",
        "public_url": None,
    }


_OPTIONS = [
    {"id": "opt-new", "name": "Not started", "color": "default", "description": None},
    {"id": "opt-done", "name": "Done", "color": "green", "description": None},
]
_GROUPS = [
    {"id": "g1", "name": "To-do", "color": "gray", "option_ids": ["opt-new"]},
    {"id": "g2", "name": "In progress", "color": "blue", "option_ids": []},
    {"id": "g3", "name": "Complete", "color": "green", "option_ids": ["opt-done"]},
]
_COLUMNS: dict[str, tuple[str, str, object]] = {
    "Name": ("title", "title", {}),
    "Score": (SCORE, "number", {"format": "number"}),
    "State": (STATE, "status", {"options": _OPTIONS, "groups": _GROUPS}),
    "Notes": ("n%3D1", "rich_text", {}),
    "Topics": ("mul", "multi_select", {"options": []}),
    "On": ("dat", "date", {}),
    "Booked": ("chk", "checkbox", {}),
    "No.": ("uid", "unique_id", {"prefix": "TALK"}),
}
_SCHEMA = {
    "object": "data_source",
    "id": SOURCE,
    "title": _text("Talks"),
    "description": [],
    "parent": {"type": "database_id", "database_id": _PLACE["database_id"]},
    "database_parent": {"type": "workspace", "workspace": True},
    "is_inline": False,
    "in_trash": False,
    "created_time": "2026-01-01T00:00:00.000Z",
    "last_edited_time": "2026-10-01T00:00:00.000Z",
    "created_by": _WHO,
    "last_edited_by": _WHO,
    "icon": None,
    "cover": None,
    "url": f"https://www.notion.so/{SOURCE.replace('-', '')}",
    "public_url": None,
    "properties": {
        title: {"id": key, "name": title, "description": None, "type": kind, kind: config}
        for title, (key, kind, config) in _COLUMNS.items()
    },
}
