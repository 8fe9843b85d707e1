"""Credentials: the Prefect block that holds what signs requests to Jira."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect.blocks.abstract import CredentialsBlock
from pydantic import Field, HttpUrl, SecretStr

from okr_sources.source import Credentials

if TYPE_CHECKING:
    import httpx
    from jira import JIRA

SECONDS = 30


class JiraCredentials(CredentialsBlock):
    """Address of a Jira site, and what signs requests to it.

    In the Cloud that is a user and an API token, on a Data Center a personal access token alone.

    Example:
        Load stored Jira credentials:
        ```python
        from okr_jira.credentials import JiraCredentials

        credentials = JiraCredentials.load("BLOCK_NAME")
        client = credentials.get_client()
        ```
    """

    _block_type_name = "OKR Jira Credentials"
    _block_type_slug = "okr-jira-credentials"
    _documentation_url = HttpUrl(
        "https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/"
    )
    _description = "Address and token of a Jira site, Cloud or Data Center, for prefect-okr."

    url: str = Field(
        default="", description="Address of the site, such as https://acme.atlassian.net."
    )
    user: str = Field(
        default="",
        description="E-mail address of the account in the Cloud; empty for a Data Center.",
    )
    token: SecretStr = Field(
        description="API token of that account, or personal access token of a Data Center."
    )

    def get_client(self) -> JIRA:
        """A client of the `jira` library; sends nothing yet."""
        from jira import JIRA  # noqa: PLC0415 - only where a client is wanted

        secret = self.token.get_secret_value()
        client = JIRA(
            self.url,
            basic_auth=(self.user, secret) if self.user else None,
            token_auth=None if self.user else secret,
            get_server_info=False,
            max_retries=0,
            timeout=SECONDS,
        )
        client.deploymentType = "Cloud" if self.user else "Server"
        return client

    async def aget_client(self) -> httpx.AsyncClient:
        """A signed client of httpx for asynchronous code; close it after use.

        The `jira` library would block the event loop: ask the REST API itself.
        """
        import httpx  # noqa: PLC0415 - only where a client is wanted

        secret = self.token.get_secret_value()
        return httpx.AsyncClient(
            base_url=self.url,
            auth=(self.user, secret) if self.user else None,
            headers={} if self.user else {"Authorization": f"Bearer {secret}"},
            timeout=SECONDS,
        )

    def as_credentials(self) -> Credentials:
        """What `okr_sources` takes."""
        return Credentials(self.token, self.user, self.url)
