"""Killed commands: `okr` in processes of their own that die by SIGKILL at a statement of the store.

Run as a program it is the nest of these processes: it imports what they need once, and forks one
for each line that it is told. That one counts what is sent to the store, its commits too; where the
number is reached it dies. What it had sent when it came through is written to a file.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import IO, Any, NoReturn

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url

from okr_cli import main

NEVER = 10**9
KILLS = int(os.environ.get("OKR_TEST_KILLS", "7"))
"""How often a command is killed; 20 times were run before it was kept."""


@dataclass(frozen=True)
class Nest:
    """Starts processes that have imported what commands need.

    Attributes:
        told: What is to be run, a line of JSON each.
        ended: The exit code of each, a line each; below 0: the signal.
    """

    told: IO[str]
    ended: IO[str]

    def run(self, **asked: object) -> int:
        """Exit code of a process that has done that."""
        print(json.dumps(asked), file=self.told, flush=True)
        return int(self.ended.readline())


@contextmanager
def nest(env: Mapping[str, str]) -> Iterator[Nest]:
    """A nest with settings of Prefect, which are read when it is imported."""
    path = os.pathsep.join(each for each in sys.path if each)
    with subprocess.Popen(
        [sys.executable, __file__],
        env={**os.environ, **env, "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Nest(process.stdin, process.stdout)
        finally:
            os.killpg(process.pid, signal.SIGKILL)


@dataclass(frozen=True)
class Command:
    """A command of `okr` in a folder, to be killed or to come through.

    Attributes:
        nest: Starts its process.
        folder: Where it runs, and where it notes what it sent.
        env: Its environment; `OKR_STORE_URL` names the store.
        arguments: Of `okr`.
    """

    nest: Nest
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
        said = self.folder / "said"
        code = self.nest.run(
            statement=statement,
            note=str(self._note),
            said=str(said),
            folder=str(self.folder),
            env=dict(self.env),
            arguments=list(self.arguments),
        )
        if code not in {0, 4, -signal.SIGKILL}:
            sys.stderr.write(said.read_text(errors="replace"))
        return code


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


def _hatched(asked: dict[str, Any]) -> NoReturn:
    """Be `okr` with a death, and end."""
    os.chdir(asked["folder"])
    os.environ.update(asked["env"])
    said = os.open(asked["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(said, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    _die_at(asked["statement"], Path(asked["note"]))
    sys.exit(main(asked["arguments"]))


if __name__ == "__main__":
    import okr_flows.score.score_cycle
    import okr_flows.sync.sync_progress  # noqa: F401

    for line in sys.stdin:
        if (child := os.fork()) == 0:
            _hatched(json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 - told to the test
