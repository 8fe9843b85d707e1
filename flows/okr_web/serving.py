"""Serving: the page on a port of this machine, until it is told to stop."""

from __future__ import annotations

import uvicorn

from okr_web.app import create_app
from okr_web.house import House


def serve(house: House, host: str, port: int) -> None:
    """Answer until Ctrl-C or a signal.

    Args:
        house: What the page answers from.
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
    """
    uvicorn.run(
        create_app(house),
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
