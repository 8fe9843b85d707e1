"""Any JSON endpoint as a source: one number by JMESPath, asked safely.

Importing this package imports neither prefect nor httpx.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel

from okr_core.plan.workspace import Connection
from okr_http.binding import HttpBinding
from okr_sources.blocks import load_credentials
from okr_sources.source import Credentials

if TYPE_CHECKING:
    from okr_http.session import HttpSession


class HttpSource:
    """Any JSON endpoint; one object serves every connection.

    Attributes:
        token_optional: Endpoints that everyone may read need none.
    """

    kind: str = "http"
    binding: type[BaseModel] = HttpBinding
    token_optional: bool = True

    def open(self, name: str, connection: Connection, credentials: Credentials) -> HttpSession:
        """A session on one connection; sends nothing yet.

        Raises:
            ConfigError: An option or the address of the connection is wrong.
        """
        from okr_http.session import HttpSession  # noqa: PLC0415 - httpx only where it is used

        return HttpSession(name, connection, credentials)

    def load_block(self, name: str) -> Credentials:
        """Credentials from the Prefect block `HttpCredentials` of that name.

        Raises:
            ConfigError: There is no such block, or it cannot be read.
            RetryableError: Prefect's API cannot be reached.
        """
        from okr_http.credentials import HttpCredentials  # noqa: PLC0415 - Prefect only here
        from okr_http.earlier_block import EarlierHttpCredentials  # noqa: PLC0415 - as above

        return load_credentials(name, HttpCredentials, EarlierHttpCredentials)


SOURCE = HttpSource()
"""What the entry point `http` of the group `okr.sources` offers."""

__all__ = ["SOURCE", "HttpBinding", "HttpSource"]
