"""Entity properties of issues and comments, and remote links."""

from collections.abc import Mapping

import orjson
from starlette.requests import Request
from starlette.responses import Response

from okr_sandbox.gate import JsonAnswer
from okr_sandbox.jira.answers import JiraError, base_of
from okr_sandbox.jira.requests import json_body
from okr_sandbox.jira.site import Site

LARGEST_PROPERTY = 32_768
"""Characters of a property's JSON."""

LONGEST_KEY = 255


class Properties:
    """Handlers for the properties of one kind of entity.

    ``kind`` is ``issue`` or ``comment``; an issue's key and id lead to the same properties.
    """

    def __init__(self, site: Site, kind: str) -> None:
        self.site = site
        self.kind = kind

    async def keys(self, request: Request) -> Response:
        """``GET …/properties``."""
        entity, link = self._entity(request), self._link(request)
        kept = self.site.properties(entity)
        return JsonAnswer({"keys": [{"self": f"{link}/{key}", "key": key} for key in kept]})

    async def read(self, request: Request) -> Response:
        """``GET …/properties/{propertyKey}``."""
        key = request.path_params["propertyKey"]
        kept = self.site.properties(self._entity(request))
        if key not in kept:
            raise _missing(key)
        return JsonAnswer({"key": key, "value": kept[key]})

    async def write(self, request: Request) -> Response:
        """``PUT …/properties/{propertyKey}``: 201 for a new one, 200 for another value."""
        entity, key = self._entity(request), request.path_params["propertyKey"]
        value = _value(await request.body(), key)
        kept = self.site.written.properties.setdefault(entity, {})
        created = key not in kept
        kept[key] = value
        return JsonAnswer({}, 201 if created else 200)

    async def delete(self, request: Request) -> Response:
        """``DELETE …/properties/{propertyKey}``."""
        entity, key = self._entity(request), request.path_params["propertyKey"]
        kept = self.site.written.properties.get(entity, {})
        if key not in kept:
            raise _missing(key)
        del kept[key]
        return Response(status_code=204)

    def _entity(self, request: Request) -> str:
        if self.kind == "issue":
            return f"issue/{self.site.row(request.path_params['issueIdOrKey']).state.id}"
        wanted = request.path_params["commentId"]
        comments = self.site.written.comments.values()
        if not any(comment["id"] == wanted for found in comments for comment in found):
            raise JiraError(404, f"The comment with ID '{wanted}' does not exist.")
        return f"comment/{wanted}"

    def _link(self, request: Request) -> str:
        return f"{base_of(request)}/rest/api/3/{self._entity(request)}/properties"


class RemoteLinks:
    """Handlers for the remote links of issues."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def read(self, request: Request) -> Response:
        """``GET issue/{issueIdOrKey}/remotelink``: all links, or the one of ``globalId``."""
        links = self._links(request)
        wanted = request.query_params.get("globalId")
        if wanted is None:
            return JsonAnswer(links)
        found = _of_global_id(links, wanted)
        if found is None:
            raise _no_link(wanted)
        return JsonAnswer(found)

    async def upsert(self, request: Request) -> Response:
        """``POST issue/{issueIdOrKey}/remotelink``: a link of the same ``globalId`` is replaced."""
        links, body = self._links(request), await json_body(request)
        _check_object(body)
        wanted = body.get("globalId")
        old = None if wanted is None else _of_global_id(links, str(wanted))
        number = self.site.written.next_id() if old is None else old["id"]
        row = self.site.row(request.path_params["issueIdOrKey"])
        link = f"{base_of(request)}/rest/api/3/issue/{row.state.id}/remotelink/{number}"
        fresh = {"id": number, "self": link, **_kept(body)}
        if old is None:
            links.append(fresh)
        else:
            links[links.index(old)] = fresh
        return JsonAnswer({"id": number, "self": link}, 201 if old is None else 200)

    async def delete(self, request: Request) -> Response:
        """``DELETE issue/{issueIdOrKey}/remotelink?globalId=…``."""
        links = self._links(request)
        wanted = request.query_params.get("globalId", "")
        found = _of_global_id(links, wanted)
        if found is None:
            raise _no_link(wanted)
        links.remove(found)
        return Response(status_code=204)

    def _links(self, request: Request) -> list[dict[str, object]]:
        row = self.site.row(request.path_params["issueIdOrKey"])
        return self.site.written.links.setdefault(row.state.id, [])


def _value(body: bytes, key: str) -> object:
    if len(key) > LONGEST_KEY:
        raise JiraError(400, f"The property key is longer than {LONGEST_KEY} characters.")
    if len(body.decode(errors="replace")) > LARGEST_PROPERTY:
        raise JiraError(
            400, f"The property value must not be longer than {LARGEST_PROPERTY} characters."
        )
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise JiraError(400, "The property value must be a valid, non-empty JSON.") from error


def _missing(key: str) -> JiraError:
    return JiraError(404, f"The property with key '{key}' does not exist.")


def _no_link(global_id: str) -> JiraError:
    return JiraError(404, f"The link with global id '{global_id}' does not exist.")


def _check_object(body: Mapping[str, object]) -> None:
    target = body.get("object")
    if not isinstance(target, dict):
        raise JiraError(400, errors={"object": "'object' is required."})
    missing = {name: f"'{name}' is required." for name in ("title", "url") if not target.get(name)}
    if missing:
        raise JiraError(400, errors=missing)


def _kept(body: Mapping[str, object]) -> dict[str, object]:
    names = ("globalId", "application", "relationship", "object")
    return {name: body[name] for name in names if name in body}


def _of_global_id(links: list[dict[str, object]], global_id: str) -> dict[str, object] | None:
    return next((link for link in links if link.get("globalId") == global_id), None)
