"""A company with a page: two months into a quarter, with check-ins of eight weeks.

Its people owe check-ins, decisions and a hypothesis; texts of the other team are canaries.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from applied_store import plan_document, workspace_document

from okr_core.files.document import Base, with_base
from okr_core.plan.acting import Actor, Occasion
from okr_core.record.entries import Reading
from okr_flows.checkin.check_ins import CheckInText, check_in
from okr_flows.formulate.proposal import apply_proposals, propose
from okr_store import Store

CYCLE = "2026-q4"
NOW = datetime(2026, 11, 24, 8, 14, tzinfo=UTC)
AGREED = datetime(2026, 9, 28, 8, tzinfo=UTC)
WORKSPACE = """\
organization: Lumen Buildings
timezone: Europe/Zurich
people:
  ada: {name: Ada Keller, email: Ada@lumen.example}
  ben: {name: Ben Frei, email: ben@lumen.example}
  chloe: {name: Chloé Martin, email: chloe@lumen.example}
  dario: {name: Dario Rossi, email: dario@lumen.example}
  eva: {name: Eva Lindholm, email: eva@lumen.example}
  lin: {name: 林涵宇, email: lin@lumen.example}
  noah: {name: Noah Canary-Theirs, email: noah@lumen.example}
  judith: {name: Judith Baumann, email: judith@lumen.example}
  otto: {name: Otto Weg, email: otto@lumen.example, until: 2026-10-31}
teams:
  growth: {name: Growth}
  platform: {name: Platform}
  care: {name: Customer success}
roles:
  growth-lead:
    purpose: New customers find us and stay
    circle: growth
    domains: [The public website, The list of reference customers]
    accountabilities:
      - Deciding which customer stories are published
      - Answering every request for a reference
    held_by: [{person: ada, from: 2025-10-01}]
  onboarding:
    purpose: The first week feels easy
    circle: growth
    held_by: [{person: chloe, share: 0.8}, {person: ada, share: 0.2}]
  pricing: {circle: growth, held_by: [{person: dario}]}
  reliability: {circle: platform, held_by: [{person: eva}]}
  platform-lead: {circle: platform, held_by: [{person: ben}]}
  customer-success: {circle: care, held_by: [{person: lin}]}
  support: {circle: care, purpose: Purpose canary-theirs, held_by: [{person: noah}]}
audiences:
  board: [progress, "team:growth"]
  partners: ["team:platform", progress, people]
web:
  contact: judith
  readers: {judith: board, eva: partners}
"""
PLAN = """\
cycle: {id: 2026-q4, starts: 2026-10-01, ends: 2026-12-31, timezone: Europe/Zurich}
objectives:
  - id: activation
    title: New teams reach value in their first week
    why: Trial teams leave before they have seen a report
    team: growth
    role: onboarding
    ambition: aspirational
    key_results:
      - id: activation.week1
        title: Week-1 activation from 31 % to 45 %
        metric: {kind: increase, unit: "%", baseline: 31, target: 45}
        worth: {points: 8}
        contributors: {growth-lead: 1, onboarding: 3}
      - id: activation.setup
        title: Median set-up time from 42 to 15 minutes
        metric: {kind: decrease, unit: minutes, baseline: 42, target: 15}
  - id: word
    title: Facility managers hear of us from each other
    team: growth
    role: growth-lead
    ambition: committed
    hypothesis: {belief: A savings report is passed on, by: 2026-11-20}
    key_results:
      - id: word.referrals
        title: Trials that come by referral, from 4 to 15 a month
        metric: {kind: increase, unit: trials a month, baseline: 4, target: 15}
        worth: {points: 8}
      - id: word.stories
        title: Published customer stories, from 2 to 10
        metric: {kind: increase, unit: stories, baseline: 2, target: 10}
        worth: {points: 5}
      - id: word.morning
        title: A customer hosts a morning for others
        metric:
          kind: milestones
          parts:
            - {id: found, title: Host found}
            - {id: invited, title: Guests invited}
            - {id: held, title: Morning held}
  - id: pricing
    title: We know what a small portfolio is worth to its owner
    team: growth
    role: pricing
    key_results:
      - id: pricing.calls
        title: Value named by owners in pricing calls, from 0 to 12
        metric: {kind: increase, unit: calls, baseline: 0, target: 12}
  - id: arrive
    title: Readings arrive whatever happens
    team: platform
    role: reliability
    ambition: committed
    key_results:
      - id: arrive.lead
        title: Lead time of fixes from 48 to 12 hours
        metric: {kind: decrease, unit: hours, baseline: 48, target: 12}
      - id: arrive.available
        title: Weekly availability stays over 99.9 %
        metric: {kind: at_least, unit: "%", bound: 99.9}
  - id: carry
    title: The platform carries twice the buildings
    team: platform
    role: platform-lead
    ambition: aspirational
    key_results:
      - id: carry.load
        title: Buildings in the load test from 900 to 2000
        metric: {kind: increase, unit: buildings, baseline: 900, target: 2000}
      - id: carry.reads
        title: Reads are switched over
        metric: {kind: binary}
  - id: savings
    title: Customers see their savings in the first quarter
    team: care
    role: customer-success
    key_results:
      - id: savings.seen
        title: Customers that see savings from 40 % to 70 %
        metric: {kind: increase, unit: "%", baseline: 40, target: 70}
  - id: answers
    title: Questions answered the same day canary-theirs
    team: care
    role: support
    key_results:
      - id: answers.open
        title: Open tickets from 44 to 10 canary-theirs
        metric: {kind: decrease, unit: tickets, baseline: 44, target: 10}
"""
_WEEKS = 8
_WAYS = {
    "activation.week1": (31.2, 31, 31.8, 33.1, 34.9, 36.2, 37.5, 38.6),
    "activation.setup": (41, 39, 36, 33, 30, 28, 26, 24),
    "word.referrals": (4, 4, 5, 5, 6, 6, None, None),
    "word.stories": (2, 3, 3, 4, 5, 6, 7, None),
    "pricing.calls": (0, 1, 2, 2, 4, 4, 5, 5),
    "arrive.lead": (44, 40, 36, 32, 30, 26, 24, 20),
    "arrive.available": (99.95, 99.97, 99.92, 99.96, 99.98, 99.95, 99.94, 99.97),
    "carry.load": (900, 950, 1000, 1050, 1100, 1150, 1200, 1210),
    "savings.seen": (41, 44, 48, 52, 55, 57, 60, 62),
    "answers.open": (44, 45, 43, 44, 46, 44, 45, 47),
}
_SURE = {"word.referrals": 4, "word.stories": 8, "activation.week1": 6, "answers.open": 2}
_BY = {
    "activation": "chloe",
    "word": "ada",
    "pricing": "dario",
    "arrive": "eva",
    "carry": "ben",
    "savings": "lin",
    "answers": "noah",
}
_NOTES = {
    ("activation.week1", 7): "Teams that invite a colleague on day one almost all make it.",
    ("activation.week1", 4): "First full week of guided set-up.\nStep 3 lost half as many teams.",
    ("word.referrals", 5): "Two depots asked for the savings report.",
    ("answers.open", 7): "Note canary-theirs: two people are away.",
}


def fill(store: Store, *, workspace: str = WORKSPACE, plan: str = PLAN) -> Store:
    """Apply the workspace and its plan, and record eight weeks of check-ins."""
    actor = Actor("test", "judith")
    documents = (workspace_document(workspace), plan_document(plan))
    apply_proposals(store, propose(store, documents, actor=actor, now=AGREED))
    for week in range(_WEEKS):
        at = datetime(2026, 10, 2, 9, tzinfo=UTC) + timedelta(weeks=week)
        for key_result, values in _WAYS.items():
            value = values[week]
            if value is None:
                continue
            who = _BY[key_result.split(".")[0]]
            text = CheckInText(
                key_result,
                value=str(value),
                confidence=str(_SURE.get(key_result, 7)),
                note=_NOTES.get((key_result, week), ""),
            )
            check_in(store, CYCLE, text, Occasion(at, at, Actor("cli", who)))
    at = datetime(2026, 11, 2, 9, tzinfo=UTC)
    text = CheckInText("word.morning/found", value="done")
    check_in(store, CYCLE, text, Occasion(at, at, Actor("cli", "ada")))
    return store


def apply_workspace(store: Store, text: str = WORKSPACE) -> None:
    """Apply the workspace alone."""
    actor = Actor("test", "judith")
    apply_proposals(store, propose(store, [workspace_document(text)], actor=actor, now=AGREED))


def change_workspace(store: Store, text: str) -> None:
    """Apply another workspace on top of the one that holds."""
    current = store.revision("workspace", "")
    assert current is not None
    document = workspace_document(with_base(text, Base(current.number, current.digest)))
    actor = Actor("test", "judith")
    apply_proposals(store, propose(store, [document], actor=actor, now=AGREED))


def doubt(store: Store, key_result: str = "word.stories") -> None:
    """Add a value of a source that waits for a person's word."""
    at = NOW - timedelta(days=1)
    reading = Reading(
        at=at,
        value=Decimal(0),
        key_result=key_result,
        as_of=at,
        observed_at=at,
        state="suspect",
        source="jira:acme",
        reason="it fell from 7 to 0",
    )
    store.record(CYCLE, [(reading, None)], [])
