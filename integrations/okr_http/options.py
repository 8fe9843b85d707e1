"""Options: what a connection of kind http may set beside its address, and where its token goes."""

from __future__ import annotations

from base64 import b64encode
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator

from okr_core.basics.base import FrozenModel
from okr_core.errors import ConfigError
from okr_core.plan.workspace import Connection
from okr_http.addresses import Opened
from okr_sources.source import Credentials

_HEADER = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"
_TAKEN = frozenset({"host", "content-length", "transfer-encoding", "connection", "content-type"})


class HttpOptions(FrozenModel):
    """`options` of a connection of kind http.

    Attributes:
        allow_private: Whether private and loopback addresses may be asked.
        allow_link_local: Whether link-local addresses may be asked, where clouds tell a machine
            its own credentials.
        allow_http: Whether plain http may be spoken, which everyone on the way can read; to this
            machine itself it always may.
        header: Header that carries the token; others than Authorization carry it bare.
        scheme: Word before the token in Authorization.
        parameter: Query parameter that carries the token instead of a header.
    """

    allow_private: bool = False
    allow_link_local: bool = False
    allow_http: bool = False
    header: Annotated[str, Field(pattern=_HEADER, max_length=100)] = "Authorization"
    scheme: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]*$", max_length=40)] = "Bearer"
    parameter: Annotated[str, Field(max_length=100)] = ""

    @model_validator(mode="after")
    def _free(self) -> Self:
        if self.header.lower() in _TAKEN:
            raise ValueError(f"header `{self.header}` is HTTP's own. Name another one.")
        return self

    @classmethod
    def of(cls, name: str, connection: Connection) -> Self:
        """The connection's options.

        Raises:
            ConfigError: One is unknown or of the wrong type.
        """
        try:
            return cls.model_validate(dict(connection.options))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"]) or "options"
            known = ", ".join(cls.model_fields)
            raise ConfigError(
                f"option `{place}` of connection `{name}` is wrong: "
                f"{first['msg'].removeprefix('Value error, ')}",
                hint=f"Correct it in okr.yaml; http knows {known}.",
            ) from None

    @property
    def opened(self) -> Opened:
        """Which addresses may be asked beside public ones."""
        return Opened(self.allow_private, self.allow_link_local)

    def signature(self, credentials: Credentials) -> dict[str, str]:
        """The header that signs a request; none without a token or where a parameter carries it."""
        token = credentials.token.get_secret_value()
        if not token or self.parameter:
            return {}
        if self.header.lower() != "authorization":
            return {self.header: token}
        if credentials.user:
            return {"Authorization": f"Basic {_basic(credentials.user, token)}"}
        return {"Authorization": f"{self.scheme} {token}".strip()}


def _basic(user: str, token: str) -> str:
    return b64encode(f"{user}:{token}".encode()).decode()
