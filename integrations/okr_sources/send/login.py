"""Login: what Atlassian's servers say of it in a header, also beside an answer that looks good."""

from __future__ import annotations

from collections.abc import Mapping

LOGIN = "X-Seraph-LoginReason"
"""The header."""
LOCKED = "AUTHENTICATION_DENIED"
"""What it says after too many failed logins, whatever the token."""
_REFUSED = frozenset({"AUTHENTICATED_FAILED", LOCKED, "OUT"})


def login_refused(headers: Mapping[str, str]) -> str:
    """Why a server did not accept who signed the request; empty where it did, or does not say.

    With 200 the answer is then the one that nobody in particular gets: often an empty list. A site
    that asks several of its doors says it for each, and one that opened is enough.

    >>> login_refused({LOGIN: "AUTHENTICATED_FAILED"}), login_refused({LOGIN: "OUT, OK"})
    ('AUTHENTICATED_FAILED', '')
    """
    said = [reason.strip() for reason in headers.get(LOGIN, "").upper().split(",")]
    return "" if "OK" in said else next((reason for reason in said if reason in _REFUSED), "")
