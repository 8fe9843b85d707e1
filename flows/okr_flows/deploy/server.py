"""Prefect server: what it holds of ours, and changing that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import cast

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import (
    DeploymentScheduleCreate,
    GlobalConcurrencyLimitCreate,
    WorkPoolCreate,
)
from prefect.client.schemas.objects import BlockDocument
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.events.schemas.automations import Automation
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.settings import PREFECT_API_URL

from okr_core.errors import AccessError, RetryableError
from okr_flows.deploy.deployments import FLOWS, TAG, ScheduledFlow, full_name
from okr_flows.deploy.diff import Change, Fields, Key
from okr_flows.deploy.fields import (
    automation,
    deployment_fields,
    deployment_update,
    notice_fields,
    schedule_fields,
    schedule_key,
    texts,
)
from okr_flows.notify.blocks import block_documents, notification_block, pages, qualified
from okr_flows.notify.notices import prefix_of
from okr_flows.run.shared_limit import PREFIX

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
        for limit in pages(self._client.read_global_concurrency_limits):
            if limit.name.startswith(PREFIX):
                items[Key("limit", limit.name)] = {"limit": limit.limit}
        for cycle in cycles:
            items |= self._of_cycle(cycle)
        return items

    def _of_cycle(self, cycle: str) -> dict[Key, Fields]:
        items: dict[Key, Fields] = {}
        for flow, deployment in self.deployments([cycle]):
            items[Key("deployment", cycle, flow=flow.name)] = deployment_fields(deployment)
            for schedule in deployment.schedules:
                items[schedule_key(flow.name, cycle, schedule)] = schedule_fields(schedule)
        known = {each.id: full_name(flow.name, cycle) for flow, each in self.deployments([cycle])}
        blocks = {document.id: qualified(document) for document in self._blocks()}
        for name, several in self._notices(cycle).items():
            # Of two with one name, as two deploys at once leave them, one has to go.
            one = several[0] if len(several) == 1 else None
            fields = notice_fields(one, blocks, known) if one else {}
            items[Key("notice", name, cycle)] = fields
        return items

    def _notices(self, cycle: str) -> dict[str, list[Automation]]:
        """Our automations of a cycle by name, those that a person paused first."""
        found: dict[str, list[Automation]] = {}
        for each in sorted(self._automations(), key=lambda automation: automation.enabled):
            if each.name.startswith(prefix_of(cycle)) and TAG in each.tags:
                found.setdefault(each.name, []).append(each)
        return found

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
            "limit": self._apply_limit,
            "notice": self._apply_notice,
        }
        making[change.key.kind](change)

    def _apply_pool(self, change: Change) -> None:
        self._client.create_work_pool(WorkPoolCreate(name=change.key.name, type="process"))

    def _apply_deployment(self, change: Change) -> None:
        known = self._deployment(change.key.flow, change.key.name)
        wanted = deployment_update(change.fields, known.job_variables if known else {})
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
        known = self._notices(change.key.within).get(change.key.name, [])
        kept = known[:1] if change.action != "delete" else []
        for surplus in known[len(kept) :]:
            self._client.delete_automation(surplus.id)
        if change.action == "delete":
            return
        blocks = [self._block(name).id for name in texts(change.fields["blocks"])]
        named = {
            full_name(flow.name, each.name): each.id
            for flow, each in self.deployments([change.key.within])
        }
        # Those that are not there have no runs either.
        about = [named[each] for each in texts(change.fields["deployments"]) if each in named]
        wanted = automation(change, blocks, about, enabled=not kept or kept[0].enabled)
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
        return pages(
            lambda limit, offset: self._client.read_automations(limit=limit, offset=offset)
        )

    def _blocks(self) -> list[BlockDocument]:
        return block_documents(self._client)

    def _block(self, name: str) -> BlockDocument:
        return notification_block(name, self._blocks())


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
