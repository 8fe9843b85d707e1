"""A session of each tool on one address, and an ask for it: what holds for one holds for all."""

from __future__ import annotations

import http_asks
import jira_world
import notion_world
from pydantic import SecretStr

from okr_core.plan.workspace import Connection
from okr_http.session import HttpSession
from okr_jira.session import JiraSession
from okr_notion.session import NotionSession
from okr_sources import BaseSession, Credentials, Memory, Unavailable
from okr_sources.answers import Answer

TOOLS = ("jira", "datacenter", "notion", "http")
USER = "ana@example.com"
SOURCE_ID = "1f2e3d4c-5b6a-7988-0011-223344556677"
PATHS = {
    "jira": "/rest/api/3/search/jql",
    "datacenter": "/rest/api/2/search",
    "notion": f"/v1/data_sources/{SOURCE_ID}/query",
    "http": "/n",
}
ASKS = {
    "jira": jira_world.ask("kr", jql="labels = a", measure="count"),
    "datacenter": jira_world.ask("kr", jql="labels = a", measure="count"),
    "notion": notion_world.ask("kr", data_source=SOURCE_ID, measure="count"),
    "http": http_asks.ask("kr", url="/n", value="n"),
}


def opened(tool: str, url: str, *, token: str, **settings: object) -> BaseSession:
    """A session of that tool, with two attempts."""
    said: dict[str, object] = {"kind": tool, "url": url, "retries": 2, **settings}
    if tool == "datacenter":
        said |= {"kind": "jira", "deployment": "datacenter"}
    said["options"] = {"allow_http": True, **({"allow_private": True} if tool == "http" else {})}
    connection = Connection.model_validate(said)
    credentials = Credentials(SecretStr(token), USER if tool == "jira" else "")
    kinds: dict[str, type[BaseSession]] = {"notion": NotionSession, "http": HttpSession}
    return kinds.get(tool, JiraSession)("x", connection, credentials)


def answer(tool: str, url: str, *, token: str = "t0ken-0f-n0-value", **settings: object) -> Answer:
    """What the tool's ask is answered with."""
    with opened(tool, url, token=token, **settings) as session:
        (found,) = session.read(session.plan([ASKS[tool]], Memory({})))
    return found


def refused(tool: str, url: str, **settings: object) -> Unavailable:
    """Why there is no number."""
    found = answer(tool, url, **settings)  # type: ignore[arg-type]
    assert isinstance(found, Unavailable), found
    assert found.hint, found
    return found
