"""Credentials: the Prefect block that holds an integration's secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect.blocks.abstract import CredentialsBlock
from pydantic import Field, HttpUrl, SecretStr

from okr_notion.site.client import BASE_URL, VERSION
from okr_sources.source import Credentials

if TYPE_CHECKING:
    from notion_client import AsyncClient, Client
    from notion_client.client import ClientOptions

SECONDS = 30


class NotionCredentials(CredentialsBlock):
    """Block used to sign requests to Notion as an internal integration.

    Example:
        Load stored credentials and read a page:

        ```python
        from okr_notion.credentials import NotionCredentials

        credentials = NotionCredentials.load("BLOCK_NAME")
        client = credentials.get_client()
        page = client.pages.retrieve("1f2e3d4c-5b6a-7988-0011-223344556677")
        ```
    """

    _block_type_name = "OKR Notion Credentials"
    _block_type_slug = "okr-notion-credentials"
    _documentation_url = HttpUrl("https://developers.notion.com/docs/create-a-notion-integration")
    _description = "Secret of an internal integration of Notion, for prefect-okr."

    token: SecretStr = Field(
        default=..., description="The integration's secret, from its page in Notion's settings."
    )
    url: str = Field(
        default="", description="Base address of the API; Notion's own where it is left empty."
    )

    def get_client(self) -> Client:
        """A client of the `notion-client` library; sends nothing yet. Close it after use."""
        from notion_client import Client  # noqa: PLC0415 - only where a client is wanted

        return Client(self._options())

    async def aget_client(self) -> AsyncClient:
        """The same for asynchronous flows."""
        from notion_client import AsyncClient  # noqa: PLC0415 - as above

        return AsyncClient(self._options())

    def _options(self) -> ClientOptions:
        from notion_client.client import ClientOptions  # noqa: PLC0415 - as above

        return ClientOptions(
            auth=self.token.get_secret_value(),
            base_url=(self.url or BASE_URL).rstrip("/").removesuffix("/v1"),
            timeout_ms=SECONDS * 1000,
            notion_version=VERSION,
        )

    def as_credentials(self) -> Credentials:
        """What a session is opened with."""
        return Credentials(self.token, url=self.url)
