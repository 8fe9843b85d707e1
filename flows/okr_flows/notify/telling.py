"""Telling: a run tells the routes what it knows, itself, at once and once.

It does not go through Prefect's events: after a restart of its server those of runs that were known
before are late by a quarter of an hour, or lost.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from inspect import isawaitable
from typing import cast

import httpx
from prefect.blocks.abstract import NotificationBlock
from prefect.blocks.core import Block
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import BlockDocument
from prefect.runtime import flow_run
from prefect.utilities.urls import url_for

from okr_core.basics.exact import time_json
from okr_core.errors import OkrError, RetryableError
from okr_core.plan.workspace import Workspace
from okr_core.record.entries import Entry
from okr_core.record.write_back import NoticeRecord
from okr_flows.notify.blocks import block_documents, notification_block, qualified
from okr_flows.notify.message import Message, Told
from okr_flows.notify.notices import concerned, subject
from okr_flows.run.cycle import in_force
from okr_flows.run.ending import own_deployment
from okr_flows.run.names import names_of
from okr_flows.run.run_store import open_run_store
from okr_store import Store

log = logging.getLogger(__name__)

_TALKATIVE = (
    *("apprise", "httpx", "urllib3.connectionpool", "urllib3.util.retry"),
    *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")),
)
"""Loggers that write addresses, which are the secrets of a chat's webhook."""


def run_link() -> str:
    """Address of this run in Prefect's UI; empty outside of one."""
    # Not `flow_run.ui_url`, which leads to a page of an older UI.
    return url_for("flow-run", flow_run.id) or "" if flow_run.id else ""


def tell(
    store: Store,
    workspace: Workspace,
    cycle: str,
    messages: Iterable[Message],
    *,
    at: datetime,
    link: str = "",
) -> Told:
    """Tell routes their messages, each once, whichever runs try it at the same time.

    A block that fails stops no other and raises nothing; a later call may try it again.

    Args:
        store: Where it is recorded who was told what.
        workspace: Says which block a route leads to.
        cycle: Id of the cycle.
        messages: At most one per route and news.
        at: Business time of the run.
        link: Address under which there is more; added to every message.
    """
    several = list(messages)
    if not several:
        return Told()
    sending = _Sending(workspace, link)
    told, before, failed = list[str](), list[str](), dict[str, str]()
    for message in several:
        attempt = _claimed(store, cycle, message, at)
        if attempt is None:
            before.append(message.route)
            continue
        try:
            sending.send(message)
        except OkrError as error:
            failed[message.route] = str(error)
            log.warning("could not tell %s: %s", message.route, error)
            body = NoticeRecord(route=message.route, about=message.about, failed=error.message)
            _record(store, cycle, body, at, f"{attempt} failed")
        else:
            told.append(message.route)
    return Told(tuple(told), tuple(before), failed)


def tell_of_run(cycle: str, name: str, message: str, at: datetime) -> Told:
    """Tell the routes that hear of runs how this one ended, where nobody sits before it.

    Args:
        cycle: Id of the cycle.
        name: Of the state that it ends with.
        message: What that state says.
        at: Business time of the run.
    """
    if not own_deployment():
        return Told()
    what = str(flow_run.flow_name).partition("-")[0]
    about = f"{what} {time_json(at)} {name}"
    text = f"{flow_run.name} ended {name}: {message}"
    with open_run_store() as store:
        news = subject(names_of(store, cycle), f"a {what} needs attention")
        known = in_force(store, cycle)
        workspace = known.connected()
        routes = concerned(workspace, known.plan)
        messages = [Message(route, about, news, text) for route in routes]
        return tell(store, workspace, cycle, messages, at=at, link=run_link())


def _claimed(store: Store, cycle: str, message: Message, at: datetime) -> int | None:
    """Which attempt this is, and that it is this run's; None: another had it, or has it now."""
    known = (
        entry.body
        for entry in store.entries(cycle, kinds=("notice",))
        if isinstance(entry.body, NoticeRecord)
    )
    attempt = sum(
        bool(body.failed) and (body.route, body.about) == (message.route, message.about)
        for body in known
    )
    claim = NoticeRecord(route=message.route, about=message.about)
    return attempt if _record(store, cycle, claim, at, str(attempt)) else None


def _record(store: Store, cycle: str, body: NoticeRecord, at: datetime, step: str) -> bool:
    """Record a step of a notice; False: another run has recorded it."""
    key = f"{body.route}/{body.about}/{step}"
    entry = Entry(at=at, body=body, cycle=cycle, via="flow", key=key)
    return bool(store.add_entries(cycle, [entry]))


class _Sending:
    """Sends messages through the blocks of routes; the same words go through a block once."""

    def __init__(self, workspace: Workspace, link: str) -> None:
        self._routes = workspace.routes
        self._link = link
        self._documents: list[BlockDocument] | None = None
        self._sent: set[tuple[str, str, str]] = set()

    def send(self, message: Message) -> None:
        """Send a message.

        Raises:
            ConfigError: The route's block is not there, or cannot be used here.
            RetryableError: Prefect, or whoever the block sends to, could not be reached.
        """
        name = self._routes[message.route]
        block = qualified(notification_block(name, self._known()))
        same = (block, message.subject, message.text)
        if same not in self._sent:
            deliver(block, message, self._link)
            self._sent.add(same)

    def _known(self) -> list[BlockDocument]:
        if self._documents is None:
            try:
                with get_client(sync_client=True) as client:
                    self._documents = block_documents(client)
            except httpx.HTTPError as error:
                raise RetryableError(
                    f"Prefect's server did not give out its blocks ({type(error).__name__}).",
                    hint="Look at the server; the next run tries again.",
                ) from error
        return self._documents


def deliver(block: str, message: Message, link: str) -> None:
    """Send a message through a block of Prefect's.

    Args:
        block: Its name with its type.
        message: What is sent, as HTML where the block sends that.
        link: Address under which there is more; may be empty.

    Raises:
        RetryableError: It did not get there. What the block says of it is not quoted: it holds the
            address, which is the secret of a chat.
    """
    try:
        with _quiet():
            found = cast("NotificationBlock", Block.load(block, _sync=True))  # type: ignore[call-arg]
            with found.raise_on_failure():
                sent: object = found.notify(message.for_block(block, link), message.subject)
                if isawaitable(sent):  # a third party's block may know no other way
                    asyncio.run(_awaited(sent))
    except Exception as error:  # noqa: BLE001 - a block is anybody's code, and stops no run
        raise RetryableError(
            f"block `{block}` did not deliver ({_named(error)}).",
            hint="Send a test message from its page in Prefect's UI, and correct it there.",
        ) from None  # the cause holds the address


async def _awaited(sent: Awaitable[object]) -> None:
    await sent


def _named(error: Exception) -> str:
    """What went wrong without an address: the answer's number, or the kind of error."""
    if isinstance(error, httpx.HTTPStatusError):
        return f"answered {error.response.status_code}"
    return type(error).__name__


@contextmanager
def _quiet() -> Iterator[None]:
    """Within the block, nothing writes addresses into a log, at whatever level."""

    def nothing(_record: logging.LogRecord) -> bool:
        return False

    with ExitStack() as stack:
        for name in _TALKATIVE:
            logger = logging.getLogger(name)
            logger.addFilter(nothing)
            stack.callback(logger.removeFilter, nothing)
        yield
