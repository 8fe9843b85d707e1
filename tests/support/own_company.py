"""A company's whole quarter of every kind of key result, told through the command line.

Committed and aspirational goals, additions, drops, a metric error, late values and silence: what
the figures of it are is worked out again from its export (`by_hand`).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Run = Callable[..., object]

CYCLE = "2025-q3"
OVER, CLOSED = "2025-10-02", "2025-10-07"
"""Between the end and the cut-off, and once it is closed."""
WORKSPACE = """\
organization: Acme
people: {ada: {name: Ada Okafor}, bo: {name: Bo Lind}, cy: {name: Cy Marsh}}
teams: {sales: {name: Sales}, eng: {name: Engineering}}
"""
_REVENUE = """\
  - id: revenue
    title: Sales grow
    team: sales
    owner: ada
    ambition: committed
    weight: 2
    key_results:
      - id: revenue.sales
        title: More is sold
        metric: {kind: increase, unit: CHF, baseline: 0, target: 1200000}
        due: 2025-08-31
        weight: 3
      - id: revenue.cost
        title: Less is spent
        metric: {kind: decrease, baseline: 500, target: COST}
      - {id: revenue.new, title: New customers, metric: {kind: increase, baseline: 0, target: NEW}}
      - id: revenue.late
        title: Renewals
        metric: {kind: increase, baseline: 0, target: 20}
        due: 2025-08-15
"""
_ADDED = """\
      - {id: revenue.added, title: Partners, metric: {kind: increase, baseline: 0, target: 10}}
"""
_REST = """\
  - id: quality
    title: It works
    team: eng
    owner: bo
    ambition: committed
    key_results:
      - {id: quality.bugs, title: Few bugs, metric: {kind: at_most, bound: 12, judge: average}}
      - {id: quality.up, title: Always up, metric: {kind: at_least, bound: 10, judge: worst}}
      - id: quality.kept
        title: Answered in time
        metric: {kind: at_least, bound: 10, judge: share, goal: 0.9}
      - {id: quality.open, title: Few open, metric: {kind: at_most, bound: 5}}
      - {id: quality.churn, title: Churn, metric: {kind: at_most, bound: 5}, guard: true}
      - id: quality.gone
        title: Fewer alarms
        metric: {kind: decrease, baseline: 10, target: 0}
        state: GONE
  - id: launch
    title: It is out
    team: eng
    owner: bo
    ambition: aspirational
    contributes_to: [top]
    key_results:
      - {id: launch.live, title: It is live, metric: {kind: binary}}
      - id: launch.steps
        title: The steps
        metric:
          kind: milestones
          parts: [{id: a, title: A, weight: 2}, {id: b, title: B}, {id: c, title: C}]
      - {id: launch.found, title: What it is now, metric: {kind: baseline_finding}}
      - {id: launch.silent, title: Never told, metric: {kind: increase, baseline: 0, target: 10}}
      - {id: launch.after, title: In the shop, metric: {kind: binary}, due: 2025-08-31}
  - id: learn
    title: We learn
    owner: cy
    ambition: learning
    hypothesis: {belief: It helps}
    key_results:
      - {id: learn.a, title: Trials, metric: {kind: increase, baseline: 0, target: 10}}
      - {id: learn.b, title: Doubts, metric: {kind: decrease, baseline: 10, target: 0}}
  - id: top
    title: All of it
    owner: cy
    ambition: aspirational
    counts: {launch: 2}
    key_results:
      - id: top.sum
        title: Customers and visits
        metric: {kind: increase, baseline: 0, target: 20}
        source: {key_results: {sum: [revenue.new, top.visits]}}
      - {id: top.visits, title: Visits, metric: {kind: increase, baseline: 0, target: 10}}
      - id: top.dropped
        title: Dropped at once
        metric: {kind: increase, baseline: 0, target: 10}
        state: DROPPED
"""
_EXTRA = """\
  - id: extra
    title: What came up
    team: sales
    owner: ada
    key_results:
      - {id: extra.a, title: Asked, metric: {kind: increase, baseline: 0, target: 10}}
      - {id: extra.b, title: Answered, metric: {kind: at_least, bound: 3}}
"""
_REASON = "\n        state_reason: it is not needed any more"
SAID = """\
revenue.sales,600000,2025-07-20
revenue.sales,846000,2025-08-30
revenue.sales,900000,2025-09-10
revenue.cost,420,2025-08-05
revenue.cost,400,2025-09-28
revenue.new,4,2025-08-10
revenue.new,9,2025-09-28
revenue.late,12,2025-08-10
revenue.late,20,2025-08-20
quality.bugs,30,2025-07-10
quality.bugs,9,2025-09-28
quality.up,12,2025-07-10
quality.up,5,2025-08-05
quality.up,15,2025-09-26
quality.kept,12,2025-07-10
quality.kept,5,2025-07-20
quality.kept,12,2025-07-24
quality.open,4,2025-09-29
quality.churn,4,2025-07-10
quality.churn,7,2025-09-27
quality.gone,7,2025-09-05
launch.live,done,2025-09-20
launch.steps/a,done,2025-08-01
launch.steps/b,done,2025-09-15
launch.found,42,2025-08-15
launch.after,done,2025-09-10
learn.a,4,2025-08-14
learn.b,3,2025-09-27
top.visits,8,2025-09-28
revenue.added,7,2025-09-29
extra.a,5,2025-09-27
extra.b,2,2025-09-27
"""


def _plan(
    cost: int,
    new: int,
    *,
    added: str = "",
    dropped: bool = False,
    extra: bool = False,
    gone: bool = False,
) -> str:
    revenue = _REVENUE.replace("COST", str(cost)).replace("NEW", str(new)) + added
    out, stays = f"dropped{_REASON}", "active"
    rest = _REST.replace("GONE", out if gone else stays)
    rest = rest.replace("DROPPED", out if dropped else stays)
    head = f"cycle: {{id: {CYCLE}, starts: 2025-07-01, ends: 2025-09-30}}\nobjectives:\n"
    return head + revenue + rest + (_EXTRA if extra else "")


REVISIONS = (
    ("2025-06-25", _plan(300, 10), ""),
    ("2025-07-30", _plan(300, 10, dropped=True), "strategy_change"),
    ("2025-08-12", _plan(320, 10, dropped=True), "metric_error"),
    ("2025-08-20", _plan(320, 8, dropped=True, extra=True), "strategy_change"),
    ("2025-09-01", _plan(320, 8, added=_ADDED, dropped=True, extra=True), "learned"),
    ("2025-09-10", _plan(320, 8, added=_ADDED, dropped=True, extra=True, gone=True), "learned"),
)


def tell(folder: Path, run: Run) -> None:
    """The quarter, written and told in a folder that is the one in which commands run."""
    (folder / "cycles").mkdir(parents=True)
    (folder / "okr.yaml").write_text(WORKSPACE, encoding="utf-8")
    days = [day for day, _, _ in REVISIONS[1:]]
    for (day, plan, why), until in zip(REVISIONS, [*days, OVER], strict=True):
        _write(folder / "cycles" / f"{CYCLE}.yaml", plan)
        reason = ("--reason", "as agreed", "--reason-class", why) if why else ()
        run("apply", "--as-of", day, "--by", "ada", *reason)
        said = [line for line in SAID.splitlines() if day <= line.rpartition(",")[2] < until]
        _say(folder, said, run)
    override = ("--override", "learn.b=0.8", "--reason", "it was measured twice")
    run("score", *override, "--cycle", CYCLE, "--as-of", OVER, "--by", "cy", "--local")


def _say(folder: Path, said: list[str], run: Run) -> None:
    text = "\n".join(("key_result,value,at", *said))
    (folder / "said.csv").write_text(text, encoding="utf-8")
    run("checkin", "--from", "said.csv", "--cycle", CYCLE, "--sure", "--by", "ada")


def _write(path: Path, plan: str) -> None:
    """A plan in the place of another, on the revision that it stands on."""
    old = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    head = "".join(f"{line}\n" for line in old if line.startswith("# okr:"))
    path.write_text(head + plan, encoding="utf-8")
