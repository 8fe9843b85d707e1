"""How Jira Cloud words its answers: errors, refusals, rate limits; and its times."""

from base64 import b64encode
from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from okr_sandbox.faults import Fault
from okr_sandbox.gate import JsonAnswer, Refusal, SandboxClock

REMOVED = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full "
    "migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)
_MESSAGES = {
    401: "Client must be authenticated to access this resource.",
    403: "You do not have permission to perform this operation.",
    404: "Issue does not exist or you do not have permission to see it.",
    409: "The issue could not be updated because of a conflict.",
    410: REMOVED,
    429: "Rate limit exceeded.",
    500: "Internal server error",
    502: "Bad gateway",
    503: "Service unavailable",
    504: "Gateway timeout",
    529: "The service is overloaded.",
}


class JiraError(Refusal):
    """An answer other than 2xx, raised by a handler."""

    def __init__(self, status: int, *messages: str, errors: dict[str, str] | None = None) -> None:
        super().__init__(*messages)
        self.status = status
        self.errors = errors or {}

    def answer(self) -> Response:
        """The vendor's error body."""
        messages = [str(message) for message in self.args]
        return JsonAnswer({"errorMessages": messages, "errors": self.errors}, self.status)


class Jira:
    """The vendor of :class:`okr_sandbox.gate.Gate`: Basic authentication and rate limits.

    Args:
        user: the account.
        token: its token.
        clock: the sandbox's time.
        bearer: whether the token comes alone, as a Data Center's does.
    """

    def __init__(self, user: str, token: str, clock: SandboxClock, *, bearer: bool = False) -> None:
        basic = "Basic " + b64encode(f"{user}:{token}".encode()).decode()
        self._accepted = f"Bearer {token}" if bearer else basic
        self._clock = clock

    def refuse(self, request: Request) -> Response | None:
        """401 unless user and token are the company's; what the server is, everybody may ask."""
        sent = request.headers.get("authorization")
        if sent == self._accepted or (sent is None and _is_open(request)):
            return None
        answer = JiraError(401, _MESSAGES[401]).answer()
        answer.headers["WWW-Authenticate"] = 'OAuth realm="https%3A%2F%2Fsandbox"'
        answer.headers["X-Seraph-LoginReason"] = "AUTHENTICATED_FAILED"
        return answer

    def fail(self, fault: Fault) -> Response:
        """The status with Jira's body; 429 and 503 with the headers that Jira sends along."""
        status = int(fault.kind)
        answer = JiraError(status, _MESSAGES[status]).answer()
        if fault.retry_after is not None:
            answer.headers["Retry-After"] = str(ceil(fault.retry_after))
        if status == 429:
            self._limit(answer, fault)
        return answer

    def _limit(self, answer: Response, fault: Fault) -> None:
        reset = self._clock.now() + timedelta(seconds=fault.retry_after or 0)
        answer.headers["X-RateLimit-Limit"] = "350"
        answer.headers["X-RateLimit-Remaining"] = "0"
        answer.headers["X-RateLimit-NearLimit"] = "true"
        answer.headers["X-RateLimit-Reset"] = reset.strftime("%Y-%m-%dT%H:%MZ")
        answer.headers["RateLimit-Reason"] = fault.reason or "jira-burst-based"


def _is_open(request: Request) -> bool:
    path: str = request.scope["path"]
    return path.endswith("/serverInfo")


def jira_time(moment: datetime, zone: ZoneInfo) -> str:
    """A time as Jira writes it: ``2026-10-01T09:00:00.000+0200``."""
    local = moment.astimezone(zone)
    return f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond // 1000:03d}{local:%z}"


def base_of(request: Request) -> str:
    """The site's address, for ``self`` links: ``http://127.0.0.1:PORT/jira``."""
    scope = request.scope
    host = request.headers.get("host", "127.0.0.1")
    return f"{scope['scheme']}://{host}{scope.get('root_path', '')}"


def missing_issue() -> JiraError:
    """404 for an issue that does not exist, or that this user may not see."""
    return JiraError(404, _MESSAGES[404])
