"""`okr apply`: record workspace and plan files as new revisions, with a diff and a base."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from okr_cli.files.files import paths_of, read_files
from okr_cli.files.writing import write_text
from okr_cli.plan.revisions import change_lines
from okr_cli.shell.acting import actor, clock
from okr_cli.shell.home import Home
from okr_cli.shell.options import HERE, By, Format, Place
from okr_cli.shell.output import show, tell
from okr_core.basics.command import okr
from okr_core.plan.revision import ReasonClass
from okr_core.plan.when import When
from okr_core.plan.workspace import Workspace
from okr_flows.documents.plan import AppliedDocument, ApplyDocument
from okr_flows.formulate.check import CheckedDocument, refuse_errors
from okr_flows.formulate.proposal import (
    Applied,
    NothingYet,
    Proposal,
    apply_proposals,
    propose,
)
from okr_flows.run.names import workspace_id

if TYPE_CHECKING:
    from okr_store import Store


def apply(
    *files: Path,
    reason: Annotated[str, Parameter(help="Why, in a sentence.")] = "",
    reason_class: Annotated[
        ReasonClass | None,
        Parameter(help="Needed where a target, due day, weight or ambition changes mid-cycle."),
    ] = None,
    dry_run: Annotated[bool, Parameter(help="Show what would change; record nothing.")] = False,
    as_of: Annotated[
        str | None,
        Parameter(name="--as-of", help="Since when it holds, YYYY-MM-DD[THH:MM] [default: now]."),
    ] = None,
    by: By = None,
    format_: Format = "text",
    place: Place = HERE,
) -> int:
    """Record files as new revisions of workspace and plans, and show what changed.

    Refuses a file that was not made from the latest revision, and writes the new revision into the
    file's first line. The first use makes the store.

    Without files: okr.yaml and all of cycles/.
    """
    home = Home.of(place)
    when = When.parse(as_of)
    paths, documents = paths_of(home, files), read_files(home, files)
    refuse_errors(documents)  # before a server is waited for
    with ExitStack() as opened:
        store = known = store_or_nothing(home, opened)
        proposals = propose(
            known or NothingYet(),
            documents,
            actor=actor(by),
            now=clock(),
            when=when,
            reason=reason,
            reason_class=reason_class or "",
        )
        if not dry_run:
            # Nothing is made of what is refused.
            store = opened.enter_context(home.open_store(create=True)) if known is None else known
            for applied in apply_proposals(store, proposals):
                write_applied(applied, paths[applied.proposal.document.name])
        workspace = workspace_id(store) if store else ""
    files_ = tuple(map(applied_document, proposals))
    document = ApplyDocument(dry_run=dry_run, workspace=workspace, files=files_)
    show(format_, document, "\n".join(proposal_lines(proposals, dry_run=dry_run)))
    _warn(proposals)
    _advise_id(documents, workspace)
    return 0


def _warn(proposals: Sequence[Proposal]) -> None:
    """Say what is to be looked at in files of which one changes, though it stops nothing."""
    if not any(proposal.revision for proposal in proposals):
        return
    for finding in (each for proposal in proposals for each in proposal.document.findings):
        if finding.severity == "warning":
            tell(str(finding))


def _advise_id(documents: Sequence[CheckedDocument], workspace: str) -> None:
    """Say which line a workspace's file lacks: what Prefect shows is named by it."""
    for document in documents:
        found = document.found
        if workspace and isinstance(found, Workspace) and found.id is None:
            tell(f"{document.name} names no id; add the line `id: {workspace}`.")


def store_or_nothing(home: Home, opened: ExitStack) -> Store | None:
    """The workspace's store, open as long as the stack is; None: it was not made yet."""
    from okr_store import NoStoreError  # noqa: PLC0415 - SQLAlchemy takes half a second

    try:
        return opened.enter_context(home.open_store())
    except NoStoreError:
        return None


def write_applied(applied: Applied, path: Path, line_end: str = "\n") -> None:
    """Write a file with the revision that it became; what cannot be written is told."""
    try:
        write_text(path, applied.text.replace("\n", line_end))
    except OSError as error:
        tell(
            f"{applied.proposal.document.name}: recorded as revision {applied.number}, but the "
            f"file cannot be written ({error.strerror}). Run {okr('pull', '--force').code} before "
            "the next change."
        )


def proposal_lines(proposals: Sequence[Proposal], *, dry_run: bool) -> Iterator[str]:
    """What proposals change, or would."""
    done = "would become" if dry_run else "is now"
    for proposal in proposals:
        if proposal.revision is None:
            yield f"{proposal.document.name}: nothing to apply; it is revision {proposal.current}."
            continue
        if proposal.waits:
            proposed = "would be" if dry_run else "is"
            waits = okr("decide", cycle=proposal.scope).code
            yield (
                f"{proposal.document.name} {proposed} proposed as a revision of {proposal.name}; "
                f"it holds once a second person accepts it: {waits}."
            )
        else:
            number = proposal.current + 1
            yield f"{proposal.document.name} {done} revision {number} of {proposal.name}."
        yield from change_lines(proposal.changes)
        if proposal.since:
            yield proposal.since


def applied_document(proposal: Proposal) -> AppliedDocument:
    """A proposal for programs."""
    return AppliedDocument(
        file=proposal.document.name,
        kind="plan" if proposal.scope else "workspace",
        scope=proposal.scope,
        revision=proposal.current + 1 if proposal.revision and not proposal.waits else None,
        proposed=proposal.waits,
        changes=proposal.changes,
    )
