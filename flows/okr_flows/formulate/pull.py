"""Pull: the current revisions as texts that people can edit and apply again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from okr_core.errors import DocumentError
from okr_core.files.document import (
    Base,
    base_of,
    dump_plan,
    dump_workspace,
    load_plan,
    load_workspace,
    with_base,
)
from okr_core.plan.plan import Plan
from okr_core.plan.revision import plan_digest, workspace_digest
from okr_flows.run.cycle import no_plan

if TYPE_CHECKING:
    from okr_flows.formulate.check import CheckedDocument
    from okr_store import Revision, Store


def revisions_in_force(store: Store, cycle: str | None = None) -> Iterator[Revision]:
    """The revisions to write as files: the workspace and all plans, or the plan of one cycle.

    Raises:
        InputError: The store has no plan of that cycle.
    """
    known = store.cycles()
    if cycle is not None and cycle not in known:
        raise no_plan(cycle, known)
    workspace = store.revision("workspace", "") if cycle is None else None
    if workspace is not None:
        yield workspace
    for name in [cycle] if cycle else known:
        plan = store.revision("plan", name)
        if plan is not None:
            yield plan


def text_of(revision: Revision) -> str:
    """A revision as it was written by a person, with itself as the base."""
    text = revision.text
    if not text or _digest(revision, text) != revision.digest:
        plan = revision.kind == "plan"
        text = dump_plan(revision.written_plan()) if plan else dump_workspace(revision.workspace())
    return with_base(text, Base(revision.number, revision.digest))


def holds(revision: Revision, text: str) -> bool:
    """Whether a text says what the revision says, and was made from it."""
    base = Base(revision.number, revision.digest)
    return base_of(text) == base and _digest(revision, text) == revision.digest


def is_unapplied(revision: Revision, text: str) -> bool:
    """Whether a text has changes that overwriting it by the revision would lose."""
    base, written = base_of(text), _digest(revision, text)
    return not written or written not in {revision.digest, base.digest if base else ""}


def outdated(
    store: Store, documents: Iterable[CheckedDocument]
) -> Iterator[tuple[CheckedDocument, Revision]]:
    """Documents that were not made from the revision that holds now, each with that revision."""
    for document in documents:
        scope = document.found.cycle.id if isinstance(document.found, Plan) else ""
        current = store.revision(document.kind, scope)
        base = base_of(document.text)
        if current is not None and (base is None or base.digest != current.digest):
            yield document, current


def _digest(revision: Revision, text: str) -> str:
    """Digest of what a text says; empty if it says nothing valid."""
    try:
        if revision.kind == "plan":
            return plan_digest(load_plan(text))
        return workspace_digest(load_workspace(text))
    except DocumentError:
        return ""
