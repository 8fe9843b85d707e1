"""The playground that `okr demo` leaves, brought to life, and copies of it to type in."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from okr_command import Ran
from okr_processes import OKR, clean_environment
from prefect_stage import free_port
from reader import Reader
from wait import until

from okr_sandbox.demo import WRITTEN_FOR, Quarter

UP = "All of it is up."
PROFILE = """\
active = "work"

[profiles.work]
PREFECT_API_URL = "http://127.0.0.1:9/api"
"""


@dataclass(frozen=True)
class Demo:
    """A demo that has ended.

    Attributes:
        folder: Its workspace.
        home: The user's Prefect home, which names a server that is not there.
        group: Its process group.
        port: Where its sandbox was.
    """

    ran: Ran
    folder: Path
    home: Path
    group: int
    port: int

    @property
    def running(self) -> Quarter:
        """The quarter that is not over."""
        found = re.findall(r"5 objectives, 11 key results: (\S+) begins", self.ran.err)
        plan = (self.folder / "cycles" / f"{found[0]}.yaml").read_text(encoding="utf-8")
        return Quarter(date.fromisoformat(re.findall(r"starts: (\S+),", plan)[0]))


@dataclass(frozen=True)
class Served:
    """A playground that is alive.

    Attributes:
        demo: What it was made by.
        folder: A copy of its workspace, which is served.
        prefect: Address of Prefect's server.
    """

    demo: Demo
    folder: Path
    prefect: str

    def copy(self, place: Path) -> Path:
        """A copy of the workspace to type in; its tools are those that are served."""
        return Path(
            shutil.copytree(
                self.demo.folder, place / "demo", ignore=shutil.ignore_patterns(".prefect")
            )
        )

    def moved(self, text: str) -> str:
        """What a page says, with this playground's quarters, days and addresses."""
        running = self.demo.running
        around = {
            "<closed>": (WRITTEN_FOR.before, running.before),
            "<next>": (_after(WRITTEN_FOR), _after(running)),
        }
        for mark, (written, _) in around.items():
            text = text.replace(written.id, mark)
        named = running.moved(text, WRITTEN_FOR)
        for mark, (_, moved) in around.items():
            named = named.replace(mark, moved.id)
        return named.replace("127.0.0.1:4270", f"127.0.0.1:{self.demo.port}").replace(
            "http://127.0.0.1:4200", self.prefect
        )

    def reader(self, place: Path, folder: Path) -> Reader:
        """Somebody who begins to type in a folder; they are Ada in okr.yaml, as .env has it."""
        tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        env = clean_environment(
            place / ".prefect",
            PATH=tools,
            HOME=str(place),
            OKR_PERSON="ada",
            PREFECT_SERVER_API_PORT=str(free_port()),
            PREFECT_CLI_PROMPT="false",  # Prefect asks in ways of its own
            TERM="xterm",
            LANG="C.UTF-8",
        )
        url = f"http://127.0.0.1:{self.demo.port}"
        answers = {
            "atlassian.net: ": f"{url}/jira",
            "made the token: ": "okr-bot@example.com",
            "API token (hidden): ": "sandbox-jira-token",
            "integration (hidden): ": "ntn_sandbox",
            "[y/N] ": "y",
        }
        return Reader(folder, env, answers, place / "shell-state")


def _after(quarter: Quarter) -> Quarter:
    return Quarter(quarter.ends + timedelta(days=1))


def play(place: Path) -> Demo:
    """Run `okr demo` as somebody who has just installed it."""
    home, folder, port = place / "home", place / "company", free_port()
    home.mkdir()
    (home / "profiles.toml").write_text(PROFILE)
    # A user's own settings, all of them of no use to the demo.
    env = clean_environment(home, PREFECT_API_URL="http://127.0.0.1:9/api", OKR_STORE_URL="no.db")
    with subprocess.Popen(
        [*OKR, "demo", "--folder", str(folder), "--port", str(port)],
        cwd=place,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        out, err = process.communicate(timeout=900)
    return Demo(Ran(process.returncode, out, err), folder, home, process.pid, port)


@contextmanager
def served(demo: Demo, place: Path) -> Iterator[Served]:
    """Bring a copy of it to life with `okr demo --serve`, until the block ends."""
    folder = Path(shutil.copytree(demo.folder, place / "playground"))
    said = place / "serve.txt"
    with (
        said.open("w") as file,
        subprocess.Popen(
            [*OKR, "demo", "--serve"],
            cwd=folder,
            env=clean_environment(place / "home"),
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        try:
            until(lambda: _up(process, said), "the playground is up", seconds=180)
            prefect = re.findall(r"^  prefect +(\S+)$", said.read_text(), re.MULTILINE)[0]
            yield Served(demo, folder, prefect)
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(timeout=60)


def _up(process: subprocess.Popen[bytes], said: Path) -> bool:
    assert process.poll() is None, said.read_text()
    return UP in said.read_text()
