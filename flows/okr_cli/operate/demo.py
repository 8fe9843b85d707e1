"""`okr demo`: two quarters of a company on the sandbox, through Prefect, in one command."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from okr_cli.operate.demo_doors import Doors
from okr_cli.operate.demo_playground import MARKER, Playground
from okr_cli.shell.acting import clock
from okr_cli.shell.output import tell
from okr_cli.shell.signals import cleaning_up
from okr_core.basics.command import okr
from okr_core.errors import RefusalError

_FOLDER = Path("demo")
_PLAYED = "okr demo: a quarter of Lumen Buildings, 4 teams, 12 people in 9 roles"
_ALIVE = "okr demo: the playground of Lumen Buildings, as it was left"


def demo(
    folder: Annotated[
        Path, Parameter(name="--folder", help="Where the demo's workspace is made.")
    ] = _FOLDER,
    *,
    port: Annotated[
        int | None,
        Parameter(help="Where the sandbox is on this machine [default: 4270 or any free port]."),
    ] = None,
    serve: Annotated[
        bool,
        Parameter(
            negative=(),
            help="Keep sandbox, page and Prefect's UI running until Ctrl-C; a playground that is "
            "there is brought to life as it was left.",
        ),
    ] = False,
) -> int:
    """Play a quarter: 4 teams, 34 key results, 13 weekly syncs through Prefect, faults included.

    The quarter after it is running: a playground for every command. Needs no account and no
    network: Jira Cloud and Notion are a sandbox on this machine.
    """
    home = _served(folder) if serve else folder.resolve()
    there = Playground.found(home) if serve else None
    playground = there or Playground.today(home, clock())
    with there.sandbox() if there else playground.new_sandbox(port) as sandbox:
        if there is None:
            _make_room(folder)
        tell(_ALIVE if there else _PLAYED)
        tell(f"  sandbox    Jira Cloud and Notion on {sandbox.url}")
        with _environment(home, serve=serve), cleaning_up():
            # Only now: Prefect reads its home when it is imported.
            from okr_cli.operate.demo_play import keep_up, play  # noqa: PLC0415

            if there:
                keep_up(there)
            else:
                play(playground, sandbox, Doors.chosen(usual=port is None), serve=serve)
    return 0


def _served(folder: Path) -> Path:
    """The folder that is meant: the one where we are, if that is a playground."""
    here = Path.cwd()
    return here if folder == _FOLDER and (here / MARKER).is_file() else folder.resolve()


def _make_room(folder: Path) -> None:
    """Leave an empty folder: a demo of before is replaced, anything else is left alone.

    Raises:
        RefusalError: The folder holds something that no demo made.
    """
    home = folder.resolve()
    if home.exists() and any(home.iterdir()):
        if not (home / MARKER).exists():
            raise RefusalError(
                f"{folder} holds files that no demo made.",
                hint=f"Name another folder: {okr('demo', '--folder', 'DIR').code}.",
            )
        shutil.rmtree(home)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    (home / "cycles").mkdir()
    (home / MARKER).write_text(f"Made by {okr('demo').code}, which replaces this folder.\n")


@contextmanager
def _environment(home: Path, *, serve: bool) -> Iterator[None]:
    """Prefect, the store and tokens of the demo alone; nothing of the user's is touched."""
    kept = dict(os.environ)
    for name in [name for name in os.environ if name.startswith(("PREFECT_", "OKR_"))]:
        del os.environ[name]
    os.environ |= {
        "PREFECT_HOME": str(home / ".prefect"),
        # Logs are for the UI, where there is one; the terminal tells the quarter.
        "PREFECT_LOGGING_LEVEL": "INFO" if serve else "CRITICAL",
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",  # 20 is short on a busy machine
        "DO_NOT_TRACK": "1",
    }
    try:
        yield
    finally:
        os.environ.clear()
        os.environ |= kept
