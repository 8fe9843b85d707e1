"""Notices: what Prefect tells people of runs that cannot tell it themselves; pure, no Prefect.

A run sends what it knows itself (`okr_flows.notify.telling`). Prefect sends the rest: that a run
ended without having told anybody, died, does not start, or is late.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from okr_core.basics.command import okr
from okr_core.plan.plan import KeyResult, Plan, bound_key_results
from okr_core.plan.workspace import Workspace
from okr_flows.run.ends import NEEDS_ATTENTION, OVERTAKEN, REFUSED
from okr_flows.run.names import CycleNames

INCOMPLETE = "Incomplete"
"""State of a run that did its work and could not deliver all of it; the state's message says what.

A name of its own: after a sync that needs attention the routes hear of their own numbers instead.
"""
CONNECTION_DOWN = "Connection down"
"""State of a sync that could not use a whole connection."""
OWN_ENDS = (INCOMPLETE, NEEDS_ATTENTION, CONNECTION_DOWN, REFUSED, OVERTAKEN)
"""Names of final states beside Prefect's own."""
TOLD = "Told "
"""How the message of a run begins that has told its routes itself: nobody is told twice."""
HTML_BLOCKS = frozenset({"sendgrid-email"})
"""Types of notification blocks that send their text as HTML; all others send it as it is."""
HEARTBEAT_SECONDS = 30
"""How often a run shows that it is alive; Prefect allows no shorter time."""
SILENT_SECONDS = 95
"""After which a run that has shown nothing is taken for dead: three heartbeats."""
WAITING_SECONDS = 600
"""After which people hear of a run that was to start and has not: a new machine takes minutes."""

TICKED = "okr.cycle.ticked"
"""Event of each tick of a cycle's clock."""
STOPPED_HOURS = 26
"""After which a clock that does not tick is told of: a day, and two ticks that may be missed."""

ENDS = ("Completed", "Failed", "Crashed", "Cancelled", "TimedOut", *OWN_ENDS)
"""Names of states that a run may end with; one with another name would be taken for dead."""
WITHDRAWN = ("Suspended", "AwaitingRetry")
"""Names of states in which a run need not show that it is alive."""

Ending = Literal["ended", "silent", "lost", "pending", "late", "stopped"]
"""What a notice is about: a run that ended badly, shows no sign of life, was therefore marked as
crashed, never started running, or is late; or a clock that does not tick.
"""
_NAMES: dict[Ending, str] = {
    "silent": "run silent",
    "lost": "run lost",
    "pending": "run pending",
    "late": "run late",
    "stopped": "clock stopped",
}
"""No block's name has a blank: these are never one's."""
_KIND = (
    "{{ (flow.name | default('run')).removesuffix('-progress').removesuffix('-cycle')"
    ".replace('decide', 'decision') }}"
)
"""A sync, a score, a report, a check-in or a decision, by the flow's name."""
_RUN = f"a {_KIND}"
_SUBJECTS: dict[Ending, str] = {
    "ended": f"{_RUN} needs attention",
    "silent": "",
    "lost": "a run was lost",  # what an automation did names the run and no flow
    "pending": f"{_RUN} does not start",
    "late": f"{_RUN} is late",
    "stopped": "the clock has stopped",
}
_NAME = (
    "{{ flow_run.name | default('A run') }}"
    # A run that has not begun has a name of Prefect's, which says nothing.
    "{% if 'WHOSE' not in (flow_run.name | default('')) %}"
    f" ({_RUN} of WHOSE{{% if flow_run.parameters.connection %}}"
    ", connection {{ flow_run.parameters.connection }}{% endif %}){% endif %}"
)
_TEXTS: dict[Ending, str] = {
    "ended": f"{_NAME} ended {{{{ flow_run.state.name }}}}: {{{{ flow_run.state.message }}}}",
    "silent": "",
    "lost": f"{_NAME} has shown no sign of life for {SILENT_SECONDS} seconds: its process or its "
    "machine is gone. It is marked as crashed. What it had recorded is kept, and its next run "
    "asks for the rest; start its deployment again to have that now.",
    "pending": f"{_NAME} was taken by a worker {WAITING_SECONDS // 60} minutes ago and does not "
    "run: see the worker's log, then start its deployment again.",
    "late": f"{_NAME} was due {WAITING_SECONDS // 60} minutes ago and nobody has started it. Is a "
    "worker running? STARTER starts what is due.",
    "stopped": f"The clock of WHOSE has not ticked for {STOPPED_HOURS} hours: nothing is scored or "
    "reported, and nobody is reminded. Is a worker running? STARTER starts what is due.",
}
_DESCRIPTIONS: dict[Ending, str] = {
    "ended": "Waits for a run that failed, crashed or was cancelled and told nobody itself; says "
    "how it ended",
    "silent": f"Waits for a run that has shown no sign of life for {SILENT_SECONDS} seconds; marks "
    "it as crashed",
    "lost": "Waits for `SILENT` to mark a run as crashed; says that it was lost",
    "pending": "Waits for a run that a worker took and that does not run "
    f"{WAITING_SECONDS // 60} minutes later; says so",
    "late": f"Waits for a run that nobody has started {WAITING_SECONDS // 60} minutes after it was "
    "due; says so",
    "stopped": f"Waits for a clock that has not ticked for {STOPPED_HOURS} hours, and says so as "
    "often",
}
_LINK = "{% if flow_run | ui_url %}\n{{ flow_run | ui_url }}{% endif %}"
LOST_MESSAGE = f"{TOLD}the routes: no sign of life for {SILENT_SECONDS} s, so its process is gone."
"""Message of a run that was taken for dead. The notice goes with it, hence its beginning."""


@dataclass(frozen=True, slots=True)
class Notice:
    """An automation of a cycle: what it waits for, and through which blocks it tells people.

    Attributes:
        about: What it waits for.
        blocks: Names of Prefect notification blocks, as the workspace writes them; none where it
            marks a silent run as crashed: whether that run had ended, only the server knows.
    """

    names: CycleNames
    about: Ending
    blocks: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name of the automation."""
        # A block each, for runs that ended: a person may have paused one of them.
        what = _NAMES.get(self.about) or self.blocks[0].replace("/", "-")
        return f"{self.names.notices}{what}"


def notices_of(workspace: Workspace, plan: Plan, id_: str, store: str = "") -> tuple[Notice, ...]:
    """The notices of a cycle.

    Those are told whose key results are bound, or everyone where none is: a score or a report can
    fail all the same. Whoever is told through the same block is told once.

    Args:
        workspace: Its routes.
        plan: The cycle's.
        id_: The workspace's, which all names carry.
        store: Which store says so, see `okr_flows.run.names.store_of`.
    """
    blocks = tuple(dict.fromkeys(workspace.routes[route] for route in concerned(workspace, plan)))
    names = CycleNames(id_, plan.cycle.id, store)
    kinds: tuple[Ending, ...] = ("lost", "pending", "late", "stopped") if blocks else ()
    waiting = tuple(Notice(names, about, blocks) for about in kinds)
    ended = tuple(Notice(names, "ended", (block,)) for block in sorted(blocks))
    return (*ended, Notice(names, "silent", ()), *waiting)


def concerned(workspace: Workspace, plan: Plan) -> tuple[str, ...]:
    """Routes that hear of runs: those of bound key results, or all where nothing is bound."""
    routes = {r for kr in bound_key_results(plan) for r in routes_of(workspace, plan, kr)}
    return tuple(sorted(routes or workspace.routes))


def routes_of(workspace: Workspace, plan: Plan, kr: KeyResult) -> tuple[str, ...]:
    """Who is told about a key result: its team, else its role's circle, else every route.

    Every route and not nobody: a number that is missing concerns somebody.
    """
    role = workspace.roles.get(plan.role_of(kr) or "")
    for route in (plan.objective_of[kr.id].team, role.circle if role else None):
        if route in workspace.routes:
            return (route,)
    return tuple(sorted(workspace.routes))


def subject_of(notice: Notice) -> str:
    """Template of a notice's subject."""
    return subject(notice.names, _SUBJECTS[notice.about])


def subject(names: CycleNames, news: str) -> str:
    """How whatever is told of a cycle begins: whose it is, among all that share a chat.

    >>> subject(CycleNames("acme-kqzm", "2026-q4"), "a sync needs attention")
    'OKR acme-kqzm-2026-q4: a sync needs attention'
    """
    return f"OKR {names.deployment}: {news}"


def description_of(notice: Notice, blocks: Sequence[str] = ()) -> str:
    """What an automation's page says of it: what it waits for, and what it does then.

    Args:
        notice: What it waits for.
        blocks: Names of the blocks that it sends through, with their types.
    """
    silent = Notice(notice.names, "silent", ()).name
    does = _DESCRIPTIONS[notice.about].replace("SILENT", silent)
    through = f" through {', '.join(blocks)}" if blocks else ""
    return (
        f"Cycle {notice.names.cycle} of {notice.names.workspace or 'its workspace'}. {does}"
        f"{through}. Made by {okr('deploy').code}, which overwrites changes; disabled, it stays "
        "disabled."
    )


def body_for(notice: Notice, block: str, pools: Sequence[str] = ()) -> str:
    """Template of a notice's body.

    Args:
        notice: What is told.
        block: Name of a notification block with its type, such as `slack-webhook/growth`.
        pools: Work pools whose workers start runs; none: `okr serve` does.
    """
    starter = " or ".join(f"`{worker_start(pool)}`" for pool in pools) or okr("serve").code
    link = "" if notice.about == "stopped" else _LINK  # it is about no run
    text = _TEXTS[notice.about].replace("STARTER", starter) + link
    text = text.replace("WHOSE", notice.names.deployment)
    if not is_html(block):
        return text
    return f'<pre style="{_LINES}">{{% filter escape %}}{text}{{% endfilter %}}</pre>'


def worker_start(pool: str) -> str:
    """The command that starts a worker of a pool, as a shell takes it."""
    return f"prefect worker start --pool {shlex.quote(pool)}"


_LINES = "font: inherit; white-space: pre-wrap"


def html_of(text: str) -> str:
    """A text as HTML that keeps its lines."""
    return f'<pre style="{_LINES}">{escape(text)}</pre>'


def is_html(block: str) -> bool:
    """Whether a block, named with its type, sends its text as HTML."""
    return block.partition("/")[0] in HTML_BLOCKS
