"""`okr deploy` and `okr serve`: schedules and notices on a server, as workspace and plans say."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from okr_cli.operate.changes import describe
from okr_cli.shell.acting import clock
from okr_cli.shell.asking import confirmed
from okr_cli.shell.figures import count
from okr_cli.shell.home import STORE_VARIABLE, Home
from okr_cli.shell.options import HERE, Format, Place, pairs_of
from okr_cli.shell.output import print_text, show, tell
from okr_core.basics.command import okr
from okr_flows.deploy.deployments import POOL, Infrastructure, full_name
from okr_flows.documents.upkeep import DeployDocument, DeployedDocument
from okr_flows.notify.notices import worker_start
from okr_flows.people.keys import VARIABLE as SECRET_VARIABLE
from okr_flows.run.names import block_of
from okr_mail import PASSWORD_VARIABLE

if TYPE_CHECKING:
    from okr_flows.deploy.diff import Change
    from okr_flows.deploy.rollout import Rollout

Pool = Annotated[
    str,
    Parameter(
        help="Work pool whose workers run it; created where it does not exist [default: the one "
        f"that the deployments have, else {POOL}]."
    ),
]
PoolType = Annotated[
    str,
    Parameter(help="Type of that pool, such as process, docker or kubernetes [default: process]."),
]
WorkQueue = Annotated[
    str, Parameter(help="Work queue of that pool; created where it does not exist.")
]
JobVariables = Annotated[
    list[str] | None,
    Parameter(name="--job-variable", help="K=V for the workers, V as JSON or text; repeatable."),
]
Adopt = Annotated[
    list[str] | None,
    Parameter(
        help="Name of deployments (after the /) of an earlier release or another workspace, for a "
        "cycle of this one: their schedules and notices become this workspace's; repeatable."
    ),
]
CycleOption = Annotated[
    str | None, Parameter(name="--cycle", help="This cycle only [default: all not yet over].")
]


def deploy(
    *,
    dry_run: Annotated[bool, Parameter(help="Show what would change; change nothing.")] = False,
    pool: Pool = "",
    pool_type: PoolType = "",
    work_queue: WorkQueue = "",
    job_variable: JobVariables = None,
    adopt: Adopt = None,
    cycle: CycleOption = None,
    format_: Format = "text",
    place: Place = HERE,
) -> int:
    """Have Prefect read your sources on schedule and tell people when that needs them.

    Running it again changes only what differs. What a person paused stays paused, and their tags,
    job variables and schedules stay; our schedules of connections and cycles that are gone are
    taken away. What carries another workspace's mark is not touched. Needs a Prefect server
    (PREFECT_API_URL).
    """
    home = Home.of(place)
    infrastructure = Infrastructure(pool or None, pool_type, work_queue, _variables(job_variable))
    rollout = rollout_at(home, cycle)
    from okr_flows.deploy.deploy import make, steps_for  # noqa: PLC0415 - imports Prefect
    from okr_flows.deploy.server import prefect_server  # noqa: PLC0415

    with prefect_server() as server:
        steps = steps_for(server, rollout, infrastructure, adopt or ())
        for change in steps.changes if dry_run else make(server, steps.changes):
            if format_ == "text":
                print_text(describe(change))
        paused = server.paused(rollout.cycles)
    document = DeployDocument(
        dry_run=dry_run,
        workspace=rollout.id_,
        changes=tuple(DeployedDocument.of(change) for change in steps.changes),
        paused=tuple(paused),
        beside=steps.beside,
        refused=steps.refused,
    )
    show(format_, document, _summary(steps.changes, dry_run=dry_run))
    for name in paused:
        tell(f"{name} was paused by somebody and stays paused.")
    for sentence in (*steps.beside, *steps.refused):
        tell(sentence)
    if not dry_run:
        _advise(rollout, steps.pools)
    return 0


def _variables(pairs: list[str] | None) -> dict[str, object]:
    """Job variables as Prefect takes them: JSON where it is JSON, else the text itself."""
    found: dict[str, object] = {}
    for name, text in pairs_of(pairs or (), "--job-variable", "K=V").items():
        try:
            found[name] = json.loads(text)
        except json.JSONDecodeError:
            found[name] = text
    return found


def rollout_at(home: Home, cycle: str | None) -> Rollout:
    """What the home's store says is to be deployed; from here on the process is the home's.

    Raises:
        OkrError: There is no store, or nothing in it to deploy.
    """
    # Prefect reads its settings when it is imported, a worker its tokens from the environment.
    for name, value in home.env.items():
        os.environ.setdefault(name, value)
    with home.open_store() as store:
        from okr_flows.deploy.rollout import rollout_of  # noqa: PLC0415 - the store: half a second

        return rollout_of(store, clock(), cycle)


def _summary(changes: Sequence[Change], *, dry_run: bool) -> str:
    if not changes:
        return "Nothing to change: the server has what workspace and plans say."
    return f"{count(len(changes), 'change')} {'to make; none was made' if dry_run else 'made'}."


def _advise(rollout: Rollout, pools: Mapping[str, Sequence[str]]) -> None:
    """What a person has to do now, on stderr."""
    if not rollout.workspace.routes:
        tell("Nobody is told when a sync fails: name a notification block in `routes` of okr.yaml.")
    if rollout.workspace.mail is None:
        tell("Nobody is reminded by mail: name a mail server in `mail` of okr.yaml.")
    for pool, others in pools.items():
        if others:
            _advise_shared(rollout.id_, pool, others)
        else:
            tell(
                f"Runs start where a worker runs: `{worker_start(pool)}`, with prefect-okr "
                f"installed, {_listed(_variables_of(rollout))} in its environment."
            )
    tell(_page_of(rollout))


def _variables_of(rollout: Rollout) -> list[str]:
    """What the environment of a worker holds."""
    mail, page = rollout.workspace.mail, rollout.workspace.web.url
    found = [STORE_VARIABLE, "the tokens of your connections"]
    found += [PASSWORD_VARIABLE] if mail is not None and mail.user else []
    # Without it a reminder has the page's plain address.
    return found + ([SECRET_VARIABLE] if mail is not None and page else [])


def _page_of(rollout: Rollout) -> str:
    """How people without a terminal get their page."""
    page = rollout.workspace.web.url
    where = f" as {page}" if page else " once `web: {url: …}` of okr.yaml says where"
    return f"People answer on the page, which is a service of its own{where}: {okr('web').code}."


def _listed(several: Sequence[str]) -> str:
    return f"{', '.join(several[:-1])} and {several[-1]}"


def _advise_shared(workspace: str, pool: str, others: Sequence[str]) -> None:
    """How workers of a pool find the store of each workspace: by its block."""
    named = ", ".join(f"`{other}`" for other in others)
    save = (
        "import os; from okr_flows.workspace_block import OkrWorkspace; "
        f"OkrWorkspace(store_url=os.environ['{STORE_VARIABLE}'])"
        f".save('{block_of(workspace)}', overwrite=True)"
    )
    tell(
        f"Pool `{pool}` starts runs of {named} too: a worker with {STORE_VARIABLE} in its "
        "environment refuses those of all workspaces but one. Either save where the store is for "
        f"Prefect, with this workspace's {STORE_VARIABLE} set:\n"
        f'  python -c "{save}"\n'
        "and start workers without it, with the tokens of the connections of all:\n"
        f"  env -u {STORE_VARIABLE} {worker_start(pool)}\n"
        f"or give this workspace a pool of its own:\n"
        f"  {okr('deploy', pool=f'okr-{workspace}')}"
    )


def serve(*, adopt: Adopt = None, cycle: CycleOption = None, place: Place = HERE) -> int:
    """Read, score, report and remind on schedule from this machine, until Ctrl-C.

    The same schedules and notices as `okr deploy`, without work pool and worker. While it does
    not run nothing happens; what was due last meanwhile is done when it starts again. Refuses
    while workers run the same deployments, which would get nothing any more; on a terminal it asks.
    Needs a Prefect server (PREFECT_API_URL), which may be on this machine.
    """
    home = Home.of(place)
    rollout = rollout_at(home, cycle)
    os.environ[STORE_VARIABLE] = home.store_url()
    from okr_flows.deploy.deploy import make, steps_for  # noqa: PLC0415 - imports Prefect
    from okr_flows.deploy.server import prefect_server  # noqa: PLC0415
    from okr_flows.deploy.serving import run_until_interrupted, served_by_workers  # noqa: PLC0415

    with prefect_server() as server:
        steps = steps_for(server, rollout, Infrastructure(), adopt or ())
        taken = served_by_workers(server, rollout.served)
        if taken and not confirmed(f"{taken.message}\nServe them here instead?"):
            raise taken
        for change in make(server, steps.changes):
            tell(describe(change))
        for sentence in (*steps.beside, *steps.refused):
            tell(sentence)
        served = list(server.deployments(rollout.served))
    names = ", ".join(full_name(flow.name, each.name) for flow, each in served)
    tell(f"Serving {names}; Ctrl-C ends it.")
    tell(_page_of(rollout))
    run_until_interrupted(served)
    tell("Ended; schedules stay as they are and go on when it is started again.")
    return 0
