"""Killed commands: `okr` in processes of their own that die by SIGKILL at a statement of the store.

Run as a program it is `okr` with a death: `killed_commands.py STATEMENT FILE okr's arguments`. It
counts what is sent to the store, its commits too; where the number is reached it dies. What it had
sent when it came through is written to FILE.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url

from okr_cli import main

NEVER = 10**9
KILLS = int(os.environ.get("OKR_TEST_KILLS", "7"))
"""How often a command is killed; 20 times were run before it was kept."""


@dataclass(frozen=True)
class Command:
    """A command of `okr` in a folder, to be killed or to come through.

    Attributes:
        folder: Where it runs, and where it notes what it sent.
        env: Its environment; `OKR_STORE_URL` names the store.
        arguments: Of `okr`.
    """

    folder: Path
    env: Mapping[str, str]
    arguments: Sequence[str]

    def killed_at(self, statement: int) -> bool:
        """Whether it died at that statement; False: it came through."""
        code = self._run(statement)
        assert code in {0, 4, -signal.SIGKILL}, self.arguments
        return code == -signal.SIGKILL

    def sent(self) -> int:
        """Let it come through; how many statements it sent."""
        assert self._run(NEVER) in {0, 4}, self.arguments
        return int(self._note.read_text())

    @property
    def _note(self) -> Path:
        return self.folder / "sent"

    def _run(self, statement: int) -> int:
        command = [sys.executable, __file__, str(statement), str(self._note), *self.arguments]
        path = os.pathsep.join(each for each in sys.path if each)
        env = {**os.environ, **self.env, "PYTHONPATH": path}
        ran = subprocess.run(
            command, check=False, cwd=self.folder, env=env, capture_output=True, timeout=600
        )
        if ran.returncode not in {0, 4, -signal.SIGKILL}:
            sys.stderr.write(ran.stderr.decode(errors="replace"))
        return ran.returncode


def spread_over(statements: int) -> list[int]:
    """Statements to die at, spread over all of them, the first and the last included."""
    return sorted({1 + round(n * (statements - 1) / (KILLS - 1)) for n in range(KILLS)})


def _die_at(statement: int, note: Path) -> None:
    """Count what is sent to the store of `OKR_STORE_URL`; Prefect's own database is none."""
    url = os.environ["OKR_STORE_URL"]
    store = make_url(url).database if "://" in url else str(Path(url).absolute())
    done = 0
    counting = Lock()

    def count(connection: Connection, *_: object) -> None:
        nonlocal done
        if connection.engine.url.database != store:
            return
        with counting:  # connections are recorded by threads; none may step over the number
            done += 1
            note.write_text(str(done))
            if done == statement:
                os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)


if __name__ == "__main__":
    _die_at(int(sys.argv[1]), Path(sys.argv[2]))
    sys.exit(main(sys.argv[3:]))
