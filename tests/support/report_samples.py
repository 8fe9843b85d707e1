"""A made-up company's quarter as the input of a report, and one of any size."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from random import Random

from report_company import (
    CYCLE,
    LINES,
    SHAPES,
    WEEKS,
    Line,
    partner,
    versions,
    week,
    workspace,
)

from okr_core.plan.agreement import PlanVersion
from okr_core.plan.cycle import Cycle
from okr_core.plan.plan import Plan
from okr_core.record.entries import (
    Body,
    CheckIn,
    Correction,
    Entry,
    HypothesisClosed,
    Override,
    Reading,
    SyncRecord,
    UnavailableAnswer,
)
from okr_core.record.evidence import Evidence, Row
from okr_core.record.score_records import Restatement
from okr_core.score.recording import closing, scored
from okr_core.snapshot import Snapshot
from okr_report.report_input import Provenance, ReportInput

BEFORE = Cycle(id="2026-q3", starts=date(2026, 7, 1), ends=date(2026, 9, 29), timezone="UTC")


def _values(line: Line, weeks: int) -> list[Decimal]:
    name, _, _, _, baseline, target, share = line
    draw = Random(name)
    low, high = float(baseline), float(target)
    power = SHAPES.get(name, 1.0)
    way = [share * (index / WEEKS) ** power for index in range(1, weeks + 1)]
    noise = [draw.uniform(-0.035, 0.035) for _ in way]
    digits = 0 if abs(high - low) >= 50 else 1
    steps = [low + (high - low) * (w + n) for w, n in zip(way, noise, strict=True)]
    return [round(Decimal(step), digits) for step in steps]


def readings(weeks: int) -> dict[str, list[Reading]]:
    """A reading a week of everything on a line, and of some others."""
    found: dict[str, list[Reading]] = {}
    for lines in LINES.values():
        for line in lines:
            late = 3 if line[0] == "voice.nps" else 0  # goes stale: people stopped asking
            values = _values(line, weeks - (late if weeks > 6 else 0))
            found[line[0]] = [reading(line[0], i, v) for i, v in enumerate(values, 1)]
    found["latency.uptime"] = [
        reading("latency.uptime", i, Decimal("99.95") if i != 4 else Decimal("99.6"))
        for i in range(1, weeks + 1)
    ]
    found["partners.share"] = [reading("partners.share", i, Decimal(1)) for i in (1, 2, 3)]
    found["compliance.findings"] = [reading("compliance.findings", weeks, Decimal(5))]
    found["deploys.gates"] = [
        replace(reading("deploys.gates", i, Decimal(1)), part=part)
        for i, part in ((4, "schema"), (9, "load"))
        if i <= weeks
    ]
    last = found["answers.backlog"][-1]
    found["answers.backlog"].append(
        replace(
            last,
            id="r-suspect",
            at=last.at + timedelta(hours=5),
            value=Decimal(0),
            state="suspect",
            sequence=99,
            reason="fell from 347 to 0 tickets. Was the label `backlog` renamed?",
        )
    )
    return {name: [r for r in several if r.at <= week(weeks)] for name, several in found.items()}


def reading(name: str, number: int, value: Decimal | str) -> Reading:
    """One reading at the end of a week."""
    at = week(number) - timedelta(hours=20)
    source = "jira:acme" if not name.startswith(("voice", "compliance", "selfserve")) else "manual"
    return Reading(
        at=at,
        value=Decimal(value),
        key_result=name,
        id=f"r-{name}-{number}",
        sequence=number,
        source=source,
        evidence=f"sha256:{name}:{number}" if source != "manual" else "",
        revision=1,
        by="" if source != "manual" else "gus",
    )


_NOTES = {
    "activation.week1": ("bo", 8, "The guided set-up is live for all; step 3 keeps 81 %."),
    "pricing.trial": ("chen", 3, "Since the rival's cut, talks end at the price."),
    "pricing.discount": ("chen", 2, "Sales still needs the discount to win renewals."),
    "retention.nrr": ("ana", 7, ""),
    "answers.backlog": ("femi", 5, "Two people were lent to pricing."),
    "deploys.often": ("dita", 6, "Canary is the last blocker."),
    "voice.talks": ("gus", 9, "Teams now ask for talks by themselves; design joined 41."),
    "compliance.soc": ("eli", 7, "Auditor booked for 14 December."),
    "compliance.restore": ("eli", 5, "First rehearsal went half well."),
}


def entries(weeks: int) -> dict[str, list[Entry]]:
    """What people said: check-ins, a correction, an override, closed hypotheses, a sync."""
    found: dict[str, list[Entry]] = {}
    for name, (by, sure, note) in _NOTES.items():
        for number in range(2, weeks + 1, 2):
            wobble = sure + (number % 3) - 1 if number < weeks - 1 else sure
            body = CheckIn(confidence=wobble, note=note if number >= weeks - 1 else "")
            _say(found, name, by, week(number) - timedelta(hours=4), body)
    _say(
        found,
        "deploys.lead",
        "dita",
        week(7.3),
        Correction(
            reading="r-deploys.lead-6", value=Decimal(70), reason="Counted weekends before."
        ),
    )
    if weeks >= 10:
        _say(found, "activation", "ana", week(9), _LEARNED)
    if weeks >= 12:
        word = "The audit firm confirmed the method; the tool counts retries twice."
        _say(found, "latency.errors", "eli", week(12), Override(score=Decimal("0.8"), reason=word))
    _say(found, "", "", week(weeks) - timedelta(hours=1), _sync(week(weeks)))
    return found


_LEARNED = HypothesisClosed(
    outcome="supported",
    evidence="A/B test 41, 612 teams",
    note="Guided set-up raised activation by 9 points; the video did nothing.",
)


_UNREAD = UnavailableAnswer(
    key_result="pricing.plans",
    reason="field `Plan` is unknown in `acme`",
    hint="Fix `source.jira.measure.sum`.",
)


def _sync(at: datetime) -> SyncRecord:
    return SyncRecord(
        connection="acme",
        observed_at=at - timedelta(hours=1),
        requests=14,
        observed=("activation.week1", "latency.p95"),
        suspect=("answers.backlog",),
        unavailable=(_UNREAD,),
    )


def _say(found: dict[str, list[Entry]], name: str, by: str, at: datetime, body: Body) -> None:
    several = found.setdefault(name, [])
    several.append(Entry(at=at, body=body, cycle=CYCLE.id, key_result=name, by=by, via="cli"))


def provenance(known: Snapshot) -> dict[str, Provenance]:
    """Where each number comes from, with some rows."""
    found = {}
    for kr in known.plan.key_results():
        counting = [r for r in known.readings.get(kr.id, ()) if r.state == "observed"]
        if not counting:
            continue
        last = counting[-1]
        bound = last.source != "manual"
        reading = replace(
            last, revision=1, evidence="b1946ac92492d2347c6235b4d2611184" if bound else ""
        )
        found[kr.id] = Provenance(reading, _evidence(kr.id) if bound else None)
    return found


def _evidence(key_result: str) -> Evidence:
    prefix = key_result.split(".", maxsplit=1)[0].upper()
    return Evidence(
        "jira",
        "acme",
        f'project = {prefix} AND labels = "{key_result}"',
        "sum of Points",
        "sum",
        link=f"https://acme.atlassian.example/issues/?jql=project%3D{prefix}",
        rows=_rows(prefix),
    )


@cache
def _rows(prefix: str) -> tuple[Row, ...]:
    return tuple(Row(f"{prefix}-{n}", Decimal(n % 7)) for n in range(1, 215))


def snapshot(weeks: int = 10) -> Snapshot:
    """The cycle after so many weeks, scored once."""
    as_of = week(weeks)
    bare = Snapshot(
        as_of=as_of,
        versions=tuple(version for version in versions() if version.at <= as_of),
        readings=readings(weeks),
        entries=entries(weeks),
        workspace=workspace(),
    )
    status = {name: each.shown for name, each in bare.standings.items()}
    record = scored(bare.scorecard, bare.forecast(), status)
    said = {k: list(v) for k, v in bare.entries.items()}
    _say(said, "", "", as_of - timedelta(minutes=5), record)
    return replace(bare, entries=said)


def earlier() -> Snapshot:
    """The quarter before, closed."""
    objectives = [
        {
            "id": "onboarding",
            "title": "New teams find their way",
            "ambition": "aspirational",
            "team": "growth",
            "owner": "ana",
            "key_results": [
                _old("onboarding.week1", "Week-1 activation", "24", "35"),
                _old("onboarding.tours", "Teams that finish the tour", "10", "50"),
            ],
        },
        {
            "id": "retention",
            "title": "Customers stay",
            "ambition": "aspirational",
            "team": "growth",
            "owner": "ana",
            "key_results": [_old("retention.nrr", "Net revenue retention", "98", "108")],
        },
        {
            "id": "speed",
            "title": "Fast enough",
            "ambition": "committed",
            "team": "platform",
            "owner": "dita",
            "key_results": [_old("speed.p95", "p95 under 2 s, share of pages", "60", "95")],
        },
    ]
    old = Plan.model_validate({"cycle": BEFORE, "objectives": objectives})
    start = datetime(2026, 7, 1, tzinfo=UTC)
    ends = {"onboarding.week1": "31", "onboarding.tours": "29", "retention.nrr": "103"}
    found = {
        name: [Reading(at=start + timedelta(weeks=12), value=Decimal(value), key_result=name)]
        for name, value in {**ends, "speed.p95": "95"}.items()
    }
    sure = {
        name: [
            Entry(
                start + timedelta(weeks=w), CheckIn(confidence=7 - w // 5), "2026-q3", name, "ana"
            )
            for w in (2, 6, 11)
        ]
        for name in found
    }
    first = (PlanVersion(1, start - timedelta(days=3), old, None, "ana"),)
    known = Snapshot(datetime(2026, 10, 6, tzinfo=UTC), first, found, sure, workspace())
    return _closed(known)


def _old(name: str, title: str, baseline: str, target: str) -> dict[str, object]:
    metric = {"kind": "increase", "unit": "%", "baseline": baseline, "target": target}
    return {"id": name, "title": title, "metric": metric}


def _closed(known: Snapshot) -> Snapshot:
    body = closing(known.scorecard, "All reviewed in the retro.")
    entry = Entry(known.as_of - timedelta(minutes=1), body, known.cycle.id, "", "ana", "cli")
    said = {k: list(v) for k, v in known.entries.items()}
    return replace(known, entries={**said, "": [*said.get("", []), entry]})


def report_input(known: Snapshot, *before: Snapshot) -> ReportInput:
    """The input of a snapshot."""
    return ReportInput(known, "Alder & Sons", provenance(known), before)


def running(weeks: int = 10) -> ReportInput:
    """A quarter in its eleventh week."""
    return report_input(snapshot(weeks), earlier())


def restated() -> ReportInput:
    """The same quarter closed, and one score put right since."""
    known = _closed(replace(snapshot(WEEKS), as_of=week(14)))
    body = Restatement(
        version=2, old=Decimal("0.6"), new=Decimal("0.75"), reason="Two surveys came late by post."
    )
    entry = Entry(week(15), body, CYCLE.id, "voice.nps", "femi", "cli")
    said = {**known.entries, "voice.nps": [*known.entries.get("voice.nps", []), entry]}
    return report_input(replace(known, entries=said), earlier())


def early() -> ReportInput:
    """The plan a week before its cycle begins."""
    known = Snapshot(week(-0.5), versions()[:1], workspace=workspace())
    return ReportInput(known, "Alder & Sons")


def one() -> ReportInput:
    """A plan of one objective without anything read."""
    objective = {"id": "o", "title": "Only this", "owner": "ana", "key_results": [partner()]}
    only = Plan.model_validate({"cycle": CYCLE, "objectives": [objective]})
    return ReportInput(Snapshot(week(2), (PlanVersion(1, week(-1), only),)))


def big(count: int, weeks: int = WEEKS) -> ReportInput:
    """A company of so many key results, four to an objective, a reading a week each."""
    objectives = [
        _big_objective(n, range(n * 4, min(n * 4 + 4, count))) for n in range(-(-count // 4))
    ]
    whole = Plan.model_validate({"cycle": CYCLE, "objectives": objectives})
    found = {kr.id: _big_way(kr.id, weeks) for kr in whole.key_results()}
    said = {
        kr.id: [_big_word(kr.id, w) for w in range(1, weeks + 1, 2)] for kr in whole.key_results()
    }
    first = (PlanVersion(1, week(-1), whole, None, "ana"),)
    bare = Snapshot(week(weeks - 1), first, found, said, workspace())
    record = scored(
        bare.scorecard, bare.forecast(), {k: s.shown for k, s in bare.standings.items()}
    )
    entry = Entry(week(weeks - 1), record, CYCLE.id)
    known = replace(bare, entries={**said, "": [entry]})
    return ReportInput(known, "Alder & Sons", provenance(known))


def _big_objective(number: int, indexes: Iterable[int]) -> dict[str, object]:
    teams: Sequence[str] = ("growth", "platform", "care")
    return {
        "id": f"o{number}",
        "title": f"Objective {number}: customers notice that it became better",
        "ambition": ("aspirational", "committed")[number % 2],
        "team": teams[number % 3],
        "role": "growth-lead",
        "contributes_to": [f"o{number // 8}"] if number else [],
        "key_results": [
            {
                "id": f"kr{index}",
                "title": f"Key result {index}: share of customers who say so",
                "metric": {"kind": "increase", "unit": "%", "baseline": "0", "target": "100"},
                "source": {"jira": {"connection": "acme", "jql": f"labels = kr{index}"}},
            }
            for index in indexes
        ],
    }


def _big_way(name: str, weeks: int) -> list[Reading]:
    draw = Random(name)
    pace = draw.uniform(2, 9)
    return [
        reading(name, i, round(Decimal(pace * i + draw.uniform(-3, 3)), 1)) for i in range(1, weeks)
    ]


def _big_word(name: str, number: int) -> Entry:
    body = CheckIn(confidence=5 + number % 4, note="Going on as planned; the next step is known.")
    return Entry(week(number - 1) + timedelta(days=1), body, CYCLE.id, name, "ana")
