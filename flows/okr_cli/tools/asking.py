"""Asking: what a connection needs and was not given is asked for; tokens are typed unseen."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from okr_core.errors import InputError
from okr_core.plan.workspace import Connection
from okr_flows.connect.request import ConnectionRequest, tidied
from okr_sources.credentials import credentials_of, variable
from okr_sources.source import Credentials, source_named, token_optional


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


@dataclass(frozen=True, slots=True)
class TerminalInput:
    """Reads at the terminal what is missing.

    Attributes:
        env: Variables that may name a user or an address.
        token_stdin: Whether the token comes from standard input.
    """

    env: Mapping[str, str] = field(repr=False)
    token_stdin: bool = False

    def read(
        self, request: ConnectionRequest, known: Connection | None
    ) -> tuple[Credentials, str | None]:
        """Credentials, and the address that okr.yaml shall hold; None where it needs none.

        Raises:
            InputError: Something is missing and there is no terminal to ask at.
            ConfigError: The kind is unknown, or the token is none that a server gave out.
        """
        source, questions = source_named(request.kind), QUESTIONS.get(request.kind, Questions())
        url = self._url(request, known, questions)
        user = self._user(request, questions)
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
        self, request: ConnectionRequest, known: Connection | None, questions: Questions
    ) -> str | None:
        if request.url is not None:
            return tidied(request.url, request.kind)
        if known is not None and known.kind == request.kind and known.url:
            return known.url
        if not questions.url or self.env.get(variable(request.name, "URL")):
            return None
        return tidied(self._typed(questions.url, "--url"), request.kind)

    def _user(self, request: ConnectionRequest, questions: Questions) -> str:
        if request.user is not None:
            return request.user
        if not questions.user or request.datacenter:
            return ""
        return self.env.get(variable(request.name, "USER")) or self._typed(questions.user, "--user")

    def _token(self, questions: Questions) -> str:
        if self.token_stdin:
            return sys.stdin.read().strip()
        _require_terminal("--token-stdin")
        try:
            return getpass.getpass(questions.token, stream=sys.stderr).strip()
        except EOFError:
            raise InputError("no token was typed.", hint="Run the command again.") from None

    def _typed(self, question: str, option: str) -> str:
        _require_terminal(option)
        sys.stderr.write(question)
        sys.stderr.flush()
        answer = sys.stdin.readline().strip()
        if not answer:
            raise InputError("nothing was typed.", hint=f"Try again, or use `{option}`.")
        return answer


def _require_terminal(option: str) -> None:
    if not sys.stdin.isatty():
        raise InputError("there is no terminal to ask at.", hint=f"Use `{option}`.")
