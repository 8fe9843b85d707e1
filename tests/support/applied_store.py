"""A store whose small workspace and plan are applied, for tests of use cases."""

from __future__ import annotations

from datetime import UTC, datetime

from okr_command import PLAN, WORKSPACE

from okr_core.files.document import Base, with_base
from okr_core.plan.acting import Actor
from okr_flows.formulate.check import CheckedDocument, check
from okr_flows.formulate.proposal import Applied, apply_proposals, propose
from okr_store import Store

CYCLE = "2025-q4"
AGREED = datetime(2025, 9, 20, 8, tzinfo=UTC)
"""A day before the cycle begins."""
NOW = datetime(2025, 11, 1, 9, tzinfo=UTC)
ADA = Actor("test", "ada")


def plan_document(text: str = PLAN, name: str = "plan.yaml") -> CheckedDocument:
    """A plan as it was written."""
    return check({name: text}, None, {})[0]


def workspace_document(text: str = WORKSPACE) -> CheckedDocument:
    """A workspace as it was written."""
    return check({"okr.yaml": text}, None, {})[0]


def based(store: Store, text: str) -> str:
    """A plan's text, made from the revision that holds now."""
    current = store.revision("plan", CYCLE)
    assert current is not None
    return with_base(text, Base(current.number, current.digest))


def apply(
    store: Store,
    *documents: CheckedDocument,
    at: datetime = AGREED,
    reason: str = "",
    reason_class: str = "",
) -> list[Applied]:
    """What Ada applies."""
    proposals = propose(
        store, documents, actor=ADA, now=at, reason=reason, reason_class=reason_class
    )
    return list(apply_proposals(store, proposals))


def apply_all(store: Store, plan: str = PLAN, workspace: str = WORKSPACE) -> list[Applied]:
    """A workspace and its plan, applied before the cycle begins."""
    return apply(store, workspace_document(workspace), plan_document(plan))
