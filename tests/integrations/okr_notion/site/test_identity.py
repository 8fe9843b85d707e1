"""Who answers is looked at: any JSON with 200 is no Notion."""

from collections.abc import Iterator

import notion_world
import pytest
import stamina
from small_internet import Said, Server
from tool_sessions import opened

from okr_core.errors import OkrError
from okr_notion.session import NotionSession
from okr_sources import Check

BOT = {
    "object": "user",
    "id": "b1",
    "type": "bot",
    "name": "OKR",
    "bot": {"workspace_name": "Acme"},
}


@pytest.fixture
def server() -> Iterator[Server]:
    with Server({}) as server, stamina.set_testing(True, attempts=2, cap=True):
        yield server


def examined(server: Server, body: object) -> list[Check]:
    server.answers["/v1/users/me"] = Said(body)
    with opened("notion", server.url, token="ntn_t0ken-0f-n0-value") as session:
        return session.diagnose((), now=notion_world.NOW)


def test_an_integration_is_known_by_its_name_and_workspace(server: Server) -> None:
    (first, *_) = examined(server, BOT)
    assert (first.outcome, first.message) == (
        "ok", "reachable; authorised as OKR in workspace Acme.",
    )  # fmt: skip


@pytest.mark.parametrize("bot", [{}, {"owner": {"type": "workspace"}}, {"workspace_name": None}])
def test_an_integration_without_a_workspace_or_name_is_one_too(
    server: Server, bot: dict[str, object]
) -> None:
    (first, *_) = examined(server, {**BOT, "name": None, "bot": bot})
    assert first.outcome == "ok"
    assert "integration b1" in first.message


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ok": True},
        {"object": "user"},
        {**BOT, "object": "list"},
        {**BOT, "id": None},
        {**BOT, "type": "person"},
        {**BOT, "bot": None},
        {"name": "a server of something else"},
    ],
)
def test_what_names_no_integration_is_not_notion(server: Server, body: object) -> None:
    checks = examined(server, body)
    assert [each.outcome for each in checks] == ["error"]
    assert "not as Notion does" in checks[0].message
    assert "Check `url`" in checks[0].hint


def test_a_list_of_people_that_brings_nobody_new_ends(server: Server) -> None:
    cursors = iter(range(1000))

    def page(_: object) -> Said:
        person = {"object": "user", "id": "p", "type": "person", "name": "Ana", "person": {}}
        more = {"has_more": True, "next_cursor": f"c{next(cursors)}"}
        return Said({"object": "list", "results": [person], **more})

    server.answers["/v1/users"] = page
    with opened("notion", server.url, token="ntn_t0ken-0f-n0-value") as session:
        assert isinstance(session, NotionSession)
        with pytest.raises(OkrError, match="never ends"):
            session.people()
    assert len(server.asked) < 20


@pytest.mark.parametrize("identifier", ["..", ".", ""])
def test_an_id_that_leads_to_another_path_is_refused(server: Server, identifier: str) -> None:
    with opened("notion", server.url, token="ntn_t0ken-0f-n0-value") as session:
        assert isinstance(session, NotionSession)
        with pytest.raises(OkrError, match="is no id"):
            session._client.delete_block(identifier)
    assert not server.asked
