"""People: the persons of a Notion workspace; integrations and guests are not listed by Notion."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from okr_core.errors import DataError
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
    cursors = {""}
    cursor = ""
    seen: set[str] = set()
    novelty = Novelty()
    while True:
        body = send(partial(client.users, cursor), endpoint="users")
        results = body.get("results")
        fresh = {repr(each) for each in results} - seen if isinstance(results, list) else set()
        seen |= fresh
        for each in results if isinstance(results, list) else ():
            account = _account(each)
            if account is not None:
                found[account.id] = account
        following = body.get("next_cursor")
        if not body.get("has_more") or not isinstance(following, str):
            return list(found.values())
        if following in cursors:
            raise DataError("the list of people never ends.", hint="Try again later.")
        novelty.page(len(fresh))
        cursors.add(following)
        cursor = following


def _account(body: object) -> Account | None:
    if not isinstance(body, Mapping) or body.get("type") != "person":
        return None
    person, name = body.get("person"), body.get("id")
    if not isinstance(name, str):
        return None
    email = person.get("email") if isinstance(person, Mapping) else None
    return Account(name, str(body.get("name") or ""), str(email or ""))
