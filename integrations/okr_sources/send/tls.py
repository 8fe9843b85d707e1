"""TLS: what it complained of, whichever library sent the request."""

from __future__ import annotations

import ssl


def tls_error(error: BaseException | None) -> ssl.SSLError | None:
    """What TLS complained of, somewhere below an error; None where it did not."""
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error
