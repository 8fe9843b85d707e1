"""Paging: a list whose pages bring nothing new has no end that is worth waiting for."""

from __future__ import annotations

from okr_core.errors import DataError

IDLE = 10
"""Pages in a row that may bring nothing new: servers give short and empty ones in between."""


class Novelty:
    """Watches the pages of one list."""

    def __init__(self) -> None:
        self._idle = 0

    def page(self, fresh: int) -> None:
        """One more page has come.

        Args:
            fresh: What it had that no earlier page had.

        Raises:
            DataError: Too many pages in a row had nothing new.
        """
        self._idle = 0 if fresh else self._idle + 1
        if self._idle >= IDLE:
            raise DataError(
                f"the answer never ends: {IDLE} pages in a row bring nothing new.",
                hint="Try again later; narrow the query if it stays.",
            )
