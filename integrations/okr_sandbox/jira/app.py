"""The Jira Cloud app: its routes, below ``/rest/api/3`` and, as in Jira, ``/rest/api/2``."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from okr_sandbox.company import Company
from okr_sandbox.gate import Gate, Handler
from okr_sandbox.jira.answers import Jira, JiraError
from okr_sandbox.jira.comments import Commenting
from okr_sandbox.jira.meta import Meta
from okr_sandbox.jira.search import Searching
from okr_sandbox.jira.site import Site
from okr_sandbox.jira.writes import Properties, RemoteLinks

_ISSUE = "issue/{issueIdOrKey}"
_COMMENT = "comment/{commentId}"


def build_jira(company: Company, gate: Gate) -> Starlette:
    """Jira Cloud with the company's issues, behind the gate."""
    site = Site(company, gate.clock)
    vendor = Jira(company.jira_user, company.jira_token, gate.clock)
    table = [*_reading(Searching(site, gate)), *_meta(Meta(site)), *writing(site)]
    routes = [
        gate.route(vendor, method, f"/rest/api/{version}/{path}", answering(handler))
        for version in (3, 2)
        for method, path, handler in table
    ]
    return Starlette(routes=[*routes, *otherwise(gate, vendor)])


def _meta(meta: Meta) -> list[tuple[str, str, Handler]]:
    return [
        ("GET", "serverInfo", meta.server),
        ("GET", "myself", meta.myself),
        ("GET", "mypermissions", meta.permissions),
        ("GET", "field", meta.fields),
        ("GET", "status", meta.statuses),
        ("GET", "statuscategory", meta.categories),
        ("GET", "issuetype", meta.types),
        ("GET", "priority", meta.priorities),
        ("GET", "project/search", meta.projects),
        ("GET", "users/search", meta.people),
        ("GET", "search", meta.removed),
        ("POST", "search", meta.removed),
    ]


def _reading(searching: Searching) -> list[tuple[str, str, Handler]]:
    return [
        ("POST", "search/jql", searching.search_by_post),
        ("GET", "search/jql", searching.search_by_get),
        ("POST", "search/approximate-count", searching.count),
        ("POST", "issue/bulkfetch", searching.bulk_fetch),
        ("POST", "changelog/bulkfetch", searching.bulk_changelog),
        ("GET", _ISSUE, searching.issue),
    ]


def writing(site: Site, *, expands: bool = True) -> list[tuple[str, str, Handler]]:
    """Entity properties, remote links and comments, in both kinds of Jira."""
    links, comments = RemoteLinks(site), Commenting(site, expands=expands)
    return [
        *_properties(_ISSUE, Properties(site, "issue")),
        *_properties(_COMMENT, Properties(site, "comment")),
        ("GET", f"{_ISSUE}/remotelink", links.read),
        ("POST", f"{_ISSUE}/remotelink", links.upsert),
        ("DELETE", f"{_ISSUE}/remotelink", links.delete),
        ("GET", f"{_ISSUE}/comment", comments.read),
        ("POST", f"{_ISSUE}/comment", comments.add),
    ]


def _properties(entity: str, properties: Properties) -> list[tuple[str, str, Handler]]:
    one = f"{entity}/properties/{{propertyKey}}"
    return [
        ("GET", f"{entity}/properties", properties.keys),
        ("GET", one, properties.read),
        ("PUT", one, properties.write),
        ("DELETE", one, properties.delete),
    ]


def otherwise(gate: Gate, vendor: Jira) -> list[Route]:
    """Paths that the sandbox does not know: 404 in Jira's words, counted as one endpoint."""

    async def unknown(_: Request) -> Response:
        return JiraError(404, "null for uri").answer()

    methods = ("GET", "POST", "PUT", "DELETE")
    return [gate.route(vendor, method, "/{path:path}", unknown) for method in methods]


def answering(handler: Handler) -> Handler:
    """The handler, with its refusals as answers."""

    async def answered(request: Request) -> Response:
        try:
            return await handler(request)
        except JiraError as error:
            return error.answer()

    return answered
