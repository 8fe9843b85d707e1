"""Mail: how the company's mail server is reached; its password is never here."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from okr_core.basics.base import FrozenModel, PositiveNumber, shortened
from okr_core.basics.hosts import is_here
from okr_core.basics.who import is_address

Security = Literal["starttls", "tls", "none"]
_PORTS: dict[Security, int] = {"starttls": 587, "tls": 465, "none": 25}
_SENDER = re.compile(r"(?P<name>[^<>\r\n\"]*\S)\s*<(?P<named>[^<>]*)>|(?P<bare>[^<>]*)")


def _valid_server(text: str) -> str:
    try:
        parts = urlsplit(f"//{text}")
        known = bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known or re.search(r"[\s/?#@]", text):
        raise ValueError(
            f"{shortened(text)} is no mail server. Write its name, such as `smtp.acme.example` or "
            "`smtp.acme.example:587`."
        )
    return text


def _valid_sender(text: str) -> str:
    if not (is_address(_sender_of(text)[1]) and text.isprintable()):
        raise ValueError(
            f"{shortened(text)} is no sender. Write an address, such as `okr@acme.example` or "
            "`OKR <okr@acme.example>`."
        )
    return text


class Mail(FrozenModel):
    """The mail server through which people are reminded. Its password is in OKR_MAIL_PASSWORD.

    Attributes:
        smtp: Host, and port where it is not the usual one.
        sender: Address that mails come from, with a name in front of it or without.
        security: Where left out, TLS from the start on port 465, else STARTTLS; `none` only on
            this computer.
        user: Who logs in; where left out, nobody does.
        timeout: Seconds that one answer of the server may take; a whole mail takes three times
            that at most.
    """

    smtp: Annotated[str, AfterValidator(_valid_server)]
    sender: Annotated[str, AfterValidator(_valid_sender)]
    security: Security | None = None
    user: Annotated[str, Field(min_length=1)] | None = None
    timeout: Annotated[PositiveNumber, Field(le=300)] = Decimal(20)

    @model_validator(mode="after")
    def _safe(self) -> Self:
        if self.security == "none" and not is_here(self.host):
            raise ValueError(
                f"mail to {self.host} would be sent unencrypted, personal links among it. Remove "
                "`security: none`."
            )
        return self

    @property
    def host(self) -> str:
        """Name or address of the server."""
        return urlsplit(f"//{self.smtp}").hostname or ""

    @property
    def secured_by(self) -> Security:
        """How the connection is encrypted.

        >>> Mail(smtp="smtp.acme.example:465", sender="okr@acme.example").secured_by
        'tls'
        """
        implicit: Security = (
            "tls" if urlsplit(f"//{self.smtp}").port == _PORTS["tls"] else "starttls"
        )
        return self.security or implicit

    @property
    def port(self) -> int:
        """Port of the server."""
        return urlsplit(f"//{self.smtp}").port or _PORTS[self.secured_by]

    @property
    def sender_address(self) -> str:
        """The bare address of the sender."""
        return _sender_of(self.sender)[1]

    @property
    def sender_name(self) -> str:
        """What stands in front of the sender's address; empty where nothing does."""
        return _sender_of(self.sender)[0]


def _sender_of(text: str) -> tuple[str, str]:
    """Name and address of a sender, each empty where there is none."""
    found = _SENDER.fullmatch(text)
    return (found["name"] or "", found["named"] or found["bare"] or "") if found else ("", "")
