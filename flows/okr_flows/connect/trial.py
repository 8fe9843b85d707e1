"""Trial: a connection is tried before it is saved; what is wrong is said with a remedy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from okr_core.errors import AccessError, OkrError
from okr_core.plan.workspace import Connection
from okr_flows.connect.session import mistake_of, opened
from okr_sources.censor import Censor
from okr_sources.source import Check, Credentials, Session

if TYPE_CHECKING:
    from okr_http.session import HttpSession

ATTEMPTS = 2
"""A person waits: a server that fails twice is reported."""

ADVICE: Mapping[str, str] = {
    "jira": "An API token belongs to one account: create it at id.atlassian.com under Security "
    "(the plain kind, without scopes), and give that account's e-mail.",
    "notion": "The secret is on the integration's page at notion.so/my-integrations; it needs the "
    "capability to read content, and each database has to be shared with it.",
    "http": "The token goes to that address alone, as `Authorization: Bearer …`; `options` of the "
    "connection name another header.",
}
_TOKEN_REFUSED = re.compile(r"\(40[13]|may not|not accepted")
_FLAGS: Mapping[str, str] = {"allow-http": "allow_http", "allow-private": "allow_private"}
NOTHING_SAVED = "Nothing was saved."
_UNTESTED = Check(
    "test",
    "warning",
    "it was not tested: its kind of tool tells nothing without a key result.",
    "Ask it for a number with `try`.",
)


def untested(checks: Iterable[Check]) -> Check | None:
    """What says that a connection could not be tested; None: it was."""
    return next((each for each in checks if each.subject == _UNTESTED.subject), None)


def try_connection(
    name: str,
    connection: Connection,
    credentials: Credentials,
    *,
    now: datetime,
    probe: str = "",
) -> list[Check]:
    """What the tool says of itself; no check is an error.

    Args:
        name: Name of the connection.
        connection: How it would be reached.
        credentials: What would sign its requests.
        now: The time.
        probe: Path below an http connection's address that answers JSON.

    Raises:
        OkrError: It cannot be reached, or refuses us; nothing was changed there.
    """
    quick = connection.model_copy(update={"retries": ATTEMPTS, "block": None})
    hidden = Censor(credentials.secrets)
    try:
        with opened(name, quick, credentials) as session:
            if connection.kind == "http":
                return _probed(session, probe)
            return _judged([hidden.check(check) for check in session.diagnose((), now=now)])
    except OkrError as error:
        hidden.error(error).hint = _hint(connection.kind, error)
        raise
    except Exception as error:  # noqa: BLE001 - a third party's mistake is told as one
        raise mistake_of(connection.kind, error) from None


def _judged(checks: list[Check]) -> list[Check]:
    for check in checks:
        if check.outcome == "error":
            raise AccessError(check.message, hint=check.hint)
    return checks or [_UNTESTED]


def _probed(session: Session, probe: str) -> list[Check]:
    """An http address has nothing that says who we are: it answers, or it does not."""
    from okr_http.failures import NothingThereError  # noqa: PLC0415 - httpx
    from okr_http.planner import Request  # noqa: PLC0415
    from okr_http.session import HttpSession  # noqa: PLC0415
    from okr_sources.gate.strangers import WebPageError  # noqa: PLC0415

    assert isinstance(session, HttpSession)
    url = _address(session, probe)
    try:
        session.sent(Request("GET", url))
    except NothingThereError:
        if probe:
            raise
        return [
            Check(
                _UNTESTED.subject,
                "warning",
                f"a server answers at {url}, with nothing there itself: the token was not tested.",
                "`--probe /path` names one below it that answers JSON.",
            )
        ]
    except WebPageError as error:
        if not probe:
            error.hint = f"{error.hint} An address below it that answers JSON: `--probe /path`."
        raise
    return [Check("address", "ok", f"{url} answers.")]


def _address(session: HttpSession, probe: str) -> str:
    base = str(session.site.base).rstrip("/")
    return f"{base}/{probe.lstrip('/')}" if probe else base


def _hint(kind: str, error: OkrError) -> str:
    about_token = isinstance(error, AccessError) and _TOKEN_REFUSED.search(error.message)
    advice = ADVICE.get(kind, "") if about_token else ""
    flags = [f"Here that is `--{flag}`." for flag, name in _FLAGS.items() if name in error.hint]
    return " ".join(part for part in (error.hint, *flags, advice, NOTHING_SAVED) if part)
