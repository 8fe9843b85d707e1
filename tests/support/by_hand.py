"""A cycle's figures, worked out again from what `okr export` wrote.

It follows the written rules and takes nothing from the product: it imports the standard library
alone. It knows the kinds of key results and the decisions of `own_company` and of the demo.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

Doc = dict[str, Any]
Value = Fraction | None
GRACE, SETTLING = timedelta(days=3), 14
CADENCE = {"weekly": 7, "biweekly": 14, "monthly": 31}
LIMITS = {40, 70, 100}


def printed(share: Value) -> str:
    """Two places, half to even, never up to a grade that is not reached."""
    if share is None:
        return "–"
    whole = round(share * 100)
    if whole > share * 100 and whole in LIMITS:
        whole -= 1
    return f"{max(whole, int(share > 0)) / 100:.2f}"


def percent(share: Value) -> str:
    """The same as whole percents."""
    if share is not None and 0 < share <= Fraction(1, 200):
        return "< 1 %"
    return "–" if share is None else f"{round(float(printed(share)) * 100)} %"


@dataclass(frozen=True)
class Version:
    at: datetime
    plan: Doc
    why: str

    def items(self) -> Iterator[tuple[Doc, Doc]]:
        """Each key result with its objective."""
        for objective in self.plan["objectives"]:
            for kr in objective.get("key_results", ()):
                yield objective, kr

    def find(self, name: str) -> tuple[Doc, Doc] | None:
        return next((pair for pair in self.items() if pair[1]["id"] == name), None)


@dataclass
class Hand:
    """What an export says of one cycle.

    Attributes:
        values: Key result, or with `/part` its milestone → times and values, oldest first.
        set_to: Key result → the score that a person set.
    """

    cycle: str
    as_of: datetime
    versions: list[Version] = field(default_factory=list)
    values: dict[str, list[tuple[datetime, Fraction]]] = field(default_factory=dict)
    set_to: dict[str, Fraction] = field(default_factory=dict)
    restated: dict[str, Fraction] = field(default_factory=dict)

    # Reading the export

    @classmethod
    def of(cls, export: Path, cycle: str, as_of: datetime) -> Hand:
        lines = [json.loads(line) for line in export.read_text(encoding="utf-8").splitlines()]
        rows = [(each["table"], each["row"]) for each in lines if "row" in each]
        texts = {row["id"]: row["text"] for table, row in rows if table == "texts"}
        hand, readings = cls(cycle, as_of), []
        for table, row in rows:
            if table == "revisions" and (row["kind"], row["scope"]) == ("plan", cycle):
                plan = json.loads(texts[row["document"]])
                hand.versions.append(Version(_time(row["at"]), plan, row["reason_class"]))
            elif table == "readings" and row["cycle"] == cycle:
                readings.append(row)
            elif table == "entries" and row["cycle"] == cycle:
                hand._entry(row)
        hand.versions = [each for each in hand.versions if each.at <= as_of]
        gone = {row.get("supersedes") for row in readings}
        for row in sorted(readings, key=lambda row: (row["at"], row["sequence"])):
            good = row["state"] == "observed" and row["sequence"] not in gone
            if good and _time(row["at"]) <= as_of:
                name = "/".join(filter(None, (row["key_result"], row["part"])))
                hand.values.setdefault(name, []).append((_time(row["at"]), Fraction(row["value"])))
        return hand

    def _entry(self, row: Doc) -> None:
        body = json.loads(row["body"])
        if _time(row["at"]) > self.as_of:
            return
        if row["kind"] == "override":
            self.set_to[row["key_result"]] = Fraction(body["score"])
        elif row["kind"] == "restatement":
            self.restated[row["key_result"]] = Fraction(body["new"])

    # Days

    @property
    def _cycle(self) -> Doc:
        return self.versions[-1].plan["cycle"]  # type: ignore[no-any-return]

    def _start(self, day: str) -> datetime:
        zone = ZoneInfo(self._cycle.get("timezone", "UTC"))
        return datetime.combine(date.fromisoformat(day), datetime.min.time(), zone)

    def _end(self, kr: Doc) -> datetime:
        return self._start(str(kr.get("due") or self._cycle["ends"])) + timedelta(days=1)

    @property
    def first(self) -> Version:
        """The first agreement: what stands when the plan has settled."""
        opened = max(self._start(self._cycle["starts"]), self.versions[0].at)
        settled = opened + timedelta(days=SETTLING)
        return [each for each in self.versions if each.at < settled or each is self.versions[0]][-1]

    def agreed(self, name: str) -> tuple[Doc, Doc]:
        """An item as first agreed; a metric error is put right from the beginning."""
        after = self.versions[self.versions.index(self.first) :]
        found = [(each, pair) for each in after if (pair := each.find(name))]
        objective, kr = found[0][1]
        for version, (_, now) in found[1:]:
            if version.why == "metric_error":
                kr = {**kr, "metric": now["metric"]}
        return objective, kr

    def added(self, name: str) -> bool:
        return self.first.find(name) is None

    # What counts

    def active(self, name: str) -> bool:
        """Whether it counts: not retired, or too late for that to take it out."""
        pair = self.versions[-1].find(name)
        if pair and all(each.get("state", "active") == "active" for each in pair):
            return True
        _, kr = self.agreed(name)
        after = self.versions[self.versions.index(self.first) :]
        out = next(
            each for each in after if not self._pursued(each, name) and self._seen(each, name)
        )
        begins, ends = self._start(self._cycle["starts"]), self._end(kr)
        return out.at >= begins + (ends - begins) / 2

    def _pursued(self, version: Version, name: str) -> bool:
        pair = version.find(name)
        return bool(pair) and all(each.get("state", "active") == "active" for each in pair or ())

    def _seen(self, version: Version, name: str) -> bool:
        return any(each.find(name) for each in self.versions if each.at <= version.at)

    # Progress and scores

    def value(self, kr: Doc, end: datetime) -> Value:
        """The number by the end of a day; the sum of others where it takes its value from them."""
        source = kr.get("source", {}).get("key_results")
        if source:
            parts = [self.value({"id": each}, end) for each in source["sum"]]
            return None if None in parts else sum((p for p in parts if p is not None), Fraction(0))
        known = [value for at, value in self.values.get(kr["id"], ()) if at < end]
        return known[-1] if known else None

    def progress(self, kr: Doc, terms: Doc) -> Value:
        """In [0, 1], by the metric and due day of `terms`."""
        metric, end = terms["metric"], min(self._end(terms), self.as_of)
        if metric["kind"] == "milestones":
            return self._milestones(kr, metric, end)
        value = self.value(kr, end)
        if value is None:
            return None
        if metric["kind"] in {"increase", "decrease", "curve", "grade"}:
            return _along(knots(metric), value)
        if metric["kind"] == "baseline_finding":
            return Fraction(1)
        return value if metric["kind"] == "binary" else self._band(kr, metric, end)

    def _milestones(self, kr: Doc, metric: Doc, end: datetime) -> Value:
        weights = {each["id"]: Fraction(each.get("weight", 1)) for each in metric["parts"]}
        done = {part: self.value({"id": f"{kr['id']}/{part}"}, end) for part in weights}
        if set(done.values()) == {None}:
            return None
        return mean((weights[each], done[each] or Fraction(0)) for each in weights)

    def _band(self, kr: Doc, metric: Doc, end: datetime) -> Value:
        known = [pair for pair in self.values[kr["id"]] if pair[0] < end]
        judge = metric.get("judge", "latest")
        if judge == "latest":
            return Fraction(holds(metric, known[-1][1]))
        if judge == "worst":
            return Fraction(all(holds(metric, value) for _, value in known))
        lasts = timedelta(days=CADENCE[kr.get("cadence", "weekly")]) + GRACE
        times = [at for at, _ in known[1:]] + [end]
        spans = [
            (_seconds(min(until, at + lasts, end) - at), value)
            for (at, value), until in zip(known, times, strict=True)
        ]
        if judge == "average":
            average = mean(spans)
            return None if average is None else Fraction(holds(metric, average))
        held = sum(span for span, value in spans if holds(metric, value))
        whole = _seconds(end - self._start(self._cycle["starts"]))
        return min(Fraction(held) / whole / Fraction(metric.get("goal", 1)), Fraction(1))

    def reached(self, name: str) -> Value:
        """Progress as status shows it: by the plan in force, without what has no value."""
        if not self.active(name):
            return None
        _, kr = self.versions[-1].find(name) or self.agreed(name)
        return self.progress(kr, kr)

    def score(self, name: str, *, computed: bool = False) -> Value:
        """Of a key result; nothing reported by its end counts 0."""
        kr = self.agreed(name)[1]
        if kr.get("guard") or not self.active(name):
            return None
        if not computed and name in {**self.set_to, **self.restated}:
            return {**self.set_to, **self.restated}[name]
        return self.progress(kr, kr) or Fraction(0)

    def names(self, *, agreed: bool = False) -> dict[str, list[str]]:
        """Objective → its key results, since the first agreement or of it alone."""
        after = self.versions[self.versions.index(self.first) :]
        found: dict[str, list[str]] = {}
        for version in [self.first] if agreed else after:
            for objective, kr in version.items():
                several = found.setdefault(objective["id"], [])
                several += [kr["id"]] if kr["id"] not in several else []
        return found

    def objective(self, name: str, *, agreed: bool = False, computed: bool = False) -> Value:
        """The weighted mean of its key results and of the objectives that it counts."""
        names = self.names(agreed=agreed)
        if name not in names:
            return None
        parts = [
            (Fraction(self.agreed(kr)[1].get("weight", 1)), self.score(kr, computed=computed))
            for kr in names[name]
        ]
        for child, weight in self._whole(name).get("counts", {}).items():
            parts.append(
                (Fraction(weight), self.objective(child, agreed=agreed, computed=computed))
            )
        return mean(parts)

    def _whole(self, name: str) -> Doc:
        after = self.versions[self.versions.index(self.first) :]
        found = (o for each in after for o in each.plan["objectives"] if o["id"] == name)
        return next(found)

    def counted(self, team: str = "", *, agreed: bool = False) -> list[str]:
        """The objectives that a figure averages."""
        known = [self._whole(name) for name in self.names(agreed=agreed)]
        chosen = [each for each in known if not team or each.get("team") == team]
        inside = {child for each in chosen for child in each.get("counts", {})}
        alive = [o["id"] for o in chosen if o["id"] not in inside]
        return [each for each in alive if self.objective(each, agreed=agreed) is not None]

    def figure(self, team: str = "", *, agreed: bool = False, computed: bool = False) -> Value:
        """Of a team or the whole cycle."""
        return mean(
            (
                Fraction(self._whole(each).get("weight", 1)),
                self.objective(each, agreed=agreed, computed=computed),
            )
            for each in self.counted(team, agreed=agreed)
        )

    def silent(self) -> tuple[int, int]:
        """How many key results count 0 for want of a value, and how many count."""
        every = [kr for several in self.names().values() for kr in several]
        counting = [kr for kr in every if self.score(kr) is not None]
        terms = {kr: self.agreed(kr)[1] for kr in counting}
        return sum(self.progress(each, each) is None for each in terms.values()), len(counting)


def holds(metric: Doc, value: Fraction) -> bool:
    """Whether a value is within the bounds of a band."""
    low = metric.get("low", metric["bound"] if metric["kind"] == "at_least" else None)
    high = metric.get("high", metric["bound"] if metric["kind"] == "at_most" else None)
    return (low is None or value >= Fraction(low)) and (high is None or value <= Fraction(high))


def knots(metric: Doc) -> list[tuple[Fraction, Fraction]]:
    """Values with what is reached at them, on the way to the target and beyond."""
    zones = [Fraction(share, 7) for share in (0, 3, 7, 10)]
    if metric["kind"] == "grade" and "baseline" not in metric:
        return [(Fraction(at), share) for at, share in enumerate(zones)]
    base = Fraction(metric["baseline"])
    if metric["kind"] == "grade":
        way = Fraction(metric["stretch"]) - base
        at = (metric.get("commit", base + way * 3 / 10), metric.get("target", base + way * 7 / 10))
        return [*zip((base, *map(Fraction, at), base + way), zones, strict=True)]
    points = [(Fraction(value), Fraction(share)) for value, share in metric.get("points", ())]
    ends = [(base, Fraction(0)), (Fraction(metric["target"]), Fraction(1))]
    return sorted([*ends, *points])


def _along(points: list[tuple[Fraction, Fraction]], value: Fraction) -> Fraction:
    """What is reached at a value: straight between the points, flat beyond them, at most 1."""
    points = sorted(points)
    value = min(max(value, points[0][0]), points[-1][0])
    for (low, before), (high, after) in pairwise(points):
        if low <= value <= high:
            share = before + (after - before) * (value - low) / (high - low)
            return min(max(share, Fraction(0)), Fraction(1))
    raise AssertionError(value)


def mean(parts: Any) -> Value:
    """The weighted mean of what has a value."""
    known = [(weight, value) for weight, value in parts if value is not None]
    total = sum(weight for weight, _ in known)
    return sum(weight * value for weight, value in known) / total if total else None


def _seconds(span: timedelta) -> Fraction:
    return Fraction(span // timedelta(microseconds=1), 1_000_000)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
