"""What benchmarks talk to, each in a process of its own: a scenario's sandbox, a Prefect server."""

from __future__ import annotations

import multiprocessing
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection

import httpx
from sync_scenarios import NOW, SCENARIOS

from okr_sandbox import Sandbox


@contextmanager
def sandbox(number: int, latency: float) -> Iterator[tuple[str, str]]:
    """Address of a scenario's sandbox, and its Notion data source."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(number, latency, there), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        here.send("stop")
        process.join()


def _serve(number: int, latency: float, pipe: Connection) -> None:
    company = SCENARIOS[number].company()
    source = next(iter(company.notion.sources)) if company.notion else "-"
    with Sandbox(company, clock=NOW, latency=latency) as running:
        pipe.send((running.url, source))
        pipe.recv()


@contextmanager
def prefect(env: Mapping[str, str]) -> Iterator[str]:
    """Address of the API of a Prefect server."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}/api"
    command = [sys.executable, "-m", "prefect", "server", "start", "--port", str(port)]
    quiet = subprocess.DEVNULL
    own = {**env, "PREFECT_SERVER_API_PORT": str(port), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    with subprocess.Popen(command, env=own, stdout=quiet, stderr=quiet) as server:
        try:
            while not _answers(f"{url}/health"):
                time.sleep(0.2)
            yield url
        finally:
            server.terminate()


def _answers(health: str) -> bool:
    try:
        return httpx.get(health, timeout=2).is_success
    except httpx.TransportError:
        return False
