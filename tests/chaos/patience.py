"""Waits that have a bound, and end at once when the whole is stopped."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from threading import Event
from types import FrameType
from typing import TypeVar

T = TypeVar("T")
_STOP = Event()


class Stopped(Exception):  # noqa: N818 - it is a wish, not a defect
    """Somebody wants all this to end."""


class NotWithin(Exception):  # noqa: N818 - it reads as what it says
    """What was waited for did not come in time."""


def stop_on_signals() -> None:
    """Let Ctrl-C and a polite kill end every wait, so that what was started is ended."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        _STOP.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)


def until(
    condition: Callable[[], T | None], what: str, *, seconds: float = 60, every: float = 0.5
) -> T:
    """The first true value of the condition, asked every so many seconds.

    Raises:
        NotWithin: There was none within the seconds.
        Stopped: All this is to end.
    """
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise NotWithin(f"{what}: not within {seconds:.0f} s")
        pause(every)
    return value


def pause(seconds: float) -> None:
    """Let time pass.

    Raises:
        Stopped: All this is to end.
    """
    if _STOP.wait(seconds):
        raise Stopped
