"""Visit: one reader in front of a page: who, in which language, of which cycle."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from okr_core.open.entry import OpenEntry
from okr_core.plan.acting import Actor, Occasion
from okr_core.plan.cycle import Cycle
from okr_core.plan.workspace import Workspace
from okr_core.snapshot import Snapshot
from okr_flows.owed.waiting import roles_of
from okr_report.audience.audience import Audience, audience_named
from okr_report.audience.present import seen_present, sight_of, with_version
from okr_report.locale import Language
from okr_web.house import House
from okr_web.identity.reader import Reader
from okr_web.pages.items import Facts
from okr_web.voice import Voice


@dataclass(frozen=True)
class Visit:
    """One reader in front of one page.

    Attributes:
        now: Aware time.
        cycle: The cycle that is looked at.
    """

    house: House
    reader: Reader
    workspace: Workspace
    language: Language
    now: datetime
    cycle: Cycle

    @cached_property
    def today(self) -> date:
        """The local day of the cycle."""
        return self.cycle.day_of(self.now)

    @cached_property
    def voice(self) -> Voice:
        """How the page speaks to this reader."""
        return Voice(self.language, self.cycle.zone, self.today)

    @cached_property
    def whole(self) -> Snapshot:
        """How the cycle stands, all of it: nothing of it may be shown but through `facts`."""
        return self.house.snapshot(self.cycle.id)

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """Roles that the reader holds today."""
        return roles_of(self.reader.person, self.workspace, self.today)

    @cached_property
    def audience(self) -> Audience:
        """What the reader may see of everything.

        Raises:
            ConfigError: The settings name an audience that is none.
        """
        name = self.workspace.web.audience_of(self.reader.person)
        return audience_named(name, with_version(self.whole), self.workspace.audiences)

    @cached_property
    def own(self) -> Audience:
        """What is the reader's own: all of it may be seen by them."""
        return self.house.own(self.reader.person, self.whole)

    @cached_property
    def facts(self) -> Facts:
        """What the reader may see of the cycle."""
        return Facts(self.house.seen(self.whole, self.audience), self.voice)

    @cached_property
    def own_facts(self) -> Facts:
        """What is the reader's own of the cycle."""
        return Facts(self.house.seen(self.whole, self.own), self.voice)

    def audience_of(self, item: str) -> Audience | None:
        """As whom the reader sees an item; None: they do not, or there is none."""
        if item in sight_of(self.own, self.whole).items:
            return self.own
        return self.audience if item in sight_of(self.audience, self.whole).items else None

    def again(self, now: datetime) -> Visit:
        """The same visit with the cycle as it stands by now."""
        return replace(self, now=now)

    @cached_property
    def waiting(self) -> tuple[OpenEntry, ...]:
        """What waits for the reader: what is asked of them, they see."""
        return self.house.waiting(self.whole, self.reader.person)

    def facts_at(self, snapshot: Snapshot) -> Facts:
        """What the reader may see of the cycle as it stood at another time."""
        return Facts(seen_present(snapshot, self.audience), self.voice)

    def occasion(self) -> Occasion:
        """When and by whom something is said now."""
        actor = Actor(self.reader.via, self.reader.person)
        return Occasion(self.now, self.now, actor, self.cycle.zone)
