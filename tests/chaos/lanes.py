"""Lanes: which scenarios go one after another on which Prefect server, and what they stand on."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
from engines import new_database
from findings import Finding
from kills import both_killed, engine_killed, server_killed, store_restarted, worker_killed
from missed_days import DAILY, three_days_missed
from neighbours import two_workers, two_workspaces
from patience import NotWithin
from places import Place, save_chats
from servers import Postgres, PrefectServer

Play = Callable[[Finding], None]


SERVER = "Prefect's server killed"
STORE = "PostgreSQL killed between read and record"
MACHINE = "worker and engine killed"
ENGINE = "engine killed"
WORKER = "worker killed"
WORKERS = "two workers, one slot"
WORKSPACES = "two workspaces, one cycle id"
DAYS = "worker stopped for three days"
SHORT = {SERVER, STORE, MACHINE}
"""What tells most in least time."""


@dataclass(frozen=True)
class Asked:
    """What is to be done.

    Attributes:
        only: Scenarios whose name holds one of these; all where empty.
        short: Those of the short form.
        verbose: Show what workers said where a promise was broken.
    """

    only: Sequence[str]
    short: bool
    verbose: bool

    def wants(self, *names: str) -> bool:
        """Whether any of the scenarios is asked for."""
        if self.only:
            return any(word in name for word in self.only for name in names)
        return not self.short or not SHORT.isdisjoint(names)


class Lane:
    """Scenarios that go one after another, and what they found."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.findings: list[Finding] = []

    def play(self, name: str, scenario: Play, place: Place) -> None:
        """Go through a scenario where it is asked for, and tell what was found."""
        if not self.asked.wants(name):
            return
        finding = Finding(name)
        try:
            scenario(finding)
        except (NotWithin, AssertionError, httpx.HTTPError, OSError) as error:
            finding.broken.append(f"{type(error).__name__}: {error}")
            if self.asked.verbose:
                traceback.print_exc()
        finding.end()
        self.findings.append(finding)
        print(finding.line, *finding.broken, sep="\n    ", flush=True)
        if self.asked.verbose and finding.broken:
            print(place.crew.said()[-12000:], flush=True)


def steady(asked: Asked, folder: Path) -> list[Finding]:
    """On a server that lives: what happens to workers and runs; the store is SQLite."""
    lane, week = Lane(asked), Lane(asked)
    kills = {
        MACHINE: both_killed,
        ENGINE: engine_killed,
        WORKER: worker_killed,
        WORKERS: two_workers,
    }
    if not asked.wants(DAYS, *kills):
        return []
    with ExitStack() as open_:
        server = open_.enter_context(PrefectServer.running(folder))
        place = open_.enter_context(Place.open(server, folder / "steady"))
        idle = open_.enter_context(Place.open(server, folder / "week", schedules={"fast": DAILY}))
        save_chats(server, [place, idle])
        threads = open_.enter_context(ThreadPoolExecutor())
        if asked.wants(DAYS):
            idle.set_up()
            days = threads.submit(week.play, DAYS, partial(three_days_missed, idle), idle)
        if asked.wants(*kills):
            place.set_up()
            place.crew.start()
        for name, scenario in kills.items():
            lane.play(name, partial(scenario, place), place)
        if asked.wants(DAYS):
            days.result()
    return lane.findings + week.findings


def shaken(asked: Asked, folder: Path) -> list[Finding]:
    """On a server that is killed, over PostgreSQL that is killed too; a neighbour has SQLite."""
    lane = Lane(asked)
    if not asked.wants(SERVER, STORE, WORKSPACES):
        return []
    with ExitStack() as open_:
        postgres = open_.enter_context(Postgres.running())
        url = open_.enter_context(new_database(postgres.url))
        server = open_.enter_context(PrefectServer.running(folder))
        place = open_.enter_context(Place.open(server, folder / "shaken", url))
        second = open_.enter_context(Place.open(server, folder / "second"))
        save_chats(server, [place, second])
        place.set_up()
        place.crew.start()
        lane.play(SERVER, partial(server_killed, place), place)
        lane.play(STORE, partial(store_restarted, place, postgres), place)
        lane.play(WORKSPACES, partial(two_workspaces, place, second), second)
    return lane.findings
