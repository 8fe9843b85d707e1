"""Readiness: what on a Prefect server keeps a workspace's runs from starting or from being told.

Knows no Prefect: `okr doctor` looks without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from okr_core.basics.command import okr
from okr_core.errors import ConfigError
from okr_flows.deploy.deployments import FLOWS, full_name
from okr_flows.deploy.rollout import Rollout
from okr_flows.notify.known_blocks import KnownBlock, route_block
from okr_flows.notify.notices import worker_start
from okr_flows.run.names import mark_of, store_marked
from okr_flows.run.prefect_api import every
from okr_sources.source import Check

if TYPE_CHECKING:
    import httpx

_DEPLOY = f"Run {okr('deploy').code}, or {okr('serve').code} on one machine."


def readiness(client: httpx.Client, rollout: Rollout) -> Iterator[Check]:
    """A warning for each thing that is missing; nothing where all is there.

    Args:
        client: Of Prefect's API.
        rollout: What is to be there.

    Raises:
        httpx.HTTPError: The server does not answer or refuses us.
        ValueError: What it answers is not what Prefect answers.
    """
    yield from _blocks(client, sorted(set(rollout.workspace.routes.values())))
    if not rollout.plans:
        return
    tags = {"tags": {"all_": [mark_of(rollout.id_)]}}
    found = {
        (str(each.get("name")), str(each.get("flow_id"))): each
        for each in every(client, "deployments/filter", {"deployments": tags})
    }
    flows = {str(each.get("id")): str(each.get("name")) for each in _flows(client)}
    by_name = {full_name(flows.get(flow, ""), name): each for (name, flow), each in found.items()}
    wanted = [full_name(flow.name, each.deployment) for each in rollout.ahead for flow in FLOWS]
    yield from _deployments(by_name, wanted, rollout)
    there = {name: by_name[name] for name in wanted if name in by_name}
    yield from _starters(client, there)


def _flows(client: httpx.Client) -> Iterator[Mapping[str, Any]]:
    names = {"name": {"any_": [flow.name for flow in FLOWS]}}
    yield from every(client, "flows/filter", {"flows": names})


def _blocks(client: httpx.Client, routes: Sequence[str]) -> Iterator[Check]:
    """Blocks that routes lead to and that cannot be used."""
    if not routes:
        return
    wanted = {"include_secrets": False}
    known = [_known(each) for each in every(client, "block_documents/filter", wanted)]
    for name in routes:
        try:
            route_block(name, known)
        except ConfigError as error:
            yield _missing(error.message, error.hint)


def _known(document: Mapping[str, Any]) -> KnownBlock:
    kind, schema = document.get("block_type") or {}, document.get("block_schema") or {}
    return KnownBlock(
        str(kind.get("slug") or ""),
        str(document.get("name") or ""),
        "notify" in (schema.get("capabilities") or ()),
    )


def _deployments(
    found: Mapping[str, Mapping[str, Any]], wanted: Sequence[str], rollout: Rollout
) -> Iterator[Check]:
    missing = [name for name in wanted if name not in found]
    if missing:
        yield _missing(f"{_several(missing)} not deployed.", _DEPLOY)
    theirs = [
        name
        for name in wanted
        if name in found and store_marked(found[name].get("tags") or ()) not in {"", rollout.store}
    ]
    if theirs:
        message = f"another store of workspace `{rollout.id_}` deployed {', '.join(theirs)}."
        yield _missing(message, f"{okr('deploy --dry-run').code} says what to do.")


def _starters(
    client: httpx.Client, deployments: Mapping[str, Mapping[str, Any]]
) -> Iterator[Check]:
    """Pools that no worker polls, and deployments that `okr serve` would have to start."""
    pools: dict[str, list[str]] = {}
    for name, each in deployments.items():
        pools.setdefault(str(each.get("work_pool_name") or ""), []).append(name)
    for pool, names in sorted(pools.items()):
        if not pool:
            asleep = [name for name in names if deployments[name].get("status") != "READY"]
            if asleep:
                hint = f"Run {okr('serve').code}, or {okr('deploy').code} and a worker."
                yield _missing(f"nobody serves {', '.join(asleep)}.", hint)
        elif not _polled(client, pool):
            message = f"no worker polls the work pool `{pool}`: {_several(names)} not started."
            yield _missing(message, f"Run `{worker_start(pool)}`.")


def _polled(client: httpx.Client, pool: str) -> bool:
    online = {"workers": {"status": {"any_": ["ONLINE"]}}}
    workers = every(client, f"work_pools/{quote(pool, safe='')}/workers/filter", online)
    return any(each.get("status") == "ONLINE" for each in workers)


def _several(names: Sequence[str]) -> str:
    return f"{', '.join(names)} {'are' if names[1:] else 'is'}"


def _missing(message: str, hint: str) -> Check:
    return Check("prefect", "warning", message, hint)
