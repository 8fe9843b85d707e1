"""What a run works with: its store, no parameter since Prefect shows those, and its time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from okr_core.basics.command import okr
from okr_core.errors import ConfigError, RefusalError
from okr_core.plan.acting import UNATTENDED, Actor
from okr_flows.run.names import block_of, store_of, workspace_id
from okr_flows.run.workspace_block import store_of_run, store_url, workspace_of_run
from okr_store import Store, open_store

_GIVEN: ContextVar[str] = ContextVar("_GIVEN", default="")
_NOW: ContextVar[datetime | None] = ContextVar("_NOW", default=None)
_ACTOR: ContextVar[Actor] = ContextVar("_ACTOR", default=UNATTENDED)


@contextmanager
def given_store(url: str) -> Iterator[None]:
    """Within the block, flows of this process use the store at that address."""
    token = _GIVEN.set(url)
    try:
        yield
    finally:
        _GIVEN.reset(token)


@contextmanager
def given_now(now: datetime | None) -> Iterator[None]:
    """Within the block, flows of this process take that for the time; None: this machine's."""
    token = _NOW.set(now)
    try:
        yield
    finally:
        _NOW.reset(token)


@contextmanager
def given_actor(actor: Actor) -> Iterator[None]:
    """Within the block, flows of this process act in that person's name; no parameter says it."""
    token = _ACTOR.set(actor)
    try:
        yield
    finally:
        _ACTOR.reset(token)


def run_actor() -> Actor:
    """Who this run acts for; nobody, where it is a worker's."""
    return _ACTOR.get()


def run_now(scheduled: datetime | None) -> datetime:
    """The time of this run, in UTC, after which nothing has happened yet.

    Args:
        scheduled: When the run was to start: it has started, so that time has come, although this
            machine's clock may be behind the server's.
    """
    return _NOW.get() or max(run_time(), run_time(scheduled))


def open_run_store() -> Store:
    """The store that this run was given, else the one of OKR_STORE_URL or the block.

    Raises:
        ConfigError: It is not known where it is, its version is another release's, or it is another
            workspace's (several share a server and perhaps a worker): no rule that a run may
            quietly obey, but something to put right on this machine.
        StoreUnreachableError: It does not answer.
    """
    given = _GIVEN.get()
    own, mark = ("", "") if given else (workspace_of_run(), store_of_run())
    try:
        store = open_store(store_url(given, os.environ, own))
    except RefusalError as error:
        raise ConfigError(error.message, hint=error.hint) from error
    if own and (found := workspace_id(store)) != own:
        store.close()
        raise ConfigError(
            f"this run belongs to workspace `{own}`, the store that its worker knows to "
            f"`{found or 'none'}`; nothing was read or recorded.",
            hint=f"Unset OKR_STORE_URL where the worker starts and save the block "
            f"`{block_of(own)}`, or give each workspace a work pool with "
            f"{okr('deploy', pool='POOL').code}.",
        )
    if mark and mark != store_of(store):
        store.close()
        raise ConfigError(
            f"this run belongs to another store of workspace `{own}` than the one that its worker "
            "knows; nothing was read or recorded.",
            hint="Start the worker with the OKR_STORE_URL of the store that was deployed; a copied "
            "folder needs an `id` of its own. If the store was begun anew, run "
            f"{okr('deploy').code} with it.",
        )
    return store


def run_time(*candidates: datetime | None) -> datetime:
    """The first time that is given, else now; in UTC and of Python's own kind.

    Made anew: the times that Prefect gives are of a subclass that loses its zone in arithmetic.

    Args:
        candidates: What was asked for, and when the run was scheduled to start.
    """
    at = next((each for each in candidates if each is not None), None) or datetime.now(UTC)
    utc = at.astimezone(UTC)
    return datetime(
        *(utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second, utc.microsecond),
        tzinfo=UTC,
    )
