"""People: the accounts of a Jira site: active people, no apps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from okr_core.errors import DataError
from okr_sources.gate.paging import Novelty
from okr_sources.session import Send
from okr_sources.source import Account

if TYPE_CHECKING:
    from okr_jira.site.client import CloudClient
    from okr_jira.site.datacenter import DataCenterClient

PAGE = 200
"""Accounts that one request asks for; Jira may give fewer."""
MOST = 100_000
"""Accounts after which a server that never ends is given up."""


def read_people(client: CloudClient | DataCenterClient, send: Send) -> list[Account]:
    """All active people, each once.

    An account's e-mail address is there only where its privacy settings let us see it. Jira Cloud
    names accounts by `accountId`, Data Center by `key`.

    Raises:
        OkrError: They may not be read (the permission "Browse users and groups").
    """
    found: dict[str, Account] = {}
    start = 0
    seen: set[str] = set()
    novelty = Novelty()
    while start < MOST:
        page = _page(client, send, start)
        if not page:
            return list(found.values())
        fresh = {repr(body) for body in page} - seen
        seen |= fresh
        novelty.page(len(fresh))
        for body in page:
            account = _account(body)
            if account is not None:
                found[account.id] = account
        # Jira leaves accounts out after it has cut the page, so a short page is not the last one.
        start += PAGE
    raise DataError(f"{client.who} lists more than {MOST} accounts.", hint="Use a CSV file.")


def _page(client: CloudClient | DataCenterClient, send: Send, start: int) -> list[object]:
    answer = send(lambda: client.users(start, PAGE), endpoint="users")
    if not isinstance(answer, list):
        raise DataError(f"{client.who}: the answer has no list of people.", hint="Check `url`.")
    return answer


def _account(body: object) -> Account | None:
    """A person, None for apps, customers of a service desk and accounts that are closed."""
    if not isinstance(body, Mapping) or body.get("active") is False:
        return None
    if body.get("accountType", "atlassian") != "atlassian":
        return None
    name = body.get("accountId") or body.get("key")
    if not isinstance(name, str):
        return None
    return Account(name, str(body.get("displayName") or ""), str(body.get("emailAddress") or ""))
