"""Watching: what the contract suite looks at from outside, so that no source judges itself."""

from __future__ import annotations

import io
import logging
import socket
import sys
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

_EVENTS = frozenset({"socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.sendmsg"})
_watchers: list[_Watcher] = []
_installed = threading.Event()


@dataclass(slots=True)
class Output:
    """Everything that was logged and printed meanwhile."""

    logged: list[str] = field(default_factory=list)
    printed: str = ""


@dataclass(slots=True)
class _Watcher:
    """Notes network events of this thread and of threads that began later."""

    others: frozenset[int | None]
    used: list[str] = field(default_factory=list)


@contextmanager
def network_use() -> Iterator[list[str]]:
    """Names looked up and connections begun meanwhile, by this thread or its new ones."""
    _install()
    me = threading.get_ident()
    others = frozenset(t.ident for t in threading.enumerate() if t.ident != me)
    watcher = _Watcher(others)
    _watchers.append(watcher)
    try:
        yield watcher.used
    finally:
        _watchers.remove(watcher)


@contextmanager
def everything_said() -> Iterator[Output]:
    """Everything that is logged, by whomever and at any level, and everything that is printed."""
    said, printed = Output(), io.StringIO()

    class Catcher(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.logged.append(f"{record.getMessage()} {vars(record)}")

    root, catcher = logging.getLogger(), Catcher()
    level = root.level
    root.addHandler(catcher)
    root.setLevel(logging.DEBUG)
    try:
        with redirect_stdout(printed), redirect_stderr(printed):
            yield said
    finally:
        said.printed = printed.getvalue()
        root.setLevel(level)
        root.removeHandler(catcher)


def closed_address() -> str:
    """An http address on this machine where no server listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return f"http://127.0.0.1:{port}"


def disguises(secret: str, user: str = "") -> set[str]:
    """The forms in which a token travels: as it is, percent-encoded, in Base64.

    >>> sorted(disguises("a b", "me"))
    ['YSBi', 'a b', 'a%20b', 'a+b', 'bWU6YSBi']
    """
    if not secret:
        return set()
    plain = {secret, quote(secret, safe=""), quote_plus(secret)}
    return plain | {b64encode(text.encode()).decode() for text in (secret, f"{user}:{secret}")}


def _install() -> None:
    # An audit hook cannot be taken away again: there is one, and it is idle between watches.
    if not _installed.is_set():
        _installed.set()
        sys.addaudithook(_note)


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if not _watchers or event not in _EVENTS:
        return
    for watcher in _watchers:
        if threading.get_ident() not in watcher.others:
            watcher.used.append(f"{event} {arguments[-1] if event == 'socket.connect' else ''}")
