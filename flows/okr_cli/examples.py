"""Examples: one or two lines that each command's help page ends with. A test runs them."""

from __future__ import annotations

from collections.abc import Mapping

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "init": ("okr init company",),
    "check": ("okr check", "okr check --format github"),
    "apply": ("okr apply --dry-run", 'okr apply --reason "our first plan"'),
    "pull": ("okr pull --cycle 2026-q4", "okr pull --revision 2026-q4:1"),
    "next": ("okr next 2027-q1 --carry activation,retention",),
    "handover": (
        "okr handover ada bo --dry-run",
        'okr handover ada bo --on 2030-01-01 --leaves --reason "Ada moves to Porto"',
    ),
    "revisions list": ("okr revisions list --cycle 2026-q4",),
    "revisions show": ("okr revisions show 2026-q4:1",),
    "revisions accept": ("okr revisions accept 2026-q4:2",),
    "revisions reject": ('okr revisions reject 2026-q4:2 --reason "not this quarter"',),
    "connect": (
        "okr connect jira acme --url https://acme.atlassian.net",
        "okr connect notion wiki",
    ),
    "try": ("okr try acme 'project = GROW' --measure count",),
    "import csv": ("okr import csv goals.csv --dry-run", "okr import csv goals.xlsx --yes"),
    "people list": ("okr people list", "okr people list --format json"),
    "people import csv": ("okr people import csv people.csv --dry-run",),
    "people import jira": ("okr people import jira acme --dry-run",),
    "people import notion": ("okr people import notion wiki --dry-run",),
    "status": ("okr status", "okr status --mine", "okr status --trend"),
    "sync": ("okr sync", "okr sync --only activation.done --dry-run"),
    "backfill": ("okr backfill --dry-run",),
    "deploy": ("okr deploy --dry-run",),
    "serve": ("okr serve",),
    "web": ("okr web link ada", "okr web"),
    "write-back": ("okr write-back --dry-run",),
    "calendar": ("okr calendar", "okr calendar --person ada --ics ada.ics"),
    "decide": ("okr decide", "okr decide --mine", "okr decide --cycle 2026-q3"),
    "checkin": (
        "okr checkin activation.week1 38 --confidence 7",
        "okr checkin --from checkins.csv",
    ),
    "comment": ('okr comment activation.week1 "what changed in week 3?"',),
    "help ask": ('okr help ask activation.week1 "a query for step 3"',),
    "help offer": ('okr help offer activation.week1 "two days of design"',),
    "score": ("okr score", "okr score --set activation.week1=45"),
    "retro": ("okr retro activation supported --evidence 'step 3 went from 40 to 55 %'",),
    "close": ("okr close --cycle 2026-q3",),
    "restate": ('okr restate retention.churn=0.9 --reason "counted twice" --cycle 2026-q3',),
    "report": ("okr report --format html,md --out reports",),
    "demo": ("okr demo",),
    "explain": ("okr explain activation.week1",),
    "accept": ('okr accept activation.done --note "moved to another board"',),
    "correct": ('okr correct activation.week1 --value 37 --reason "a typing error"',),
    "audit verify": ("okr audit verify",),
    "doctor": ("okr doctor",),
    "export": ("okr export --out everything.jsonl",),
    "restore": ("okr restore everything.jsonl",),
    "store upgrade": ("okr store upgrade",),
    "schema": ("okr schema status", "okr schema --write"),
}
"""Command → what to type. The ids are those of the plan in docs/plan.md and its neighbours."""


def epilogue(command: str) -> str | None:
    """What stands at the end of a command's help page; None where there is no example."""
    lines = EXAMPLES.get(command)
    if lines is None:
        return None
    return "\n".join(
        ["Examples:" if len(lines) > 1 else "Example:", *(f"  {each}" for each in lines)]
    )
