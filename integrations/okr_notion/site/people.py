"""People: the persons of a Notion workspace; integrations and guests are not listed by Notion."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from okr_notion.site.pages import Cursor, page_of
from okr_sources.gate.paging import Novelty
from okr_sources.session import Send
from okr_sources.source import Account

if TYPE_CHECKING:
    from okr_notion.site.client import Client


def read_people(client: Client, send: Send) -> list[Account]:
    """All persons, each once.

    Raises:
        OkrError: They may not be read (the capability to read user information).
    """
    found: dict[str, Account] = {}
    cursor, novelty = Cursor(), Novelty()
    seen: set[str] = set()
    while True:
        page = page_of(send(partial(client.users, cursor.value), endpoint="users"))
        found |= {account.id: account for account in map(account_of, page.results) if account}
        if not page.cursor:
            return list(found.values())
        fresh = {repr(each) for each in page.results} - seen
        seen |= fresh
        novelty.page(len(fresh))
        cursor.move(page.cursor)


def account_of(body: Mapping[str, object]) -> Account | None:
    """A person's account; name and e-mail are empty where Notion gives none. None: no person."""
    identifier, person = body.get("id"), body.get("person")
    if body.get("type") != "person" or not isinstance(identifier, str):
        return None
    email = person.get("email") if isinstance(person, Mapping) else None
    return Account(identifier, _text(body.get("name")), _text(email))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
