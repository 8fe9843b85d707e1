"""Prefect for the demo: its engine alone, or a server with the UI that stays up."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from okr_cli.shell.output import tell
from okr_core.errors import RetryableError

SECONDS = 120


@contextmanager
def prefect_server(*, serve: bool) -> Iterator[str]:
    """Prefect's UI address while the demo runs; empty where Prefect starts by itself per run.

    Raises:
        RetryableError: The server did not come up.
    """
    if not serve:
        os.environ["PREFECT_SERVER_ALLOW_EPHEMERAL_MODE"] = "true"
        yield ""
        return
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    os.environ |= {"PREFECT_API_URL": f"{url}/api", "PREFECT_SERVER_API_PORT": str(port)}
    server = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "prefect", "server", "start", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(f"{url}/api/health", server)
        tell(f"  prefect    {url}")
        yield url
    finally:
        server.terminate()
        server.wait(timeout=30)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait(health: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            if httpx.get(health, timeout=2).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.5)
    raise RetryableError(
        f"Prefect's server did not come up within {SECONDS} s.",
        hint="Run `okr demo` without --serve, or look at `prefect server start`.",
    )
