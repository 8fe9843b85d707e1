"""Binding: an address that answers JSON, and the expression that finds one number in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Literal, Self
from urllib.parse import parse_qsl, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from okr_core.basics.base import ID_PATTERN, shortened
from okr_http.expression import expression_of
from okr_sources.binding import Binding

BLOCK = (
    "Plans are stored and shown: put it into the connection's token, and say with "
    "`options: {header: …}` or `{parameter: …}` where the server expects it."
)


def _address(text: str) -> str:
    """An absolute address, or a path below the connection's."""
    text = text.strip()
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError(f"{shortened(text)} is not an address.") from None
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"the address holds a user name or a password. {BLOCK}")
    absolute = bool(parts.scheme or parts.netloc)
    if not text or (absolute and (parts.scheme not in ("http", "https") or not host)):
        raise ValueError(
            f"{shortened(text)} is not an address. Write https://api.example.com/metrics, or a "
            "path such as /metrics below the connection's `url`."
        )
    if any(character.isspace() or not character.isprintable() for character in text):
        raise ValueError("the address holds a space or a line break. Write it without, or as %20.")
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        _refuse_secret(name, value, "the address")
    return text.partition("#")[0]


def _parameters(query: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    for name, values in query.items():
        for value in values:
            _refuse_secret(name, value, "`query`")
    return query


def _listed(value: object) -> object:
    if not isinstance(value, Mapping):
        return value
    return {
        name: each if isinstance(each, Sequence) and not isinstance(each, str) else (each,)
        for name, each in value.items()
    }


def _document(value: object) -> object:
    """The body as it is written, if it is JSON."""
    if not isinstance(value, str):
        raise ValueError(  # noqa: TRY004 - pydantic reports ValueError
            "a body is JSON in quotes, since all values of a plan are text. "
            """Write it as body: '{"limit": 5}'."""
        )
    try:
        secrets = list(secret_names(json.loads(value, parse_constant=_refuse_constant)))
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "it is not JSON"
        raise ValueError(f"{shortened(value)} is no JSON: {reason}.") from None
    for name in secrets:
        _refuse_secret(name, "", "`body`", found=True)
    return value.strip()


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON.")


def _refuse_secret(name: str, value: str, where: str, *, found: bool = False) -> None:
    if found or looks_secret(name, value):
        raise ValueError(f"{shortened(name)} in {where} looks like a secret. {BLOCK}")


def _expression(text: str) -> str:
    expression_of(text)
    return text


class HttpBinding(Binding):
    """One number in the answer of a JSON endpoint.

    Attributes:
        connection: Name of the connection in okr.yaml; left out where everyone may read.
        url: Absolute address, or a path below the connection's `url`.
        method: GET, or POST with a body.
        query: Parameters: name → value or list of values.
        body: JSON text that a POST sends.
        value: JMESPath that yields one number, such as `data.total` or `length(items)`.
        safe: Whether a POST may be sent twice; only then is it tried again after a failure.
    """

    connection: Annotated[str, StringConstraints(pattern=f"^$|{ID_PATTERN}", max_length=200)] = ""
    url: Annotated[str, AfterValidator(_address)]
    method: Literal["GET", "POST"] = "GET"
    query: Annotated[
        dict[str, tuple[str, ...]], BeforeValidator(_listed), AfterValidator(_parameters)
    ] = Field(default_factory=dict)
    body: Annotated[str | None, BeforeValidator(_document)] = None
    value: Annotated[str, AfterValidator(_expression)]
    safe: bool = False

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.body is not None and self.method == "GET":
            raise ValueError("a GET sends no body. Use `query`, or `method: POST`.")
        if not self.connection and not urlsplit(self.url).netloc:
            raise ValueError(
                f"{shortened(self.url)} is a path, and no connection says below which address. "
                "Name a `connection`, or write the whole address."
            )
        return self


_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SECRET = frozenset(
    (
        "apikey",
        "accesskey",
        "auth",
        "authorization",
        "credential",
        "credentials",
        "passphrase",
        "passwd",
        "password",
        "pwd",
        "secret",
        "sig",
        "signature",
        "token",
    )
)
_PAIRS = frozenset({("api", "key"), ("access", "key"), ("private", "key"), ("subscription", "key")})
_LONG = 20
"""A parameter `key` of this many characters is a key to a door and not to a row."""


def looks_secret(name: str, value: object = "") -> bool:
    """Whether a parameter of that name holds a secret.

    >>> [looks_secret(name) for name in ("access_token", "X-Amz-Signature", "apiKey", "project")]
    [True, True, True, False]
    """
    words = [word.lower() for word in _WORDS.findall(name)]
    if _SECRET.intersection(words) or not _PAIRS.isdisjoint(pairwise(words)):
        return True
    return words[-1:] == ["key"] and len(str(value)) >= _LONG


def secret_names(data: object) -> Iterator[str]:
    """Names in a JSON document whose values look secret."""
    if isinstance(data, Mapping):
        for name, value in data.items():
            if looks_secret(str(name), value if isinstance(value, str) else ""):
                yield str(name)
            yield from secret_names(value)
    elif isinstance(data, list):
        for each in data:
            yield from secret_names(each)
