"""Credentials: the Prefect block that holds an integration's secret."""

from __future__ import annotations

from prefect.blocks.abstract import CredentialsBlock
from pydantic import Field, SecretStr

from okr_notion.site.client import BASE_URL, Client
from okr_sources.censor import Censor
from okr_sources.gate.gate import Gate
from okr_sources.session import utc_now
from okr_sources.source import Credentials


class NotionCredentials(CredentialsBlock):
    """Block used to sign requests to Notion as an internal integration.

    Example:
        Load stored credentials and read a page:

        ```python
        from okr_notion.credentials import NotionCredentials

        credentials = NotionCredentials.load("BLOCK_NAME")
        client = credentials.get_client()
        page = client.page("1f2e3d4c-5b6a-7988-0011-223344556677")
        ```
    """

    _block_type_name = "Notion Credentials"
    _description = "Secret of an internal integration of Notion, for prefect-okr."

    token: SecretStr = Field(
        default=..., description="The integration's secret, from its page in Notion's settings."
    )
    url: str = Field(
        default="", description="Base address of the API; Notion's own where it is left empty."
    )

    def get_client(self) -> Client:
        """A client that sends each request once; close it after use."""
        censor = Censor([self.token.get_secret_value()])
        gate = Gate("notion", censor, seconds=30.0, width=4)
        return Client(self.url or BASE_URL, gate, self.token, now=utc_now)

    async def aget_client(self) -> Client:
        """The same for asynchronous flows; the client itself is synchronous."""
        return self.get_client()

    def as_credentials(self) -> Credentials:
        """What a session is opened with."""
        return Credentials(self.token, url=self.url)
