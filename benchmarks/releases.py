"""Whether two releases say the same about the same stores: prints nothing where they do.

    python benchmarks/releases.py OLD_PYTHON [NEW_PYTHON] [--keep FOLDER]

Each python has one release installed (the new one: this interpreter). The older release makes two
stores: the demo's quarter, and one with every kind of entry, which begins as the kept store of
`tests/data/stores` and goes on to an override, a closing and a restatement.
Each release then works on copies of its own: status and its trend, score and its history, explain
of every key result, the report as JSON and Markdown for several audiences, export, and what deploy
would do on a Prefect server without deployments. What differs is printed as a diff and ends with 1.
"""

from __future__ import annotations

import argparse
import difflib
import gzip
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

KEPT = Path(__file__).resolve().parents[1] / "tests/data/stores/okr-store-v0001.db.gz"
RUN = """
import contextlib, io, json, sys
from okr_cli import main
for args in json.load(sys.stdin):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(args)
    print(json.dumps([args, code, out.getvalue(), err.getvalue()]), file=sys.__stdout__)
"""
EVERY_KIND = (
    (
        "checkin",
        "activation.week1",
        "41",
        "--confidence",
        "6",
        "--as-of",
        "2025-12-20",
        "--by",
        "ada",
    ),
    ("checkin", "activation.launch/beta", "done", "--as-of", "2025-12-20", "--by", "ada"),
    ("checkin", "answers.time", "3.5", "--as-of", "2025-12-29", "--by", "bo"),
    ("score", "--as-of", "2025-12-30"),
    ("score", "--override", "activation.grade=0.6", "--reason", "Two teams", "--by", "ada"),
    ("score", "--as-of", "2026-01-05"),
    ("close", "--as-of", "2026-01-08", "--by", "ada", "--reason", "The quarter is over."),
    ("restate", "answers.bound=0.5", "--reason", "Counted twice", "--by", "bo"),
)


@dataclass(frozen=True)
class Quarter:
    """A stored quarter and the times from which it is looked at."""

    name: str
    cycle: str
    store: Path
    times: tuple[str, ...]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("old")
    parser.add_argument("new", nargs="?", default=sys.executable)
    parser.add_argument("--keep", help="leave what was said there")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(chosen.keep or scratch).resolve()
        home.mkdir(parents=True, exist_ok=True)
        os.environ |= _settings(home)
        with _prefect(chosen.old, home):
            quarters = [_demo(chosen.old, home), _every_kind(chosen.old, home)]
            said = [_said(python, quarters, home) for python in (chosen.old, chosen.new)]
    same = 0
    for name, before in said[0].items():
        after = said[1][name]
        same += before == after
        sys.stdout.writelines(
            line + "\n"
            for line in difflib.unified_diff(
                before.splitlines(),
                after.splitlines(),
                f"old: {name}",
                f"new: {name}",
                "",
                "",
                1,
                "",
            )
        )
    print(f"{same} of {len(said[0])} outputs are the same.", file=sys.stderr)
    return int(same != len(said[0]))


def _settings(home: Path) -> dict[str, str]:
    port = _free_port()
    return {
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "ERROR",
        "DO_NOT_TRACK": "1",
        "NO_COLOR": "1",
        "COLUMNS": "100",
    }


def _said(python: str, quarters: Sequence[Quarter], home: Path) -> dict[str, str]:
    """What a release says of every quarter, by quarter and command."""
    found: dict[str, str] = {}
    for quarter in quarters:
        with tempfile.TemporaryDirectory(dir=home) as folder:
            store = Path(folder, "okr.db")
            shutil.copy(quarter.store, store)
            for args, code, out, err in _run(
                python, store, list(_commands(quarter, python, store))
            ):
                name = f"{quarter.name}: okr {' '.join(args)}"
                found[name] = f"exit code {code}\n{out}\n{err}".replace(folder, "FOLDER")
    return found


def _commands(quarter: Quarter, python: str, store: Path) -> Iterator[list[str]]:
    cycle = ["--cycle", quarter.cycle]
    for at in quarter.times:
        when = [*cycle, "--as-of", at]
        for shown in (["--tree"], [], ["--trend"], ["--format", "json"]):
            yield ["status", *shown, *when]
        yield ["status", "--trend", "--format", "json", *when]
        for shown in (["--tree"], ["--format", "json"], ["--history"]):
            yield ["score", "--dry-run", *shown, *when]
        yield ["score", "--history", "--format", "json", *when]
        for audience in ("company", "team:growth", "person:ada"):
            for form in ("json", "md", "digest"):
                yield ["report", "--format", form, "--out", "-", "--audience", audience, *when]
    names = _key_results(python, store, quarter)
    for at in (quarter.times[len(quarter.times) // 2], quarter.times[-1]):
        for name in names:
            yield ["explain", name, *cycle, "--at", at]
            yield ["explain", name, *cycle, "--at", at, "--format", "json"]
    yield ["export"]
    yield ["audit", "verify"]
    yield ["revisions", "list", *cycle]
    yield ["deploy", "--dry-run", *cycle]
    yield ["deploy", "--dry-run", "--format", "json", *cycle]


def _key_results(python: str, store: Path, quarter: Quarter) -> list[str]:
    asked = ["status", "--format", "json", "--cycle", quarter.cycle, "--as-of", quarter.times[-1]]
    text = _run(python, store, [asked])[0][2]
    return [kr["id"] for each in json.loads(text)["objectives"] for kr in each["key_results"]]


def _run(
    python: str, store: Path, commands: Sequence[Sequence[str]]
) -> list[tuple[list[str], int, str, str]]:
    env = {**os.environ, "OKR_STORE_URL": str(store), "OKR_PERSON": "ada"}
    ran = subprocess.run(
        [python, "-c", RUN],
        input=json.dumps(commands),
        env=env,
        cwd=store.parent,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [tuple(json.loads(line)) for line in ran.stdout.splitlines() if line.startswith("[[")]


def _demo(old: str, home: Path) -> Quarter:
    store = home / "demo" / "okr.db"
    if not store.is_file():
        run = "import sys; from okr_cli import main; sys.exit(main(['demo', 'demo']))"
        env = {k: v for k, v in os.environ.items() if k != "PREFECT_API_URL"}
        done = subprocess.run([old, "-c", run], cwd=home, env=env, capture_output=True, check=False)
        if not store.is_file():
            raise SystemExit(done.stderr.decode())
    times = ("2026-07-20T12:00", "2026-08-24T12:00", "2026-09-28T12:00", "2026-10-20")
    return Quarter("demo", "2026-q3", store, times)


def _every_kind(old: str, home: Path) -> Quarter:
    store = home / "every-kind.db"
    store.write_bytes(gzip.decompress(KEPT.read_bytes()))
    for args, code, out, err in _run(
        old, store, [[*args, "--cycle", "2025-q4"] for args in EVERY_KIND]
    ):
        if code not in (0, 4):
            raise SystemExit(f"okr {' '.join(args)} ended with {code}: {err or out}")
    times = ("2025-10-20", "2025-11-03T12:00", "2025-12-30", "2026-01-04", "2026-12-01")
    return Quarter("every kind", "2025-q4", store, times)


@contextmanager
def _prefect(python: str, home: Path) -> Iterator[None]:
    """An empty Prefect server at PREFECT_API_URL."""
    command = [python, "-m", "prefect", "server", "start", "--no-services"]
    with (
        (home / "prefect.log").open("w") as log,
        subprocess.Popen(command, stdout=log, stderr=log) as server,
    ):
        try:
            _wait(os.environ["PREFECT_API_URL"] + "/health", server)
            yield
        finally:
            server.terminate()


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        try:
            with urllib.request.urlopen(address):
                return
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.5)
    raise SystemExit("the Prefect server did not start; see prefect.log with --keep.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
