"""The sandbox's clock: the data is served as it stood at this time."""

from datetime import UTC, datetime


class SandboxClock:
    """What time it is in the sandbox: real time until someone sets it.

    >>> clock = SandboxClock()
    >>> clock.set(datetime(2026, 10, 5, 9, tzinfo=UTC))
    >>> clock.now().isoformat()
    '2026-10-05T09:00:00+00:00'
    """

    def __init__(self, now: datetime | None = None) -> None:
        self._fixed: datetime | None = None
        self.set(now)

    def now(self) -> datetime:
        """The time in the sandbox, aware, in UTC."""
        return self._fixed or datetime.now(UTC)

    def set(self, now: datetime | None) -> None:
        """Stop the clock at ``now`` (aware), or let it follow real time again (None).

        Raises:
            ValueError: ``now`` has no time zone.
        """
        if now is not None and now.tzinfo is None:
            raise ValueError(f"{now.isoformat()} has no time zone; give an aware time, such as UTC")
        self._fixed = None if now is None else now.astimezone(UTC)
