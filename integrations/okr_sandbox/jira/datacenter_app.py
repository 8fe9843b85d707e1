"""The Jira Data Center app: the part of ``/rest/api/2`` that is used, in windows of 10,000.

It serves the same company as the Cloud's app. People are told apart by name, pages are counted off
by ``startAt``, and what comes after 10,000 rows can only be asked for by another query.
"""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from okr_sandbox.company import Company
from okr_sandbox.gate import Gate, JsonAnswer
from okr_sandbox.jira.answers import Jira, JiraError
from okr_sandbox.jira.app import Endpoint, serving, writing
from okr_sandbox.jira.meta import Meta
from okr_sandbox.jira.requests import RowSearch
from okr_sandbox.jira.search import Searching
from okr_sandbox.jira.site import BOT, Site

PAGE = 1000
"""Largest page, whatever fields it has: ``jira.search.views.default.max``."""

WINDOW = 10_000
"""Rows that a query pages through: ``jira.search.platform.max.result.window``."""

LOGIN = "<html><head><title>Log in - Jira</title></head><body>Please log in.</body></html>"


class DataCenter(Jira):
    """The vendor of :class:`okr_sandbox.gate.Gate`: personal access tokens, login pages."""

    def refuse(self, request: Request) -> Response | None:
        """401 with a page to log in, unless the token is the company's."""
        refused = super().refuse(request)
        if refused is None:
            return None
        headers = {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}
        return HTMLResponse(LOGIN, 401, headers=headers)


class Windowed(Searching):
    """Searches by rows."""

    async def by_get(self, request: Request) -> Response:
        """``GET search``."""
        return self._page(request, RowSearch.of_query(request))

    async def by_post(self, request: Request) -> Response:
        """``POST search``."""
        return self._page(request, await RowSearch.of(request))

    def _page(self, request: Request, asked: RowSearch) -> Response:
        size = min(asked.max_results, PAGE)
        if asked.start_at + size > WINDOW:
            wanted = f"{asked.start_at + size:,} results"
            raise JiraError(500, f"Search limit exceeded: {wanted} of {WINDOW:,}.")
        rows = self.site.select(asked.jql, self.site.clock.now(), checked=asked.validate_query)
        fault = self.gate.shape(request, "short_page")
        if fault is not None:
            size = min(size, fault.rows or max(1, size // 2))
        page = rows[asked.start_at : asked.start_at + size]
        names = asked.fields or ["*navigable"]
        body = {
            "startAt": asked.start_at,
            "maxResults": size,
            "total": len(rows),
            "issues": [self._shown(row, names, (), request) for row in page],
        }
        return JsonAnswer(body, headers={"X-AUSERNAME": BOT})


class DataCenterMeta(Meta):
    """What the server tells about itself and about who asks."""

    deployment = "Server"
    version = (9, 12, 2)

    async def myself(self, _: Request) -> Response:
        """``GET myself``."""
        me = self.site.me
        return JsonAnswer(
            {
                "key": me.account_id,
                "name": me.account_id,
                "emailAddress": me.email,
                "displayName": me.name,
                "active": True,
                "timeZone": self.site.zone.key,
                "locale": "en_US",
            },
            headers={"X-AUSERNAME": me.account_id},
        )


def build_datacenter(company: Company, gate: Gate) -> Starlette:
    """Jira Data Center with the company's issues, behind the gate."""
    site = Site(company, gate.clock, cloud=False)
    vendor = DataCenter(company.jira_user, company.jira_token, gate.clock, bearer=True)
    searching, meta = Windowed(site, gate), DataCenterMeta(site)
    table: list[Endpoint] = [
        ("GET", "serverInfo", meta.server),
        ("GET", "myself", meta.myself),
        ("GET", "mypermissions", meta.permissions),
        ("GET", "field", meta.fields),
        ("GET", "status", meta.statuses),
        ("GET", "search", searching.by_get),
        ("POST", "search", searching.by_post),
        ("GET", "issue/{issueIdOrKey}", searching.issue),
        *writing(site, expands=False),
    ]
    return serving(gate, vendor, table, versions=(2,))
