"""Said at once: check-ins that several real processes make for one minute at the same moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from applied_store import CYCLE, NOW
from store_processes import together

from okr_core.plan.acting import Actor, Occasion
from okr_core.record.entries import CheckIn, Entry
from okr_flows.checkin.check_ins import CheckInText, check_in
from okr_store import Store, open_store

KR = "activation.week1"
MINUTE = datetime(2025, 10, 20, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Say:
    """What one process says: a value, how sure they are, and by whom."""

    value: str
    confidence: str
    by: str
    at: datetime

    def __call__(self, store: Store) -> object:
        text = CheckInText(KR, self.value, self.confidence)
        check_in(store, CYCLE, text, Occasion(self.at, NOW, Actor("test", self.by)))
        return f"recorded {self.value} {self.confidence} {self.by}"


def say_at_once(url: str, number: int) -> None:
    """Let eight processes speak at once for a minute of their own; hold the store to their ends.

    Four say one value with four confidences, four say four others.
    """
    at = MINUTE + number * timedelta(minutes=1)
    same = [Say("33", str(n), "ada", at) for n in range(4)]
    others = [Say(str(34 + n), "5", "bo", at) for n in range(4)]
    ends = together(url, [*same, *others])
    recorded = sorted(end.removeprefix("recorded ") for end in ends if end.startswith("recorded"))
    refused = [end for end in ends if not end.startswith("recorded")]
    with open_store(url) as store:
        said = [e for e in store.entries(CYCLE, kinds=("check_in",)) if e.at == at]
        (reading,) = (r for r in store.readings(CYCLE, as_of=None) if r.at == at)
    assert sorted(map(_told, said)) == recorded
    assert {told.split()[0] for told in recorded} == {str(reading.value)}
    assert len(recorded) == (4 if reading.value == Decimal(33) else 1)
    for end in refused:
        assert end.startswith(f"RefusalError: `{KR}` has the value {reading.value} at that time")


def _told(entry: Entry) -> str:
    assert isinstance(entry.body, CheckIn)
    return f"{entry.body.value} {entry.body.confidence} {entry.by}"
