"""Notices: who is told when a run needs people, and what; pure, knows no Prefect."""

from __future__ import annotations

from dataclasses import dataclass

from okr_core.plan.plan import KeyResult, Plan, bound_key_results
from okr_core.plan.workspace import Workspace
from okr_flows.run.ends import REFUSED

ALERTED = "okr.route.alerted"
"""Event of a route that is to be told something: of its numbers, or the week's digest.

Its payload: `text`; `subject` and `html` where it has words of its own for them.
"""
INCOMPLETE = "Incomplete"
"""State of a run that did its work and could not deliver all of it; the state's message says what.

A name of its own: after a sync that needs attention the routes hear of their own numbers instead.
"""
NEEDS_ATTENTION = "Needs attention"
"""State of a sync that left key results suspect or unavailable."""
CONNECTION_DOWN = "Connection down"
"""State of a sync that could not use a whole connection."""
OWN_ENDS = (INCOMPLETE, NEEDS_ATTENTION, CONNECTION_DOWN, REFUSED)
"""Names of final states beside Prefect's own."""
HTML_BLOCKS = frozenset({"sendgrid-email"})
"""Types of notification blocks that send their text as HTML; all others send it as it is."""
_SUBJECT = (
    "{% if event.payload.subject %}{{ event.payload.subject }}"
    "{% else %}OKR CYCLE: a {{ (flow.name | default('run')).split('-')[0] }} needs attention"
    "{% endif %}"
)
"""A sync, a score or a report, by the first word of the flow's name."""
_TEXT = (
    "{% if event.payload.text %}{{ event.payload.text }}"
    "{% else %}{{ flow_run.name }} ended {{ flow_run.state.name }}: "
    "{{ flow_run.state.message }}{% endif %}"
    "{% if flow_run | ui_url %}\n{{ flow_run | ui_url }}{% endif %}"
)
_HTML = (
    "{% if event.payload.html %}{{ event.payload.html }}"
    '{% else %}<pre style="font: inherit; white-space: pre-wrap">{% filter escape %}'
    + _TEXT
    + "{% endfilter %}</pre>{% endif %}"
)


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification block of a cycle, and the routes that lead to it.

    Attributes:
        block: Name of the Prefect notification block, as the workspace writes it.
        routes: Teams or circles that are told through it.
        broken_runs: Whether it is also told of runs that broke before they could say of whom.
    """

    cycle: str
    block: str
    routes: tuple[str, ...]
    broken_runs: bool = True

    @property
    def name(self) -> str:
        """Name of the automation that sends it."""
        return f"{prefix_of(self.cycle)}{self.block.replace('/', '-')}"


def prefix_of(cycle: str) -> str:
    """How names of a cycle's automations begin."""
    return f"okr-notice-{cycle}:"


def resource_of(cycle: str, route: str) -> str:
    """Id of a route among Prefect's resources."""
    return f"okr.route.{cycle}.{route}"


def notices_of(workspace: Workspace, plan: Plan) -> tuple[Notice, ...]:
    """One notice per block: whoever is told through the same block is told once.

    Every route may be sent a digest. Of broken runs those are told whose key results are bound, or
    everyone where none is: a score or a report can fail all the same.
    """
    concerned = {r for kr in bound_key_results(plan) for r in routes_of(workspace, plan, kr)}
    blocks: dict[str, list[str]] = {}
    for route, block in sorted(workspace.routes.items()):
        blocks.setdefault(block, []).append(route)
    return tuple(
        Notice(
            plan.cycle.id, block, tuple(routes), not concerned or not concerned.isdisjoint(routes)
        )
        for block, routes in blocks.items()
    )


def routes_of(workspace: Workspace, plan: Plan, kr: KeyResult) -> tuple[str, ...]:
    """Who is told about a key result: its team, else its role's circle, else every route.

    Every route and not nobody: a number that is missing concerns somebody.
    """
    role = workspace.roles.get(plan.role_of(kr) or "")
    for route in (plan.objective_of[kr.id].team, role.circle if role else None):
        if route in workspace.routes:
            return (route,)
    return tuple(sorted(workspace.routes))


def subject_of(cycle: str) -> str:
    """Template of a notice's subject."""
    return _SUBJECT.replace("CYCLE", cycle)


def body_for(block: str) -> str:
    """Template of a notice's body.

    Args:
        block: Name of a notification block with its type, such as `slack-webhook/growth`.
    """
    return _HTML if block.partition("/")[0] in HTML_BLOCKS else _TEXT
