"""Prefect server: what it holds of ours, and changing that."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import product
from typing import Any, cast
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import (
    DeploymentScheduleCreate,
    DeploymentUpdate,
    WorkPoolCreate,
)
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    WorkerFilter,
    WorkerFilterStatus,
)
from prefect.client.schemas.objects import BlockDocument, WorkerStatus
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.events.schemas.automations import Automation
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.settings import PREFECT_API_URL

from okr_core.basics.command import okr
from okr_core.errors import AccessError, ConfigError, RetryableError
from okr_flows.deploy.deployments import FLOWS, SYNC, ScheduledFlow, full_name
from okr_flows.deploy.diff import Change, Fields, Key, is_own_slug
from okr_flows.deploy.fields import (
    automation,
    deployment_fields,
    deployment_update,
    notice_fields,
    peoples_schedule,
    schedule_fields,
    schedule_key,
    texts,
)
from okr_flows.deploy.old_limits import limit_of
from okr_flows.deploy.strangers import Stranger, is_of_older_release
from okr_flows.notify.blocks import block_documents, notification_block, pages, qualified
from okr_flows.run.names import TAG, CycleNames, marked, notice_prefix

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
        self._notices: dict[Key, list[Automation]] = {}

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
        for names in cycles:
            items |= self._of_cycle(names, adopted)
        return items

    def _of_cycle(self, names: CycleNames, adopted: Sequence[Stranger]) -> dict[Key, Fields]:
        items: dict[Key, Fields] = {}
        in_place = {each.found.id for each in adopted if each.in_the_way}
        known: dict[UUID, str] = {}
        for flow in FLOWS:
            found = self._deployment(flow.name, names.deployment)
            if found is None or not (_is_ours(found, names) or found.id in in_place):
                continue
            known[found.id] = full_name(flow.name, found.name)
            items[Key("deployment", found.name, flow=flow.name)] = deployment_fields(found)
            for schedule in found.schedules:
                items[schedule_key(flow.name, found.name, schedule)] = schedule_fields(schedule)
        marks = {names.workspace, *(each.workspace for each in adopted if each.in_the_way)}
        blocks = {document.id: qualified(document) for document in self._blocks()}
        for key, several in self._look_up_notices(names.deployment, marks).items():
            # Of two with one name, as two deploys at once leave them, one has to go.
            one = several[0] if len(several) == 1 else None
            items[key] = notice_fields(one, blocks, known) if one else {}
        return items

    def _look_up_notices(self, name: str, marks: Collection[str]) -> dict[Key, list[Automation]]:
        """Notices of a deployment's cycle, those that a person paused first."""
        found: dict[Key, list[Automation]] = {}
        for each in sorted(self._automations(name, marks), key=lambda known: known.enabled):
            found.setdefault(Key("notice", each.name, name), []).append(each)
        self._notices |= found
        return found

    def old_limits(
        self, connections: Iterable[str], adopted: Iterable[Stranger]
    ) -> dict[Key, Fields]:
        """Limits that an earlier release made, unless a deployment of it still waits for them.

        Args:
            connections: Names of the workspace's connections.
            adopted: Deployments that are about to be replaced.
        """
        limits = {each.name for each in pages(self._client.read_global_concurrency_limits)}
        found = sorted(limits & {limit_of(name) for name in connections})
        replaced = {each.found.id for each in adopted}
        others = self._slugs_beside(replaced) if found else set[str | None]()
        return {Key("limit", name): {} for name in found if name not in others}

    def _slugs_beside(self, replaced: Collection[UUID]) -> set[str | None]:
        """Slugs of schedules of the other syncs that an earlier release deployed."""
        reads = FlowFilter(name=FlowFilterName(any_=[SYNC.name]))
        several = pages(
            lambda limit, offset: self._client.read_deployments(
                flow_filter=reads, limit=limit, offset=offset
            )
        )
        older = (each for each in several if each.global_concurrency_limit is not None)
        beside = (each for each in older if each.id not in replaced)
        return {schedule.slug for each in beside for schedule in each.schedules}

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
            for key, several in self._look_up_notices(name, {stranger.workspace}).items():
                fields = {"active": several[0].enabled}
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
            "limit": self._delete_limit,
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
        known = self._deployment(change.key.flow, change.key.name)
        wanted = deployment_update(change.fields, known.job_variables if known else {})
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

    def _delete_limit(self, change: Change) -> None:
        with suppress(ObjectNotFound):
            self._client.delete_global_concurrency_limit_by_name(change.key.name)

    def _apply_notice(self, change: Change) -> None:
        known = self._notices.get(change.key, [])
        kept = known[:1] if change.action not in {"adopt", "delete"} else []
        for surplus in known[len(kept) :]:
            self._client.delete_automation(surplus.id)
        if change.action in {"adopt", "delete"}:
            return
        blocks = [self._block(name).id for name in texts(change.fields["blocks"])]
        several = {
            full_name(flow.name, change.key.within): self._deployment(flow.name, change.key.within)
            for flow in FLOWS
        }
        # Those that are not there have no runs either.
        about = [
            found.id
            for name in texts(change.fields["deployments"])
            if (found := several.get(name)) is not None
        ]
        enabled = kept[0].enabled if kept else bool(change.fields.get("active", True))
        wanted = automation(change, blocks, about, enabled=enabled)
        if kept:
            self._client.update_automation(kept[0].id, wanted)
        else:
            self._client.create_automation(wanted)

    def _require(self, schedule: Key) -> DeploymentResponse:
        deployment = self._deployment(schedule.flow, schedule.within)
        if deployment is None:
            name = full_name(schedule.flow, schedule.within)
            raise RetryableError(
                f"deployment {name} disappeared while it was changed.",
                hint=f"Run {okr('deploy').code} again.",
            )
        return deployment

    def _kind_of_pool(self, name: str) -> str | None:
        try:
            return self._client.read_work_pool(name).type
        except ObjectNotFound:
            return None

    def _automations(self, deployment: str, marks: Collection[str]) -> list[Automation]:
        """Notices of a deployment's cycle that carry one of these marks."""
        every = pages(
            lambda limit, offset: self._client.read_automations(limit=limit, offset=offset)
        )
        prefix = notice_prefix(deployment)
        return [
            each
            for each in every
            if each.name.startswith(prefix) and TAG in each.tags and marked(each.tags) in marks
        ]

    def _blocks(self) -> list[BlockDocument]:
        return block_documents(self._client)

    def _block(self, name: str) -> BlockDocument:
        return notification_block(name, self._blocks())


def _is_ours(found: DeploymentResponse, names: CycleNames) -> bool:
    return marked(found.tags) == names.workspace


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
