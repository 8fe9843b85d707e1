"""The demo's running quarter: some weeks of it, and how it stands today."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from okr_cli.operate.demo_doors import Doors
from okr_cli.operate.demo_stage import Stage, hours_later, local
from okr_cli.operate.demo_visit import check_in_by, link_in
from okr_cli.shell.acting import clock
from okr_cli.shell.output import tell
from okr_core.calendar.days_off import DaysOff
from okr_flows.clock.run_cycle import run_tick
from okr_flows.run.calendar import read_calendar
from okr_sandbox.demo import Quarter, later_check_ins
from okr_sandbox.demo.voices import Saying
from okr_store import open_store

BOUND_WEEK = 4
"""Week in which Jira begins to count the open bugs: the weeks before it are there to be filled."""
_LATE = re.compile(r"source: .*labels = invoicing.*")
_VISITOR, _VISITED = "ben", "reference.referrals"
"""Who answers a reminder by the page, and of what."""
_MORNING = time(10, 5)
_AT_FIRST = "source: {manual: }"
_PAST = re.compile(r"^ +# reads_past:.*\n|, reads_past: yes", re.MULTILINE)


@dataclass(slots=True)
class RunningQuarter:
    """A quarter that is not over.

    Attributes:
        stage: Where it is played.
        quarter: Which three months it is.
        weeks: How many of its weeks have passed.
        plan: The text of its plan.
        doors: Its page and its mail server.
    """

    stage: Stage
    quarter: Quarter
    weeks: int
    plan: str
    doors: Doors

    def begin(self) -> None:
        """Agree on the plan on the first morning; nothing counts the open bugs yet."""
        self._plan_file.write_text(_LATE.sub(_AT_FIRST, self.plan), encoding="utf-8")
        morning = local(self.quarter.at(time(8)))
        said = ("--by", "ada", "--reason", "The next quarter's goals")
        self.stage.okr("apply", "--as-of", morning, *said)
        tell(f"  okr apply  5 objectives, 11 key results: {self.quarter.id} begins")

    def play(self) -> None:
        """The weeks that have passed, and today."""
        for week in range(1, self.weeks + 1):
            at = self.quarter.evening_since_the_start(week)
            self.stage.sandbox.clock.set(at)
            said = later_check_ins(week)
            if week == self.weeks:
                said = self._remind(week, said)
            self.stage.check_in(self.quarter.id, week, hours_later(at, -3), said)
            note = self._bind(local(hours_later(at, -1))) if week == BOUND_WEEK else ""
            self.stage.sync(self.quarter.id, at, f"week {week:>2}", note)
            self.stage.score(self.quarter.id, hours_later(at, 1))
        self._catch_up()

    def show(self) -> None:
        """What `okr status` shows now."""
        self.stage.show("status", "--tree", "--cycle", self.quarter.id)

    @property
    def _plan_file(self) -> Path:
        return self.stage.home / "cycles" / f"{self.quarter.id}.yaml"

    def _remind(self, week: int, said: Sequence[Saying]) -> list[Saying]:
        """The clock's tick in the last week mails who is asked; one of them answers by the page.

        Returns:
            What is said otherwise.
        """
        stage, id_ = self.stage, self.quarter.id
        with open_store(stage.store) as store:
            at = self._morning(week, read_calendar(store, id_, clock()).dates.days_off)
            with self.doors.mailbox(stage.home) as mailbox:
                sent = run_tick(id_, store_url=stage.store, as_of=at, now=at).reminders
                people = len(sent.sent) if sent else 0
                stage.told("remind", at, f"{people} people have mail: what waits, and their link")
                letter = mailbox.letters(f"{_VISITOR}@lumen.example")[-1]
            (mine,) = (each for each in said if each[0] == _VISITED)
            _, value, confidence, note, _ = mine
            later = hours_later(at, 0.25)
            with self.doors.page_of(stage.home, store, lambda: later):
                fields = {"value": value, "sure": confidence or "6", "note": note}
                check_in_by(link_in(letter), _VISITED, fields)
        stage.told("page", later, f"Ben opens his link and checks in: {_VISITED} is {value}")
        return [each for each in said if each is not mine]

    def _morning(self, week: int, days_off: DaysOff) -> datetime:
        """The last working morning before the evening of a week."""
        day = self.quarter.evening_since_the_start(week).date()
        while not days_off.works_on(day):
            day -= timedelta(days=1)
        return self.quarter.at(_MORNING, day)

    def _bind(self, at: str) -> str:
        text = self._plan_file.read_text(encoding="utf-8")
        bound = text.replace(_AT_FIRST, _LATE.findall(self.plan)[0])
        self._plan_file.write_text(bound, encoding="utf-8")
        self.stage.okr(
            *("apply", "--as-of", at, "--by", "farid"),
            *("--reason", "Jira counts the invoicing bugs", "--reason-class", "metric_error"),
        )
        return "okr apply: bugs.open is bound to Jira; its first weeks have no reading"

    def _catch_up(self) -> None:
        """Today, by this machine's clock. From now on no past is asked that a tool cannot tell."""
        path = self.stage.home / "okr.yaml"
        path.write_text(_PAST.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
        self.stage.sandbox.clock.set(None)
        self.stage.okr("apply", "--by", "ada", "--reason", "The tools tell what holds now")
        now = clock().astimezone(self.quarter.at(time(8)).tzinfo)
        self.stage.sync(self.quarter.id, now, "today", "somebody renamed the label `question`")
        self.stage.score(self.quarter.id, now)
