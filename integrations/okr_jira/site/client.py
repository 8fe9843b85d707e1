"""Client: Jira's endpoints, one request at a time, with our errors.

Numbers are read as decimals, not floats.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from decimal import Decimal
from threading import Lock
from typing import TYPE_CHECKING

from okr_core.errors import ConfigError, OkrError
from okr_core.plan.workspace import Connection
from okr_jira.read.jql import ordered_by_id
from okr_jira.site import errors as failures
from okr_jira.site.kinds import CLOUD, DATA_CENTER, Deployment
from okr_sources.censor import Censor
from okr_sources.credentials import variable
from okr_sources.send.refusal import Refusal
from okr_sources.session import utc_now
from okr_sources.source import Credentials

if TYPE_CHECKING:
    import requests

    from okr_jira.site.wire import Wire

SERVER = "/rest/api/2/serverInfo"
"""What every Jira tells everybody about itself."""

Answer = tuple[object, Mapping[str, str]]


class JiraClient(ABC):
    """What both kinds of Jira have; raises errors of okr_core and okr_sources only.

    Nothing is imported or sent before the first request. Threads may share it.

    Args:
        name: Name of the connection.
        url: Address of the site.
        connection: Its settings.
        credentials: What signs its requests.
    """

    deployment: Deployment

    def __init__(
        self, name: str, url: str, connection: Connection, credentials: Credentials
    ) -> None:
        self.name = name
        self.who = f"jira `{name}`"
        self.url = url
        self._connection = connection
        self._credentials = credentials
        self._censor = Censor(credentials.secrets)
        self._lock = Lock()
        self._wire: Wire | None = None

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
        response = self._sent("GET", SERVER, signed=False)
        try:
            told = self._parsed(response)
        except OkrError:
            return None
        kind = told.get("deploymentType") if isinstance(told, dict) else None
        if response.status_code != 200 or not isinstance(told, dict) or not kind:
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
            OkrError: Jira refuses, or does not answer.
        """
        path = self.deployment.api + path
        data = None if body is None else json.dumps(body, ensure_ascii=False)
        response = self._sent(method, path, data, params)
        if response.status_code >= 300:
            raise self._failure(response, path, issue=issue)
        return self._parsed(response) if response.content.strip() else None

    def close(self) -> None:
        """Close kept connections."""
        with self._lock:
            if self._wire is not None:
                self._wire.close()
                self._wire = None

    def _ask(
        self,
        method: str,
        path: str,
        *,
        data: str | None = None,
        params: Mapping[str, str] | None = None,
        query: str = "",
    ) -> Answer:
        path = self.deployment.api + path
        response = self._sent(method, path, data, params)
        if response.status_code >= 300:
            raise self._failure(response, path, query=query)
        return self._parsed(response), response.headers

    def _sent(
        self,
        method: str,
        path: str,
        data: str | None = None,
        params: Mapping[str, str] | None = None,
        *,
        signed: bool = True,
    ) -> requests.Response:
        from requests.exceptions import RequestException  # noqa: PLC0415 - only to send

        wire = self._opened()
        try:
            return wire.send(method, self.url + path, data, params, signed=signed)
        except RequestException as error:
            seconds = float(self._connection.timeout)
            raise failures.network_failure(error, self.who, self.url, seconds=seconds) from None

    def _failure(
        self, response: requests.Response, path: str, *, query: str = "", issue: str = ""
    ) -> OkrError:
        status, headers = response.status_code, response.headers
        refusal = Refusal.of(status, headers, response.text, now=utc_now(), censor=self._censor)
        about_issue = failures.issue_failure(refusal, self.who, issue) if issue else None
        return about_issue or failures.to_failure(
            refusal, self.who, path, name=self.name, query=query, deployment=self.deployment
        )

    def _parsed(self, response: requests.Response) -> object:
        try:
            parsed: object = json.loads(response.content, parse_float=Decimal)
        except ValueError:
            kind = response.headers.get("Content-Type", "")
            raise failures.not_json(self.who, kind, response.text) from None
        return parsed

    def _opened(self) -> Wire:
        with self._lock:
            if self._wire is None:
                from okr_jira.site.wire import Wire  # noqa: PLC0415 - a third of a second, only to send

                self._wire = Wire(self.url, self._connection, self._credentials, self.deployment)
            return self._wire


class CloudClient(JiraClient):
    """Jira Cloud's endpoints, one method each."""

    deployment = CLOUD

    def __init__(
        self, name: str, url: str, connection: Connection, credentials: Credentials
    ) -> None:
        if not credentials.user:
            raise ConfigError(
                f"connection `{name}` has no user: Jira Cloud takes an e-mail and its API token.",
                hint=f"Set {variable(name, 'USER')}, or `user` in the block; for a Data Center "
                "write `deployment: datacenter` in the connection.",
            )
        super().__init__(name, url, connection, credentials)

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
