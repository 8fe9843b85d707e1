"""A terminal in which commands are typed; questions are answered."""

from __future__ import annotations

import os
import pty
import re
import select
import struct
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

HIDDEN = "(hidden): "
SECONDS = 240.0
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07")


@dataclass
class Terminal:
    """A folder, an environment, and what is typed there.

    Attributes:
        secrets: Word of the command line → what is typed where it asks, a line for each
            question; the last one is for all that follow.
        transcript: All that was shown.
        question: How what it asks ends.
        replies: What is asked, in its order → what is typed then; empty: `secrets` answers.
        columns: How wide it is.
    """

    folder: Path
    env: Mapping[str, str]
    secrets: Mapping[str, str]
    transcript: list[str] = field(default_factory=list)
    question: str = HIDDEN
    replies: Sequence[tuple[str, str]] = ()
    columns: int = 200

    def type(self, command: str) -> str:
        """Run a command line; what it shows, without colours.

        Raises:
            AssertionError: It failed or did not end.
        """
        if command.startswith("cd "):
            self.folder /= command.removeprefix("cd ").strip()
            return ""
        ours, theirs = pty.openpty()
        ioctl(theirs, TIOCSWINSZ, struct.pack("HHHH", 50, self.columns, 0, 0))
        process = subprocess.Popen(
            ["bash", "-c", command],
            cwd=self.folder,
            env=dict(self.env),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        try:
            shown = self._shown(ours, command)
            code = process.wait(timeout=30)
        finally:
            process.kill()
            process.wait()
            os.close(ours)
        self.transcript.append(f"$ {command}\n{shown}")
        assert code == 0, f"{command} ended with {code}:\n{shown}"
        return shown

    def _shown(self, ours: int, command: str) -> str:
        content = b""
        answered = 0
        until = time.monotonic() + SECONDS
        while True:
            left = until - time.monotonic()
            assert left > 0, f"{command} does not end:\n{content.decode(errors='replace')}"
            if not select.select([ours], [], [], left)[0]:
                continue
            try:
                piece = os.read(ours, 65536)
            except OSError:  # Linux's way to say that the other side was closed
                break
            if not piece:
                break
            content += piece
            if self.replies:
                answered = self._reply(ours, content.decode(errors="replace"), answered)
            elif content.decode(errors="replace").count(self.question) > answered:
                answers = self._secret(command).split("\n")
                answer = answers[min(answered, len(answers) - 1)]
                answered += 1
                os.write(ours, f"{answer}\n".encode())
        text = content.decode().replace("\r\n", "\n")
        return _ESCAPES.sub("", text)

    def _reply(self, ours: int, shown: str, answered: int) -> int:
        """Answer what is asked next, once it is there; how many questions are answered then."""
        place = 0
        for asked, _ in self.replies[:answered]:
            place = shown.index(asked, place) + len(asked)
        if answered < len(self.replies) and self.replies[answered][0] in shown[place:]:
            os.write(ours, f"{self.replies[answered][1]}\n".encode())
            return answered + 1
        return answered

    def _secret(self, command: str) -> str:
        return next(secret for word, secret in self.secrets.items() if word in command.split())
