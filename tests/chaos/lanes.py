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


@dataclass(frozen=True)
class Asked:
    """What is to be done.

    Attributes:
        only: Scenarios whose name holds one of these; all where empty.
        short: Those that tell most in least time.
        verbose: Show what workers said where a promise was broken.
    """

    only: Sequence[str]
    short: bool
    verbose: bool

    def wants(self, name: str, *, short: bool) -> bool:
        """Whether a scenario is asked for."""
        if self.only:
            return any(word in name for word in self.only)
        return short or not self.short


class Lane:
    """Scenarios that go one after another, and what they found."""

    def __init__(self, asked: Asked, folder: Path) -> None:
        self.asked = asked
        self.folder = folder
        self.findings: list[Finding] = []

    def goes(self, names: Sequence[tuple[str, bool]]) -> bool:
        """Whether any of the scenarios is asked for; each with whether the short form has it."""
        return any(self.asked.wants(name, short=short) for name, short in names)

    def play(self, name: str, scenario: Play, place: Place, *, short: bool = False) -> None:
        """Go through a scenario where it is asked for, and tell what was found."""
        if not self.asked.wants(name, short=short):
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
    lane, week = Lane(asked, folder), Lane(asked, folder)
    kills = (
        ("worker and engine killed", both_killed, True),
        ("engine killed", engine_killed, False),
        ("worker killed", worker_killed, False),
        ("two workers, one slot", two_workers, False),
    )
    days = "worker stopped for three days"
    with ExitStack() as open_:
        killed, missed = (
            lane.goes([(name, short) for name, _, short in kills]),
            lane.goes([(days, False)]),
        )
        if not killed and not missed:
            return []
        server = open_.enter_context(PrefectServer.running(folder))
        place = open_.enter_context(Place.open(server, folder / "steady"))
        idle = open_.enter_context(Place.open(server, folder / "week", schedules={"fast": DAILY}))
        save_chats(server, [place, idle])
        threads = open_.enter_context(ThreadPoolExecutor())
        if missed:
            idle.set_up()
            threads.submit(week.play, days, partial(three_days_missed, idle), idle)
        if killed:
            place.set_up()
            place.crew.start()
        for name, scenario, short in kills:
            lane.play(name, partial(scenario, place), place, short=short)
    return lane.findings + week.findings


def shaken(asked: Asked, folder: Path) -> list[Finding]:
    """On a server that is killed, over PostgreSQL that is killed too; a neighbour has SQLite."""
    lane = Lane(asked, folder)
    server_name, store_name, two_name = (
        "Prefect's server killed",
        "PostgreSQL killed between read and record",
        "two workspaces, one cycle id",
    )
    if not lane.goes([(server_name, True), (store_name, True), (two_name, False)]):
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
        lane.play(server_name, partial(server_killed, place), place, short=True)
        lane.play(store_name, partial(store_restarted, place, postgres), place, short=True)
        lane.play(two_name, partial(two_workspaces, place, second), second)
    return lane.findings
