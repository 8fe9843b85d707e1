"""Workspace: the people, roles, connections and policies of an organisation (okr.yaml)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, JsonValue

from okr_core.basics.base import Day, FrozenModel, ItemId, Number, PositiveNumber, shortened
from okr_core.plan.calendar_policy import CalendarPolicy
from okr_core.plan.cycle import ZoneName, zone_named
from okr_core.plan.mail import Mail
from okr_core.plan.reminder_policy import ReminderPolicy
from okr_core.plan.settling import SETTLING_DAYS
from okr_core.plan.web import Web
from okr_core.plan.workspace_id import WorkspaceId

WORKSPACE_FILE = "okr.yaml"
"""How the file of a workspace is named."""


class Accounts(FrozenModel):
    """A person's ids in other tools."""

    jira: str | None = None
    notion: str | None = None
    slack: str | None = None


class Absence(FrozenModel):
    """Days on which a person is away, both included.

    Attributes:
        stand_in: Id of the person who checks in, comments, helps and decides on what is at risk
            meanwhile; never votes, estimates or approves. See `okr_core.plan.stand_in`.
    """

    starts: Day
    ends: Day
    reason: str = ""
    stand_in: ItemId | None = None


class Person(FrozenModel):
    """Someone who holds roles.

    Attributes:
        timezone: Where left out, the workspace's.
        country: Whose public holidays are days off; where left out, the workspace's.
        subdivision: Part of the country, such as a canton; where both are left out, the
            workspace's.
        layer: Where in the organisation: used for pressure between layers only.
        from_: First day with the organisation; after `until`: the day on which they come back.
        until: Last day with the organisation.
    """

    name: str
    email: str | None = None
    timezone: ZoneName | None = None
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    subdivision: str | None = None
    accounts: Accounts = Accounts()
    layer: str | None = None
    from_: Annotated[Day | None, Field(alias="from")] = None
    until: Day | None = None
    absences: tuple[Absence, ...] = ()

    def is_with_us(self, day: date) -> bool:
        """Whether the person is with the organisation on a local day, away or not.

        >>> back = Person(name="Ada", until=date(2026, 10, 31), **{"from": date(2026, 12, 1)})
        >>> [back.is_with_us(date(2026, month, 15)) for month in (10, 11, 12)]
        [True, False, True]
        """
        came = self.from_ is None or self.from_ <= day
        stays = self.until is None or day <= self.until
        gone_between = self.from_ and self.until and self.until < self.from_
        return (came or stays) if gone_between else (came and stays)


class Holding(FrozenModel):
    """One person's part in a role. YAML keys: person, share, from, until."""

    person: ItemId
    share: Annotated[Number, Field(gt=0, le=1)] = Decimal(1)
    from_: Annotated[Day | None, Field(alias="from")] = None
    until: Day | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the person holds the role on that day."""
        return (self.from_ is None or self.from_ <= day) and (
            self.until is None or day <= self.until
        )


class Role(FrozenModel):
    """A bundle of purpose and accountabilities, across functional borders; not a post."""

    purpose: str = ""
    domains: tuple[str, ...] = ()
    accountabilities: tuple[str, ...] = ()
    circle: ItemId | None = None
    held_by: tuple[Holding, ...] = ()


class Team(FrozenModel):
    """A team or circle that objectives belong to."""

    name: str = ""


def _valid_cron(text: str) -> str:
    # Only where a schedule is written: most commands read workspaces without one.
    from cronsim import CronSim, CronSimError  # noqa: PLC0415

    if len(text.split()) == 5:
        try:
            CronSim(text, datetime(2000, 1, 1))  # noqa: DTZ001 - zones do not matter to syntax
        except CronSimError:
            pass
        else:
            return text
    raise ValueError(
        f"{shortened(text)} is no schedule. Write minute, hour, day, month, weekday, such as "
        "`0 6 * * 1-5` for each workday at six."
    )


Cron = Annotated[str, AfterValidator(_valid_cron)]
"""Minute, hour, day of month, month, weekday; local times of the cycle's zone."""


class Connection(FrozenModel):
    """How a source is reached. The token is never here: it is in a Prefect block or a variable.

    Attributes:
        kind: Which source reads it (`jira`, `notion`, `http`, or a third party's).
        url: Base address; Notion's own where left out.
        deployment: Jira only.
        block: Name of the Prefect credentials block; where left out, the variables
            OKR_<NAME>_TOKEN and OKR_<NAME>_USER (name in upper case, dashes as underscores).
        concurrency: Requests at once.
        timeout: Seconds that one request may take.
        retries: Attempts of one request in all.
        reads_past: Whether the server answers as of the time asked for (the sandbox with its
            clock); its readings are dated then. Live sources are never back-dated.
        schedule: When `okr deploy` has it read; where left out, often enough for the key results
            that it serves.
        runs_at_once: Runs that may read it at the same time, over all workers. Where left out
            there is no limit.
        options: Fields of a third party's source.
        write_back: What is written back to the places that plans name in `mirror`, validated by
            the source of that kind; None: nothing is ever written.
        check_ins: Where in the tool people check in, validated by the source of that kind; None:
            nowhere.
    """

    kind: ItemId
    url: str | None = None
    deployment: Literal["cloud", "datacenter"] = "cloud"
    block: str | None = None
    concurrency: Annotated[int, Field(ge=1, le=32)] = 4
    timeout: PositiveNumber = Decimal(30)
    retries: Annotated[int, Field(ge=1, le=10)] = 5
    reads_past: bool = False
    schedule: Cron | None = None
    runs_at_once: Annotated[int | None, Field(ge=1)] = None
    options: dict[str, JsonValue] = Field(default_factory=dict)
    write_back: Annotated[dict[str, JsonValue], Field(min_length=1)] | None = None
    check_ins: Annotated[dict[str, JsonValue], Field(min_length=1)] | None = None


class StatusPolicy(FrozenModel):
    """Lowest gap between progress and expectation for each status."""

    ahead: Number = Decimal("0.10")
    on_track: Number = Decimal("-0.05")
    behind: Number = Decimal("-0.20")


class StalenessPolicy(FrozenModel):
    """Days after which the newest reading or check-in is stale, by cadence."""

    weekly: Annotated[int, Field(ge=1)] = 7
    biweekly: Annotated[int, Field(ge=1)] = 14
    monthly: Annotated[int, Field(ge=1)] = 31
    grace_days: Annotated[int, Field(ge=0)] = 3


class Policies(FrozenModel):
    """Rules that a workspace may set; frozen per cycle, changed by a revision with a reason.

    Attributes:
        settling_days: Days after the start, or the first accepted plan, in which a plan may still
            settle; see `okr_core.plan.settling`.
        calendar: Working days and the dates of a cycle.
        reminders: When people are reminded.
        second_person: Whether a decision that moves a figure stands, marked, until a second person
            answers for it, or waits for that.
        close: Whether a cycle that takes no more numbers waits for its owner to close it, or the
            next scoring does where nothing keeps it open.
        help_days: Days in which help that is asked for or offered, or a blocker, is to be answered.
    """

    status: StatusPolicy = StatusPolicy()
    staleness: StalenessPolicy = StalenessPolicy()
    settling_days: Annotated[int, Field(ge=0, le=366)] = SETTLING_DAYS
    calendar: CalendarPolicy = CalendarPolicy()
    reminders: ReminderPolicy = ReminderPolicy()
    second_person: Literal["shown", "required"] = "shown"
    close: Literal["asked", "automatic"] = "asked"
    help_days: Annotated[int, Field(ge=0, le=92)] = 3


class Workspace(FrozenModel):
    """Everything about an organisation that outlives a cycle.

    Attributes:
        id: What tells it apart from others on the same Prefect server; None: nobody wrote it, and
            the store's first revision says it (`okr_flows.run.names.workspace_id`).
        country: Whose public holidays are days off, such as CH; None: there are none.
        subdivision: Part of the country that has its own, such as the canton ZH.
        store: SQLAlchemy URL, or a path relative to okr.yaml; `OKR_STORE_URL` wins.
        routes: Team or circle → name of a Prefect notification block.
        audiences: Audience → what it may see.
        mail: The mail server through which people are reminded; None: nobody is.
        web: The page for people without a terminal.
    """

    id: WorkspaceId | None = None
    organization: str
    timezone: ZoneName = "UTC"
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    subdivision: str | None = None
    store: str = "okr.db"
    people: dict[ItemId, Person] = Field(default_factory=dict)
    teams: dict[ItemId, Team] = Field(default_factory=dict)
    roles: dict[ItemId, Role] = Field(default_factory=dict)
    connections: dict[ItemId, Connection] = Field(default_factory=dict)
    routes: dict[ItemId, str] = Field(default_factory=dict)
    audiences: dict[ItemId, tuple[str, ...]] = Field(default_factory=dict)
    policies: Policies = Policies()
    mail: Mail | None = None
    web: Web = Web()

    def holders(self, role: str, at: datetime | date) -> tuple[Holding, ...]:
        """Who holds a role on a day; the implicit role of a person is held by that person.

        Somebody who has left the organisation, or has not come yet, holds nothing.
        """
        day = at.date() if isinstance(at, datetime) else at
        held_by = self.holdings(role)
        return tuple(h for h in held_by if h.holds_on(day) and self.is_with_us(h.person, day))

    def holdings(self, role: str) -> tuple[Holding, ...]:
        """Who holds a role at any time; the implicit role of a person is held by that person."""
        implicit = (Holding(person=role),) if role in self.people else ()
        return self.roles[role].held_by if role in self.roles else implicit

    def people_on(self, day: date) -> tuple[str, ...]:
        """Ids of those who are with the organisation on a day."""
        return tuple(each for each in self.people if self.is_with_us(each, day))

    def is_with_us(self, person: str, at: datetime | date) -> bool:
        """Whether somebody is with the organisation: the one rule for all that reaches people.

        Who is not is asked nothing, holds no role, and no link or session of theirs opens.

        Args:
            person: Id; one that is not among the people is nobody's, where there are people.
            at: Local day, or an aware time, whose day is that of the person's zone.
        """
        known = self.people.get(person)
        if known is None:
            return not self.people
        if isinstance(at, datetime):
            at = at.astimezone(zone_named(known.timezone or self.timezone)).date()
        return known.is_with_us(at)
