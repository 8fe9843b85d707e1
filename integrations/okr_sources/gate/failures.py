"""Failures: a request without an answer, in words that name the connection and what to do.

The errors of the HTTP library quote addresses and headers; ours do not.
"""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING

from okr_core.errors import AccessError, ConfigError, DataError, OkrError, RetryableError
from okr_sources.errors import ProxySignInError, UnreachableError, tls_error

if TYPE_CHECKING:
    import httpx

LATER = "Try again later."
SIGN_IN = "Write user and password into the proxy's address in the environment, or ask its owner."
_PLAIN = frozenset({"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST"})
ALERT = b"\x15\x03"
"""How TLS begins to complain."""


class NameUnknownError(OSError):
    """A host name has no address, or the name server does not answer."""


def network_failure(
    error: Exception, what: str, url: httpx.URL, *, seconds: float, proxy: str = "", home: bool
) -> OkrError:
    """The error that a request without an answer means.

    Args:
        error: Of httpcore, or NameUnknownError.
        what: Who was asked, to begin the message with.
        url: Address that was asked.
        seconds: Time that it had.
        proxy: Host and port of the proxy on the way, empty if none.
        home: Whether every other request of the connection goes there as well.
    """
    import httpcore  # noqa: PLC0415 - loaded by whoever sent the request

    if isinstance(error, httpcore.TimeoutException):
        return too_slow(what, seconds)
    if isinstance(error, httpcore.ProxyError):
        return _of_proxy(str(error), what, proxy)
    if isinstance(error, httpcore.UnsupportedProtocol | httpcore.LocalProtocolError):
        return ConfigError(
            f"{what}: no request can be sent ({type(error).__name__}).",
            hint="Check the connection's `url` and token.",
        )
    complaint = tls_error(error)
    if complaint is not None:
        return _of_tls(complaint, what, url, home=home)
    if isinstance(error, httpcore.ConnectError | NameUnknownError):
        return _unreachable(error, what, url, proxy, home=home)
    return RetryableError(
        f"{what} {_broken_off(error)}.",
        hint=f"{LATER} If it stays, check that {place(url)} speaks {url.scheme}.",
    )


def _broken_off(error: Exception) -> str:
    """Who ended an answer before its end, and why; the library's words may quote the answer."""
    import httpcore  # noqa: PLC0415 - loaded by whoever sent the request

    said = str(error).lower()
    if not isinstance(error, httpcore.RemoteProtocolError) or "disconnected" in said:
        return "closed the connection before it had answered"
    if "peer closed" in said:
        return "closed the connection before its answer had ended"
    if "buffer too long" in said:
        return "sends headers without end, and was given up"
    if "content-length" in said:
        return "contradicts itself about the length of its answer (Content-Length)"
    return "answers with something that is no HTTP"


def too_slow(what: str, seconds: float) -> RetryableError:
    """An answer that does not come, or not to its end, in time."""
    return RetryableError(
        f"{what} did not answer within {seconds:g} s.",
        hint="Try again later, or raise `timeout` of the connection.",
    )


def too_large(what: str, most: int) -> DataError:
    """An answer of more bytes than are read."""
    return DataError(
        f"{what} answers with more than {most // 1_000_000} MB.",
        hint="Ask for less: a filter, fewer fields, or an address that counts itself.",
    )


def packed_unknown(what: str, packing: str) -> DataError:
    """An answer packed in a way that was not asked for."""
    return DataError(
        f"{what} answers packed as `{packing[:40]}`.", hint="It may use gzip, or nothing."
    )


def packed_wrongly(what: str, packing: str) -> RetryableError:
    """An answer that is not packed as it says, or was cut off."""
    return RetryableError(
        f"{what} answers with broken {packing}: it says that it is packed so, and is not.",
        hint=f"{LATER} If it stays, something on the way unpacks it and does not say so.",
    )


def proxy_sign_in(what: str, proxy: str = "") -> ProxySignInError:
    """A proxy that does not know us (407)."""
    name = f"the proxy {proxy}" if proxy else "a proxy on the way"
    return ProxySignInError(f"{what}: {name} wants a sign-in (407).", hint=SIGN_IN)


def speaks_tls(what: str, server: str) -> ConfigError:
    """Plain http where TLS was expected."""
    return ConfigError(
        f"{what}: {server} speaks TLS, and was asked by plain http.",
        hint="Write https in `url`.",
    )


def place(url: httpx.URL) -> str:
    """Host and port, such as `acme.example, port 443`."""
    return f"{url.host}, port {url.port or (443 if url.scheme == 'https' else 80)}"


def _of_proxy(said: str, what: str, proxy: str) -> OkrError:
    if said.startswith("407"):
        return proxy_sign_in(what, proxy)
    return UnreachableError(
        f"{what} cannot be reached: the proxy {proxy} does not let us through ({said[:3]}).",
        hint="Ask its owner, or correct HTTPS_PROXY and NO_PROXY.",
    )


def _unreachable(
    error: Exception, what: str, url: httpx.URL, proxy: str, *, home: bool
) -> RetryableError:
    lost = UnreachableError if home else RetryableError
    if _unknown_name(error):
        return lost(f"{what}: the host {url.host} is unknown.", hint="Check `url` and the network.")
    way = f" through the proxy {proxy}" if proxy else ""
    return lost(
        f"{what} cannot be reached: no server answers at {place(url)}{way}.",
        hint="Check `url` and the network.",
    )


def _unknown_name(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, socket.gaierror | NameUnknownError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _of_tls(error: ssl.SSLError, what: str, url: httpx.URL, *, home: bool) -> OkrError:
    if isinstance(error, ssl.SSLCertVerificationError):
        kind = UnreachableError if home else AccessError
        return kind(
            f"{what}: the certificate of {place(url)} is not trusted: it does not verify "
            f"({error.verify_message}).",
            hint="Check `url`. Where your organisation signs its own certificates, set "
            "SSL_CERT_FILE to its bundle.",
        )
    if error.reason in _PLAIN:
        return ConfigError(
            f"{what}: {place(url)} does not speak TLS, and was asked by https.",
            hint="Check the port, or write http where the network is trusted "
            "(`options: {allow_http: true}`).",
        )
    return RetryableError(
        f"{what}: no secure connection to {place(url)} ({error.reason or 'TLS failed'}).",
        hint="Try again later; check that no proxy stands in between.",
    )
