"""Mailbox: a mail server on loopback that keeps each letter as a file and sends none on."""

from __future__ import annotations

import re
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Self, cast

_LINE = 1000
"""Bytes of a line, at most, as SMTP has it."""
_LETTER = 1_000_000
"""Bytes of a letter, at most."""
_ADDRESS = re.compile(rb"<([^<>\s]+)>")
_UNFIT = re.compile(r"[^\w.@+-]")


class Mailbox:
    """A mail server in a thread of this process, for as many letters as people are sent.

    Args:
        folder: Where letters are kept, `001-ben@lumen.example.eml` and so on; made with the first.
        port: 0 takes any free port.

    Raises:
        OSError: The port is taken.
    """

    def __init__(self, folder: Path, *, port: int = 0) -> None:
        self.folder = folder
        self._lock = Lock()
        self._server = _Server(("127.0.0.1", port), _Talk)
        self._server.mailbox = self
        self.port: int = self._server.server_address[1]
        self.address = f"127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def letters(self, to: str = "") -> list[Path]:
        """Files of the letters to an address, or of all, oldest first."""
        return sorted(self.folder.glob(f"*-{_UNFIT.sub('_', to)}.eml" if to else "*.eml"))

    def keep(self, to: str, content: bytes) -> None:
        """Keep a letter; only its owner can read it, as it may hold a personal link."""
        with self._lock:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            path = self.folder / f"{len(self.letters()) + 1:03}-{_UNFIT.sub('_', to)}.eml"
            path.touch(mode=0o600)
            path.write_bytes(content)


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    mailbox: Mailbox


class _Talk(StreamRequestHandler):
    """One connection: as much of SMTP as sending a letter takes."""

    def handle(self) -> None:
        self._to: list[str] = []
        self._say("220 mailbox of the sandbox")
        while line := self.rfile.readline(_LINE):
            word = line[:4].upper()
            if word == b"DATA":
                self._data()
            elif word == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._answer(word, line)

    def _answer(self, word: bytes, line: bytes) -> None:
        if word in {b"EHLO", b"HELO", b"RSET", b"MAIL"}:
            self._to.clear()
        elif word == b"RCPT" and (found := _ADDRESS.search(line)):
            self._to.append(found[1].decode("utf-8", "replace"))
        elif word != b"NOOP":
            self._say("500 not understood")
            return
        self._say("250 OK")

    def _data(self) -> None:
        if not self._to:
            self._say("503 to whom?")
            return
        self._say("354 go ahead")
        lines, size = list[bytes](), 0
        while (line := self.rfile.readline(_LETTER)) not in {b".\r\n", b""}:
            size += len(line)
            if size <= _LETTER:
                lines.append(line.removeprefix(b"."))
        if not line:  # it hung up in the middle
            return
        if size > _LETTER:
            self._say("552 too long")
            return
        for to in self._to:
            cast("_Server", self.server).mailbox.keep(to, b"".join(lines))
        self._say("250 kept")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
