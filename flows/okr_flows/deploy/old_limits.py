"""Old limits: Prefect limits that earlier releases made, which nothing waits for any more.

They were to keep runs from reading a connection at once. A server that was restarted never gives
their slots back, so that runs waited for ever; connections are read in turn by the store now.
Knows no Prefect: `okr doctor` looks without it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from okr_flows.deploy.deployments import PREFIX
from okr_flows.run.prefect_api import asked, every

if TYPE_CHECKING:
    import httpx

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


def old_limits(client: httpx.Client, connections: Collection[str]) -> list[OldLimit]:
    """The limits that earlier releases made for these connections.

    Args:
        client: Of Prefect's API.
        connections: Names of the workspace's connections.

    Raises:
        httpx.HTTPError: The server does not answer or refuses us.
        ValueError: What it answers is no list of limits.
    """
    names = {limit_of(connection) for connection in connections}
    several = every(client, "v2/concurrency_limits/filter", {})
    found = [each for each in several if each.get("name") in names]
    running = asked(client, "flow_runs/count", _RUNNING) if found else 0
    return [
        OldLimit(str(each["name"]), _number(each, "limit"), _number(each, "active_slots"), running)
        for each in found
        if isinstance(running, int)
    ]


def _number(limit: Mapping[str, object], name: str) -> int:
    found = limit.get(name)
    return found if isinstance(found, int) else 0
