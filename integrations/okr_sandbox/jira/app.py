"""The Jira Cloud app: its routes, below ``/rest/api/3`` and, as in Jira, ``/rest/api/2``."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from okr_sandbox.company import Company
from okr_sandbox.gate import Gate, Handler
from okr_sandbox.jira.answers import Jira, JiraError
from okr_sandbox.jira.comments import Commenting
from okr_sandbox.jira.meta import Meta
from okr_sandbox.jira.search import Searching
from okr_sandbox.jira.site import Site
from okr_sandbox.jira.writes import Properties, RemoteLinks

Endpoint = tuple[str, str, Handler]
"""Method, path and handler."""

_ISSUE = "issue/{issueIdOrKey}"
_COMMENT = "comment/{commentId}"


def build_jira(company: Company, gate: Gate) -> Starlette:
    """Jira Cloud with the company's issues, behind the gate."""
    site = Site(company, gate.clock)
    vendor = Jira(company.jira_user, company.jira_token, gate.clock)
    table = [*_reading(Searching(site, gate)), *_meta(Meta(site)), *writing(site)]
    return serving(gate, vendor, table, versions=(3, 2))


def _meta(meta: Meta) -> list[Endpoint]:
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


def _reading(searching: Searching) -> list[Endpoint]:
    return [
        ("POST", "search/jql", searching.search_by_post),
        ("GET", "search/jql", searching.search_by_get),
        ("POST", "search/approximate-count", searching.count),
        ("POST", "issue/bulkfetch", searching.bulk_fetch),
        ("POST", "changelog/bulkfetch", searching.bulk_changelog),
        ("GET", _ISSUE, searching.issue),
    ]


def writing(site: Site, *, expands: bool = True) -> list[Endpoint]:
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


def _properties(entity: str, properties: Properties) -> list[Endpoint]:
    one = f"{entity}/properties/{{propertyKey}}"
    return [
        ("GET", f"{entity}/properties", properties.keys),
        ("GET", one, properties.read),
        ("PUT", one, properties.write),
        ("DELETE", one, properties.delete),
    ]


def serving(
    gate: Gate, vendor: Jira, table: Sequence[Endpoint], versions: Sequence[int]
) -> Starlette:
    """The endpoints below each version; other paths are 404 in Jira's words, as one endpoint."""

    async def unknown(_: Request) -> Response:
        raise JiraError(404, "null for uri")

    routes = [
        gate.route(vendor, method, f"/rest/api/{version}/{path}", handler)
        for version in versions
        for method, path, handler in table
    ]
    methods = ("GET", "POST", "PUT", "DELETE")
    routes += [gate.route(vendor, method, "/{path:path}", unknown) for method in methods]
    return Starlette(routes=routes)
