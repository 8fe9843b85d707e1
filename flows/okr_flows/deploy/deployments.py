"""Deployments: what Prefect should run for a cycle; pure, knows no Prefect."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from okr_core.basics.command import okr
from okr_core.plan.cycle import Cycle
from okr_core.plan.plan import Plan
from okr_core.plan.schedule import check_ins_of, reading_schedule, served
from okr_core.plan.workspace import Workspace
from okr_flows.run.names import CycleNames

OWN_SLUG = "okr-"
"""How slugs of our schedules begin."""
PREFIX = "okr-sync-"
"""How slugs of connections begin."""
POOL = "okr"
"""Work pool of deployments for which nobody names another."""
NAMELESS = "okr-sync"
"""Slug of the schedule of key results whose binding names no connection."""
_HOURLY = "35 * * * *"
"""A little after the times at which scores and reports are due."""
Parameters = Mapping[str, str | bool | list[str]]


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a flow runs, and with what.

    Attributes:
        slug: Its name in the deployment; ours begin with `okr-`.
        cron: Local times of `timezone`.
        parameters: What the flow is called with; never an address of the store, never a secret.
    """

    slug: str
    cron: str
    timezone: str
    parameters: Parameters


Schedules = Callable[[Workspace, Plan], Iterable[Schedule]]


def never(_workspace: Workspace, _plan: Plan) -> Iterable[Schedule]:
    """No schedule: people or other flows start it."""
    return ()


@dataclass(frozen=True, slots=True)
class ScheduledFlow:
    """A flow that has a deployment per cycle.

    Attributes:
        name: Its name in Prefect.
        entrypoint: A module path: a worker imports the installed package and needs no folder with
            code.
        does: What it does with a cycle; how the deployment's description begins.
        schedules: When it runs for a plan.
        form: Whether people start it to say something: whoever filled it in sees how it ended, and
            no chat is told what they mistyped.
    """

    name: str
    entrypoint: str
    does: str
    schedules: Schedules = never
    form: bool = False


def at(slug: str, cron: str, **parameters: str | bool) -> Schedules:
    """One schedule, the same for every plan, in local times of its cycle's zone."""

    def schedules(_workspace: Workspace, plan: Plan) -> Iterable[Schedule]:
        return (Schedule(slug, cron, plan.cycle.timezone, {"cycle": plan.cycle.id, **parameters}),)

    return schedules


def reads(workspace: Workspace, plan: Plan) -> Iterable[Schedule]:
    """One schedule per connection that key results are bound to, or that people check in with."""
    for name, key_results in sorted({**served(plan), **check_ins_of(workspace, plan)}.items()):
        connection = workspace.connections.get(name)
        if name and connection is None:
            continue  # each sync says so; there is nothing to read
        parameters: dict[str, str | bool | list[str]] = {"cycle": plan.cycle.id}
        if name:
            parameters["connection"] = name
        else:
            parameters["only"] = [kr.id for kr in key_results]
        yield Schedule(
            slug=f"{PREFIX}{name}" if name else NAMELESS,
            cron=reading_schedule(connection, key_results),
            timezone=plan.cycle.timezone,
            parameters=parameters,
        )


SYNC = ScheduledFlow(
    name="sync-progress",
    entrypoint="okr_flows.sync.sync_progress.sync_progress",
    does="Reads the bound key results",
    schedules=reads,
)


SCORE = ScheduledFlow(
    name="score-cycle",
    entrypoint="okr_flows.score.score_cycle.score_cycle",
    does="Scores and forecasts the key results",
)


REPORT = ScheduledFlow(
    name="report-cycle",
    entrypoint="okr_flows.report.report_cycle.report_cycle",
    does="Reports on the objectives",
)


CLOCK = ScheduledFlow(
    name="run-cycle",
    entrypoint="okr_flows.clock.run_cycle.run_cycle",
    does="Scores, reports and reminds people of the objectives",
    schedules=at("okr-tick", _HOURLY),
)


CHECK_IN = ScheduledFlow(
    name="check-in",
    entrypoint="okr_flows.forms.check_in.check_in_form",
    does="Takes a check-in on one of the key results",
    form=True,
)


DECIDE = ScheduledFlow(
    name="decide",
    entrypoint="okr_flows.forms.decide.decide_form",
    does="Takes an answer to what waits for a person about the objectives",
    form=True,
)


FLOWS = (SYNC, SCORE, REPORT, CLOCK, CHECK_IN, DECIDE)
"""In the order in which people think of them: read, score, report; then what people say. The clock
starts scores and reports when they are due, so that only it and the reads have schedules."""


@dataclass(frozen=True, slots=True)
class Infrastructure:
    """Where the runs of deployments start.

    Attributes:
        pool: Name of the work pool whose workers start them; empty: `okr serve` does; None: the
            pool that each deployment has, and `POOL` where it has none.
        kind: Type that the pool must have, such as `process` or `kubernetes`; empty: whatever it
            has, and `process` where it has to be created.
        queue: Name of the pool's work queue; empty: as it is.
        variables: Job variables that the pool's workers are given; others stay as they are.
    """

    pool: str | None = ""
    kind: str = ""
    queue: str = ""
    variables: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deployment:
    """How Prefect runs a flow for one cycle.

    No limit of runs: what people start would be cancelled by it. The store keeps runs apart.
    """

    flow: str
    names: CycleNames
    entrypoint: str
    description: str
    tags: tuple[str, ...]
    parameters: Parameters
    schedules: tuple[Schedule, ...]

    @property
    def name(self) -> str:
        """Its name among the deployments of its flow."""
        return self.names.deployment

    @property
    def full_name(self) -> str:
        """Flow and deployment, as Prefect's command line names them."""
        return full_name(self.flow, self.name)


def full_name(flow: str, name: str) -> str:
    """What Prefect's command line calls a deployment of a flow."""
    return f"{flow}/{name}"


def deployments_of(
    workspace: Workspace,
    plan: Plan,
    id_: str,
    flows: Iterable[ScheduledFlow] = FLOWS,
    store: str = "",
) -> tuple[Deployment, ...]:
    """The deployments of a cycle: one per flow, also where nothing is due by itself.

    Without a schedule people still start it by hand, from its form.

    Args:
        workspace: Its connections say what is read when.
        plan: The cycle's.
        id_: The workspace's, see `okr_flows.run.names.workspace_id`.
        flows: What is deployed.
        store: Which store says so, see `okr_flows.run.names.store_of`.
    """
    names = CycleNames(id_, plan.cycle.id, store)
    return tuple(_deployment(flow, workspace, plan, names) for flow in flows)


def description_of(does: str, organization: str, cycle: Cycle) -> str:
    """What a deployment's page says of it."""
    return (
        f"{does} of {organization}, cycle {cycle.id} ({cycle.starts} to {cycle.ends}). Made by "
        f"{okr('deploy').code}, which overwrites changes to it; pause a schedule here and it stays "
        "paused."
    )


def described_organization(description: str, cycle: str) -> str:
    """Whose a deployment is by its description; empty where that does not say it.

    >>> described_organization("Reads the bound key results of Acme, cycle 2026-q4.", "2026-q4")
    'Acme'
    """
    found = re.match(
        rf".*? (?:key results|objectives) of (.+), cycle {re.escape(cycle)}\b", description
    )
    return found[1] if found else ""


def _deployment(
    flow: ScheduledFlow, workspace: Workspace, plan: Plan, names: CycleNames
) -> Deployment:
    cycle = plan.cycle
    return Deployment(
        flow=flow.name,
        names=names,
        entrypoint=flow.entrypoint,
        description=description_of(flow.does, workspace.organization, cycle),
        tags=names.tags,
        parameters={"cycle": cycle.id},
        schedules=tuple(flow.schedules(workspace, plan)),
    )
