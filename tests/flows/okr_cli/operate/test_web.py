"""`okr web`: the page answers, links are printed and ended, the secret is made and never shown."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from okr_command import Okr

from okr_cli.shell.dotenv import variables_of

VARIABLE = "OKR_WEB_SECRET"


@pytest.fixture
def applied(okr: Okr, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert okr("apply", "--as-of", "2025-09-20").code == 0
    return folder


def test_a_link_is_printed_alone_and_the_secret_is_made_on_first_use(
    okr: Okr, applied: Path
) -> None:
    ran = okr("web", "link", "ada")
    assert ran.code == 0
    assert re.fullmatch(r"http://127\.0\.0\.1:8760/l/\S{60,}\n", ran.out)
    secret = variables_of(applied)[VARIABLE]
    assert len(secret) == 64
    assert stat.S_IMODE((applied / ".env").stat().st_mode) == 0o600
    assert ".env" in (applied / ".gitignore").read_text(encoding="utf-8")
    again = okr("web", "link", "Ada Okafor")
    assert variables_of(applied)[VARIABLE] == secret
    for told in (ran.out, ran.err, again.out, again.err):
        assert secret not in told


def test_the_link_leads_where_the_page_is(okr: Okr, applied: Path) -> None:
    text = (applied / "okr.yaml").read_text(encoding="utf-8")
    held = "web: {url: https://okr.acme.example}\n"
    (applied / "okr.yaml").write_text(text + held, encoding="utf-8")
    assert okr("apply", "--as-of", "2025-09-21").code == 0
    document = okr("web", "link", "bo", "--once", "--format", "json").json
    assert document["schema"] == "okr.link/1"
    assert document["person"] == "bo"
    assert document["once"] is True
    assert document["address"].startswith("https://okr.acme.example/l/")


def test_links_are_ended_by_a_named_person(okr: Okr, applied: Path) -> None:
    ran = okr("web", "revoke", "bo", "--reason", "phone lost", "--by", "ada")
    assert (ran.code, ran.out) == (0, "All links and sessions of bo have ended.\n")
    assert okr("audit", "verify").code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("link",), "to link needs a person"),
        (("link", "adda"), "Closest: `ada`"),
        (("revoke", "nobody"), "is not in the workspace"),
    ],
)
def test_a_link_of_nobody_is_refused(
    okr: Okr, applied: Path, arguments: tuple[str, ...], says: str
) -> None:
    ran = okr("web", *arguments)
    assert ran.code == 2
    assert says in ran.err


def test_a_secret_that_could_be_guessed_is_refused(
    okr: Okr, applied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "letmein")
    ran = okr("web", "link", "ada")
    assert ran.code == 2
    assert "could be guessed" in ran.err
    assert "letmein" not in ran.err


@pytest.mark.slow
def test_the_page_answers_until_it_is_stopped_and_its_log_holds_no_link(
    okr: Okr, applied: Path
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = httpx.URL(okr("web", "link", "ada").out.strip()).path
    okr_web = [sys.executable, "-c", "import sys, okr_cli; sys.exit(okr_cli.main())", "web"]
    with (applied / "log").open("w") as log:
        process = subprocess.Popen(
            [*okr_web, "--port", str(port)], stdout=log, stderr=log, cwd=applied, env=os.environ
        )
        try:
            home = f"http://127.0.0.1:{port}"
            for _ in range(300):
                try:
                    assert httpx.get(f"{home}/health").text == "ok\n"
                    break
                except httpx.ConnectError:
                    time.sleep(0.2)
            with httpx.Client(base_url=home) as client:
                assert "Hello Ada Okafor" in client.get(path).text
                token = path.rpartition("/")[2]
                assert client.post("/l", data={"token": token}).status_code == 303
                assert client.get("/me").status_code == 200
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)
    told = (applied / "log").read_text(encoding="utf-8")
    assert "GET /l/{token} 200" in told
    assert token[:20] not in told
    assert "Traceback" not in told
