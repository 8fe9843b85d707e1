"""A store whose small workspace and plan are applied, for tests of use cases."""

from __future__ import annotations

from datetime import UTC, datetime

from okr_command import PLAN, WORKSPACE

from okr_core.files.document import Base, load_plan, load_workspace, with_base
from okr_core.plan.acting import Act, Actor
from okr_core.plan.when import When
from okr_flows.formulate.proposal import Applied, WrittenDocument, apply_proposals, propose
from okr_store import Store

CYCLE = "2025-q4"
AGREED = datetime(2025, 9, 20, 8, tzinfo=UTC)
"""A day before the cycle begins."""
NOW = datetime(2025, 11, 1, 9, tzinfo=UTC)
ADA = Actor("test", "ada")


def plan_document(text: str = PLAN, name: str = "plan.yaml") -> WrittenDocument:
    """A plan as it was written."""
    return WrittenDocument(name, text, load_plan(text, name))


def workspace_document(text: str = WORKSPACE) -> WrittenDocument:
    """A workspace as it was written."""
    return WrittenDocument("okr.yaml", text, load_workspace(text))


def based(store: Store, text: str) -> str:
    """A plan's text, made from the revision that holds now."""
    current = store.revision("plan", CYCLE)
    assert current is not None
    return with_base(text, Base(current.number, current.digest))


def apply(
    store: Store,
    *documents: WrittenDocument,
    at: datetime = AGREED,
    reason: str = "",
    reason_class: str = "",
) -> list[Applied]:
    """What Ada applies."""
    act = Act("ada", at, "test", reason, reason_class)
    return list(apply_proposals(store, propose(store, documents, act, When())))


def apply_all(store: Store, plan: str = PLAN, workspace: str = WORKSPACE) -> list[Applied]:
    """A workspace and its plan, applied before the cycle begins."""
    return apply(store, workspace_document(workspace), plan_document(plan))
