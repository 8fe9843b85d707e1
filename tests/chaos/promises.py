"""What must hold whatever was broken: read once, ended, told, and nobody else disturbed."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from findings import Finding
from patience import NotWithin, until
from places import WORKING, Place, told_after
from workers import Run

WINDOW = 240
"""Seconds within which a run has ended, whatever happened to it: three heartbeats, and patience."""
LATE = "is late"
"""What a notice says of runs that nobody started."""
TELLING = 90
"""Seconds that a notice may take once there is something to tell."""
LEASED = 180
"""Seconds within which a connection whose reader is dead can be read again."""

_BEFORE_ALL = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=2)
_MINUTES = count()


@dataclass(frozen=True)
class Reads:
    """The two runs of a slot: that of `slow`, which is broken, and that of `fast`, which is not."""

    slot: datetime
    slow: str
    fast: str


def new_slot() -> datetime:
    """A slot that no run has had, before now: a slot is a minute."""
    return _BEFORE_ALL + timedelta(minutes=next(_MINUTES))


def begin(place: Place) -> Reads:
    """Have both connections read; the tracker of `slow` is held, and has been asked."""
    asked, slot = place.slow.asked, new_slot()
    reads = Reads(slot, place.start("slow", slot), place.start("fast", slot))
    place.running(reads.slow)
    place.slow.wait_for_question(asked)
    return reads


def ends(place: Place, finding: Finding, run: str, since: float) -> Run | None:
    """The run at its end, which it comes to by itself; None and a broken promise where not."""
    try:
        ended = place.over(run, seconds=WINDOW)
    except NotWithin:
        state = place.run(run)["state_name"]
        finding.broken.append(f"a run is {state} {time.monotonic() - since:.0f} s after the kill")
        return None
    finding.figures["ended"] = f"{ended['state_name']} {time.monotonic() - since:.0f} s"
    return ended


def told(place: Place, finding: Finding, since: float, word: str = "", spared: float = 0) -> None:
    """The chat is told what happened since then; its notice waits less than as deployed."""
    try:
        after = until(
            lambda: told_after(place.chat, since, word), "it is told", seconds=TELLING, every=0.2
        )
        here = f" ({after:.0f} s here)" if spared else ""
        finding.figures["told after"] = f"{after + spared:.0f} s{here}"
    except NotWithin:
        silent = time.monotonic() - since
        finding.broken.append(f"nobody was told within {silent:.0f} s")


def completed(place: Place, finding: Finding, run: str, what: str, *, seconds: float) -> float:
    """A run that has to come to a good end; seconds that it took from its start on."""
    begun = time.monotonic()
    try:
        ended = place.over(run, seconds=seconds)
    except NotWithin:
        state = place.run(run)["state_name"]
        finding.broken.append(f"{what} is {state} after {seconds:.0f} s")
        return time.monotonic() - begun
    if ended["state_type"] != "COMPLETED":
        message = ended["state"]["message"]
        finding.broken.append(f"{what} ended {ended['state_name']}: {message}")
    return taken(ended)


def taken(run: Run) -> float:
    """Seconds from the moment in which a run was due until its end."""
    begun, end = (datetime.fromisoformat(run[key]) for key in ("expected_start_time", "end_time"))
    return (end - begun).total_seconds()


def recovers(place: Place, finding: Finding, reads: Reads, ended: Run | None) -> None:
    """Nothing is left over: the slot is read once, by a retry at most, and so is the next one."""
    place.slow.release()
    if ended is None or ended["state_type"] != "COMPLETED":
        kept = place.readings(reads.slot)
        had = sum(kept[key, "jira:slow"] for key in place.key_results("slow"))
        again = place.start("slow", reads.slot)
        seconds = completed(place, finding, again, "the slot's second run", seconds=LEASED)
        ends_ = finding.figures.get("ended", "never")
        finding.figures["ended"] = f"{ends_}, {had} kept, again {seconds:.0f} s"
    fast = completed(place, finding, reads.fast, "the other connection's run", seconds=LEASED)
    finding.figures["others"] = f"{fast:.0f} s"
    after = new_slot()
    following = place.start("slow", after)
    seconds = completed(place, finding, following, "the next slot's run", seconds=LEASED)
    finding.figures["next slot"] = f"{seconds:.0f} s"
    once(place, finding, {reads.slot: ("slow", "fast"), after: ("slow",)})
    none_works(place, finding)


def once(place: Place, finding: Finding, slots: dict[datetime, tuple[str, ...]]) -> None:
    """Every key result of these connections has one live reading of the slot."""
    for slot, connections in slots.items():
        readings = place.readings(slot)
        for name in connections:
            for key in place.key_results(name):
                number = readings[key, f"jira:{name}"]
                finding.counted(number)
                finding.promise(
                    holds=number == 1, otherwise=f"{number} live readings of {key} in a slot"
                )


def unaffected(place: Place, finding: Finding, run: str, slot: datetime) -> None:
    """What another connection was to read meanwhile was read."""
    seconds = completed(place, finding, run, "the other connection's next run", seconds=WINDOW)
    finding.figures["others"] = f"{seconds:.0f} s"
    once(place, finding, {slot: ("fast",)})


def none_works(place: Place, finding: Finding) -> None:
    """No run of the place is left that says it works."""
    try:
        until(lambda: not place.runs(*WORKING), "no run works", seconds=120)
    except NotWithin:
        left = sorted({run["state_name"] for run in place.runs(*WORKING)})
        finding.broken.append(f"runs are left in {', '.join(left)}")


def untouched(finding: Finding, places: Iterable[Place], since: float) -> None:
    """Chats of others have heard nothing."""
    for place in places:
        heard = [at for at in place.chat.times if at >= since]
        finding.promise(holds=not heard, otherwise=f"{place.folder.name}'s chat was told of others")
