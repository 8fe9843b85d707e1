"""Credentials: from a Prefect block, or from variables named after the connection."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from pydantic import SecretStr

from okr_core.errors import ConfigError
from okr_core.plan.workspace import Connection
from okr_sources.source import Credentials

_TOKEN = re.compile(r"[\x21-\x7e]+")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""Hosts of this machine alone: what goes there is seen by nobody on the way."""


def credentials_of(
    name: str,
    connection: Connection,
    env: Mapping[str, str],
    load_block: Callable[[str], Credentials],
    *,
    optional: bool = False,
) -> Credentials:
    """What signs the connection's requests.

    Args:
        name: Name of the connection.
        connection: It names a block, or the variables OKR_<NAME>_TOKEN, _USER and _URL are read.
        env: Variables, such as `os.environ`.
        load_block: The source's loader of blocks.
        optional: Whether a connection without a block may be without a token.

    Raises:
        ConfigError: No token, or one that no server has given out.
    """
    found = load_block(connection.block) if connection.block else _of_variables(name, env)
    token = found.token.get_secret_value().strip()
    where = f"block `{connection.block}`" if connection.block else variable(name, "TOKEN")
    if not token and optional and not connection.block:
        return Credentials(SecretStr(""), url=found.url.strip())
    if not token:
        raise ConfigError(
            f"connection `{name}` has no token.",
            hint=f"Set {variable(name, 'TOKEN')} in the environment or .env, or name a Prefect "
            "block in `connections`.",
        )
    if not _TOKEN.fullmatch(token):
        raise ConfigError(
            f"the token of connection `{name}` holds a space, a line break or a letter that no "
            "token has.",
            hint=f"Copy it again into {where}.",
        )
    return Credentials(SecretStr(token), found.user.strip(), found.url.strip())


def variable(name: str, what: str) -> str:
    """The variable of a connection.

    >>> variable("acme-eu", "TOKEN")
    'OKR_ACME_EU_TOKEN'
    """
    return f"OKR_{re.sub(r'[^A-Za-z0-9]', '_', name).upper()}_{what}"


def base_url(name: str, connection: Connection, credentials: Credentials, default: str = "") -> str:
    """The connection's address without a trailing slash: okr.yaml's, the credentials', the default.

    Plain http would show the token to everyone on the way, so it is for this machine only, unless
    `options: {allow_http: true}` says that the network is trusted.

    Raises:
        ConfigError: No address, or none that a request may go to.
    """
    url = (connection.url or credentials.url or default).rstrip("/")
    if not url:
        raise ConfigError(
            f"connection `{name}` has no url.",
            hint=f"Add `url` to it in okr.yaml, or set {variable(name, 'URL')}.",
        )
    try:
        parts = urlsplit(url)
        host = parts.hostname
        named = parts.username or parts.password
        _ = parts.port
    except ValueError:
        host = None
        named = None
    if host is None or parts.scheme not in ("http", "https"):
        raise ConfigError(
            f"url of connection `{name}` is not an address.",
            hint="Write it as https://acme.atlassian.net.",
        )
    if named:
        raise ConfigError(
            f"url of connection `{name}` holds a user name.",
            hint=f"Take it out; the token belongs into {variable(name, 'TOKEN')}.",
        )
    if parts.scheme == "http" and host not in LOOPBACK and not trusts_http(connection):
        raise ConfigError(
            f"url of connection `{name}` is http, which shows the token on the way.",
            hint="Use https, or `options: {allow_http: true}` in a network that you trust.",
        )
    return url


def trusts_http(connection: Connection) -> bool:
    """Whether okr.yaml says that its network may see the token."""
    return str(connection.options.get("allow_http", "")).lower() == "true"


def _of_variables(name: str, env: Mapping[str, str]) -> Credentials:
    def read(what: str) -> str:
        return env.get(variable(name, what), "")

    return Credentials(SecretStr(read("TOKEN")), read("USER"), read("URL"))
