"""Wire: sends requests with the session of the `jira` library.

The library signs requests and knows Jira's headers. Its retries stay out of the way (they repeat
unsafe requests and never the ones that need it), and so do its Resource objects (they cost more
than the request). What is the same for every request of an endpoint is prepared once: requests'
own preparation costs as much as sending.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jira import JIRA
from requests import Request
from requests.adapters import HTTPAdapter

from okr_core.plan.workspace import Connection
from okr_jira.site.kinds import CLOUD, Deployment
from okr_sources.source import Credentials

if TYPE_CHECKING:
    from requests import PreparedRequest, Response


class Wire:
    """A signed session with a time limit and as many connections as requests at once.

    Threads may share it.

    Args:
        url: Address of the site.
        connection: Time limit and requests at once.
        credentials: User and API token in the Cloud, a personal access token on a Data Center.
        deployment: Which of the two it is.
    """

    def __init__(
        self,
        url: str,
        connection: Connection,
        credentials: Credentials,
        deployment: Deployment = CLOUD,
    ) -> None:
        secret = credentials.token.get_secret_value()
        cloud = deployment is CLOUD
        library = JIRA(
            url,
            basic_auth=(credentials.user, secret) if cloud else None,
            token_auth=None if cloud else secret,
            get_server_info=False,
            max_retries=0,
        )
        # Asking serverInfo would cost a request.
        library.deploymentType = "Cloud" if cloud else "Server"
        self._session = library._session  # noqa: SLF001 - the way to endpoints it lacks
        self._session.mount(url, HTTPAdapter(pool_maxsize=connection.concurrency, max_retries=0))
        # Proxies and certificates from the environment, looked up once instead of per request.
        self._settings = self._session.merge_environment_settings(url, {}, None, None, None)
        self._timeout = float(connection.timeout)
        self._prepared: dict[tuple[str, str], PreparedRequest] = {}

    def send(
        self,
        method: str,
        url: str,
        data: str | None = None,
        params: Mapping[str, str] | None = None,
        *,
        signed: bool = True,
    ) -> Response:
        """The answer, whatever its status; redirects are not followed.

        Args:
            method: GET or POST.
            url: Whole address.
            data: JSON of the body.
            params: Query string.
            signed: Whether the token goes along.

        Raises:
            requests.RequestException: There is none.
        """
        request = self._signed(method, url).copy()
        if params is not None:
            request.prepare_url(url, params)
        if data is not None:
            request.prepare_body(data.encode(), None)
        if not signed:
            request.headers.pop("Authorization", None)
        return self._session.send(
            request, timeout=self._timeout, allow_redirects=False, **self._settings
        )

    def close(self) -> None:
        """Close kept connections."""
        self._session.close()

    def _signed(self, method: str, url: str) -> PreparedRequest:
        key = (method, url)
        if key not in self._prepared:
            self._prepared[key] = self._session.prepare_request(Request(method, url))
        return self._prepared[key]
