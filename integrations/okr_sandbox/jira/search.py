"""Endpoints that read issues: search, count, bulk fetch, one issue, changelogs."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from okr_sandbox.faults import Fault
from okr_sandbox.gate import Gate, JsonAnswer
from okr_sandbox.jira.answers import JiraError, base_of
from okr_sandbox.jira.comments import comment_page
from okr_sandbox.jira.fields import wanted
from okr_sandbox.jira.issues import Change, State
from okr_sandbox.jira.requests import (
    BulkChangelog,
    BulkFetch,
    Count,
    Cursor,
    ReadIssue,
    Search,
    cursor_of,
)
from okr_sandbox.jira.site import Site
from okr_sandbox.jira.snapshot import Row

ID_PAGE = 5000
"""Largest page of ids and keys alone."""

FIELD_PAGE = 100
"""Largest page with any other field."""

BULK = 100
"""Largest bulk fetch."""

RECONCILED = 50
"""Most ids in ``reconcileIssues``."""


class Searching:
    """Handlers over one site."""

    def __init__(self, site: Site, gate: Gate) -> None:
        self.site = site
        self.gate = gate

    async def search_by_get(self, request: Request) -> Response:
        """``GET search/jql``."""
        return self._search(request, Search.of_query(request))

    async def search_by_post(self, request: Request) -> Response:
        """``POST search/jql``."""
        return self._search(request, await Search.of(request))

    def _search(self, request: Request, asked: Search) -> Response:
        _check_limits(asked)
        cursor = cursor_of(asked.next_page_token, asked.jql, self.site.clock.now())
        rows = self.site.select(asked.jql, cursor.at)
        names = asked.fields or ["id"]
        cap = FIELD_PAGE if set(names) - {"id", "key"} or asked.properties else ID_PAGE
        fault = self.gate.shape(request, "short_page", "repeat_token")
        size = _page_size(min(asked.max_results, cap), fault)
        page = rows[cursor.offset : cursor.offset + size]
        token = _next_token(cursor, size, len(rows), fault)
        if names == ["id"] and not asked.properties:
            return JsonAnswer(_id_page(page, token))
        issues = [self._shown(row, names, asked.properties, request) for row in page]
        more = {} if token is None else {"nextPageToken": token}
        return JsonAnswer({"issues": issues, **more, "isLast": token is None})

    async def count(self, request: Request) -> Response:
        """``POST search/approximate-count``."""
        asked = await Count.of(request)
        return JsonAnswer({"count": len(self.site.select(asked.jql, self.site.clock.now()))})

    async def bulk_fetch(self, request: Request) -> Response:
        """``POST issue/bulkfetch``: ids that do not exist are left out, without a word."""
        asked = await BulkFetch.of(request)
        if not 0 < len(asked.issue_ids_or_keys) <= BULK:
            raise JiraError(400, f"The number of issues to fetch must be between 1 and {BULK}.")
        snapshot = self.site.snapshot()
        found = {name: snapshot.find(name) for name in asked.issue_ids_or_keys}
        names = asked.fields or ["*navigable"]
        unique = {row.state.id: row for row in found.values() if row is not None}
        # Errors are what passes or is too large; what is not found is in neither list.
        return JsonAnswer(
            {
                "issues": [
                    self._shown(row, names, asked.properties, request) for row in unique.values()
                ],
                "issueErrors": [],
            }
        )

    async def issue(self, request: Request) -> Response:
        """``GET issue/{issueIdOrKey}``."""
        asked = ReadIssue.of_query(request)
        row = self.site.row(request.path_params["issueIdOrKey"])
        body = self._shown(row, asked.fields or ["*all"], asked.properties, request)
        if "changelog" in asked.expand.split(","):
            histories = self._histories(row)
            size = len(histories)
            page = {"startAt": 0, "maxResults": size, "total": size, "histories": histories}
            body = {**body, "changelog": page}
        return JsonAnswer(body)

    async def bulk_changelog(self, request: Request) -> Response:
        """``POST changelog/bulkfetch``."""
        asked = await BulkChangelog.of(request)
        if not 0 < len(asked.issue_ids_or_keys) <= 1000 or len(asked.field_ids) > 10:
            raise JiraError(400, "Ask for 1 to 1000 issues and at most 10 fields.")
        question = ",".join(asked.issue_ids_or_keys)
        cursor = cursor_of(asked.next_page_token, question, self.site.clock.now())
        entries = self._changes(asked.issue_ids_or_keys, set(asked.field_ids), cursor.at)
        page = entries[cursor.offset : cursor.offset + asked.max_results]
        token = _next_token(cursor, asked.max_results, len(entries), None)
        logs: dict[str, list[object]] = {}
        for issue_id, history in page:
            logs.setdefault(issue_id, []).append(history)
        more = {} if token is None else {"nextPageToken": token}
        shown = [{"issueId": name, "changeHistories": logs[name]} for name in logs]
        return JsonAnswer({"issueChangeLogs": shown, **more})

    def _changes(
        self, names: Sequence[str], fields: set[str], now: datetime
    ) -> list[tuple[str, dict[str, object]]]:
        snapshot = self.site.timeline.at(now)
        rows = [row for name in names if (row := snapshot.find(name)) is not None]
        return [
            (row.state.id, history)
            for row in rows
            for history in self._histories(row)
            if not fields or _touches(history, fields)
        ]

    def _histories(self, row: Row) -> list[dict[str, object]]:
        now = self.site.clock.now()
        render = self.site.renderer.history
        return [
            render(row, number, change, _before(row, change))
            for number, change in enumerate(row.issue.changes)
            if change.at <= now and change.values
        ]

    def _shown(
        self, row: Row, names: Sequence[str], properties: Sequence[str], request: Request
    ) -> dict[str, object]:
        site, base = self.site, base_of(request)
        if set(names) <= {"id", "key"}:
            body = site.renderer.head(row, base)
        else:
            fields = wanted(names, site.fields, "*navigable")
            body = site.renderer.issue(row, fields, base, site.snapshot())
            if "comment" in fields:
                _put_comments(body, comment_page(site, row, base))
        if properties:
            kept = site.properties(f"issue/{row.state.id}")
            body["properties"] = {name: kept[name] for name in properties if name in kept}
        return body


def _put_comments(body: dict[str, object], page: dict[str, object]) -> None:
    fields = body["fields"]
    if isinstance(fields, dict):
        fields["comment"] = page


def _before(row: Row, change: Change) -> State:
    return row.issue.as_of(change.at - timedelta(microseconds=1)) or row.issue.start


def _touches(history: dict[str, object], fields: set[str]) -> bool:
    items = history["items"]
    return isinstance(items, list) and any(item["fieldId"] in fields for item in items)


def _check_limits(asked: Search) -> None:
    if asked.max_results < 1:
        raise JiraError(400, "The value of maxResults must be greater than zero.")
    if len(asked.reconcile_issues) > RECONCILED:
        raise JiraError(400, f"At most {RECONCILED} issue ids can be reconciled.")


def _page_size(size: int, fault: Fault | None) -> int:
    if fault is None or fault.kind != "short_page":
        return size
    return min(size, fault.rows or max(1, size // 2))


def _next_token(cursor: Cursor, size: int, total: int, fault: Fault | None) -> str | None:
    """The token of the next page; of this very page where the fault repeats tokens."""
    repeated = fault is not None and fault.kind == "repeat_token"
    if cursor.offset + size >= total and not repeated:
        return None
    offset = cursor.offset + (0 if repeated else size)
    return Cursor(offset, cursor.at, cursor.question).token()


def _id_page(page: Sequence[Row], token: str | None) -> bytes:
    """A page of ids without building its objects: these pages hold thousands."""
    ids = b",".join([row.id_json for row in page])
    if token is None:
        return b'{"issues":[' + ids + b'],"isLast":true}'
    return b'{"issues":[' + ids + b'],"nextPageToken":"' + token.encode() + b'","isLast":false}'
