"""Client: Jira's endpoints, one request at a time, with our errors.

Numbers are read as decimals, not floats.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from base64 import b64encode
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from okr_core.errors import ConfigError, OkrError
from okr_jira.site import errors as failures
from okr_jira.site.kinds import CLOUD, DATA_CENTER, Deployment
from okr_sources.credentials import variable
from okr_sources.gate.gate import READ, WRITTEN, Gate, Reply
from okr_sources.gate.strangers import stranger
from okr_sources.send.login import LOCKED, LOGIN
from okr_sources.send.refusal import Refusal
from okr_sources.session import utc_now
from okr_sources.source import Credentials

SERVER = "/rest/api/2/serverInfo"
"""What every Jira tells everybody about itself."""

Answer = tuple[object, Mapping[str, str]]
# Jira refuses writes that could come from a page in a browser, unless they say that they do not.
_HEADERS = {
    "Accept": "application/json",
    "Content-Type": "application/json",
    "X-Atlassian-Token": "no-check",
}


class JiraClient(ABC):
    """What both kinds of Jira have; raises errors of okr_core and okr_sources only.

    Nothing is sent before the first request. Threads may share it.

    Args:
        name: Name of the connection.
        url: Address of the site.
        gate: Asks it.
        credentials: What signs its requests.
    """

    deployment: Deployment

    def __init__(self, name: str, url: str, gate: Gate, credentials: Credentials) -> None:
        self.name = name
        self.who = f"jira `{name}`"
        self.url = url
        self._gate = gate
        self._credentials = credentials

    @abstractmethod
    def _signature(self) -> str:
        """What signs a request, as the header Authorization has it."""

    @abstractmethod
    def estimate(self, jql: str) -> object:
        """Jira's own count of a selection, under `count`."""

    def fields(self) -> object:
        """All fields of the site."""
        return self._ask("GET", "/field")[0]

    def statuses(self) -> object:
        """All statuses that some workflow uses, with their categories."""
        return self._ask("GET", "/status")[0]

    def myself(self) -> Answer:
        """Whose token it is, with the answer's headers."""
        return self._ask("GET", "/myself")

    def permissions(self, names: Sequence[str]) -> object:
        """Which of these permissions the token's user has."""
        return self._ask("GET", "/mypermissions", params={"permissions": ",".join(names)})[0]

    def found(self) -> tuple[Deployment, str] | None:
        """Which kind of Jira is at the address, and its version; None where nothing tells.

        Sent without the token: the other kind refuses it before it says anything.
        """
        reply = self._sent("GET", SERVER, signed=False)
        try:
            told = reply.document
        except OkrError:
            return None
        kind = told.get("deploymentType") if isinstance(told, dict) else None
        if reply.status != 200 or not isinstance(told, dict) or not kind:
            return None
        return (CLOUD if kind == "Cloud" else DATA_CENTER), str(told.get("version") or "")

    def of_issue(
        self,
        method: str,
        path: str,
        issue: str,
        *,
        body: object = None,
        params: Mapping[str, str] | None = None,
    ) -> object:
        """The answer to a request at one issue; None where it is empty, as of many writes.

        Args:
            method: GET, PUT or POST.
            path: Below the API.
            issue: Its key or id, for messages; empty where the request is about several.
            body: What to send as JSON.
            params: Query string.

        Raises:
            NoIssueError: It does not exist, or may not be seen.
            DataError: It answers with an error, although with the status of an answer.
            OkrError: Jira refuses, or does not answer.
        """
        path = self.deployment.api + path
        data = None if body is None else json.dumps(body, ensure_ascii=False)
        reply = self._sent(method, path, data, params)
        self._refuse(reply, path, issue=issue, good=WRITTEN)
        if not reply.content.strip():
            return None
        failures.refuse_excuses(Refusal.of_reply(reply, now=utc_now()), self.who, issue)
        return reply.document

    def _ask(
        self,
        method: str,
        path: str,
        *,
        data: str | None = None,
        params: Mapping[str, str] | None = None,
        query: str = "",
        strict: bool = True,
    ) -> Answer:
        path = self.deployment.api + path
        reply = self._sent(method, path, data, params)
        self._refuse(reply, path, query=query)
        failures.refuse_complaints(reply.document, self.who, query, warnings=strict)
        return reply.document, reply.headers

    def _sent(
        self,
        method: str,
        path: str,
        data: str | None = None,
        params: Mapping[str, str] | None = None,
        *,
        signed: bool = True,
    ) -> Reply:
        asked = f"?{urlencode(params)}" if params else ""
        headers = {**_HEADERS, "Authorization": self._signature()} if signed else _HEADERS
        content = None if data is None else data.encode()
        return self._gate.ask(method, f"{self.url}{path}{asked}", headers=headers, content=content)

    def _refuse(
        self,
        reply: Reply,
        path: str,
        *,
        query: str = "",
        issue: str = "",
        good: frozenset[int] = READ,
    ) -> None:
        """Refuse an answer to a signed request that is none.

        Raises:
            OkrError: Says what it is instead.
        """
        reason = failures.login_refused(reply.headers)
        if reason and (reply.status != 401 or reason == LOCKED):
            said = reason if reply.status < 300 else f"{reply.status}, {reason}"
            raise failures.unknown_caller(self.name, self.deployment, said)
        # Jira's own pages of refusal say how the login went; those of others do not.
        own = LOGIN in reply.headers and reply.status >= 300
        failure = None if own else stranger(reply, self.deployment.title, good=good)
        if failure is not None:
            raise failure
        if reply.status >= 300:
            raise self._failure(reply, path, query=query, issue=issue)

    def _failure(self, reply: Reply, path: str, *, query: str = "", issue: str = "") -> OkrError:
        refusal = Refusal.of_reply(reply, now=utc_now())
        about_issue = failures.issue_failure(refusal, self.who, issue) if issue else None
        return about_issue or failures.to_failure(
            refusal, self.who, path, name=self.name, query=query, deployment=self.deployment
        )


class CloudClient(JiraClient):
    """Jira Cloud's endpoints, one method each."""

    deployment = CLOUD

    def __init__(self, name: str, url: str, gate: Gate, credentials: Credentials) -> None:
        if not credentials.user:
            raise ConfigError(
                f"connection `{name}` has no user: Jira Cloud takes an e-mail and its API token.",
                hint=f"Set {variable(name, 'USER')}, or `user` in the block; for a Data Center "
                "write `deployment: datacenter` in the connection.",
            )
        super().__init__(name, url, gate, credentials)

    def _signature(self) -> str:
        signed = f"{self._credentials.user}:{self._credentials.token.get_secret_value()}"
        return f"Basic {b64encode(signed.encode()).decode()}"

    def search(
        self, jql: str, fields: Sequence[str], size: int, token: str | None = None
    ) -> object:
        """One page of a search, in the order of ids; without fields it holds ids alone."""
        names = [*fields] or ["id"]
        body: dict[str, object] = {"jql": ordered_by_id(jql), "fields": names, "maxResults": size}
        if token is not None:
            body["nextPageToken"] = token
        return self._post("/search/jql", body, query=jql)

    def estimate(self, jql: str) -> object:
        """Jira's own estimate of a count."""
        return self._post("/search/approximate-count", {"jql": jql}, query=jql)

    def issues(self, keys: Sequence[str], fields: Sequence[str]) -> object:
        """Issues by key or id, at most 100; those that do not exist are left out or named."""
        body = {"issueIdsOrKeys": [*keys], "fields": [*fields] or ["id"]}
        return self._post("/issue/bulkfetch", body)

    def users(self, start: int, size: int) -> object:
        """A page of all accounts, people or not."""
        params = {"startAt": str(start), "maxResults": str(size)}
        return self._ask("GET", "/users/search", params=params)[0]

    def _post(self, path: str, body: Mapping[str, object], query: str = "") -> object:
        return self._ask("POST", path, data=json.dumps(body), query=query)[0]


def ordered_by_id(jql: str) -> str:
    """The query in an order in which no two issues are equal, so that pages join.

    >>> ordered_by_id("project = A")
    'project = A ORDER BY id ASC'
    """
    return f"{jql} ORDER BY id ASC"
