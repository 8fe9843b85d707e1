"""Endpoints about the site itself: server, user, fields, statuses, projects, people."""

from starlette.requests import Request
from starlette.responses import Response

from okr_sandbox.gate import JsonAnswer
from okr_sandbox.jira.answers import REMOVED, JiraError, base_of, jira_time
from okr_sandbox.jira.catalog import CATEGORIES
from okr_sandbox.jira.requests import whole
from okr_sandbox.jira.site import Site

PERMISSIONS = (
    "BROWSE_PROJECTS",
    "CREATE_ISSUES",
    "EDIT_ISSUES",
    "ADD_COMMENTS",
    "LINK_ISSUES",
    "DELETE_ISSUES",
    "ADMINISTER_PROJECTS",
    "ADMINISTER",
)


class Meta:
    """Handlers over one site.

    Attributes:
        deployment: what the server says that it is.
        version: its version.
    """

    deployment = "Cloud"
    version = (1001, 0, 0)

    def __init__(self, site: Site) -> None:
        self.site = site

    async def server(self, request: Request) -> Response:
        """``GET serverInfo``."""
        base = base_of(request)
        number = ".".join(map(str, self.version))
        return JsonAnswer(
            {
                "baseUrl": base,
                "displayUrl": base,
                "version": f"{number}-SNAPSHOT" if self.deployment == "Cloud" else number,
                "versionNumbers": list(self.version),
                "deploymentType": self.deployment,
                "buildNumber": 100287,
                "buildDate": "2026-01-05T00:00:00.000+0000",
                "serverTime": jira_time(self.site.clock.now(), self.site.zone),
                "scmInfo": "0000000000000000000000000000000000000000",
                "serverTitle": "Jira",
                "serverTimeZone": self.site.zone.key,
            }
        )

    async def myself(self, request: Request) -> Response:
        """``GET myself``: its time zone is the one in which JQL's dates are read."""
        person = self.site.renderer.person(self.site.me, base_of(request))
        return JsonAnswer({**person, "locale": "en_US"})

    async def permissions(self, request: Request) -> Response:
        """``GET mypermissions?permissions=…``."""
        asked = [name for name in request.query_params.get("permissions", "").split(",") if name]
        if not asked:
            raise JiraError(400, "The 'permissions' query parameter is required.")
        unknown = [name for name in asked if name not in PERMISSIONS]
        if unknown:
            raise JiraError(400, f"Unrecognized permission keys: {', '.join(unknown)}")
        return JsonAnswer({"permissions": {name: self._permission(name) for name in asked}})

    async def fields(self, _: Request) -> Response:
        """``GET field``."""
        return JsonAnswer([field.json() for field in self.site.fields])

    async def statuses(self, request: Request) -> Response:
        """``GET status``."""
        base, render = base_of(request), self.site.renderer
        return JsonAnswer([render.status(name, base) for name in self.site.catalog.statuses])

    async def categories(self, request: Request) -> Response:
        """``GET statuscategory``."""
        base, render = base_of(request), self.site.renderer
        return JsonAnswer([render.category(key, base) for key in CATEGORIES])

    async def types(self, request: Request) -> Response:
        """``GET issuetype``."""
        base, render = base_of(request), self.site.renderer
        return JsonAnswer([render.type(name, base) for name in self.site.catalog.types])

    async def priorities(self, request: Request) -> Response:
        """``GET priority``."""
        base, render = base_of(request), self.site.renderer
        return JsonAnswer([render.priority(name, base) for name in self.site.catalog.priorities])

    async def projects(self, request: Request) -> Response:
        """``GET project/search``."""
        base, start = base_of(request), whole(request, "startAt", 0)
        size = min(whole(request, "maxResults", 50), 100)
        keys = [key for key in self.site.catalog.projects if _asked_for(request, key)]
        page = keys[start : start + size]
        return JsonAnswer(
            {
                "self": f"{base}/rest/api/3/project/search?startAt={start}&maxResults={size}",
                "startAt": start,
                "maxResults": size,
                "total": len(keys),
                "isLast": start + size >= len(keys),
                "values": [self.site.renderer.project(key, base) for key in page],
            }
        )

    async def people(self, request: Request) -> Response:
        """``GET users/search``."""
        base, start = base_of(request), whole(request, "startAt", 0)
        everyone = list(self.site.catalog.people.values())
        page = everyone[start : start + whole(request, "maxResults", 50)]
        return JsonAnswer([self.site.renderer.person(person, base) for person in page])

    def _permission(self, name: str) -> dict[str, object]:
        return {
            "id": str(PERMISSIONS.index(name) + 10),
            "key": name,
            "name": name.replace("_", " ").capitalize(),
            "type": "GLOBAL" if name == "ADMINISTER" else "PROJECT",
            "description": "",
            "havePermission": name in self.site.granted,
        }

    async def removed(self, _: Request) -> Response:
        """``search``, which Jira Cloud no longer has."""
        raise JiraError(410, REMOVED)


def _asked_for(request: Request, key: str) -> bool:
    keys = request.query_params.getlist("keys")
    return not keys or key in keys
