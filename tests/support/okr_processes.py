"""The command `okr` in processes of its own, and the one Prefect server that they all report to."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from okr_command import Ran
from prefect_api import PrefectApi
from prefect_asks import healthy
from prefect_stage import free_port
from wait import until

OKR = (sys.executable, "-c", "import sys; from okr_cli import main; sys.exit(main())")
RUN_SYNC = (
    "import datetime, os, sys; from okr_flows.sync.sync_progress import run_sync;"
    "at = datetime.datetime.fromisoformat(sys.argv[2]);"
    "run_sync(sys.argv[1], store_url=os.environ['OKR_STORE_URL'], as_of=at)"
)


@dataclass
class Processes:
    """Starts processes; ends those that still run at the end of the test.

    Attributes:
        api: The Prefect server that they report to.
        env: What each of them gets: nothing of the tester's settings.
        folder: Where they run.
    """

    api: PrefectApi
    env: Mapping[str, str]
    folder: Path

    def __post_init__(self) -> None:
        self._started: list[subprocess.Popen[str]] = []

    def okr(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """Start the command."""
        return self._start([*OKR, *arguments], more)

    def flow(self, cycle: str, as_of: str, **more: str) -> subprocess.Popen[str]:
        """Start the flow alone, as a worker does."""
        return self._start([sys.executable, "-c", RUN_SYNC, cycle, as_of], more)

    def python(self, script: str, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """Start a script."""
        return self._start([sys.executable, "-c", script, *arguments], more)

    def end(self) -> None:
        """Kill what still runs."""
        for process in self._started:
            if process.poll() is None:
                process.kill()
            process.communicate()

    def _start(self, command: Sequence[str], more: Mapping[str, str]) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env={**self.env, **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._started.append(process)
        return process


def ended(process: subprocess.Popen[str], *, seconds: float = 120) -> Ran:
    """How a process ended by itself."""
    out, err = process.communicate(timeout=seconds)
    return Ran(process.returncode, out, err)


def clean_environment(home: Path, **more: str) -> dict[str, str]:
    """An environment without settings of Prefect or okr, but with a Prefect home of its own."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("PREFECT_", "OKR_"))}
    return {
        **kept,
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        **more,
    }


@contextmanager
def prefect_server(folder: Path) -> Iterator[tuple[PrefectApi, dict[str, str]]]:
    """A Prefect server with an empty database, and the environment of what reports to it."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env = clean_environment(folder, PREFECT_API_URL=f"{url}/api", PREFECT_SERVER_API_PORT=str(port))
    command = [sys.executable, "-m", "prefect", "server", "start", "--port", str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=env, stdout=quiet, stderr=quiet) as server:
        try:
            until(lambda: _answers(server, f"{url}/api"), "Prefect answers", seconds=120)
            yield PrefectApi(f"{url}/api"), env
        finally:
            server.terminate()


def _answers(server: subprocess.Popen[bytes], api: str) -> bool:
    assert server.poll() is None, "Prefect's server has ended"
    return healthy(api)
