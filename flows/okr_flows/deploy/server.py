"""Prefect server: what it holds of ours, and changing that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TypeVar, cast

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import (
    DeploymentScheduleCreate,
    WorkPoolCreate,
)
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.client.schemas.objects import BlockDocument
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.events.schemas.automations import Automation
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.settings import PREFECT_API_URL

from okr_core.errors import AccessError, ConfigError, RetryableError
from okr_flows.deploy.deployments import FLOWS, SYNC, TAG, ScheduledFlow, full_name
from okr_flows.deploy.diff import Change, Fields, Key
from okr_flows.deploy.fields import (
    automation,
    deployment_fields,
    deployment_update,
    notice_fields,
    qualified,
    schedule_fields,
    schedule_key,
)
from okr_flows.deploy.old_limits import limit_of
from okr_flows.notify.notices import prefix_of

_Thing = TypeVar("_Thing")

PAGE = 200
"""Things that Prefect gives out per request."""
_START = "Start one (`prefect server start`) and set PREFECT_API_URL to its address with `/api`."


@contextmanager
def prefect_server() -> Iterator[Server]:
    """The Prefect server that is configured.

    Raises:
        RetryableError: None is configured, or it does not answer.
        AccessError: It answers and refuses us.
    """
    address = PREFECT_API_URL.value()
    if not address:
        raise RetryableError("no Prefect server is configured.", hint=_START)
    with _own_errors(address), get_client(sync_client=True) as client:
        failure = client.api_healthcheck()
        if failure is not None:
            raise RetryableError(
                f"the Prefect server at {address} does not answer ({type(failure).__name__}).",
                hint=_START,
            )
        _require_prefect(client, str(address))
        yield Server(client, str(address))


def _require_prefect(client: SyncPrefectClient, address: str) -> None:
    """Refuse what answers and is no Prefect server, such as a proxy's sign-in page."""
    with suppress(ValueError):
        version = client.api_version()
        if isinstance(version, str) and version[:1].isdigit():
            return
    raise RetryableError(
        f"what answers at {address} is no Prefect server.",
        hint="Correct PREFECT_API_URL (the address with `/api`); a proxy may be in between.",
    )


class Server:
    """What a Prefect server holds of ours."""

    def __init__(self, client: SyncPrefectClient, address: str) -> None:
        self._client = client
        self.address = address

    def found(self, cycles: Iterable[str], pool: str) -> dict[Key, Fields]:
        """Everything of ours on the server, in the shape of `wanted_items`."""
        items: dict[Key, Fields] = {}
        if pool and self._has_pool(pool):
            items[Key("work pool", pool)] = {}
        for cycle in cycles:
            items |= self._of_cycle(cycle)
        return items

    def _of_cycle(self, cycle: str) -> dict[Key, Fields]:
        items: dict[Key, Fields] = {}
        for flow, deployment in self.deployments([cycle]):
            items[Key("deployment", cycle, flow=flow.name)] = deployment_fields(deployment)
            for schedule in deployment.schedules:
                items[schedule_key(flow.name, cycle, schedule)] = schedule_fields(schedule)
        blocks = {document.id: document for document in self._blocks()}
        for each in self._automations():
            if each.name.startswith(prefix_of(cycle)) and TAG in each.tags:
                items[Key("notice", each.name, cycle)] = notice_fields(each, blocks)
        return items

    def old_limits(self, connections: Iterable[str], cycles: Iterable[str]) -> dict[Key, Fields]:
        """Limits that an earlier release made, unless another workspace reads by that name as well.

        Args:
            connections: Names of the workspace's connections.
            cycles: Ids of its cycles: deployments with such a tag are its own.
        """
        limits = {each.name for each in _pages(self._client.read_global_concurrency_limits)}
        found = sorted(limits & {limit_of(name) for name in connections})
        others = self._slugs_beside(set(cycles)) if found else set[str | None]()
        return {Key("limit", name): {} for name in found if name not in others}

    def _slugs_beside(self, cycles: set[str]) -> set[str | None]:
        """Slugs of others' schedules of syncs that an earlier release deployed."""
        reads = FlowFilter(name=FlowFilterName(any_=[SYNC.name]))
        several = _pages(
            lambda limit, offset: self._client.read_deployments(
                flow_filter=reads, limit=limit, offset=offset
            )
        )
        older = (each for each in several if each.global_concurrency_limit is not None)
        beside = (each for each in older if not cycles & set(each.tags))
        return {schedule.slug for each in beside for schedule in each.schedules}

    def notification_blocks(self, names: Iterable[str]) -> dict[str, str]:
        """Name of a block as a route writes it → its name with its type, which is unique.

        Raises:
            ConfigError: One is not there, is no notification block, or its name is not unique.
        """
        return {name: qualified(self._block(name)) for name in names}

    def paused(self, cycles: Iterable[str]) -> list[str]:
        """Deployments and schedules that a person paused."""
        found: list[str] = []
        for flow, deployment in self.deployments(cycles):
            key = Key("deployment", deployment.name, flow=flow.name)
            found += [str(key)] if deployment.paused else []
            found += [
                str(schedule_key(flow.name, deployment.name, each))
                for each in deployment.schedules
                if not each.active
            ]
        return found

    def deployments(
        self, cycles: Iterable[str]
    ) -> Iterator[tuple[ScheduledFlow, DeploymentResponse]]:
        """The deployments of these cycles that are there, each with its flow."""
        for cycle in cycles:
            for flow in FLOWS:
                found = self._deployment(flow.name, cycle)
                if found is not None:
                    yield flow, found

    def _deployment(self, flow: str, cycle: str) -> DeploymentResponse | None:
        try:
            return self._client.read_deployment_by_name(full_name(flow, cycle))
        except ObjectNotFound:
            return None

    def apply(self, change: Change) -> None:
        """Make one change."""
        making: Mapping[str, Callable[[Change], None]] = {
            "work pool": self._apply_pool,
            "deployment": self._apply_deployment,
            "schedule": self._apply_schedule,
            "limit": self._delete_limit,
            "notice": self._apply_notice,
        }
        making[change.key.kind](change)

    def _apply_pool(self, change: Change) -> None:
        self._client.create_work_pool(WorkPoolCreate(name=change.key.name, type="process"))

    def _apply_deployment(self, change: Change) -> None:
        wanted = deployment_update(change.fields)
        known = self._deployment(change.key.flow, change.key.name)
        if known is None:
            flow = self._client.create_flow_from_name(change.key.flow)
            shared = {name: getattr(wanted, name) for name in wanted.model_fields_set}
            self._client.create_deployment(flow_id=flow, name=change.key.name, **shared)
        else:
            self._client.update_deployment(known.id, wanted)

    def _apply_schedule(self, change: Change) -> None:
        deployment = self._require(change.key)
        known = {each.slug: each.id for each in deployment.schedules}.get(change.key.name)
        if change.action == "delete":
            if known is not None:
                self._client.delete_deployment_schedule(deployment.id, known)
            return
        cron = CronSchedule(
            cron=str(change.fields["cron"]), timezone=str(change.fields["timezone"])
        )
        parameters = cast("dict[str, object]", change.fields["parameters"])
        if known is None:
            wanted = DeploymentScheduleCreate(
                schedule=cron, parameters=parameters, slug=change.key.name
            )
            self._client.create_deployment_schedules(deployment.id, [wanted])
        else:
            self._client.update_deployment_schedule(
                deployment.id, known, schedule=cron, parameters=parameters
            )

    def _delete_limit(self, change: Change) -> None:
        with suppress(ObjectNotFound):
            self._client.delete_global_concurrency_limit_by_name(change.key.name)

    def _apply_notice(self, change: Change) -> None:
        known = next((each for each in self._automations() if each.name == change.key.name), None)
        if change.action == "delete":
            if known is not None:
                self._client.delete_automation(known.id)
            return
        block = self._block(str(change.fields["block"])).id
        wanted = automation(change, block, enabled=known is None or known.enabled)
        if known is None:
            self._client.create_automation(wanted)
        else:
            self._client.update_automation(known.id, wanted)

    def _require(self, schedule: Key) -> DeploymentResponse:
        deployment = self._deployment(schedule.flow, schedule.within)
        if deployment is None:
            name = full_name(schedule.flow, schedule.within)
            raise RetryableError(
                f"deployment {name} disappeared while it was changed.",
                hint="Run `okr deploy` again.",
            )
        return deployment

    def _has_pool(self, name: str) -> bool:
        try:
            self._client.read_work_pool(name)
        except ObjectNotFound:
            return False
        return True

    def _automations(self) -> list[Automation]:
        return _pages(
            lambda limit, offset: self._client.read_automations(limit=limit, offset=offset)
        )

    def _blocks(self) -> list[BlockDocument]:
        return _pages(
            lambda limit, offset: self._client.read_block_documents(
                limit=limit, offset=offset, include_secrets=False
            )
        )

    def _block(self, name: str) -> BlockDocument:
        """The notification block of a route: `name`, or `type-slug/name` where it is not unique."""
        slug, _, plain = name.rpartition("/")
        named = [
            each
            for each in self._blocks()
            if each.name == plain
            and (not slug or (each.block_type and each.block_type.slug == slug))
        ]
        found = [each for each in named if _notifies(each)]
        if len(found) == 1:
            return found[0]
        if found:
            slugs = ", ".join(f"`{qualified(each)}`" for each in found)
            raise ConfigError(
                f"several notification blocks are named `{plain}`.",
                hint=f"Write one of {slugs} in `routes`.",
            )
        reason = "is no notification block" if named else "does not exist on the Prefect server"
        raise ConfigError(
            f"block `{name}` in `routes` {reason}.",
            hint="Create it in Prefect's UI (Blocks, for instance Slack Webhook), or correct "
            "`routes` in okr.yaml and run `okr apply`.",
        )


def _pages(read: Callable[[int, int], list[_Thing]]) -> list[_Thing]:
    found: list[_Thing] = []
    while True:
        page = read(PAGE, len(found))
        found += page
        if len(page) < PAGE:
            return found


def _notifies(document: BlockDocument) -> bool:
    return document.block_schema is not None and "notify" in document.block_schema.capabilities


@contextmanager
def _own_errors(address: str) -> Iterator[None]:
    """What Prefect's client raises, as errors that say what to do."""
    try:
        yield
    except PrefectHTTPStatusError as error:
        status = error.response.status_code
        if status in {401, 403}:
            raise AccessError(
                f"the Prefect server at {address} refuses us ({status}).",
                hint="Check PREFECT_API_KEY or PREFECT_API_AUTH_STRING.",
            ) from error
        raise RetryableError(
            f"the Prefect server at {address} answered {status}: {_detail(error)}.",
            hint="Run the command again; what was done already stays.",
        ) from error
    except httpx.HTTPError as error:
        raise RetryableError(
            f"the Prefect server at {address} does not answer ({type(error).__name__}).",
            hint="Run the command again; what was done already stays.",
        ) from error


def _detail(error: PrefectHTTPStatusError) -> str:
    return " ".join(error.response.text.split())[:200]
