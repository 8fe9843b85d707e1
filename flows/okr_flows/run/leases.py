"""Leases: what only so many runs do at once, on however many machines.

The store is the guard, by its own clock: no server has to be there, and the turn of a run that was
killed ends by itself. Who waits too long is told who is at it: that is an outcome, not a hang.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Event, Thread

from okr_core.errors import BusyError, OkrError
from okr_core.plan.workspace import Connection
from okr_store import Lease, Store

log = logging.getLogger(__name__)

SECONDS = 60.0
"""How long a lease lasts; it is renewed three times as often."""
WAIT = 300.0
"""Seconds that a run waits for its turn: longer than the lease of one that was killed."""
_PAUSES = (0.05, 1.0)
"""Seconds from the first look to the second, and at most between two."""


PATIENCE = 2.0
"""Seconds of waiting of which nobody need hear."""
_TELL: ContextVar[Callable[[str], None]] = ContextVar("_TELL", default=log.warning)


@contextmanager
def waits_told(tell: Callable[[str], None]) -> Iterator[None]:
    """Within the block, who waits for a turn says so there; else in the log of this package."""
    token = _TELL.set(tell)
    try:
        yield
    finally:
        _TELL.reset(token)


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Purpose:
    """What is done in turn.

    Attributes:
        key: What the store calls it, the same for all who use the store.
        what: What is busy, for people.
        doing: What its owner does with it.
    """

    key: str
    what: str
    doing: str


def reading(connection: str) -> Purpose:
    """Reading a connection with `runs_at_once`, whatever the cycle."""
    return Purpose(f"read {connection}", f"connection `{connection}`", "reading it")


def judging(cycle: str) -> Purpose:
    """Scoring or closing a cycle: each judges by what the one before recorded."""
    return Purpose(f"judge {cycle}", f"cycle `{cycle}`", "scoring or closing it")


def writing(connection: str) -> Purpose:
    """Writing scores back to a connection."""
    return Purpose(f"write {connection}", f"connection `{connection}`", "writing to it")


def publishing(cycle: str, connection: str, parent: str, audience: str) -> Purpose:
    """Making or updating the page of a cycle for an audience."""
    key = f"publish {cycle} {connection} {parent} {audience}"
    return Purpose(key, f"the page of cycle `{cycle}` at `{connection}`", "updating it")


@contextmanager
def held(
    store: Store,
    purpose: Purpose,
    *,
    slots: int = 1,
    wait: float = WAIT,
    seconds: float = SECONDS,
    stop: Callable[[], bool] = _never,
) -> Iterator[Store]:
    """Have a turn, waiting for it; it is given back when the block ends.

    Args:
        store: The open store.
        purpose: What is done.
        slots: How many may be at it at once.
        wait: How long to wait, in seconds; 0: not at all.
        seconds: How long the turn of a process that dies lasts.
        stop: Whether a person wants it to end: then it is waited for no longer.

    Yields:
        The store, which records while the turn lasts: a process that was stopped for so long that
        another one took its place is refused (`LeaseLostError`).

    Raises:
        BusyError: Others are at it for longer; nothing was done.
        OkrError: The store cannot be used.
    """
    lease = _acquired(store, purpose, slots, seconds, wait, stop)
    ended = Event()
    renewing = Thread(target=_renew, args=(store, lease, ended), daemon=True, name=lease.purpose)
    renewing.start()
    try:
        yield store.under(lease)
    finally:
        ended.set()
        renewing.join()
        _give_back(store, lease)


@contextmanager
def turn_at(
    opening: Callable[[], AbstractContextManager[Store]],
    name: str,
    connection: Connection,
    *,
    wait: float = WAIT,
    stop: Callable[[], bool] = _never,
) -> Iterator[None]:
    """Have a turn at reading a connection; at once where any number of runs may.

    What was read may be recorded after the turn was lost: a slot has one reading, whoever records
    it.

    Args:
        opening: Opens the store, where that has to be asked.
        name: Of the connection.
        connection: Says how many may read it at once.
        wait: See `held`.
        stop: See `held`.

    Raises:
        BusyError: See `held`.
        OkrError: The store cannot be used.
    """
    slots = connection.runs_at_once
    if slots is None:
        yield
        return
    with opening() as store, held(store, reading(name), slots=slots, wait=wait, stop=stop):
        yield


def _acquired(  # noqa: PLR0917 - of `held` alone
    store: Store,
    purpose: Purpose,
    slots: int,
    seconds: float,
    wait: float,
    stop: Callable[[], bool],
) -> Lease:
    quiet_until, told = time.monotonic() + PATIENCE, False
    for _ in _looks(wait, stop):
        lease = store.leases.acquire(purpose.key, slots=slots, seconds=seconds)
        if lease is not None:
            return lease
        if not told and time.monotonic() > quiet_until:
            told = True
            message = _busy(store, purpose, slots).message.rstrip(".")
            _TELL.get()(f"{message}; waiting for it, {_long(wait)} at most.")
    raise _busy(store, purpose, slots)


def _long(seconds: float) -> str:
    minutes = seconds / 60
    return f"{minutes:.0f} minutes" if minutes >= 2 else f"{seconds:.0f} seconds"


def _looks(wait: float, stop: Callable[[], bool]) -> Iterator[None]:
    """The moments at which one looks whether it is one's turn, once at least."""
    end, (pause, longest) = time.monotonic() + wait, _PAUSES
    yield
    while (left := end - time.monotonic()) > 0 and not stop():
        # Not all at the same moments: who asks most often would have it every time.
        time.sleep(min(left, pause * random.uniform(0.5, 1.5)))  # noqa: S311 - not a secret
        pause = min(longest, 2 * pause)
        yield


def _busy(store: Store, purpose: Purpose, slots: int) -> BusyError:
    known = store.leases.holders(purpose.key, slots=slots)
    owners = ", ".join(each.owner for each in known) or "another run"
    since = f", since {known[0].since:%Y-%m-%d %H:%M} UTC" if known else ""
    return BusyError(
        f"{purpose.what} is busy: {owners} {'are' if len(known) > 1 else 'is'} "
        f"{purpose.doing}{since}.",
        hint="Run it again once that has ended; the turn of a run that was killed ends by itself "
        "within a minute.",
    )


def _renew(store: Store, lease: Lease, ended: Event) -> None:
    while not ended.wait(lease.seconds / 3):
        try:
            if not store.leases.renew(lease):
                log.warning("the turn `%s` was lost: this run was stopped too long", lease.purpose)
                return
        except OkrError as error:  # the next time is soon enough
            log.warning("the turn `%s` could not be renewed: %s", lease.purpose, error)


def _give_back(store: Store, lease: Lease) -> None:
    """What was done stays done, also where the store has gone away: the turn ends by itself."""
    try:
        store.leases.release(lease)
    except OkrError as error:
        log.warning("the turn `%s` could not be given back: %s", lease.purpose, error)
