"""Serving: the page on a port of this machine, until it is told to stop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
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

    def session_of(mail: Mail) -> Session:
        return Session(mail, password)

    uvicorn.run(
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
