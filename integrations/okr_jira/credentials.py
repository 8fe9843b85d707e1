"""Credentials: the Prefect block that holds what signs requests to Jira."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect.blocks.abstract import CredentialsBlock
from pydantic import Field, SecretStr

from okr_sources.source import Credentials

if TYPE_CHECKING:
    from jira import JIRA

SECONDS = 30


class JiraCredentials(CredentialsBlock):
    """Address, user and API token of a Jira Cloud site.

    Example:
        Load stored Jira credentials:
        ```python
        from okr_jira.credentials import JiraCredentials

        credentials = JiraCredentials.load("BLOCK_NAME")
        client = credentials.get_client()
        ```
    """

    _block_type_name = "Jira Credentials"
    _description = "Address, user and API token of a Jira Cloud site, for prefect-okr."

    url: str = Field(
        default="", description="Address of the site, such as https://acme.atlassian.net."
    )
    user: str = Field(description="E-mail address of the account that the token belongs to.")
    token: SecretStr = Field(description="API token of that account.")

    def get_client(self) -> JIRA:
        """A client of the `jira` library; sends nothing yet."""
        from jira import JIRA  # noqa: PLC0415 - only where a client is wanted

        client = JIRA(
            self.url,
            basic_auth=(self.user, self.token.get_secret_value()),
            get_server_info=False,
            max_retries=0,
            timeout=SECONDS,
        )
        client.deploymentType = "Cloud"
        return client

    async def aget_client(self) -> JIRA:
        """The same from asynchronous code."""
        return self.get_client()

    def as_credentials(self) -> Credentials:
        """What `okr_sources` takes."""
        return Credentials(self.token, self.user, self.url)
