"""Limiter: bounded concurrency per connection that slows where the server says so, and recovers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from threading import Condition

from okr_core.errors import RetryableError
from okr_sources.errors import ThrottledError
from okr_sources.send.lanes import WHOLE, Lanes


class Limiter:
    """Lets threads send requests, as many at once as the server bears.

    Args:
        widest: Most requests at once.
        patience: Seconds that a request waits for a closed lane; longer raises RetryableError.
        clock: Seconds that only grow.
    """

    def __init__(
        self,
        widest: int,
        *,
        patience: float = 150.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lanes = Lanes(widest)
        self._patience = patience
        self._clock = clock
        self._changed = Condition()

    @contextmanager
    def slot(self, endpoint: str, *, patience: float = inf) -> Iterator[None]:
        """Wait until a request to the endpoint may be sent; learn from how it went.

        Args:
            endpoint: What is asked.
            patience: Seconds that it waits for a closed lane, if they are fewer than the limiter's.

        Raises:
            RetryableError: The server asked for a longer wait.
        """
        began = self._begin(endpoint, min(patience, self._patience))
        try:
            yield
        except ThrottledError as error:
            self._slow(endpoint, error, began)
            raise
        except BaseException:
            self._end(endpoint, good=False)
            raise
        self._end(endpoint, good=True)

    def _begin(self, endpoint: str, patience: float) -> float:
        with self._changed:
            while not self._lanes.begin(endpoint, self._clock()):
                closed = self._lanes.closed_for(endpoint, self._clock())
                if closed > patience:
                    raise RetryableError(
                        f"the server asked for a pause of {closed:.0f} more seconds.",
                        hint="Try again after that.",
                        retry_after=closed,
                    )
                self._changed.wait(closed or None)
            return self._clock()

    def _slow(self, endpoint: str, error: ThrottledError, began: float) -> None:
        with self._changed:
            name = WHOLE if error.scope == "connection" else endpoint
            self._lanes.throttled(name, began, self._clock(), error.retry_after or 0.0)
            self._lanes.end(endpoint)
            self._changed.notify_all()

    def _end(self, endpoint: str, *, good: bool) -> None:
        with self._changed:
            self._lanes.end(endpoint)
            if good:
                self._lanes.good(endpoint)
            self._changed.notify_all()
