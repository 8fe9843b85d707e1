"""Moment: the clock, and the cycle and time that the options of a command mean."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from okr_core.plan.cycle import Cycle
from okr_flows.run import cycle as cycles

if TYPE_CHECKING:
    from okr_cli.shell.options import Moment
    from okr_store import Store


def clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def locate(store: Store, moment: Moment, now: datetime) -> tuple[Cycle, datetime]:
    """The cycle that is meant and the aware time, in UTC; see `okr_flows.run.cycle`."""
    return cycles.locate(store, moment.cycle, moment.as_of, now)


def locate_now(store: Store, moment: Moment, now: datetime) -> tuple[Cycle, datetime]:
    """The same for what is to be recorded: nothing is recorded as of a time that is to come."""
    return cycles.locate_past(store, moment.cycle, moment.as_of, now)
