"""Prefect server: what it holds of ours, and changing that."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import product
from typing import Any, TypeVar, cast
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import (
    DeploymentScheduleCreate,
    DeploymentUpdate,
    GlobalConcurrencyLimitCreate,
    WorkPoolCreate,
)
from prefect.client.schemas.filters import WorkerFilter, WorkerFilterStatus
from prefect.client.schemas.objects import BlockDocument, WorkerStatus
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.events.schemas.automations import Automation
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.settings import PREFECT_API_URL

from okr_core.errors import AccessError, ConfigError, RetryableError
from okr_flows.deploy.deployments import FLOWS, ScheduledFlow, full_name
from okr_flows.deploy.diff import Change, Fields, Key, is_own_slug
from okr_flows.deploy.fields import (
    automation,
    deployment_fields,
    deployment_update,
    notice_fields,
    peoples_schedule,
    qualified,
    schedule_fields,
    schedule_key,
)
from okr_flows.deploy.strangers import Stranger, is_of_older_release
from okr_flows.run.names import TAG, CycleNames, marked, notice_prefix
from okr_flows.run.shared_limit import PREFIX

_Thing = TypeVar("_Thing")

PAGE = 200
"""Things that Prefect gives out per request."""
DEFAULT_KIND = "process"
"""Type of a work pool that has to be created."""
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
        self._notices: dict[Key, Automation] = {}

    def found(
        self, cycles: Iterable[CycleNames], pool: str, adopted: Sequence[Stranger] = ()
    ) -> dict[Key, Fields]:
        """Everything of ours on the server, in the shape of `wanted_items`.

        Args:
            cycles: What is looked at.
            pool: Name of the work pool; empty: none.
            adopted: Strangers that count as ours from now on.
        """
        items: dict[Key, Fields] = {}
        kind = self._kind_of_pool(pool) if pool else None
        if kind is not None:
            items[Key("work pool", pool)] = {"type": kind}
        for limit in _pages(self._client.read_global_concurrency_limits):
            if limit.name.startswith(PREFIX):
                items[Key("limit", limit.name)] = {"limit": limit.limit}
        for names in cycles:
            items |= self._of_cycle(names, adopted)
        return items

    def _of_cycle(self, names: CycleNames, adopted: Sequence[Stranger]) -> dict[Key, Fields]:
        items: dict[Key, Fields] = {}
        in_place = {each.found.id for each in adopted if each.in_the_way}
        for flow in FLOWS:
            found = self._deployment(flow.name, names.deployment)
            if found is None or not (_is_ours(found, names) or found.id in in_place):
                continue
            items[Key("deployment", found.name, flow=flow.name)] = deployment_fields(found)
            for schedule in found.schedules:
                items[schedule_key(flow.name, found.name, schedule)] = schedule_fields(schedule)
        marks = {names.workspace, *(each.workspace for each in adopted if each.in_the_way)}
        blocks = {document.id: document for document in self._blocks()}
        for each in self._automations(names.deployment, marks):
            key = Key("notice", each.name, names.deployment)
            items[key] = notice_fields(each, blocks)
            self._notices[key] = each
        return items

    def strangers(self, cycles: Iterable[CycleNames], adopt: Iterable[str]) -> list[Stranger]:
        """Deployments of our flows for these cycles that do not carry the workspace's mark.

        Those of an earlier release that are still due, those that have the name of ours, and those
        that a person names.

        Args:
            cycles: What is looked at.
            adopt: Names of deployments.
        """
        found: dict[UUID, Stranger] = {}
        for names in cycles:
            for flow, name in product(FLOWS, (names.deployment, names.cycle, *adopt)):
                known = self._deployment(flow.name, name)
                if known is None or _is_ours(known, names):
                    continue
                if name != names.deployment and known.parameters.get("cycle") != names.cycle:
                    continue  # a cycle of another id
                if name == names.cycle and not is_of_older_release(known, names.cycle):
                    continue
                found[known.id] = Stranger(flow.name, known, names)
        return list(found.values())

    def notices_of(self, adopted: Iterable[Stranger]) -> Iterator[Change]:
        """What taking strangers over does with their notices: ours replace them."""
        seen = {each.found.name: each for each in adopted if not each.in_the_way}
        for name, stranger in seen.items():
            for each in self._automations(name, {stranger.workspace}):
                key = Key("notice", each.name, name)
                self._notices[key] = each
                fields = {"active": each.enabled}
                yield Change("adopt", key, fields, into=stranger.names.deployment)

    def notification_blocks(self, names: Iterable[str]) -> dict[str, str]:
        """Name of a block as a route writes it → its name with its type, which is unique.

        Raises:
            ConfigError: One is not there, is no notification block, or its name is not unique.
        """
        return {name: qualified(self._block(name)) for name in names}

    def paused(self, cycles: Iterable[CycleNames]) -> list[str]:
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
        self, cycles: Iterable[CycleNames]
    ) -> Iterator[tuple[ScheduledFlow, DeploymentResponse]]:
        """The deployments of these cycles that are there and ours, each with its flow."""
        for names in cycles:
            for flow in FLOWS:
                found = self._deployment(flow.name, names.deployment)
                if found is not None and _is_ours(found, names):
                    yield flow, found

    def polling(self, pools: Iterable[str]) -> dict[str, list[str]]:
        """Work pool → names of its workers that poll it now; pools that nobody polls are left out.

        Args:
            pools: Names of work pools; one that does not exist is polled by nobody.
        """
        online = WorkerFilter(status=WorkerFilterStatus(any_=[WorkerStatus.ONLINE]))
        found: dict[str, list[str]] = {}
        for pool in pools:
            with suppress(ObjectNotFound):
                workers = self._client.read_workers_for_work_pool(pool, worker_filter=online)
                names = sorted(each.name for each in workers if each.status == "ONLINE")
                if names:
                    found[pool] = names
        return found

    def _deployment(self, flow: str, name: str) -> DeploymentResponse | None:
        try:
            return self._client.read_deployment_by_name(full_name(flow, name))
        except ObjectNotFound:
            return None

    def apply(self, change: Change) -> None:
        """Make one change."""
        making: Mapping[str, Callable[[Change], None]] = {
            "work pool": self._apply_pool,
            "deployment": self._apply_deployment,
            "schedule": self._apply_schedule,
            "limit": self._apply_limit,
            "notice": self._apply_notice,
        }
        making[change.key.kind](change)

    def _apply_pool(self, change: Change) -> None:
        kind = str(change.fields.get("type", DEFAULT_KIND))
        wanted = WorkPoolCreate(
            name=change.key.name, type=kind, base_job_template=self.template_of(kind)
        )
        self._client.create_work_pool(wanted)

    def template_of(self, kind: str) -> dict[str, Any]:
        """What workers of a type of pool are configured with, before anybody changed it.

        Raises:
            ConfigError: Prefect knows no such type.
        """
        known = {
            name: worker
            for workers in self._client.read_worker_metadata().values()
            for name, worker in workers.items()
        }
        if kind not in known:
            raise ConfigError(
                f"Prefect knows no work pool of type `{kind}`.",
                hint=f"Say --pool-type with one of {', '.join(sorted(known))}.",
            )
        return dict(known[kind].get("default_base_job_configuration", {}))

    def _apply_deployment(self, change: Change) -> None:
        if change.action == "adopt":
            self._retire(change)
            return
        wanted = deployment_update(change.fields)
        known = self._deployment(change.key.flow, change.key.name)
        if known is None:
            flow = self._client.create_flow_from_name(change.key.flow)
            shared = {name: getattr(wanted, name) for name in wanted.model_fields_set}
            self._client.create_deployment(flow_id=flow, name=change.key.name, **shared)
        else:
            # A second `create_deployment` would take away the schedules that people made.
            self._client.update_deployment(known.id, wanted)

    def _retire(self, change: Change) -> None:
        """Have a deployment replaced: its history stays, what is due there is due at its heir."""
        old = self._deployment(change.key.flow, change.key.name)
        heir = self._deployment(change.key.flow, change.into)
        if old is None:
            return
        for each in old.schedules:
            if heir is not None and not is_own_slug(each.slug or ""):
                self._client.create_deployment_schedules(heir.id, [peoples_schedule(each)])
            self._client.delete_deployment_schedule(old.id, each.id)
        where = f" by {full_name(change.key.flow, change.into)}" if heir is not None else ""
        replaced = DeploymentUpdate(
            description=f"Replaced{where}; kept for the history of its runs.",
            concurrency_limit=None,
        )
        self._client.update_deployment(old.id, replaced)

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
                schedule=cron,
                parameters=parameters,
                slug=change.key.name,
                active=bool(change.fields.get("active", True)),
            )
            self._client.create_deployment_schedules(deployment.id, [wanted])
        else:
            self._client.update_deployment_schedule(
                deployment.id, known, schedule=cron, parameters=parameters
            )

    def _apply_limit(self, change: Change) -> None:
        name = change.key.name
        limit = cast("int", change.fields["limit"])
        if change.action == "create":
            self._client.create_global_concurrency_limit(
                GlobalConcurrencyLimitCreate(name=name, limit=limit)
            )
        else:
            self._client.upsert_global_concurrency_limit_by_name(name, limit)

    def _apply_notice(self, change: Change) -> None:
        known = self._notices.get(change.key)
        if change.action in {"adopt", "delete"}:
            if known is not None:
                self._client.delete_automation(known.id)
            return
        block = self._block(str(change.fields["block"])).id
        enabled = known.enabled if known else bool(change.fields.get("active", True))
        wanted = automation(change, block, enabled=enabled)
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

    def _kind_of_pool(self, name: str) -> str | None:
        try:
            return self._client.read_work_pool(name).type
        except ObjectNotFound:
            return None

    def _automations(self, deployment: str, marks: Collection[str]) -> list[Automation]:
        """Notices of a deployment's cycle that carry one of these marks."""
        every = _pages(
            lambda limit, offset: self._client.read_automations(limit=limit, offset=offset)
        )
        prefix = notice_prefix(deployment)
        return [
            each
            for each in every
            if each.name.startswith(prefix) and TAG in each.tags and marked(each.tags) in marks
        ]

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


def _is_ours(found: DeploymentResponse, names: CycleNames) -> bool:
    return marked(found.tags) == names.workspace


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
