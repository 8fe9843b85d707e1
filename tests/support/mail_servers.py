"""Mail servers on loopback: one that nobody here wrote, and some that misbehave."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "okr", "s3cret-of-the-mail-server"


@dataclass
class Inbox:
    """What a mail server has taken, and how it answers.

    Attributes:
        answers: Recipient → answer to `RCPT`; to the letter where it begins with `DATA `.
        slow: Recipient → seconds before the answer to the letter.
    """

    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    slow: dict[str, float] = field(default_factory=dict)
    connections: int = 0

    def to(self, address: str) -> list[EmailMessage]:
        """Letters to an address."""
        return [message for to, message in self.taken if to == address]

    # aiosmtpd's hooks

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd calls it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        """Take a recipient, or answer as it is told."""
        answer = self.answers.get(address, "")
        if answer and not answer.startswith("DATA "):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - as above
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Take a letter, or answer as it is told."""
        (address,) = envelope.rcpt_tos
        answer = self.answers.get(address, "")
        if answer:
            return answer.removeprefix("DATA ")
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=policy.default)
        self.taken.append((address, message))
        await asyncio.sleep(self.slow.get(address, 0))
        return "250 taken"


class _Counting(Controller):
    def factory(self) -> SMTP:
        self.handler.connections += 1
        return cast("SMTP", super().factory())  # type: ignore[no-untyped-call]


@contextmanager
def mail_server(
    inbox: Inbox | None = None,
    *,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    login: bool = False,
) -> Iterator[tuple[str, Inbox]]:
    """A mail server; gives `host:port` and what it has taken."""
    box = inbox or Inbox()
    options: dict[str, Any] = {}
    if starttls is not None:
        options |= {"tls_context": starttls, "require_starttls": True}
    if login:
        options |= {
            "auth_required": True,
            "auth_require_tls": starttls is not None,
            "authenticator": _authenticate,
        }
    port = _free_port()
    controller = _Counting(
        box, hostname="127.0.0.1", port=port, ssl_context=tls, ready_timeout=60, **options
    )
    controller.start()
    box.connections = 0  # it connects to itself to see that it runs
    try:
        yield f"localhost:{port}", box
    finally:
        controller.stop()


def _authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object
) -> AuthResult:
    assert isinstance(data, LoginPassword)
    good = (data.login.decode(), data.password.decode()) == (USER, PASSWORD)
    # Unhandled, else a wrong password hangs the client.
    return AuthResult(success=good, handled=False)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def scripted_server(play: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that does with each connection what a function does; gives `host:port`."""
    listening = socket.create_server(("127.0.0.1", 0))
    threads = list[threading.Thread]()

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            thread = threading.Thread(target=_play, args=(play, connection), daemon=True)
            threads.append(thread)
            thread.start()

    accepting = threading.Thread(target=serve, daemon=True)
    accepting.start()
    try:
        yield f"localhost:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        accepting.join(10)
        for thread in threads:
            thread.join(10)


def _play(play: Callable[[socket.socket], None], connection: socket.socket) -> None:
    try:
        play(connection)
    except OSError:
        pass
    finally:
        connection.close()


def until_the_letter(connection: socket.socket) -> None:
    """Be a good server until a letter is whole, and leave its answer open."""
    lines = connection.makefile("rb")
    connection.sendall(b"220 here\r\n")
    in_letter = False
    while line := lines.readline():
        if in_letter:
            if line == b".\r\n":
                return
        elif line.upper().startswith(b"DATA"):
            in_letter = True
            connection.sendall(b"354 go ahead\r\n")
        else:
            connection.sendall(b"250 fine\r\n")


def hangs(connection: socket.socket) -> None:
    """Say nothing until the other side gives up."""
    connection.recv(1)


def dribbles(connection: socket.socket) -> None:
    """Say a line of a greeting now and then, for ever."""
    while True:
        connection.sendall(b"220-one moment\r\n")
        time.sleep(0.05)


def hangs_after_the_letter(connection: socket.socket) -> None:
    """Take a letter and say nothing."""
    until_the_letter(connection)
    connection.recv(1)


def drops_after_the_letter(connection: socket.socket) -> None:
    """Take a letter and hang up."""
    until_the_letter(connection)
