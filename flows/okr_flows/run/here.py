"""Here: a flow that a command calls, in the command's own process, and what a run is called.

A server where everyone reads is told the workspace and the cycle. Where the store is and who asks
stay in this process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar

from prefect import tags
from prefect.context import TagsContext
from prefect.runtime import flow_run

from okr_core.errors import OkrError
from okr_core.plan.acting import UNATTENDED, Actor
from okr_flows.run.names import CycleNames, marked, names_of
from okr_flows.run.prefect_reached import prefect_reached
from okr_flows.run.run_store import given_actor, given_now, given_store
from okr_store import open_store

MARK_SECONDS = 1.0
"""How long a store that others write to is waited for, for the sake of a mark."""
_Asked = ParamSpec("_Asked")
_Found = TypeVar("_Found")
_MARKS: ContextVar[tuple[str, ...]] = ContextVar("marks of the run", default=())


@contextmanager
def called_here(
    store_url: str, cycle: str, now: datetime | None = None, actor: Actor = UNATTENDED
) -> Iterator[None]:
    """Within the block, a flow that is called runs here and has the mark of its workspace.

    Args:
        store_url: Address of the store.
        cycle: Id of the cycle.
        now: The time (aware); None: by this machine's clock.
        actor: Who asks for it.

    Raises:
        RetryableError: Prefect's server does not answer, or the one of this run does not start.
    """
    marks = _marks(store_url, cycle)
    token = _MARKS.set(marks)
    try:
        with (
            given_store(store_url),
            given_now(now),
            given_actor(actor),
            tags(*marks),
            prefect_reached(),
        ):
            yield
    finally:
        _MARKS.reset(token)


def marked_alone(flow_body: Callable[_Asked, _Found]) -> Callable[_Asked, _Found]:
    """A flow's body whose tasks do not take over the marks of its run.

    Prefect asks the server for a slot of each tag of a task before the task begins, and again to
    give it back.
    """

    @wraps(flow_body)
    def body(*args: _Asked.args, **kwargs: _Asked.kwargs) -> _Found:
        # Prefect pickles the body with what it names where a flow that calls it is served.
        with _tags_of_others():
            return flow_body(*args, **kwargs)

    return body


def _tags_of_others() -> TagsContext:
    return TagsContext(current_tags=TagsContext.get().current_tags - set(_MARKS.get()))


def _marks(store_url: str, cycle: str) -> tuple[str, ...]:
    try:
        with open_store(store_url, patience=MARK_SECONDS) as store:
            return names_of(store, cycle).tags
    except OkrError:  # the run itself waits for the store, and says what is wrong with it
        return ()


def run_name(what: str, *parameters: str) -> Callable[[], str]:
    """What runs of a flow are called in Prefect, such as `Sync acme-kqzm-2026-q4: tracker`.

    A run without the mark of a workspace, as one of a flow of one's own is, goes without.

    Args:
        what: What it does, in a word or two.
        parameters: Those that tell its runs apart, where they are set.
    """

    def name() -> str:
        asked = flow_run.parameters
        cycle = CycleNames(marked(flow_run.tags), str(asked.get("cycle") or ""))
        told = filter(None, (str(asked.get(each) or "") for each in parameters))
        return ": ".join((f"{what} {cycle.deployment}".rstrip(), *told))

    return name
