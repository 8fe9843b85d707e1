"""Notion's API, version 2025-09-03, as a Starlette app over a workspace in memory."""

from hmac import compare_digest

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from okr_sandbox.faults import Fault
from okr_sandbox.gate import Gate, Handler
from okr_sandbox.notion.errors import error_answer, fault_answer
from okr_sandbox.notion.requests import check_version
from okr_sandbox.notion.workspace import NotionWorkspace
from okr_sandbox.notion.writing import Writing


def build_notion(workspace: NotionWorkspace, gate: Gate) -> Starlette:
    """The app; its endpoints are below ``/v1``, as of the gate's clock."""
    api = Writing(workspace, gate)
    vendor = _Notion(workspace.token)
    endpoints: list[tuple[str, str, Handler]] = [
        ("GET", "/v1/users/me", api.me),
        ("GET", "/v1/users", api.users),
        ("GET", "/v1/users/{user_id}", api.user),
        ("GET", "/v1/databases/{database_id}", api.database),
        ("GET", "/v1/data_sources/{data_source_id}", api.data_source),
        ("POST", "/v1/data_sources/{data_source_id}/query", api.query),
        ("POST", "/v1/pages", api.create_page),
        ("GET", "/v1/pages/{page_id}", api.page),
        ("PATCH", "/v1/pages/{page_id}", api.update_page),
        ("GET", "/v1/pages/{page_id}/properties/{property_id}", api.page_property),
        ("GET", "/v1/blocks/{block_id}", api.block),
        ("PATCH", "/v1/blocks/{block_id}", api.update_block),
        ("DELETE", "/v1/blocks/{block_id}", api.delete_block),
        ("GET", "/v1/blocks/{block_id}/children", api.children),
        ("PATCH", "/v1/blocks/{block_id}/children", api.append),
        ("POST", "/v1/search", api.search),
        ("GET", "/v1/comments", api.comments),
        ("POST", "/v1/comments", api.create_comment),
    ]
    routes = [gate.route(vendor, *endpoint) for endpoint in endpoints]
    return Starlette(routes=routes, exception_handlers={404: _no_endpoint, 405: _no_endpoint})


class _Notion:
    """Who may enter, and how Notion words a failure."""

    def __init__(self, token: str) -> None:
        self._token = f"Bearer {token}".encode()

    def refuse(self, request: Request) -> Response | None:
        """401 for a wrong token, 400 for a missing or another API version."""
        given = request.headers.get("authorization", "").encode()
        if not compare_digest(given, self._token):
            return error_answer(401, "unauthorized", "API token is invalid.")
        check_version(request)
        return None

    def fail(self, fault: Fault) -> Response:
        """Notion's answer where a fault hits."""
        return fault_answer(fault)


async def _no_endpoint(_: Request, __: Exception) -> Response:
    return error_answer(400, "invalid_request_url", "Invalid request URL.")
