"""Versions: the revisions of a plan that were in force, and the policies they are judged by."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from okr_core.plan.agreement import PlanVersion
from okr_core.plan.cycle import Cycle
from okr_core.plan.revision import ReasonClass
from okr_core.plan.workspace import Policies
from okr_core.record.entries import RevisionDecision
from okr_store.revision import Revision
from okr_store.store import Store


def agreed_policies(store: Store, cycle: Cycle) -> Policies | None:
    """Policies that were in force when the cycle began, else those of the first workspace."""
    found = store.revision("workspace", "", as_of=cycle.start_of(cycle.starts))
    if found is None:
        headers = [h for h in store.revisions("workspace", "") if h.state == "accepted"]
        found = store.revision("workspace", "", headers[0].number) if headers else None
    return found.workspace().policies if found else None


def read_versions(store: Store, cycle: str, as_of: datetime) -> tuple[PlanVersion, ...]:
    """Accepted revisions of a cycle's plan that were in force by then, by number."""
    said = {
        body.revision: body
        for entry in store.entries(cycle, kinds=("revision_decision",), as_of=as_of)
        if isinstance(body := entry.body, RevisionDecision)
    }
    found: list[PlanVersion] = []
    for header in reversed(store.revisions("plan", cycle)):
        at = header.decided_at or header.at
        # One that a later revision is dated before was never in force.
        if header.state != "accepted" or at > (found[-1].at if found else as_of):
            continue
        revision = store.revision("plan", cycle, header.number)
        assert revision is not None, "its header was just read"
        found.append(version_of(revision, said.get(header.number)))
    return tuple(reversed(found))


def version_of(revision: Revision, decision: RevisionDecision | None = None) -> PlanVersion:
    """A revision of a plan as a version of it.

    Args:
        revision: An accepted one.
        decision: What was said when it was accepted; None: nothing.
    """
    word = revision.reason_class or (decision.reason_class if decision else "")
    return PlanVersion(
        number=revision.number,
        at=revision.decided_at or revision.at,
        plan=revision.written_plan(),
        reason_class=cast("ReasonClass", word) if word else None,
        by=revision.by,
        reason=revision.reason or (decision.reason if decision else ""),
        approved_by=revision.decided_by,
    )
