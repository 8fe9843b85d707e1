"""Old limits: Prefect limits that earlier releases made, which nothing waits for any more.

They were to keep runs from reading a connection at once. A server that was restarted never gives
their slots back, so that runs waited for ever; connections are read in turn by the store now.
Knows no Prefect: `okr doctor` looks without it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import httpx

from okr_flows.deploy.deployments import PREFIX

_PAGE = 200
_RUNNING = {
    "flows": {"name": {"any_": ["sync-progress"]}},
    "flow_runs": {"state": {"type": {"any_": ["RUNNING"]}}},
}


@dataclass(frozen=True, slots=True)
class OldLimit:
    """A limit of an earlier release.

    Attributes:
        slots: How many runs it let through.
        taken: How many of them the server takes for running.
        running: Syncs of any deployment that run.
    """

    name: str
    slots: int
    taken: int
    running: int

    @property
    def message(self) -> str:
        """What is wrong with it."""
        held = f"; {self.taken} of its {self.slots} slots are taken" if self.taken else ""
        nothing = " while no sync is running" if self.taken and not self.running else ""
        return f"the limit `{self.name}` of an earlier release is still there{held}{nothing}."


def limit_of(connection: str) -> str:
    """What earlier releases called the limit of a connection, and the slug of its schedule."""
    return f"{PREFIX}{connection}"


def old_limits(
    address: str, headers: Mapping[str, str], connections: Collection[str]
) -> list[OldLimit]:
    """The limits that earlier releases made for these connections.

    Args:
        address: Of Prefect's API.
        headers: Sign the requests.
        connections: Names of the workspace's connections.

    Raises:
        httpx.HTTPError: The server does not answer or refuses us.
        ValueError: What it answers is no list of limits.
    """
    names = {limit_of(connection) for connection in connections}
    with httpx.Client(base_url=f"{address.rstrip('/')}/", headers=headers, timeout=5) as client:
        found = [each for each in _limits(client) if each["name"] in names]
        running = _asked(client, "flow_runs/count", _RUNNING) if found else 0
    return [
        OldLimit(str(each["name"]), _number(each, "limit"), _number(each, "active_slots"), running)
        for each in found
        if isinstance(running, int)
    ]


def _limits(client: httpx.Client) -> Iterator[Mapping[str, object]]:
    offset = 0
    while True:
        body = {"limit": _PAGE, "offset": offset}
        page = _asked(client, "v2/concurrency_limits/filter", body)
        if not isinstance(page, list) or not all(_is_limit(each) for each in page):
            raise ValueError("these are no limits")
        yield from page
        if len(page) < _PAGE:
            return
        offset += len(page)


def _asked(client: httpx.Client, path: str, body: Mapping[str, object]) -> object:
    answer = client.post(path, json=body)
    answer.raise_for_status()
    return answer.json()


def _is_limit(each: object) -> bool:
    return isinstance(each, dict) and isinstance(each.get("name"), str)


def _number(limit: Mapping[str, object], name: str) -> int:
    found = limit.get(name)
    return found if isinstance(found, int) else 0
