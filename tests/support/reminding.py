"""A company whose people owe numbers, its store, and processes that remind them and may die."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from applied_store import apply_all

from okr_core.plan.mail import Mail
from okr_core.plan.workspace import Workspace
from okr_flows.notify.message import Message, Told
from okr_flows.remind.remind import Doors, remind
from okr_mail import Letter, Session
from okr_store import Store, open_store

CYCLE = "2025-q4"
MONDAY = datetime(2025, 10, 13, 8, 35, tzinfo=UTC)
"""Nothing was reported: since Saturday, cadence and grace have passed."""
WORKSPACE = """\
organization: Acme
timezone: Europe/Zurich
people:
  ada: {name: Ada Okafor, email: ada@acme.example}
  bo: {name: Bo Lind, email: bo@acme.example}
  cy: {name: 李雷, email: cy@acme.example}
  di: {name: Di}
roles:
  sales-lead: {circle: sales, held_by: [{person: ada}]}
  desk: {circle: sales, held_by: [{person: cy}]}
routes: {sales: slack-webhook/sales}
"""
PLAN = """\
cycle: {id: 2025-q4, starts: 2025-10-01, ends: 2025-12-31, timezone: Europe/Zurich}
objectives:
  - id: sales
    title: More teams buy
    role: sales-lead
    key_results:
      - id: sales.new
        title: New teams from 0 to 10
        metric: {kind: increase, baseline: 0, target: 10}
  - id: answers
    title: 每个客户问题在四小时内得到答复
    owner: bo
    key_results:
      - id: answers.time
        title: 答复时间不超过四小时
        metric: {kind: at_most, unit: h, bound: 4}
"""
SECRET_LINK = "https://okr.acme.example/link/"
PAGE = "https://okr.acme.example"
Point = Literal["before send", "after send", "after record"]
POINTS: tuple[Point, ...] = ("before send", "after send", "after record")


def begin(store: Store, workspace: str = WORKSPACE) -> None:
    """The company's plan, applied before the cycle begins."""
    apply_all(store, PLAN, workspace)


def server(address: str, timeout: str = "5") -> Mail:
    """A mail server on this computer."""
    return Mail.model_validate(
        {"smtp": address, "sender": "okr@acme.example", "security": "none", "timeout": timeout}
    )


def link_of(person: str) -> str:
    """A personal link, as the page makes them."""
    return f"{SECRET_LINK}{person}.signed"


@dataclass
class Routes:
    """Routes on this computer: what each was told; those of `down` cannot be."""

    told: list[Message] = field(default_factory=list)
    down: bool = False

    def __call__(self, _workspace: Workspace, several: Sequence[Message]) -> Told:
        """Tell them."""
        if self.down:
            return Told(failed={each.route: "Not reached." for each in several})
        self.told += several
        return Told(tuple(each.route for each in several))


@dataclass
class Dying:
    """A mail session whose process is killed at a point."""

    session: Session
    point: Point
    handed: int = 0

    def open(self) -> None:
        """Be ready; the second time the first mail is recorded as sent."""
        if self.handed and self.point == "after record":
            os.kill(os.getpid(), signal.SIGKILL)
        self.session.open()

    def send(self, letter: Letter) -> None:
        """Send, unless this process dies before."""
        if self.point == "before send":
            os.kill(os.getpid(), signal.SIGKILL)
        self.session.send(letter)
        self.handed += 1
        if self.point == "after send":
            os.kill(os.getpid(), signal.SIGKILL)


def remind_and_die(url: str, address: str, point: Point) -> None:
    """What a process does that is killed at a point."""
    with open_store(url) as store, Session(server(address)) as session:
        remind(store, CYCLE, MONDAY, Doors(Dying(session, point), page=PAGE))


def remind_once(url: str, address: str) -> None:
    """What one of several processes does at once."""
    with open_store(url) as store, Session(server(address)) as session:
        remind(store, CYCLE, MONDAY, Doors(session, page=PAGE))
