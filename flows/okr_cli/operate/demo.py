"""`okr demo`: a whole quarter of a company on the sandbox, through Prefect, in one command."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from okr_cli.shell.output import print_text, tell
from okr_core.basics.command import okr
from okr_core.errors import RefusalError

MARKER = ".okr-demo"
"""File that says a folder was made by the demo and may be made anew."""


def demo(
    folder: Annotated[
        Path, Parameter(name="--folder", help="Where the demo's workspace is made.")
    ] = Path("demo"),
    *,
    serve: Annotated[
        bool, Parameter(help="Keep sandbox and Prefect's UI running until Ctrl-C.")
    ] = False,
) -> int:
    """Play a quarter: 4 teams, 34 key results, 13 weekly syncs through Prefect, faults included.

    Needs no account and no network: Jira Cloud and Notion are a sandbox on this machine.
    """
    began = time.monotonic()
    home = _fresh(folder)
    tell("okr demo: a quarter of Lumen Buildings, 4 teams, 12 people in 9 roles")
    with _environment(home, serve=serve):
        # Only now: Prefect reads its home when it is imported.
        from okr_cli.operate.demo_quarter import DemoQuarter  # noqa: PLC0415

        with DemoQuarter.begin(home, serve=serve) as quarter:
            quarter.run()
            print_text(quarter.status())
            print_text(quarter.explain())
            tell(f"\n{quarter.closing()} ({time.monotonic() - began:.0f} s)")
            if serve:
                quarter.wait()
    return 0


def _fresh(folder: Path) -> Path:
    """An empty folder: a demo of before is replaced, anything else is left alone.

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
    return home


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
