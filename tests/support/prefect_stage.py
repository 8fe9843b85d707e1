"""A real Prefect server, worker and chat on loopback, each a process or thread of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from okr_command import Ran
from prefect_asks import ask, healthy
from wait import until

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Stage:
    """A Prefect server, and the package as a worker would have it: installed from its wheel.

    Attributes:
        url: Address of the server's API.
        env: What every process gets: the server's address, the wheel, nothing of the tester's.
        empty: A folder with nothing in it.
    """

    url: str
    env: dict[str, str]
    empty: Path

    def okr(self, *arguments: str, folder: Path | None = None, **more: str) -> Ran:
        """Run the command line in a process of its own."""
        return self._ran([sys.executable, "-m", "okr_stage_cli", *arguments], folder, more)

    def python(self, script: str, **more: str) -> Ran:
        """Run a script."""
        return self._ran([sys.executable, "-c", script], None, more)

    @contextmanager
    def running(
        self, *command: str, env: Mapping[str, str], folder: Path | None = None
    ) -> Iterator[Process]:
        """A module that runs until the block ends; then it is interrupted, as by Ctrl-C."""
        own = self.env | dict(env)
        with _process([sys.executable, "-m", *command], folder or self.empty, own) as it:
            yield it

    def post(self, path: str, body: object = None) -> Any:
        """An answer of the server."""
        answer = ask("POST", f"{self.url}/{path}", body or {})
        return answer.json() if answer.content else None

    def get(self, path: str) -> Any:
        """An answer of the server."""
        return ask("GET", f"{self.url}/{path}").json()

    def put(self, path: str, body: Mapping[str, object]) -> None:
        """Put something in the place of what the server keeps."""
        ask("PUT", f"{self.url}/{path}", body)

    def patch(self, path: str, body: Mapping[str, object]) -> None:
        """Change something that the server keeps."""
        ask("PATCH", f"{self.url}/{path}", body)

    def deployment(self, name: str, flow: str = "sync-progress") -> Any:
        """A deployment of a flow."""
        return self.get(f"deployments/name/{flow}/{name}")

    def ended(self, name: str, flow: str = "sync-progress") -> list[Any]:
        """Runs of a deployment that have ended, each with its state."""
        return self.runs(name, flow, "COMPLETED", "FAILED", "CRASHED")

    def runs(self, name: str, flow: str, *types: str) -> list[Any]:
        """Runs of a deployment whose state is of these types, the first due first."""
        body = {
            "flow_runs": {"state": {"type": {"any_": types}}},
            "deployments": {"name": {"any_": [name]}},
            "flows": {"name": {"any_": [flow]}},
            "sort": "EXPECTED_START_TIME_ASC",
        }
        return list(self.post("flow_runs/filter", body))

    def _ran(self, command: Sequence[str], folder: Path | None, more: Mapping[str, str]) -> Ran:
        ran = subprocess.run(
            command,
            cwd=folder or self.empty,
            env=self.env | dict(more),
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        return Ran(ran.returncode, ran.stdout, ran.stderr)


@dataclass
class Process:
    """A process that runs, and what it said."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    def end(self, number: int = signal.SIGINT) -> int:
        """Interrupt it; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=60)

    def kill_with_children(self) -> None:
        """Kill it and everything that it started at once, as a power cut does."""
        listed = subprocess.run(
            ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
        )
        pairs = (line.split() for line in listed.stdout.splitlines())
        parents = {int(pid): int(parent) for pid, parent in pairs}
        doomed = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in doomed} - doomed:
            doomed |= more
        for pid in doomed:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def says(self, word: str) -> bool:
        """Whether it has said that."""
        return any(word in line for line in self.said)


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """A Prefect server with nothing in it, and our wheel beside it."""
    found = staged(folder)
    with server(found):
        yield found


def staged(folder: Path, code: Path | None = None) -> Stage:
    """Our wheel, or what that folder has in its place, and where a Prefect server will be."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/api"
    empty = folder / "empty"
    empty.mkdir()
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": str(code or wheel(folder)),
        "PYTHONSAFEPATH": "1",
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_API_URL": url,
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "PREFECT_RUNNER_POLL_FREQUENCY": "1",
        "DO_NOT_TRACK": "1",
    }
    return Stage(url, env, empty)


@contextmanager
def server(stage: Stage) -> Iterator[Process]:
    """Its Prefect server, until the block ends; a second one finds what the first one kept."""
    port = stage.env["PREFECT_SERVER_API_PORT"]
    command = ("prefect", "server", "start", "--port", port)
    with stage.running(*command, env={}) as running:
        until(lambda: _healthy(stage.url, running), "Prefect's server comes up", seconds=300)
        yield running


def wheel(folder: Path) -> Path:
    """A folder into which our wheel is installed: first on the path it hides the working tree."""
    target = folder / "wheel"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target)]
    subprocess.run([*pip, str(ROOT)], check=True, timeout=300)
    write_command(target)
    return target


def write_command(target: Path) -> None:
    """What `Stage.okr` starts: `python -m okr_cli` is no way to do what the script `okr` does."""
    (target / "okr_stage_cli.py").write_text(
        "import sys\nfrom okr_cli import main\nsys.exit(main())\n"
    )


@dataclass
class Chat:
    """A chat's webhook: what it was told.

    Attributes:
        url: Where messages are posted.
        times: When each message came, by `time.monotonic`.
        refuses: End of the addresses under which it refuses them.
    """

    url: str
    messages: list[dict[str, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    refuses: str = "/nothing"

    def about(self, word: str) -> dict[str, str] | None:
        """The first message that holds the word."""
        return next((each for each in self.messages if word in each["body"]), None)


@contextmanager
def chat() -> Iterator[Chat]:
    """A webhook on loopback."""
    heard = Chat("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            if self.path.endswith(heard.refuses):
                self.rfile.read(length)
                self.send_response(403)
                self.end_headers()
                return
            heard.times.append(time.monotonic())
            heard.messages.append(json.loads(self.rfile.read(length)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    heard.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _healthy(url: str, running: Process) -> bool:
    assert running.process.poll() is None, "".join(running.said)
    return healthy(url)


@contextmanager
def _process(command: Sequence[str], folder: Path, env: Mapping[str, str]) -> Iterator[Process]:
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=dict(env),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    running = Process(process)
    assert process.stdout is not None
    listener = Thread(target=running.said.extend, args=(process.stdout,))
    listener.start()
    try:
        yield running
    finally:
        try:
            running.end()
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        listener.join()
        process.stdout.close()
