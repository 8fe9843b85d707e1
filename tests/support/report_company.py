"""A made-up company: its people, its plan, and how that plan changed."""

from datetime import UTC, date, datetime, timedelta

from okr_core.plan.agreement import PlanVersion
from okr_core.plan.cycle import Cycle
from okr_core.plan.plan import Plan
from okr_core.plan.workspace import Workspace

CYCLE = Cycle(id="2026-q4", starts=date(2026, 10, 1), ends=date(2026, 12, 30), timezone="UTC")
"""Thirteen weeks of seven days."""
BEGINS = datetime(2026, 10, 1, tzinfo=UTC)
WEEKS = 13

Line = tuple[str, str, str, str, str, str, float]
"""Id, title, kind, unit, baseline, target, and the share of the way that it makes by the end."""


def week(number: float) -> datetime:
    """A time so many weeks into the cycle."""
    return BEGINS + timedelta(weeks=number)


def workspace() -> Workspace:
    """Three teams, eight people, roles across them."""
    return Workspace.model_validate(
        {
            "organization": "Alder & Sons",
            "people": {
                "ana": {"name": "Ana Ferreira", "email": "ana@alder.example", "layer": "lead"},
                "bo": {"name": "Bo Lindqvist"},
                "chen": {"name": "陈晓"},
                "dita": {"name": "Dita Kovář"},
                "eli": {"name": "Eli Amsalem"},
                "femi": {"name": "Femi Adeyemi"},
                "gus": {"name": "Gus Holm"},
                "hana": {"name": "Hana Sato"},
            },
            "teams": {
                "growth": {"name": "Growth"},
                "platform": {"name": "Platform"},
                "care": {"name": "Customer care"},
            },
            "roles": {
                "growth-lead": {"purpose": "Growth", "held_by": [{"person": "ana"}]},
                "onboarding": {"held_by": [{"person": "bo"}, {"person": "chen"}]},
                "pricing": {"held_by": [{"person": "chen"}]},
                "platform-lead": {"held_by": [{"person": "dita"}]},
                "reliability": {"held_by": [{"person": "eli"}]},
                "care-lead": {"held_by": [{"person": "femi"}]},
                "voice": {"held_by": [{"person": "gus"}, {"person": "hana"}]},
            },
            "audiences": {
                "board": ["scores", "progress", "changes"],
                "partners": ["team:growth", "scores", "progress"],
            },
        }
    )


def _metric(line: Line) -> dict[str, object]:
    _, _, kind, unit, baseline, target, _ = line
    return {"kind": kind, "unit": unit, "baseline": baseline, "target": target}


def _key_results(role: str, source: str, *lines: Line) -> list[dict[str, object]]:
    query = {"connection": "acme", "jql": f"project = {role.upper()}", "measure": "count"}
    binding = {"jira": query} if source == "jira" else {}
    return [
        {"id": each[0], "title": each[1], "metric": _metric(each), "role": role, "source": binding}
        for each in lines
    ]


LINES: dict[str, tuple[Line, ...]] = {
    "activation": (
        ("activation.week1", "Week-1 activation", "increase", "%", "31", "45", 1.12),
        ("activation.setup", "Median set-up time", "decrease", "min", "42", "15", 1.02),
        ("activation.invites", "Teams that invite a colleague", "increase", "%", "18", "30", 0.86),
    ),
    "pricing": (
        ("pricing.trial", "Trial to paid", "increase", "%", "6.2", "9", 0.35),
        ("pricing.plans", "Customers on the new plans", "increase", "customers", "0", "400", 0.62),
        ("pricing.discount", "Average discount", "decrease", "%", "17", "8", 0.28),
    ),
    "retention": (
        ("retention.logo", "Quarterly logo churn", "decrease", "%", "4.8", "3", 0.96),
        ("retention.nrr", "Net revenue retention", "increase", "%", "103", "112", 0.92),
    ),
    "latency": (
        ("latency.p95", "p95 of the report page", "decrease", "ms", "2400", "800", 1.4),
        ("latency.errors", "Failed requests", "decrease", "‰", "9", "2", 1.05),
        ("latency.boot", "Cold start of a workspace", "decrease", "s", "38", "12", 0.98),
    ),
    "deploys": (
        ("deploys.lead", "Lead time for changes", "decrease", "h", "96", "24", 1.08),
        ("deploys.often", "Deployments a week", "increase", "per week", "4", "20", 0.84),
    ),
    "answers": (
        ("answers.first", "Median first answer", "decrease", "h", "9", "2", 1.1),
        (
            "answers.backlog",
            "Tickets older than a week",
            "decrease",
            "tickets",
            "480",
            "60",
            0.4,
        ),
    ),
    "voice": (
        ("voice.talks", "Customer talks held", "increase", "talks", "0", "60", 1.7),
        ("voice.nps", "Net promoter score", "increase", "points", "31", "42", 0.6),
    ),
    "selfserve": (
        ("selfserve.docs", "Questions solved by the handbook", "increase", "%", "22", "45", 1.2),
        ("selfserve.calls", "Calls for set-up", "decrease", "calls", "310", "150", 0.66),
    ),
}
SHAPES = {"pricing.trial": 0.6, "latency.p95": 1.6, "answers.backlog": 2.2, "voice.talks": 0.7}
"""Exponents of the way: below 1 fast at first, above 1 late."""


def plan(*, changed: bool = False, retired: bool = False) -> Plan:
    """Nine objectives of three teams.

    Args:
        changed: After the pricing change: lower targets for pricing.
        retired: A key result and an objective are dropped.
    """
    target = "7.5" if changed else "9"
    pricing = _key_results("pricing", "jira", *LINES["pricing"])
    pricing[0]["metric"] = {**_metric(LINES["pricing"][0]), "target": target}
    setup = _key_results("onboarding", "jira", *LINES["activation"])
    calls = _key_results("voice", "", *LINES["selfserve"])
    if retired:
        calls[1] |= {"state": "dropped", "state_reason": "Calls fell when the phone menu went."}
    objectives: list[dict[str, object]] = [
        {
            "id": "retention",
            "title": "Customers stay because the product earns it",
            "why": "Two of five customers leave in their first year.",
            "ambition": "aspirational",
            "team": "growth",
            "role": "growth-lead",
            "counts": {"activation": "1", "answers": "1"},
            "weight": "2",
            "key_results": _key_results("growth-lead", "jira", *LINES["retention"]),
            "carried_from": "2026-q3/retention",
        },
        {
            "id": "activation",
            "title": "New teams reach value in their first week",
            "why": "Trial teams leave before they have seen a report.",
            "ambition": "aspirational",
            "origin": "bottom_up",
            "team": "growth",
            "role": "growth-lead",
            "contributes_to": ["retention"],
            "carried_from": "2026-q3/onboarding",
            "hypothesis": {
                "belief": "A guided set-up raises activation",
                "because": "most leave at step 3",
                "leading": "step-3 completion",
                "by": "2026-11-15",
            },
            "key_results": setup,
        },
        {
            "id": "pricing",
            "title": "Prices that customers find fair and that pay for growth",
            "ambition": "committed",
            "team": "growth",
            "role": "pricing",
            "contributes_to": ["retention"],
            "hypothesis": {"belief": "Fewer plans sell better", "by": "2026-11-30"},
            "key_results": pricing,
        },
        {
            "id": "latency",
            "title": "Reports open at the speed of thought",
            "ambition": "committed",
            "team": "platform",
            "role": "platform-lead",
            "contributes_to": ["retention"],
            "key_results": [
                *_key_results("reliability", "jira", *LINES["latency"]),
                {
                    "id": "latency.uptime",
                    "title": "Availability",
                    "role": "reliability",
                    "metric": {"kind": "at_least", "bound": "99.9", "unit": "%", "judge": "latest"},
                },
            ],
        },
        {
            "id": "deploys",
            "title": "Changes reach customers the day they are done",
            "ambition": "aspirational",
            "team": "platform",
            "role": "platform-lead",
            "contributes_to": ["latency"],
            "key_results": [
                *_key_results("platform-lead", "jira", *LINES["deploys"]),
                {
                    "id": "deploys.gates",
                    "title": "Release gates that run by themselves",
                    "role": "platform-lead",
                    "metric": {
                        "kind": "milestones",
                        "parts": [
                            {"id": "schema", "title": "Schema checks", "due": "2026-10-31"},
                            {"id": "load", "title": "Load test", "due": "2026-11-30"},
                            {"id": "canary", "title": "Canary", "due": "2026-12-20"},
                        ],
                    },
                },
            ],
        },
        {
            "id": "compliance",
            "title": "An audit that holds no surprise",
            "ambition": "committed",
            "team": "platform",
            "role": "reliability",
            "key_results": [
                {"id": "compliance.soc", "title": "SOC 2 report", "metric": {"kind": "binary"}},
                {
                    "id": "compliance.findings",
                    "title": "Open findings of the pre-audit",
                    "metric": {"kind": "within", "low": "0", "high": "3", "unit": "findings"},
                },
                {
                    "id": "compliance.restore",
                    "title": "Restore from backup, as judged by the auditor",
                    "metric": {"kind": "grade"},
                },
            ],
        },
        {
            "id": "answers",
            "title": "Nobody waits for an answer",
            "ambition": "aspirational",
            "team": "care",
            "role": "care-lead",
            "contributes_to": ["retention"],
            "key_results": _key_results("care-lead", "jira", *LINES["answers"]),
        },
        {
            "id": "voice",
            "title": "Every team hears customers, every week",
            "ambition": "learning",
            "team": "care",
            "role": "voice",
            "hypothesis": {"belief": "Teams that hear customers drop features sooner"},
            "key_results": [
                *_key_results("voice", "", *LINES["voice"]),
                {
                    "id": "voice.effort",
                    "title": "Customer effort: find a baseline",
                    "role": "voice",
                    "metric": {"kind": "baseline_finding", "unit": "points"},
                },
            ],
        },
        {
            "id": "selfserve",
            "title": "Customers help themselves, gladly",
            "ambition": "aspirational",
            "team": "care",
            "role": "care-lead",
            "contributes_to": ["answers"],
            "key_results": calls,
        },
    ]
    partners: dict[str, object] = {
        "id": "partners",
        "title": "Partners bring a tenth of new customers",
        "ambition": "aspirational",
        "team": "growth",
        "role": "growth-lead",
        "key_results": [partner()],
    }
    if retired:
        reason = "The partner portal slips to spring."
        partners |= {"state": "deferred", "state_reason": reason}
    objectives.append(partners)
    return Plan.model_validate({"cycle": CYCLE, "objectives": objectives})


def partner() -> dict[str, object]:
    metric = {"kind": "increase", "unit": "%", "baseline": "1", "target": "10"}
    return {"id": "partners.share", "title": "Share of partners", "metric": metric}


def versions() -> tuple[PlanVersion, ...]:
    """First agreed; a target lowered in week 6; two things retired in week 5."""
    return (
        PlanVersion(1, week(-1), plan(), None, "ana", ""),
        PlanVersion(
            2,
            week(5),
            plan(retired=True),
            "strategy_change",
            "ana",
            "The portal team was lent to pricing until spring.",
        ),
        PlanVersion(
            3,
            week(6.2),
            plan(retired=True, changed=True),
            "external_shock",
            "chen",
            "A rival halved its prices in November; the board moved the target with us.",
        ),
    )
