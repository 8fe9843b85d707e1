"""Checks: lines of `okr doctor` that every tool has."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from binascii import Error
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from okr_sources.source import Check

MOST_SKEW = 60
"""Seconds by which clocks may differ: headers hold whole seconds, and answers take time."""


def clock_check(server: datetime | None, now: datetime, subject: str = "clock") -> Check:
    """What `okr doctor` says of the server's clock.

    Args:
        server: Its time (aware); None where it does not tell.
        now: This machine's time (aware).
        subject: What the line is about.
    """
    if server is None:
        return Check(subject, "warning", "the server does not tell its time.")
    ahead = (server - now).total_seconds()
    if abs(ahead) > MOST_SKEW:
        side = "ahead of" if ahead > 0 else "behind"
        message = f"the server's clock is {abs(ahead):.0f} s {side} ours."
        return Check(subject, "warning", message, "Set this machine's clock by NTP.")
    return Check(subject, "ok", f"clocks agree within {MOST_SKEW} s.")


SOON = timedelta(days=14)
"""Time before its end in which a token should be renewed."""
_LONGEST = 8192
_LAST = 253402300799
"""Second at which the year 9999 ends."""


def expires_at(token: SecretStr) -> datetime | None:
    """When a JSON Web Token ends (RFC 7519, claim `exp`); None for all other tokens.

    The signature is not looked at: only the server that gave the token out can.
    """
    parts = token.get_secret_value().split(".")
    if len(parts) != 3 or len(parts[1]) > _LONGEST:
        return None
    try:
        claims = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (Error, ValueError, RecursionError):
        return None
    ends = claims.get("exp") if isinstance(claims, dict) else None
    if isinstance(ends, bool) or not isinstance(ends, int | float) or not 0 <= ends <= _LAST:
        return None
    return datetime.fromtimestamp(ends, UTC)


def expiry_check(token: SecretStr, now: datetime) -> Check | None:
    """What `okr doctor` says of a token's end; None where the token does not tell.

    Args:
        token: The token; nothing of it is shown.
        now: The time of day (aware).
    """
    ends = expires_at(token)
    if ends is None:
        return None
    day = f"{ends:%Y-%m-%d %H:%M} UTC"
    if ends <= now:
        return Check("token", "error", f"the token ended on {day}.", "Create a new one.")
    if ends - now <= SOON:
        return Check("token", "warning", f"the token ends on {day}.", "Renew it before.")
    return Check("token", "ok", f"the token is good until {day}.")
