"""A company around today in which something of every kind waits for a person.

Days are counted from today, so that a command that was printed can be run as it was printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

from okr_cli import main
from okr_core.files.document import load_plan
from okr_core.plan.dump import plan_json
from okr_core.plan.revision import plan_digest
from okr_core.record.entries import Reading
from okr_store import NewRevision, open_store

RUNNING, PAST = "running", "past"
WORKSPACE = """\
organization: Acme
people:
  ada: {name: Ada Okafor}
  bo: {name: Bo Lind}
  cy: {name: Cy Moss}
roles:
  sales-lead: {held_by: [{person: ada}]}
connections:
  acme: {kind: jira, url: "http://127.0.0.1:9"}
"""
PLAN = """\
cycle: {id: running, starts: START, ends: END}
objectives:
  - id: sales
    title: More teams buy
    role: sales-lead
    ambition: committed
    key_results:
      - id: sales.new
        title: New teams from 0 to 10
        metric: {kind: increase, baseline: 0, target: 10}
  - id: learn
    title: Learn what sells
    owner: bo
    ambition: learning
    hypothesis: {belief: Demos sell, by: YESTERDAY}
    key_results:
      - id: learn.demos
        title: Demos held
        metric: {kind: milestones, parts: [{id: one, title: One}, {id: two, title: Two}]}
  - id: onboarding
    title: New teams stay
    owner: bo
    ambition: aspirational
    carried_from: past/onboarding
    key_results:
      - id: onboarding.open
        title: Open questions from 10 to 0
        metric: {kind: decrease, baseline: 10, target: 0}
        source: {jira: {connection: acme, jql: "labels = question", measure: count}}
      - id: onboarding.closed
        title: Answers from 0 to 10
        metric: {kind: increase, baseline: 0, target: 10}
        source: {jira: {connection: acme, jql: "labels = answer", measure: count}}
"""
PAST_PLAN = """\
cycle: {id: past, starts: START, ends: END}
objectives:
  - id: sales
    title: Ten teams buy
    role: sales-lead
    ambition: committed
    key_results:
      - id: sales.ten
        title: Teams from 0 to 10
        metric: {kind: increase, baseline: 0, target: 10}
  - id: onboarding
    title: New teams stay
    owner: bo
    ambition: learning
    hypothesis: {belief: A call keeps them}
    carried_from: older/onboarding
    key_results:
      - id: onboarding.kept
        title: Teams kept from 0 to 10
        metric: {kind: increase, baseline: 0, target: 10}
"""


OLDER_PLAN = """\
cycle: {id: older, starts: START, ends: END}
objectives:
  - id: onboarding
    title: New teams stay
    owner: bo
    key_results:
      - id: onboarding.first
        title: First teams from 0 to 10
        metric: {kind: increase, baseline: 0, target: 10}
"""


def day(number: int) -> str:
    """A day, counted from today."""
    return (datetime.now(UTC) + timedelta(days=number)).date().isoformat()


def dated(plan: str, starts: int, ends: int) -> str:
    """A plan whose cycle lies around today."""
    dates = {"START": day(starts), "END": day(ends), "YESTERDAY": day(-1)}
    for name, value in dates.items():
        plan = plan.replace(name, value)
    return plan


Others = Mapping[str, tuple[str, int, int]]
"""Id of a cycle → its plan, and the days on which it starts and ends, counted from today."""


def begin(folder: Path, others: Others | None = None, policies: str = "") -> Path:
    """The cycles with their plans and first values, in a folder with a store of its own."""
    (folder / "cycles").mkdir(parents=True)
    (folder / "okr.yaml").write_text(WORKSPACE + policies, encoding="utf-8")
    (folder / "cycles" / "older.yaml").write_text(dated(OLDER_PLAN, -300, -211), encoding="utf-8")
    (folder / "cycles" / "past.yaml").write_text(dated(PAST_PLAN, -120, -31), encoding="utf-8")
    (folder / "cycles" / "running.yaml").write_text(dated(PLAN, -30, 60), encoding="utf-8")
    for name, (plan, starts, ends) in (others or {}).items():
        (folder / "cycles" / f"{name}.yaml").write_text(dated(plan, starts, ends), encoding="utf-8")
    at = ("-w", str(folder), "--by", "ada")
    _run("apply", *at, "--as-of", day(-201 if others else -121))
    for arguments in (
        ("sales.ten", "4", "--cycle", PAST, "--as-of", day(-40)),
        ("onboarding.kept", "9", "--cycle", PAST, "--as-of", day(-40)),
        ("sales.new", "0", "--cycle", RUNNING, "--as-of", day(-2)),
    ):
        say(folder, *arguments)
    _suspect(folder)
    _proposal(folder)
    return folder


def say(folder: Path, *arguments: str) -> None:
    """Record a check-in by Ada."""
    _run("checkin", *arguments, "-w", str(folder), "--by", "ada")


def _run(*arguments: str) -> None:
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()) as told:
        assert main(arguments) == 0, told.getvalue()


def _suspect(folder: Path) -> None:
    at = datetime.now(UTC) - timedelta(days=1)
    doubtful = Reading(
        at=at,
        value=Decimal(0),
        key_result="onboarding.open",
        as_of=at,
        observed_at=at,
        state="suspect",
        source="jira:acme",
        reason="it fell from 10 to 0",
    )
    with open_store(str(folder / "okr.db")) as store:
        store.record(RUNNING, [(doubtful, None)], [])


def _proposal(folder: Path) -> None:
    text = dated(PLAN, -30, 60).replace("More teams buy", "More teams buy from us")
    plan = load_plan(text)
    proposed = NewRevision(
        kind="plan",
        scope=RUNNING,
        document=plan_json(plan),
        digest=plan_digest(plan),
        at=datetime.now(UTC) - timedelta(days=1),
        base=1,
        by="bo",
        via="flow",
        reason="it says what is meant",
        state="proposed",
        text=text,
    )
    with open_store(str(folder / "okr.db")) as store:
        store.add_revision(proposed)
