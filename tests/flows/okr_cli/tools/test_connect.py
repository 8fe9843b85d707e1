"""`okr connect`: a connection is tested before anything is saved, and what is wrong is said."""

from __future__ import annotations

import os
import shlex
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import stamina
import third_source
from okr_command import Okr, Ran
from small_internet import Authority, Said, Server
from terminal import Terminal
from tools_world import WORKSPACE, Tools, company, typed

from okr_core.files.document import load_workspace
from okr_sandbox import Fault, Sandbox

Connect = Callable[..., Ran]
SECRET = "tok-3n-GEHEIM"


@pytest.fixture(scope="module")
def tools() -> Iterator[Tools]:
    made, trials = company()
    with Sandbox(made) as sandbox:
        yield Tools(sandbox, trials)


@pytest.fixture(autouse=True)
def _quiet(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("TOKEN", "USER", "URL"):
        monkeypatch.delenv(f"OKR_ACME_{name}", raising=False)
    tools.sandbox.faults.clear()
    with stamina.set_testing(True, attempts=2, cap=True):
        yield


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "okr.yaml").write_text(WORKSPACE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def connect(okr: Okr, home: Path, monkeypatch: pytest.MonkeyPatch) -> Connect:
    """Run `okr connect … --token-stdin` with a token."""

    def run(token: str, *arguments: object) -> Ran:
        return typed(monkeypatch, okr, token, "connect", *arguments)

    return run


def untouched(home: Path) -> bool:
    """Whether nothing was saved, not even half of it."""
    files = [path.name for path in home.iterdir()]
    return files == ["okr.yaml"] and (home / "okr.yaml").read_text(encoding="utf-8") == WORKSPACE


def refused(ran: Ran, home: Path) -> str:
    """What a refusal said, all of it, without the token."""
    assert untouched(home)
    assert ran.out == ""
    assert "Traceback" not in ran.err
    assert SECRET not in ran.err
    return ran.err


def test_jira_is_connected_and_only_its_owner_can_read_the_token(
    connect: Connect, home: Path, tools: Tools
) -> None:
    ran = connect(tools.sandbox.jira_token, "jira", "acme", *tools.jira)
    assert ran.code == 0, ran.err
    assert "knows us as OKR bot" in ran.out
    text = (home / "okr.yaml").read_text(encoding="utf-8")
    assert text.startswith(WORKSPACE)
    assert load_workspace(text).connections["acme"].url == tools.sandbox.jira_url
    env = home / ".env"
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    assert env.read_text(encoding="utf-8") == (
        f"OKR_ACME_TOKEN={tools.sandbox.jira_token}\nOKR_ACME_USER={tools.sandbox.jira_user}\n"
    )
    assert (home / ".gitignore").read_text(encoding="utf-8") == ".env\n"
    assert "+  acme: {kind: jira" in ran.out
    assert "okr try acme" in ran.out
    assert tools.sandbox.jira_token not in ran.out + ran.err


def test_notion_needs_nothing_but_its_secret(
    connect: Connect, home: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKR_ACME_URL", tools.sandbox.notion_url)
    ran = connect(tools.sandbox.notion_token, "notion", "acme")
    assert ran.code == 0, ran.err
    assert "in workspace Acme" in ran.out
    assert "acme: {kind: notion}" in (home / "okr.yaml").read_text(encoding="utf-8")


def test_what_env_and_gitignore_held_stays(connect: Connect, home: Path, tools: Tools) -> None:
    (home / ".env").write_text(
        "# mine\nexport OKR_ACME_TOKEN='old'\n\nOTHER=1  # kept\n", encoding="utf-8"
    )
    (home / ".env").chmod(0o644)
    (home / ".gitignore").write_text("*.pyc", encoding="utf-8")
    assert connect(tools.sandbox.jira_token, "jira", "acme", *tools.jira).code == 0
    assert (home / ".env").read_text(encoding="utf-8") == (
        f"# mine\nOKR_ACME_TOKEN={tools.sandbox.jira_token}\n\nOTHER=1  # kept\n"
        f"OKR_ACME_USER={tools.sandbox.jira_user}\n"
    )
    assert stat.S_IMODE((home / ".env").stat().st_mode) == 0o600
    assert (home / ".gitignore").read_text(encoding="utf-8") == "*.pyc\n.env\n"


def test_a_new_token_for_the_same_connection_needs_no_word_of_consent(
    connect: Connect, home: Path, tools: Tools
) -> None:
    connect(tools.sandbox.jira_token, "jira", "acme", *tools.jira)
    before = (home / "okr.yaml").read_text(encoding="utf-8")
    ran = connect(tools.sandbox.jira_token, "jira", "acme", *tools.jira)
    assert ran.code == 0
    assert (home / "okr.yaml").read_text(encoding="utf-8") == before


def test_a_connection_with_other_values_is_replaced_only_by_consent(
    connect: Connect, home: Path, tools: Tools
) -> None:
    entry = 'connections:\n  acme: {kind: jira, url: "https://old.example", timeout: 9}  # old\n'
    text = f"{WORKSPACE}\n{entry}  # the end\n"
    (home / "okr.yaml").write_text(text, encoding="utf-8")
    ran = connect(tools.sandbox.jira_token, "jira", "acme", *tools.jira)
    assert (ran.code, ran.out) == (1, "")
    assert "with another url" in ran.err
    assert "--replace" in ran.err
    assert (home / "okr.yaml").read_text(encoding="utf-8") == text
    again = connect(tools.sandbox.jira_token, "jira", "acme", *tools.jira, "--replace")
    assert again.code == 0
    written = (home / "okr.yaml").read_text(encoding="utf-8")
    assert written == text.replace("https://old.example", tools.sandbox.jira_url)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("html", times=None), "web page instead of data"),
        (Fault(401, times=None), "not accepted (401)"),
        (Fault(403, times=None), "may not do this (403"),
        (Fault(503, times=None, retry_after=0), "overloaded or in maintenance"),
        (Fault("drop", times=None), "closed the connection"),
        (Fault(403, match="mypermissions", times=None), "may not do this (403"),
    ],
)
def test_a_jira_that_refuses_is_not_saved(
    connect: Connect, home: Path, tools: Tools, fault: Fault, words: str
) -> None:
    tools.sandbox.faults.add(fault)
    ran = connect(tools.sandbox.jira_token, "jira", "acme", *tools.jira)
    assert ran.code == 3
    said = refused(ran, home)
    assert words in said
    assert "Nothing was saved." in said


def test_a_token_of_another_site_is_told_how_to_get_one(
    connect: Connect, home: Path, tools: Tools
) -> None:
    ran = connect(SECRET, "jira", "acme", *tools.jira)
    assert ran.code == 3
    said = refused(ran, home)
    assert "401" in said
    assert "id.atlassian.com" in said


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("html", times=None), "a web page instead of data"),
        (Fault(401, times=None), "refuses the token (401)"),
        (Fault(403, times=None), "answers 403"),
    ],
)
def test_a_notion_that_refuses_is_not_saved(
    connect: Connect, home: Path, tools: Tools, fault: Fault, words: str
) -> None:
    tools.sandbox.faults.add(fault)
    ran = connect(tools.sandbox.notion_token, "notion", "acme", "--url", tools.sandbox.notion_url)
    assert ran.code == 3
    assert words in refused(ran, home)


@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        ("http://acme.atlassian.net", 2, "shows the token on the way"),
        ("https://me@acme.example", 2, "the address holds"),
        ("https://", 2, "is not an address"),
        ("http://127.0.0.1:9", 3, "cannot be reached"),
    ],
)
def test_a_wrong_address_is_named_before_anything_is_saved(
    connect: Connect, home: Path, url: str, code: int, words: str
) -> None:
    ran = connect(SECRET, "jira", "acme", "--url", url, "--user", "me@acme.example")
    assert ran.code == code
    assert words in refused(ran, home)


def test_a_site_that_is_no_jira_is_no_connection(
    connect: Connect, home: Path, tools: Tools
) -> None:
    arguments = ("--url", tools.sandbox.notion_url, "--user", "me@acme.example")
    ran = connect(SECRET, "jira", "acme", *arguments)
    assert ran.code in {2, 3}
    refused(ran, home)


@pytest.mark.parametrize("kind", ["jira", "notion", "http"])
def test_a_certificate_that_does_not_verify_is_named(
    connect: Connect, home: Path, tmp_path_factory: pytest.TempPathFactory, kind: str
) -> None:
    authority = Authority(tmp_path_factory.mktemp("authority"))
    with ExitStack() as stack:
        server = stack.enter_context(Server({"/": Said({})}, authority.context("localhost")))
        more: tuple[str, ...] = ("--user", "me@acme.example") if kind == "jira" else ()
        more += ("--allow-private",) if kind == "http" else ()
        ran = connect(SECRET, kind, "acme", "--url", f"https://localhost:{server.port}", *more)
    assert ran.code == 3
    assert "certificate" in refused(ran, home)


def test_a_kind_that_tells_nothing_of_itself_is_not_said_to_be_tested(
    connect: Connect, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    third_source.install(tmp_path, monkeypatch)
    ran = connect(SECRET, "third", "other", "--url", "https://third.example")
    assert ran.code == 0, ran.err
    assert "it was not tested" in ran.out + ran.err
    assert "okr try" in ran.out + ran.err


def test_a_json_endpoint_is_connected_by_a_path_that_answers(connect: Connect, home: Path) -> None:
    page = Said(b"<html>", headers={"Content-Type": "text/html"})
    with Server({"": page, "/": page, "/v1/health": Said({"ok": 1})}) as server:
        arguments = ("http", "acme", "--url", server.url)
        ran = connect(SECRET, *arguments)
        assert ran.code == 2
        assert "`--allow-private`" in refused(ran, home)
        ran = connect(SECRET, *arguments, "--allow-private")
        assert ran.code == 3
        said = refused(ran, home)
        assert "web page" in said
        assert "--probe" in said
        ran = connect(SECRET, *arguments, "--allow-private", "--probe", "/v1/health")
        again = connect(SECRET, *arguments, "--allow-private", "--probe", "/v1/health")
    assert (ran.code, again.code) == (0, 0), ran.err + again.err
    assert "options: {allow_private: true}}" in (home / "okr.yaml").read_text(encoding="utf-8")


def test_plain_http_to_another_machine_needs_consent(connect: Connect, home: Path) -> None:
    ran = connect(SECRET, "http", "acme", "--url", "http://api.example.com")
    assert ran.code == 2
    assert "`--allow-http`" in refused(ran, home)


def test_a_block_is_refused_where_no_prefect_server_answers(
    connect: Connect, home: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings  # noqa: PLC0415

    with temporary_settings(restore_defaults={PREFECT_API_URL}):
        ran = connect(tools.sandbox.jira_token, "jira", "acme", *tools.jira, "--block")
        assert ran.code == 2
        assert "no Prefect server is configured" in refused(ran, home)
    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}):
        ran = connect(tools.sandbox.jira_token, "jira", "acme", *tools.jira, "--block")
    assert ran.code == 3
    assert "does not answer" in refused(ran, home)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("jira", "Acme"), "is no name for a connection"),
        (("jiro", "acme"), "source kind `jiro` is unknown"),
        (("jira", "acme"), "Use `--url`"),
        (("jira", "acme", "--url", "https://acme.atlassian.net"), "Use `--user`"),
    ],
)
def test_what_cannot_be_asked_for_is_named(
    connect: Connect, home: Path, arguments: tuple[str, ...], words: str
) -> None:
    ran = connect(SECRET, *arguments)
    assert ran.code == 2
    assert words in refused(ran, home)


def test_without_a_terminal_the_token_is_not_asked_for(okr: Okr, home: Path, tools: Tools) -> None:
    ran = okr("connect", "jira", "acme", *tools.jira)
    assert ran.code == 2
    assert "--token-stdin" in refused(ran, home)


def test_two_names_never_share_a_token(connect: Connect, home: Path, tools: Tools) -> None:
    assert connect(tools.sandbox.jira_token, "jira", "ac-me", *tools.jira).code == 0
    ran = connect(tools.sandbox.jira_token, "jira", "ac_me", *tools.jira)
    assert ran.code == 2
    assert "would share the variable OKR_AC_ME_TOKEN" in ran.err


def test_a_token_that_no_server_gave_out_is_refused(
    connect: Connect, home: Path, tools: Tools
) -> None:
    ran = connect("to ken", "jira", "acme", *tools.jira)
    assert ran.code == 2
    assert "holds a space" in refused(ran, home)


def asked(home: Path, command: str, *replies: tuple[str, str], **env: str) -> str:
    """What a terminal shows where a command asks and these are typed; sentences in one line."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("OKR_")}
    terminal = Terminal(home, {**variables, **env}, {}, replies=replies)
    script = "import sys; from okr_cli import main; sys.exit(main())"
    line = shlex.join([sys.executable, "-c", script, *shlex.split(command)])
    return " ".join(terminal.type(f"{line}; echo ended with $?").split())


def test_a_refused_connection_is_asked_for_again_and_keeps_what_was_typed(
    home: Path, tools: Tools
) -> None:
    told = asked(
        home,
        f"connect jira acme --url {tools.sandbox.jira_url}",
        ("E-mail of the account that made the token: ", tools.sandbox.jira_user),
        ("API token (hidden): ", SECRET),
        ("Try again? [Y/n] ", ""),
        (f"[{tools.sandbox.jira_url}]: ", ""),
        (f"[{tools.sandbox.jira_user}]: ", ""),
        ("API token (hidden; Enter keeps the one typed): ", tools.sandbox.jira_token),
    )
    assert "knows us as OKR bot" in told
    assert "ended with 0" in told
    assert SECRET not in told
    assert tools.sandbox.jira_token in (home / ".env").read_text(encoding="utf-8")


def test_whoever_does_not_want_to_try_again_gets_the_refusal(home: Path, tools: Tools) -> None:
    told = asked(
        home,
        f"connect jira acme --url {tools.sandbox.jira_url} --user {tools.sandbox.jira_user}",
        ("API token (hidden): ", SECRET),
        ("Try again? [Y/n] ", "n"),
    )
    assert "ended with 3" in told
    assert untouched(home)


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 1), ("", 1)])
def test_what_could_not_be_tested_is_saved_only_if_the_person_says_so(
    home: Path, answer: str, code: int
) -> None:
    with Server({}) as server:
        told = asked(
            home,
            f"connect http acme --url {server.url} --allow-private",
            ("empty where everyone may read): ", SECRET),
            ("Save acme all the same? [y/N] ", answer),
        )
    assert "the token was not tested" in told
    assert f"ended with {code}" in told
    assert untouched(home) == (code != 0)
