"""Credentials: the Prefect block that holds what signs requests to a JSON endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect.blocks.abstract import CredentialsBlock
from pydantic import Field, HttpUrl, SecretStr

from okr_sources.source import Credentials

if TYPE_CHECKING:
    import httpx

SECONDS = 30


class HttpCredentials(CredentialsBlock):
    """Address and token of a JSON endpoint.

    Example:
        Load stored credentials and ask the endpoint:

        ```python
        from okr_http.credentials import HttpCredentials

        credentials = HttpCredentials.load("BLOCK_NAME")
        with credentials.get_client() as client:
            answer = client.get("/metrics")
        ```
    """

    _block_type_name = "OKR HTTP Credentials"
    _block_type_slug = "okr-http-credentials"
    _documentation_url = HttpUrl("https://www.rfc-editor.org/rfc/rfc6750")
    _description = "Address and token of a JSON endpoint, for prefect-okr."

    url: str = Field(
        default="",
        description="Base address, such as https://api.example.com; the token goes nowhere else.",
    )
    user: str = Field(
        default="",
        description="User that the token belongs to, for Basic authentication; empty for Bearer.",
    )
    token: SecretStr = Field(description="Token or password that signs the requests.")

    def get_client(self) -> httpx.Client:
        """A signed client of httpx that follows no redirects; close it after use."""
        import httpx  # noqa: PLC0415 - only where a client is wanted

        secret = self.token.get_secret_value()
        signed = {} if self.user else {"Authorization": f"Bearer {secret}"}
        return httpx.Client(
            base_url=self.url,
            auth=(self.user, secret) if self.user else None,
            headers=signed,
            timeout=SECONDS,
        )

    async def aget_client(self) -> httpx.AsyncClient:
        """The same for asynchronous code."""
        import httpx  # noqa: PLC0415 - only where a client is wanted

        secret = self.token.get_secret_value()
        signed = {} if self.user else {"Authorization": f"Bearer {secret}"}
        return httpx.AsyncClient(
            base_url=self.url,
            auth=(self.user, secret) if self.user else None,
            headers=signed,
            timeout=SECONDS,
        )

    def as_credentials(self) -> Credentials:
        """What `okr_sources` takes."""
        return Credentials(self.token, self.user, self.url)
