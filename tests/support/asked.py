"""A terminal at which answers are typed, for commands that ask."""

from __future__ import annotations

import io
import sys

import pytest


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def at_terminal(monkeypatch: pytest.MonkeyPatch, answers: str) -> None:
    """Let a command find a terminal at which these lines are typed."""
    monkeypatch.setattr(sys, "stdin", _Terminal(answers))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
