"""`okr connect`: a connection is asked for, tested, and only then saved."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from okr_cli.files.dotenv_edit import with_ignored, with_variables
from okr_cli.files.writing import Draft, WorkspaceFile, write_all
from okr_cli.shell.acting import clock
from okr_cli.shell.asking import confirmed
from okr_cli.shell.home import Home
from okr_cli.shell.options import HERE, Place
from okr_cli.shell.output import print_text, tell
from okr_core.basics.command import okr
from okr_core.errors import InputError, OkrError, RefusalError
from okr_core.files.workspace_edit import WorkspaceEdit
from okr_core.plan.workspace import Connection
from okr_flows.connect.block import save_block
from okr_flows.connect.request import (
    ConnectionRequest,
    WantedConnection,
    refuse_shared_variable,
    tidied,
    variables,
    wanted_connection,
)
from okr_flows.connect.trial import try_connection, untested
from okr_sources.credentials import credentials_of, variable
from okr_sources.source import Check, Credentials, source_named, token_optional


def connect(
    kind: Annotated[str, Parameter(help="jira, notion, http, or a third party's kind.")],
    name: Annotated[str, Parameter(help="What plans call it, such as acme.")],
    /,
    *,
    url: Annotated[str | None, Parameter(help="Base address [default: asked for].")] = None,
    user: Annotated[
        str | None, Parameter(help="Jira Cloud: e-mail of the token's account.")
    ] = None,
    token_stdin: Annotated[bool, Parameter(help="Read the token from standard input.")] = False,
    datacenter: Annotated[
        bool, Parameter(help="Jira Data Center: a Bearer token, no user.")
    ] = False,
    allow_http: Annotated[bool, Parameter(help="Plain http, in a network that you trust.")] = False,
    allow_private: Annotated[bool, Parameter(help="http: private addresses may be asked.")] = False,
    probe: Annotated[
        str, Parameter(help="http: path below the address that answers JSON, to test with.")
    ] = "",
    block: Annotated[
        bool, Parameter(help="Save the token as a Prefect block, not in .env.")
    ] = False,
    replace: Annotated[
        bool, Parameter(help="Replace the connection or block of that name.")
    ] = False,
    place: Place = HERE,
) -> int:
    """Connect a tool: ask for address and token, test them, save them, add it to okr.yaml.

    The token is saved in the workspace's .env, which only you can read and git ignores, or with
    --block as a Prefect block, from which every worker reads it. Nothing is saved unless the tool
    answers and accepts the token. At a terminal a refusal is asked about again, with what was typed
    kept, and what could not be tested is saved only if you say so.
    """
    home = Home.of(place)
    file = WorkspaceFile.of(home)
    source_named(kind)  # before anything is asked for
    request = ConnectionRequest(
        kind, name, url, user, block, datacenter, allow_http=allow_http, allow_private=allow_private
    )
    refuse_shared_variable(file.workspace, request)
    typed = TerminalInput(home.env, token_stdin=token_stdin)

    def tried(*, again: bool) -> _Tested:
        known = file.workspace.connections.get(name)
        credentials, address = typed.read(request, known, again=again)
        wanted = wanted_connection(file.written, request, address, replace=replace)
        connection = wanted.connection
        tell(f"asking {connection.url or credentials.url or connection.kind} …")
        checks = try_connection(name, connection, credentials, now=clock(), probe=probe)
        return _Tested(wanted, credentials, checks)

    tested = _until_accepted(tried, typed)
    wanted, connection = tested.wanted, tested.wanted.connection
    for check in tested.checks:
        if check.outcome == "warning":
            tell(f"{name}: {check.message} {check.hint}".rstrip())
    if typed.asks and untested(tested.checks) and not confirmed(f"Save {name} all the same?"):
        raise RefusalError(f"{name} could not be tested; nothing was saved.")
    drafts = [file.draft(wanted.edit)] if wanted.edit.changes else []
    kept = _save(home, name, connection, tested.credentials, drafts, replace=replace)
    said = [f"{name}: {check.message}" for check in tested.checks if check.outcome == "ok"]
    print_text("\n".join([*said, kept, *_changes(wanted.edit), "", *_next(name, connection)]))
    return 0


@dataclass(frozen=True, slots=True)
class _Tested:
    """A connection that its tool accepted, and what that said."""

    wanted: WantedConnection
    credentials: Credentials
    checks: list[Check]


def _until_accepted(tried: Callable[..., _Tested], typed: TerminalInput) -> _Tested:
    """What the tool accepted; where it refuses, the person at the terminal is asked again.

    Raises:
        OkrError: It was refused, and nobody wants to try again.
    """
    again = False
    while True:
        try:
            return tried(again=again)
        except RefusalError:
            raise  # a rule of ours: typing something else does not change it
        except OkrError as error:
            if not typed.asks or not confirmed(f"{error}\nTry again?", default=True):
                raise
        again = True


def _save(
    home: Home,
    name: str,
    connection: Connection,
    credentials: Credentials,
    drafts: list[Draft],
    *,
    replace: bool,
) -> str:
    """Write token and okr.yaml, or neither; says where the token is."""
    if connection.block:
        save_block(connection, credentials, home.env, replace=replace)
        kept = f"The token is in the Prefect block `{connection.block}`."
    elif credentials.token.get_secret_value():
        folder = home.require_folder()
        drafts = [*env_drafts(folder, name, credentials), *drafts]
        shown = home.shown(folder / ".env")
        kept = f"The token is in {shown}, which only you can read and git ignores."
        for variable in shadowed(name, credentials):
            tell(f"{variable} is set in this shell with another value, which wins over .env.")
    else:
        kept = "It has no token."
    write_all(drafts)
    return kept


def _changes(edit: WorkspaceEdit) -> list[str]:
    if not edit.changes:
        return [f"{edit.before.name} has the connection already."]
    return [
        f"{edit.before.name} has the connection now:",
        "",
        *(f"  {line}" for line in edit.diff),
    ]


def _next(name: str, connection: Connection) -> list[str]:
    examples = {
        "jira": okr("try", name, "project = ABC AND labels = checkout", measure="count"),
        "notion": okr("try", name, "LINK OF A DATABASE", measure="count"),
        "http": okr("try", name, "/path", value="JMESPATH"),
    }
    example = examples.get(connection.kind, okr("try", name, "{field: value}"))
    return [f"Next: {example}", "which shows the number and the lines for your plan."]


def env_drafts(folder: Path, name: str, credentials: Credentials) -> list[Draft]:
    """The workspace's .env with the connection's variables, and a .gitignore that names it.

    Raises:
        InputError: A value cannot be written.
    """
    env, ignore = folder / ".env", folder / ".gitignore"
    text = with_variables(_text(env), variables(name, credentials))
    drafts = [Draft(env, text, private=True)]
    before = _text(ignore)
    after = with_ignored(before)
    return drafts if after == before else [Draft(ignore, after), *drafts]


def shadowed(name: str, credentials: Credentials) -> Iterator[str]:
    """Names of variables that this shell sets otherwise, which wins over .env."""
    for each, value in variables(name, credentials).items():
        if os.environ.get(each, value) != value:
            yield each


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


@dataclass(frozen=True, slots=True)
class Questions:
    """What a kind of tool is asked for; an empty question is not asked."""

    url: str = "Address: "
    user: str = ""
    token: str = "Token (hidden): "  # noqa: S105 - the question, not the token


QUESTIONS: Mapping[str, Questions] = {
    "jira": Questions(
        "Address of the site, such as https://acme.atlassian.net: ",
        "E-mail of the account that made the token: ",
        "API token (hidden): ",
    ),
    "notion": Questions("", "", "Secret of the integration (hidden): "),
    "http": Questions(
        "Base address, such as https://api.example.com: ",
        "",
        "Token (hidden; empty where everyone may read): ",
    ),
}


@dataclass(slots=True)
class TerminalInput:
    """Reads at the terminal what is missing; asked again, it offers what was typed before.

    Attributes:
        env: Variables that may name a user or an address.
        token_stdin: Whether the token comes from standard input.
    """

    env: Mapping[str, str] = field(repr=False)
    token_stdin: bool = False
    _typed: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def asks(self) -> bool:
        """Whether a person is there who can be asked."""
        return not self.token_stdin and sys.stdin.isatty() and sys.stderr.isatty()

    def read(
        self, request: ConnectionRequest, known: Connection | None, *, again: bool = False
    ) -> tuple[Credentials, str | None]:
        """Credentials, and the address that okr.yaml shall hold; None where it needs none.

        Args:
            request: What was said already.
            known: What okr.yaml says of the connection.
            again: Whether what was said and typed is asked about once more.

        Raises:
            InputError: Something is missing and there is no terminal to ask at.
            ConfigError: The kind is unknown, or the token is none that a server gave out.
        """
        source, questions = source_named(request.kind), QUESTIONS.get(request.kind, Questions())
        url = self._url(request, known, questions, again=again)
        user = self._user(request, questions, again=again)
        typed = {
            variable(request.name, "TOKEN"): self._token(questions),
            variable(request.name, "USER"): user,
            variable(request.name, "URL"): self.env.get(variable(request.name, "URL"), ""),
        }
        credentials = credentials_of(
            request.name,
            Connection(kind=request.kind),
            typed,
            source.load_block,
            optional=token_optional(source),
        )
        return credentials, url

    def _url(
        self,
        request: ConnectionRequest,
        known: Connection | None,
        questions: Questions,
        *,
        again: bool,
    ) -> str | None:
        given = request.url
        if given is None and known is not None and known.kind == request.kind:
            given = known.url
        if given is not None and not (again and questions.url):
            return tidied(given, request.kind)
        if not questions.url or self.env.get(variable(request.name, "URL")):
            return None
        return tidied(self._asked(questions.url, "--url", given or ""), request.kind)

    def _user(self, request: ConnectionRequest, questions: Questions, *, again: bool) -> str:
        given = request.user
        if given is None and (not questions.user or request.datacenter):
            return ""
        given = given or self.env.get(variable(request.name, "USER"))
        if given and not (again and questions.user):
            return given
        return self._asked(questions.user, "--user", given or "")

    def _token(self, questions: Questions) -> str:
        if self.token_stdin:
            return sys.stdin.read().strip()
        _require_terminal("--token-stdin")
        kept = self._typed.get("token", "")
        question = questions.token
        if kept:
            question = question.replace("(hidden", "(hidden; Enter keeps the one typed")
        try:
            typed = getpass.getpass(question, stream=sys.stderr).strip() or kept
        except EOFError:
            raise InputError("no token was typed.", hint="Run the command again.") from None
        self._typed["token"] = typed
        return typed

    def _asked(self, question: str, option: str, given: str) -> str:
        """What is typed; an empty answer keeps what was given or typed before."""
        _require_terminal(option)
        kept = self._typed.get(option, given)
        sys.stderr.write(f"{question.removesuffix(': ')} [{kept}]: " if kept else question)
        sys.stderr.flush()
        answer = sys.stdin.readline().strip() or kept
        if not answer:
            raise InputError("nothing was typed.", hint=f"Try again, or use `{option}`.")
        self._typed[option] = answer
        return answer


def _require_terminal(option: str) -> None:
    if not sys.stdin.isatty():
        raise InputError("there is no terminal to ask at.", hint=f"Use `{option}`.")
