"""A reader who types commands in a terminal, one after the other, in one shell's state."""

from __future__ import annotations

import os
import pty
import re
import select
import shlex
import signal
import struct
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ
from typing import Self

SECONDS = 240.0
_LOOK = 0.5
"""Seconds between two looks at a line that shows nothing more."""
COLUMNS = 80
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07")
_INTERRUPTED = (0, 130, -signal.SIGINT)


@dataclass
class Reader:
    """Folder and exported variables stay from one line to the next, as in a shell.

    Attributes:
        folder: Where the first line is typed.
        env: What the shell begins with.
        answers: How a question ends → what is typed.
        state: File for what stays.
        transcript: All that was shown.
    """

    folder: Path
    env: Mapping[str, str]
    answers: Mapping[str, str]
    state: Path
    transcript: list[str] = field(default_factory=list)

    def type(self, line: str) -> tuple[int, str]:
        """Type a line; how it ended, and what it showed without colours."""
        with _Typed(self._script(line), self.folder, self.env) as typed:
            shown = typed.read(self.answers, lambda _: False)
            code = typed.process.wait(timeout=30)
        self.transcript.append(f"$ {line}\n{shown}")
        return code, shown

    def leave_on(self, line: str, ready: str, is_up: Callable[[str], bool]) -> str:
        """Type a line that stays until Ctrl-C, wait until it says that it is up, and end it so.

        Args:
            line: What is typed.
            ready: What it says once it is up.
            is_up: Whether it is, by all that it has shown: some say so before they are.

        Raises:
            AssertionError: It ended by itself, or does not end.
        """
        with _Typed(self._script(line), self.folder, self.env) as typed:
            shown = typed.read(self.answers, lambda text: ready in text and is_up(text))
            assert ready in shown, f"{line} ended by itself:\n{shown}"
            os.killpg(typed.process.pid, signal.SIGINT)
            shown += typed.read(self.answers, lambda _: False)
            code = typed.process.wait(timeout=30)
        self.transcript.append(f"$ {line}\n{shown}")
        assert code in _INTERRUPTED, f"{line} ended with {code}:\n{shown}"
        return shown

    def _script(self, line: str) -> str:
        state = shlex.quote(str(self.state))
        keep = f'code=$?; {{ export -p; printf "cd %q\\n" "$PWD"; }} > {state}; exit $code'
        return f"[ -f {state} ] && . {state}\n{line}\n{keep}\n"


class _Typed:
    """A script in a terminal of its own."""

    def __init__(self, script: str, folder: Path, env: Mapping[str, str]) -> None:
        self._ours, theirs = pty.openpty()
        ioctl(theirs, TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
        self.process = subprocess.Popen(
            ["bash", "-c", script],
            cwd=folder,
            env=dict(env),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self._ours)

    def read(self, answers: Mapping[str, str], enough: Callable[[str], bool]) -> str:
        """What is shown until it ends, or until that is enough; questions are answered."""
        content, answered = b"", 0
        until = time.monotonic() + SECONDS
        while True:
            left = until - time.monotonic()
            text = _ESCAPES.sub("", content.decode(errors="replace").replace("\r\n", "\n"))
            if enough(text):
                return text
            assert left > 0, f"it does not end:\n{text}"
            if not select.select([self._ours], [], [], min(left, _LOOK))[0]:
                continue
            try:
                piece = os.read(self._ours, 65536)
            except OSError:  # Linux's way to say that the other side was closed
                return text
            if not piece:
                return text
            content += piece
            asked = [answer for question, answer in answers.items() if _ends(content, question)]
            if asked and len(content) > answered:
                answered = len(content)
                os.write(self._ours, f"{asked[0]}\n".encode())


def _ends(content: bytes, question: str) -> bool:
    return content.decode(errors="replace").endswith(question)
