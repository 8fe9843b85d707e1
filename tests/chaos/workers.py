"""Workers of one pool, and the processes in which they run flows; each may be killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

from prefect_stage import Process, Stage

Run = dict[str, Any]


def engine_of(run: Run) -> int | None:
    """The process that runs a flow run, where a worker has started one."""
    _host, _, pid = (run["infrastructure_pid"] or "").rpartition(":")
    return int(pid) if pid else None


@dataclass
class Workers:
    """The workers that poll one pool."""

    stage: Stage
    pool: str
    env: Mapping[str, str]
    _open: list[tuple[ExitStack, Process]] = field(default_factory=list)
    _killed: set[int] = field(default_factory=set)

    def start(self) -> None:
        """Start one more."""
        own = ExitStack()
        command = ("prefect", "worker", "start", "--pool", self.pool, "--type", "process")
        process = own.enter_context(self.stage.running(*command, env=self.env))
        self._open.append((own, process))

    def kill(self) -> None:
        """End the last one without a word; what it runs goes on."""
        self._open[-1][1].end(signal.SIGKILL)

    def kill_engine(self, run: Run) -> None:
        """End the process of a run without a word."""
        engine = engine_of(run)
        if engine is not None and engine not in self._killed:
            self._killed.add(engine)
            with suppress(ProcessLookupError):
                os.kill(engine, signal.SIGKILL)

    def dismiss(self) -> None:
        """End all of them, as by Ctrl-C."""
        while self._open:
            own, process = self._open.pop()
            if process.process.poll() is None:
                process.end()
            own.close()

    def said(self) -> str:
        """What they have printed."""
        return "".join(line for _own, process in self._open for line in process.said)
