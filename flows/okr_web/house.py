"""House: what the page answers from: the store, how its cycles stand, its people and settings."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from okr_core.errors import ConfigError, InputError, OkrError
from okr_core.open.entry import OpenEntry
from okr_core.open.vacancy import asked_in_place
from okr_core.plan.agreement import PlanVersion
from okr_core.plan.cycle import Cycle
from okr_core.plan.when import When, nearest_cycle
from okr_core.plan.workspace import Workspace
from okr_core.snapshot import Snapshot
from okr_flows.owed.owed import asked_of_people, owed_by
from okr_flows.owed.waiting import away_of
from okr_flows.people.keys import Keys
from okr_flows.people.link_mail import SessionOf, mail_link
from okr_flows.people.links import epoch_of
from okr_flows.run.cycle import current_workspace
from okr_report.audience.audience import Audience
from okr_report.audience.present import part_of, seen_present, sight_of
from okr_report.locale import Language
from okr_store.news import Mark
from okr_store.present import Present
from okr_store.snapshot import read_snapshot
from okr_store.versions import read_versions

if TYPE_CHECKING:
    from okr_store import Store

logger = logging.getLogger(__name__)

_EARLIER = 12
"""Earlier days that are kept for comparison."""


class House:
    """What the page answers from; safe to ask from several threads.

    Args:
        store: The open store.
        keys: Sign its links and sessions.
        clock: Gives the time, aware.
        session_of: How letters leave; None: nobody is mailed their link.
    """

    def __init__(
        self,
        store: Store,
        keys: Keys,
        clock: Callable[[], datetime],
        session_of: SessionOf | None = None,
    ) -> None:
        self.store, self.keys, self.clock = store, keys, clock
        self._session_of = session_of
        self._present = Present(store)
        self._lock = Lock()
        self._mark: Mark | None = None
        self._revisions: tuple[int, int] | None = None
        self._workspace: Workspace | None = None
        self._cycles: list[Cycle] = []
        self._versions: dict[str, tuple[PlanVersion, ...]] = {}
        self._earlier: dict[tuple[str, datetime, int], Snapshot] = {}
        self._asked: dict[str, tuple[Snapshot, tuple[OpenEntry, ...]]] = {}
        self._vacant: dict[str, tuple[Snapshot, Mapping[str, tuple[str, ...]]]] = {}
        self._seen: dict[str, tuple[Snapshot, dict[Audience, Snapshot]]] = {}

    def workspace(self) -> Workspace:
        """The workspace as it is now.

        Raises:
            ConfigError: None was applied.
        """
        self._look()
        if self._workspace is None:
            raise ConfigError("the store has no workspace.", hint="Apply okr.yaml.")
        return self._workspace

    def cycle(self, named: str = "") -> Cycle:
        """The cycle of that id, else the one of today.

        Raises:
            InputError: There is none.
        """
        self._look()
        known = [each for each in self._cycles if named in ("", each.id)]
        if not known:
            raise InputError(f"there is no cycle `{named}`." if named else "there is no plan yet.")
        return nearest_cycle(known, When(), self.clock())

    def _look(self) -> None:
        """Read anew what revisions tell, where there is a new one."""
        with self._lock:
            mark = self.store.mark()
            if mark == self._mark:
                return
            # A proposal that is decided is an entry, and no new revision.
            headers = self.store.revisions()
            decided = sum(each.decided_at is not None for each in headers)
            self._mark = mark
            if (len(headers), decided) == self._revisions:
                return
            self._versions.clear()
            self._workspace = current_workspace(self.store)
            plans = (self.store.revision("plan", cycle) for cycle in self.store.cycles())
            self._cycles = [plan.cycle() for plan in plans if plan]
            self._revisions = len(headers), decided

    def versions(self, cycle: str) -> tuple[PlanVersion, ...]:
        """Accepted revisions of a cycle's plan, by number."""
        self._look()
        if cycle not in self._versions:
            self._versions[cycle] = read_versions(self.store, cycle, self.clock())
        return self._versions[cycle]

    def epoch(self, person: str) -> int:
        """How often a person's links were revoked."""
        return epoch_of(self.store, person)

    def mails_links(self) -> bool:
        """Whether people get their link by mail where they ask for it."""
        workspace = self.workspace()
        return bool(self._session_of and workspace.mail and workspace.web.url)

    def mail_link(self, address: str, language: Language) -> None:
        """Mail whoever has an address their link; nobody hears whether it was sent."""
        if self._session_of is None:
            return
        try:
            mail_link(self.store, self.keys, self._session_of, address, self.clock(), language)
        except OkrError as error:
            logger.warning("a link could not be mailed: %s", error)

    def snapshot(self, cycle: str) -> Snapshot:
        """How a cycle stands now."""
        return self._present.snapshot(cycle, self.clock())

    def earlier(self, cycle: str, at: datetime) -> Snapshot:
        """How a cycle stood at an earlier time, as it is known today."""
        key = cycle, at, self.store.mark().readings
        with self._lock:
            if key in self._earlier:
                return self._earlier[key]
        found = read_snapshot(self.store, cycle, at, newest=True)
        with self._lock:
            while len(self._earlier) >= _EARLIER:
                self._earlier.pop(next(iter(self._earlier)))
            self._earlier[key] = found
        return found

    def seen(self, snapshot: Snapshot, audience: Audience) -> Snapshot:
        """What an audience may see of a snapshot, worked out once for the newest of a cycle."""
        with self._lock:
            known = self._seen.get(snapshot.cycle.id)
            if known is None or known[0] is not snapshot:
                # What was seen of an older one goes with it.
                known = self._seen[snapshot.cycle.id] = snapshot, {}
        if audience not in known[1]:
            known[1][audience] = seen_present(snapshot, audience)
        return known[1][audience]

    def waiting(self, snapshot: Snapshot, person: str) -> tuple[OpenEntry, ...]:
        """What waits for a person, in the order in which it is asked for.

        What is asked of whoever is accountable is looked for in their own part, which is small in
        a large company; what is asked of people as such is worked out once for all.
        """
        own = sight_of(self.own(person, snapshot), snapshot)
        return owed_by(part_of(snapshot, own), person, self._of_people(snapshot))

    def _of_people(self, snapshot: Snapshot) -> tuple[OpenEntry, ...]:
        with self._lock:
            known = self._asked.get(snapshot.cycle.id)
        if known is None or known[0] is not snapshot:
            known = snapshot, asked_of_people(snapshot)
            with self._lock:
                self._asked[snapshot.cycle.id] = known
        return known[1]

    def own(self, person: str, snapshot: Snapshot) -> Audience:
        """What is a person's own, and of those whom they stand in for: all of it they may see.

        The same holds of what a role is asked that nobody holds, and they in its place.
        """
        vacant = self._in_place(snapshot).items()
        return Audience(
            f"person:{person}",
            roles=frozenset(role for role, asked in vacant if person in asked),
            people=frozenset({person, *away_of(person, snapshot)}),
        )

    def _in_place(self, snapshot: Snapshot) -> Mapping[str, tuple[str, ...]]:
        with self._lock:
            known = self._vacant.get(snapshot.cycle.id)
        if known is None or known[0] is not snapshot:
            known = snapshot, asked_in_place(snapshot)
            with self._lock:
                self._vacant[snapshot.cycle.id] = known
        return known[1]
