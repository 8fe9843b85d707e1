"""Present: how a cycle stands now, kept in memory and brought up to date by what is new.

A process that answers many people reads a cycle once; after each check-in it reads only what the
check-in was about. What is kept is a snapshot as `read_snapshot` gives it, never older than the
store.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock

from okr_core.snapshot import Snapshot
from okr_store.news import Mark, News
from okr_store.snapshot import read_snapshot, refreshed
from okr_store.store import Store

_SAID = frozenset({"check_in", "correction", "acceptance", "decided"})
"""Kinds of entries after which only their items are read again."""
_FRESH = timedelta(seconds=30)
"""For how long what follows from the time alone, such as that a value is stale, may wait."""


class Present:
    """The cycles of a store as they stand now; safe to ask from several threads.

    Args:
        store: The open store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._known: dict[str, tuple[Mark, Snapshot]] = {}

    def snapshot(self, cycle: str, now: datetime) -> Snapshot:
        """How a cycle stands at a time that is now.

        Args:
            cycle: Id of the cycle.
            now: Aware time.

        Raises:
            InputError: It has no plan in force.
        """
        with self._lock:
            mark = self._store.mark()
            found = self._brought_up(cycle, mark, now)
            self._known[cycle] = mark, found
            return found

    def _brought_up(self, cycle: str, mark: Mark, now: datetime) -> Snapshot:
        if cycle in self._known:
            before, known = self._known[cycle]
            same_day = known.cycle.day_of(known.as_of) == known.cycle.day_of(now)
            if mark == before and same_day and known.as_of <= now <= known.as_of + _FRESH:
                return known
            news = self._store.news(cycle, before) if mark != before else News(False, {})
            if known.one is not None and _only_said(news) and not _ends_between(known, now):
                return refreshed(self._store, known, now, news.items)
        return read_snapshot(self._store, cycle, now, newest=True)


def _only_said(news: News) -> bool:
    kinds: Mapping[str, frozenset[str]] = news.items
    return not news.revised and all(name and said <= _SAID for name, said in kinds.items())


def _ends_between(known: Snapshot, now: datetime) -> bool:
    """Whether anything ends until a time: then how it ended rests on the past."""
    plan = known.plan
    days = {plan.due_of(kr) for kr in plan.active_key_results} | {plan.cycle.ends}
    return now < known.as_of or any(plan.cycle.end_of(day) <= now for day in days)
