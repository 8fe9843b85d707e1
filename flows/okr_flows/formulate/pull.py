"""Pull: revisions as texts that people can edit and apply again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from okr_core.errors import DocumentError
from okr_core.files.cycle_rules import cycle_in
from okr_core.files.document import (
    Base,
    base_of,
    dump_plan,
    dump_workspace,
    load_plan,
    load_workspace,
    with_base,
)
from okr_core.files.editor_line import with_editor_line
from okr_core.plan.plan import Plan
from okr_core.plan.revision import plan_digest, workspace_digest
from okr_flows.formulate.revisions import revision_named
from okr_flows.run.cycle import closed_at, no_plan

if TYPE_CHECKING:
    from okr_flows.formulate.check import CheckedDocument
    from okr_store import Revision, Store


@dataclass(frozen=True, slots=True)
class Pulled:
    """A revision that is written as a file, which is made from the one that holds now.

    Attributes:
        revision: What the file says.
        base: What it is made from: applying it goes on from there. None: nothing holds yet.
        closed: Whether the cycle of the plan is closed: it takes no revision any more.
        digests: Of all revisions of the same plan or workspace: what says one of them is no
            change that could be lost.
    """

    revision: Revision
    base: Base | None
    digests: frozenset[str]
    closed: bool = False

    @property
    def text(self) -> str:
        """The revision as it was written by a person, with its base."""
        written = _written(self.revision)
        return with_editor_line(with_base(written, self.base), self.revision.kind)

    def is_said_by(self, text: str) -> bool:
        """Whether a text says what the revision says, and was made from the same one."""
        same = _digest(self.revision, text) == self.revision.digest
        return same and base_of(text) == self.base

    def loses(self, text: str) -> bool:
        """Whether a text has changes that overwriting it would lose."""
        base, said = base_of(text), _digest(self.revision, text)
        return not said or said not in self.digests | {base.digest if base else ""}


def pull_current(store: Store, cycle: str | None = None) -> list[Pulled]:
    """What holds now: the workspace and all plans, or the plan of one cycle.

    Raises:
        InputError: The store has no plan of that cycle.
    """
    known = store.cycles()
    if cycle is not None and cycle not in known:
        raise no_plan(cycle, known)
    scopes = [cycle] if cycle else ["", *known]
    kinds = (store.revision("plan" if scope else "workspace", scope) for scope in scopes)
    return [_pulled(store, revision, revision) for revision in kinds if revision is not None]


def pull_revision(store: Store, reference: str, cycle: str | None, now: datetime) -> Pulled:
    """An earlier revision, to be applied once more on what holds now.

    Args:
        store: The open store.
        reference: See `revision_named`.
        cycle: Whose plan a number alone is of; None: the cycle of now.
        now: The time.

    Raises:
        InputError: It is no reference, or there is no such revision.
    """
    named = f"{cycle}:{reference}" if cycle and ":" not in reference else reference
    revision = revision_named(store, named, now)
    return _pulled(store, revision, store.revision(revision.kind, revision.scope))


def cycle_of(text: str) -> str:
    """Id of the cycle that a text is a plan of; empty if it is of none."""
    found = cycle_in(text, "")
    return found.cycle_id if found else ""


def _pulled(store: Store, revision: Revision, current: Revision | None) -> Pulled:
    digests = (each.digest for each in store.revisions(revision.kind, revision.scope))
    base = Base(current.number, current.digest) if current else None
    closed = revision.kind == "plan" and closed_at(store, revision.scope) is not None
    return Pulled(revision, base, frozenset(digests), closed)


def _written(revision: Revision) -> str:
    """What a person wrote, or the same in our words where they sent no text."""
    text = revision.text
    if text and _digest(revision, text) == revision.digest:
        return text
    if revision.kind == "plan":
        return dump_plan(revision.written_plan())
    return dump_workspace(revision.workspace())


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
