"""Issue places: what okr keeps at an issue: a property, a link, comments. One request each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from okr_core.errors import DataError
from okr_jira.site.errors import NoIssueError
from okr_jira.site.kinds import CLOUD
from okr_sources.session import Send

if TYPE_CHECKING:
    from okr_jira.site.client import JiraClient

Json = Mapping[str, object]
COMMENT_KEY = "okr.comment"
"""The entity property that tells our comments from people's."""
LATEST_COMMENTS = 100
BULK = 100


class Held(NamedTuple):
    """An issue by its id, and what one of its properties holds; None where it has none."""

    issue: str
    value: object


class IssuePlaces:
    """Reads and writes at single issues; errors name the issue.

    Args:
        client: The site's endpoints.
        send: See `Send`.
    """

    def __init__(self, client: JiraClient, send: Send) -> None:
        self._client = client
        self._send = send

    @property
    def on_cloud(self) -> bool:
        """Whether it is Jira Cloud."""
        return self._client.deployment is CLOUD

    def properties(self, issues: Sequence[str], key: str) -> dict[str, Held]:
        """Issue, by key and by id → its property; one request for 100 issues in the Cloud.

        Left out is what the answer does not name by the key asked for: on a Data Center all, in
        the Cloud issues that are gone or have moved to another project.
        """
        if not self.on_cloud:
            return {}
        body = {"issueIdsOrKeys": [*issues], "fields": ["id"], "properties": [key]}
        found = self._ask("POST", "/issue/bulkfetch", "issues", body)
        listed = found.get("issues") if isinstance(found, Mapping) else None
        if not isinstance(listed, list):
            raise DataError(
                f"jira `{self._client.name}`: the answer has no list of issues.",
                hint="Check `url`.",
            )
        told = [each for each in listed if isinstance(each, Mapping)]
        return {str(each.get(name)): _held(each, key) for each in told for name in ("id", "key")}

    def property_of(self, issue: str, key: str) -> Held:
        """The property of one issue.

        Raises:
            NoIssueError: It does not exist, or may not be seen.
        """
        path, params = _path(issue), {"fields": "summary", "properties": key}
        return _held(self._ask("GET", path, "issue", issue=issue, params=params), key)

    def lacking(self, issue: str, permissions: Sequence[str]) -> list[str]:
        """Permissions that the token's user lacks at an issue, of those that are asked about.

        Raises:
            NoIssueError: It does not exist, or may not be seen.
        """
        params = {"issueKey": issue, "permissions": ",".join(permissions)}
        found = self._ask("GET", "/mypermissions", "mypermissions", issue=issue, params=params)
        told = found.get("permissions") if isinstance(found, Mapping) else None
        known = told if isinstance(told, Mapping) else {}
        return [name for name in permissions if _refused(known.get(name))]

    def put_property(self, issue: str, key: str, value: Json) -> None:
        """Set the property of an issue; a second time changes nothing.

        Raises:
            DataError: Jira refuses it, such as one of more than 32,768 characters.
        """
        self._ask("PUT", f"{_path(issue)}/properties/{quote(key)}", "property", value, issue=issue)

    def link(self, issue: str, global_id: str) -> Json | None:
        """What the link of that global id shows; None where there is none."""
        path, params = f"{_path(issue)}/remotelink", {"globalId": global_id}
        try:
            found = self._ask("GET", path, "remotelink", issue=issue, params=params)
        except NoIssueError:
            return None  # a missing link answers like a missing issue, and the issue was just read
        # Some servers show all links of the issue instead of the one that was asked for.
        for each in found if isinstance(found, list) else [found]:
            if isinstance(each, Mapping) and each.get("globalId") == global_id:
                shown = each.get("object")
                return shown if isinstance(shown, Mapping) else None
        return None

    def put_link(self, issue: str, global_id: str, shown: Json) -> None:
        """Set the link of that global id; a second time changes nothing.

        Raises:
            DataError: The answer names no link.
        """
        body = {"globalId": global_id, "relationship": "OKR", "object": shown}
        made = self._ask("POST", f"{_path(issue)}/remotelink", "remotelink", body, issue=issue)
        self._refuse_nothing(made, "link", issue)

    def last_mark(self, issue: str, cycle: str, item: str, begins: str) -> str | None:
        """The mark of our latest comment about an item; None where we have written none lately.

        Args:
            issue: Key or id.
            cycle: Id of the cycle.
            item: Id of the item.
            begins: How the text of such a comment begins.
        """
        params = {
            "expand": "properties",
            "maxResults": str(LATEST_COMMENTS),
            "orderBy": "-created",
        }
        page = self._ask("GET", f"{_path(issue)}/comment", "comment", issue=issue, params=params)
        listed = page.get("comments") if isinstance(page, Mapping) else None
        comments = [each for each in listed or [] if isinstance(each, Mapping)]
        for comment in sorted(comments, key=_number, reverse=True):
            about = self._about(comment, issue, begins)
            if about.get("cycle") == cycle and about.get("item") == item:
                return str(about.get("mark"))
        return None

    def add_comment(self, issue: str, text: str, about: Json) -> None:
        """Add a comment that carries what it is about. Never sent twice: that would be two.

        Raises:
            DataError: The answer names no comment.
        """
        body = {
            "body": _rich(text) if self.on_cloud else text,
            "properties": [{"key": COMMENT_KEY, "value": about}],
        }
        path = f"{_path(issue)}/comment"
        made = self._ask("POST", path, "comment", body, issue=issue, safe=False)
        self._refuse_nothing(made, "comment", issue)

    def _refuse_nothing(self, made: object, what: str, issue: str) -> None:
        """Refuse an answer that does not name what was made: something else gave it."""
        if not isinstance(made, Mapping) or not made.get("id"):
            raise DataError(
                f"jira `{self._client.name}`: the answer names no {what} that was added to issue "
                f"{issue}.",
                hint="Look whether it is there; what stands in between may swallow writes.",
            )

    def _about(self, comment: Json, issue: str, begins: str) -> Json:
        """What a comment of ours is about; nothing for people's."""
        if "properties" in comment:
            return _kept(comment["properties"])
        if not str(comment.get("body")).startswith(begins):
            return {}
        # A Data Center does not show the properties of comments with them.
        path = f"/comment/{quote(str(comment.get('id')), safe='')}/properties/{COMMENT_KEY}"
        try:
            found = self._ask("GET", path, "comment", issue=issue)
        except NoIssueError:
            return {}  # a person's comment that begins like ours
        return _kept([found])

    def _ask(
        self,
        method: str,
        path: str,
        endpoint: str,
        body: object = None,
        *,
        issue: str = "",
        params: Mapping[str, str] | None = None,
        safe: bool = True,
    ) -> object:
        def request() -> object:
            return self._client.of_issue(method, path, issue, body=body, params=params)

        return self._send(request, endpoint=endpoint, safe=safe)


def _path(issue: str) -> str:
    return f"/issue/{quote(issue, safe='')}"


def _held(issue: object, key: str) -> Held:
    told = issue if isinstance(issue, Mapping) else {}
    kept = told.get("properties")
    value = kept.get(key) if isinstance(kept, Mapping) else None
    return Held(str(told.get("id") or told.get("key") or ""), value)


def _refused(permission: object) -> bool:
    """Whether the answer says so; one that it does not name it does not refuse."""
    return isinstance(permission, Mapping) and permission.get("havePermission") is False


def _kept(properties: object) -> Json:
    """The value of our property among those of a comment."""
    for each in properties if isinstance(properties, list) else ():
        value = each.get("value") if isinstance(each, Mapping) else None
        if isinstance(value, Mapping) and each.get("key") == COMMENT_KEY:
            return value
    return {}


def _number(comment: Json) -> int:
    text = str(comment.get("id"))
    return int(text) if text.isdecimal() else 0


def _rich(text: str) -> Json:
    """A paragraph in Atlassian's document format."""
    content = [{"type": "paragraph", "content": [{"type": "text", "text": text}]}]
    return {"type": "doc", "version": 1, "content": content}
