"""Signals: a command that started other processes ends them when it is told to end."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ENDING = tuple(
    getattr(signal, name)
    for name in ("SIGTERM", "SIGHUP")  # not every system has the second
    if hasattr(signal, name)
)


@contextmanager
def cleaning_up() -> Iterator[None]:
    """Within the block, a signal to end leaves it as an error does, so that all is cleaned up.

    Python dies of such a signal on the spot otherwise, and what it started lives on. A signal that
    was to be ignored, as under `nohup`, stays so.

    Raises:
        SystemExit: It was told to end; its code is that of a process that died of the signal.
    """
    kept = {number: signal.getsignal(number) for number in _ENDING}
    heard = [number for number, handler in kept.items() if handler != signal.SIG_IGN]
    for number in heard:
        signal.signal(number, _end)
    try:
        yield
    finally:
        for number in heard:
            signal.signal(number, kept[number])


def _end(number: int, _frame: FrameType | None) -> None:
    for each in _ENDING:  # a second one would break off the cleaning up
        signal.signal(each, signal.SIG_IGN)
    raise SystemExit(128 + number)
