"""Prefect server: reached, and what it has of ours changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, cast

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import (
    DeploymentScheduleCreate,
    DeploymentUpdate,
    WorkPoolCreate,
)
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.settings import PREFECT_API_URL

from okr_core.basics.command import okr
from okr_core.errors import AccessError, ConfigError, RetryableError
from okr_flows.deploy.deployments import FLOWS, full_name
from okr_flows.deploy.diff import Change, Key, is_own_slug
from okr_flows.deploy.fields import (
    automation,
    deployment_update,
    peoples_schedule,
    texts,
)
from okr_flows.deploy.holdings import Holdings
from okr_flows.run.prefect_address import at_address

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
            why = type(failure).__name__
            raise RetryableError(
                f"the Prefect server{at_address(address)} does not answer ({why}).",
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
        f"what answers{at_address(address)} is no Prefect server.",
        hint="Correct PREFECT_API_URL (the address with `/api`); a proxy may be in between.",
    )


class Server(Holdings):
    """A Prefect server: what it has of ours, and changing that."""

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


@contextmanager
def _own_errors(address: str) -> Iterator[None]:
    """What Prefect's client raises, as errors that say what to do."""
    try:
        yield
    except PrefectHTTPStatusError as error:
        status = error.response.status_code
        if status in {401, 403}:
            raise AccessError(
                f"the Prefect server{at_address(address)} refuses us ({status}).",
                hint="Check PREFECT_API_KEY or PREFECT_API_AUTH_STRING.",
            ) from error
        raise RetryableError(
            f"the Prefect server{at_address(address)} answered {status}: {_detail(error)}.",
            hint="Run the command again; what was done already stays.",
        ) from error
    except httpx.HTTPError as error:
        raise RetryableError(
            f"the Prefect server{at_address(address)} does not answer ({type(error).__name__}).",
            hint="Run the command again; what was done already stays.",
        ) from error


def _detail(error: PrefectHTTPStatusError) -> str:
    return " ".join(error.response.text.split())[:200]
