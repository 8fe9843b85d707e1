"""Ending: how a run of a flow ends: with one sentence, without an error in its log.

Everyone with access to a Prefect server reads states and logs. So what a run found never travels
in a state that failed: Prefect writes such data, and a traceback, into the log. Whoever calls a
flow in its own process, as a subflow or from the command line, is given it as a plain value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn, TypeVar, cast

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.context import FlowRunContext
from prefect.exceptions import Abort
from prefect.logging import get_run_logger

from okr_core.errors import BusyError, OkrError, RefusalError, RetryableError
from okr_flows.run.ends import NEEDS_ATTENTION, OVERTAKEN, REFUSED

Found = TypeVar("Found")
RETRIES, RETRY_SECONDS = 2, 20
"""How often a run whose store or server was away is tried again, and how long after."""


@dataclass(frozen=True, slots=True)
class Refused:
    """That nothing was done, and why: a rule said no, or what was asked for is not there.

    Attributes:
        error: What happened, to which object, what to do.
    """

    error: OkrError

    def __str__(self) -> str:
        return str(self.error)


def completed(found: Found, message: str) -> Found:
    """End a run that did all of it.

    Args:
        found: What its caller is given.
        message: The run in one sentence; it quotes nothing that people wrote.
    """
    return _ended(found, "Completed", message)


def with_down(headline: str, failed: Mapping[str, str]) -> str:
    """A run's sentence with the connections that are down.

    Args:
        headline: What the run did.
        failed: Name of each connection that is down → why.
    """
    down = ", ".join(f"{name} ({why})" for name, why in failed.items())
    return f"{headline}; connection down: {down}"


def noticed(found: Found, name: str, message: str) -> Found:
    """End a run that people must notice: a deployment's has failed under that name.

    In a process of the caller's it is completed under that name: the caller has what was found and
    decides. The sentence is in the log either way, since Prefect's UI shows it nowhere else.

    Args:
        found: What its caller is given.
        name: What automations wait for.
        message: The sentence; it quotes nothing that people wrote.
    """
    get_run_logger().warning("%s: %s", name, message)
    if own_deployment():
        _fail(name, message)
    return _ended(found, name, message)


def refused(error: OkrError) -> Refused:
    """End a run that did nothing.

    A rule's refusal is no alarm. What is wrong with the parameters or the workspace is one for a
    deployment, whose schedule would go on in silence. A store or server that is away is tried
    again first. Where others were at it for as long as a run waits, that is the outcome, as it is
    of a connection that others read: people see who it is, and waiting once more changes nothing.

    Raises:
        RetryableError: It is still away; in a deployment's run people see its sentence instead.
    """
    if isinstance(error, BusyError):
        return noticed(Refused(error), NEEDS_ATTENTION, _busy(error))
    if isinstance(error, RetryableError):
        return _tried_again(error)
    get_run_logger().warning("%s", error)
    if own_deployment() and not isinstance(error, RefusalError):
        _fail("Failed", str(error))
    return _ended(Refused(error), REFUSED, str(error))


def unanswered(error: OkrError) -> Refused:
    """End a run that a person started from a form, and that could not do what they asked for.

    Whatever the reason, they see that nothing was recorded: the run has failed under the name of a
    refusal. A store or server that is away is tried again first.
    """
    if isinstance(error, RetryableError):
        return refused(error)
    return noticed(Refused(error), REFUSED, str(error))


def left_to_newer(message: str) -> Refused:
    """End a late run whose work a newer one of the same schedule does.

    Args:
        message: Which run that is.
    """
    get_run_logger().info("%s", message)
    return _ended(Refused(RefusalError(message)), OVERTAKEN, message)


def _busy(error: BusyError) -> str:
    """Who is at it since when, and what comes of it; a person is told otherwise: to come again."""
    return f"{error.message.rstrip('.')}; the next slot makes up for it."


def _tried_again(error: RetryableError) -> Refused:
    get_run_logger().warning("%s", error)
    run = _run()
    if run is not None and run.run_count <= (run.empirical_policy.retries or 0):
        # Prefect takes it as the wish to be run again; raised, it would log a traceback.
        return cast("Refused", State(type=StateType.FAILED, message=str(error)))
    if own_deployment():
        _fail("Failed", str(error))
    raise error


def _ended(found: Found, name: str, message: str) -> Found:
    # Prefect makes a state of what a flow returns, with a message of its own, unless it is one
    # already; a caller is given its data, so that the flow's type is that of the data.
    return cast("Found", State(type=StateType.COMPLETED, name=name, message=message, data=found))


def _fail(name: str, message: str) -> NoReturn:
    run = _run()
    assert run is not None, "a deployment's run has one"
    state: State[None] = State(type=StateType.FAILED, name=name, message=message)
    with get_client(sync_client=True) as client:
        client.set_flow_run_state(run.id, state, force=True)
    # The one way to end a failed run without an error and a traceback in its log.
    raise Abort(message)


def own_deployment() -> bool:
    """Whether this run is a deployment's own, and no subflow or call within one.

    Nobody sits before it who sees how it ends.
    """
    run = _run()
    return run is not None and run.deployment_id is not None


def _run() -> FlowRun | None:
    context = FlowRunContext.get()
    return context.flow_run if context is not None else None
