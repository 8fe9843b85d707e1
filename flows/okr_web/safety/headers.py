"""Headers: what every answer tells the browser to do and not to do."""

from __future__ import annotations

from collections.abc import Mapping

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_ALWAYS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def headers_of(*, secure: bool, kept: bool) -> Mapping[str, str]:
    """Headers of an answer.

    Args:
        secure: Whether the page is reached encrypted: then only so from now on.
        kept: Whether browsers may keep it; what is about people they may not.
    """
    found = {**_ALWAYS, "Cache-Control": "public, max-age=3600" if kept else "no-store"}
    if secure:
        found["Strict-Transport-Security"] = "max-age=31536000"
    return found
