"""Zone: whose days a query means. Jira reads them in the time zone of the token's user."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from functools import cache

from okr_core.plan.cycle import zone_named
from okr_sources.answers import Ask

_YEAR = 366


def zone_of(me: object) -> str:
    """Time zone in what Jira says of the token's user; empty where it does not tell."""
    name = me.get("timeZone") if isinstance(me, Mapping) else None
    try:
        return zone_named(name).key if isinstance(name, str) else ""
    except ValueError:
        return ""


def zone_note(theirs: str, ask: Ask) -> Iterator[str]:
    """What a reader must know of a query that names days: none where both zones have the same.

    Args:
        theirs: Time zone of the token's user, empty where Jira does not tell.
        ask: Whose query it is.
    """
    if not theirs:
        yield (
            "days in the query are read in the time zone of the token's user, which Jira does not "
            f"tell; the cycle's is {ask.timezone}"
        )
    elif not same_days(theirs, ask.timezone, ask.as_of.year):
        yield (
            f"days in the query are read in {theirs}, the time zone of the token's user, and not "
            f"in {ask.timezone}, the cycle's"
        )


@cache
def same_days(one: str, other: str, year: int) -> bool:
    """Whether days of both zones begin at the same moments, from the year before to this one."""
    if one == other:
        return True
    noon = datetime.combine(datetime(year - 1, 1, 1, tzinfo=UTC), time(12), tzinfo=UTC)
    zones = zone_named(one), zone_named(other)
    return all(
        len({(noon + timedelta(days=day)).astimezone(zone).utcoffset() for zone in zones}) == 1
        for day in range(2 * _YEAR)
    )
