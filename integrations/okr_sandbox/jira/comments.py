"""Comments of issues."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from okr_sandbox.gate import JsonAnswer
from okr_sandbox.jira.answers import JiraError, base_of, jira_time
from okr_sandbox.jira.requests import json_body, whole
from okr_sandbox.jira.site import Site
from okr_sandbox.jira.snapshot import Row


class Commenting:
    """Handlers over one site; only Jira Cloud shows a comment's properties with it."""

    def __init__(self, site: Site, *, expands: bool = True) -> None:
        self.site = site
        self.expands = expands

    async def read(self, request: Request) -> Response:
        """``GET issue/{issueIdOrKey}/comment``."""
        row = self.site.row(request.path_params["issueIdOrKey"])
        start = whole(request, "startAt", 0)
        size = whole(request, "maxResults", 100)
        newest = request.query_params.get("orderBy") == "-created"
        page = comment_page(self.site, row, base_of(request), start, size, newest=newest)
        if self.expands and "properties" in request.query_params.get("expand", ""):
            shown = _comments(self.site, row, newest=newest)[start : start + size]
            page["comments"] = [self._with_properties(comment) for comment in shown]
        return JsonAnswer(page)

    async def add(self, request: Request) -> Response:
        """``POST issue/{issueIdOrKey}/comment``; its entity properties may come along."""
        row = self.site.row(request.path_params["issueIdOrKey"])
        body = await json_body(request)
        if not body.get("body"):
            raise JiraError(400, errors={"comment": "Comment body can not be empty!"})
        comment = self._comment(row, body["body"], base_of(request))
        self.site.written.comments.setdefault(row.state.id, []).append(comment)
        self._keep_properties(str(comment["id"]), body)
        return JsonAnswer(comment, 201)

    def _comment(self, row: Row, body: object, base: str) -> dict[str, object]:
        number = str(self.site.written.next_id())
        author = self.site.renderer.person(self.site.me, base)
        now = jira_time(self.site.clock.now(), self.site.zone)
        return {
            "self": f"{base}/rest/api/3/issue/{row.state.id}/comment/{number}",
            "id": number,
            "author": author,
            "updateAuthor": author,
            "body": body,
            "created": now,
            "updated": now,
            "jsdPublic": True,
        }

    def _keep_properties(self, comment_id: str, body: Mapping[str, object]) -> None:
        properties = body.get("properties")
        if isinstance(properties, list):
            kept = {str(entry["key"]): entry["value"] for entry in properties}
            self.site.written.properties[f"comment/{comment_id}"] = kept

    def _with_properties(self, comment: Mapping[str, object]) -> dict[str, object]:
        kept = self.site.properties(f"comment/{comment['id']}")
        shown = [{"key": key, "value": value} for key, value in kept.items()]
        return {**comment, "properties": shown}


def comment_page(
    site: Site, row: Row, base: str, start: int = 0, size: int = 100, *, newest: bool = False
) -> dict[str, object]:
    """An issue's comments, oldest first unless the newest are asked for."""
    comments = _comments(site, row, newest=newest)
    return {
        "self": f"{base}/rest/api/3/issue/{row.state.id}/comment",
        "startAt": start,
        "maxResults": size,
        "total": len(comments),
        "comments": comments[start : start + size],
    }


def _comments(site: Site, row: Row, *, newest: bool = False) -> list[dict[str, object]]:
    kept = site.written.comments.get(row.state.id, [])
    return kept[::-1] if newest else kept
