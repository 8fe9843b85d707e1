"""Serving: the page on a port of this machine, until it is told to stop."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from threading import Thread
from typing import TYPE_CHECKING

import uvicorn

from okr_core.plan.mail import Mail
from okr_flows.people.keys import Keys
from okr_mail import Session
from okr_web.app import create_app
from okr_web.house import House

if TYPE_CHECKING:
    from okr_store import Store


def serve(  # noqa: PLR0917 - called once, by its name
    store: Store,
    keys: Keys,
    clock: Callable[[], datetime],
    host: str,
    port: int,
    password: str = "",
) -> None:
    """Answer until Ctrl-C or a signal.

    Args:
        store: The open store.
        keys: Sign links and sessions.
        clock: Gives the time, aware.
        host: Address to listen on.
        port: Port to listen on.
        password: Of the mail server through which people get their links.
    """
    server = uvicorn.Server(_config(store, keys, clock, password, host=host, port=port))
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:  # it has said why
        raise SystemExit(3)


@contextmanager
def served_beside(
    store: Store, keys: Keys, clock: Callable[[], datetime], port: int
) -> Iterator[None]:
    """Answer on this computer while the block lasts, in a thread of this process.

    Args:
        store: The open store.
        keys: Sign links and sessions.
        clock: Gives the time, aware.
        port: Port to listen on.

    Raises:
        OSError: The port is taken.
    """
    with socket.create_server(("127.0.0.1", port)) as listener:
        server = uvicorn.Server(_config(store, keys, clock))
        thread = Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            while thread.is_alive() and not server.started:
                time.sleep(0.01)
            yield
        finally:
            server.should_exit = True
            thread.join()


def _config(  # noqa: PLR0917 - of the two above alone
    store: Store,
    keys: Keys,
    clock: Callable[[], datetime],
    password: str = "",
    host: str = "127.0.0.1",
    port: int = 0,
) -> uvicorn.Config:
    def session_of(mail: Mail) -> Session:
        return Session(mail, password)

    return uvicorn.Config(
        create_app(House(store, keys, clock, session_of)),
        host=host,
        port=port,
        # The socket's peer is who it is: a header would say anything.
        proxy_headers=False,
        server_header=False,
        # It would hold people's links; the page writes a line of its own.
        access_log=False,
        log_level="warning",
        timeout_keep_alive=15,
        h11_max_incomplete_event_size=16 * 1024,
    )
