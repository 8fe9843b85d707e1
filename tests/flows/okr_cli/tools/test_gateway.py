"""A gateway that repeats what signed a request, in every way it can: nothing of it comes out."""

import os
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

import pytest
import stamina
from gateway import (
    BINDINGS,
    CANARY,
    ENCODINGS,
    ENVIRONMENT,
    PLAYS,
    SILENT,
    TOKEN,
    USER,
    pieces,
    write_files,
)
from okr_command import Okr
from sync_world import synced
from traces import everything_logged, store_rows

from okr_sources.testing.hostile import Hostile, hostile
from okr_store import open_store


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def everything(okr: Okr, home: Path, server: Hostile) -> dict[str, str]:
    """All that comes out of a company whose tools stand behind the gateway, by where it is."""
    write_files(home, server.url)
    when = ("--as-of", "2026-11-02T09:00")
    said: list[str] = []

    def run(*arguments: str) -> None:
        ran = okr(*arguments)
        said.append(f"{arguments}: {ran.code}\n{ran.out}\n{ran.err}")
        assert "Traceback" not in ran.err, ran.err

    with everything_logged() as logged, stamina.set_testing(True, attempts=1, cap=True):
        run("apply", "--reason", "first", "--by", "ada", "--as-of", "2026-10-01")
        with open_store("okr.db") as store:
            said.append(repr(synced(store, os.environ, datetime(2026, 11, 2, 9, tzinfo=UTC))))
        run("doctor", *when)
        run("try", "cloud", "labels = a")
        run("try", "crm", "/m", "--value", "a")
        run("people", "import", "jira", "cloud")
        run("status", *when)
        run("checkin", "o.number", "4", "--by", "ada", "--reason", "by hand", *when)
        run("write-back", "--by", "ada", *when)
        run("explain", "o.cloud", *when)
        run("report", "--out", "report", "--format", "html", *when)
        run("export", "--out", "export.jsonl")
    files = [path for path in home.rglob("*") if path.is_file() and path.name != ".env"]
    return {
        "terminal": "\n".join(said),
        "logs": "\n".join(logged),
        "store": store_rows("okr.db"),
        "files": "\n".join(path.read_bytes().decode("latin-1") for path in files),
    }


FAST = ("plain, 200", "Base64, 400", "in headers")


@pytest.mark.parametrize(
    "way", [pytest.param(way, marks=() if way in FAST else pytest.mark.slow) for way in PLAYS]
)
def test_nothing_of_a_signed_header_comes_out(okr: Okr, home: Path, way: str) -> None:
    with hostile(PLAYS[way]) as gateway:
        places = everything(okr, home, gateway)
        assert gateway.asked >= len(BINDINGS)
    told = {place: pieces(text) for place, text in places.items()}
    assert not any(told.values()), told
    # The same search finds what may be there: the gateway's other words, and what was asked.
    assert "labels = a" in places["terminal"]
    if way not in SILENT:
        for place in ("terminal", "store", "files"):
            assert CANARY in places[place], place


def test_the_search_finds_a_token_in_each_of_these_ways() -> None:
    for name, encode in ENCODINGS.items():
        assert pieces(f"who is {encode(TOKEN)}?"), name
    assert pieces(TOKEN[5:20])
    assert pieces(b64encode(f"{USER}:{TOKEN}".encode()).decode()[20:])
    assert not pieces(f"{USER} and {CANARY}")
