"""`okr pull`: write the current revisions as files that people can edit and apply again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from okr_cli.files.writing import write_text
from okr_cli.shell.home import PLANS_FOLDER, Home, read_text
from okr_cli.shell.options import HERE, Format, Place
from okr_cli.shell.output import print_json, print_text
from okr_core.basics.command import okr
from okr_core.basics.unwritable import unwritable
from okr_core.errors import RefusalError
from okr_core.plan.workspace import WORKSPACE_FILE
from okr_flows.documents.plan import PullDocument, PulledDocument
from okr_flows.formulate.pull import holds, is_unapplied, revisions_in_force, text_of

if TYPE_CHECKING:
    from okr_store import Revision


@dataclass(frozen=True, slots=True)
class _Target:
    """A revision, where it is written, and what stands there now; None: nothing."""

    path: Path
    revision: Revision
    text: str | None

    @classmethod
    def of(cls, folder: Path, revision: Revision) -> _Target:
        plan = revision.kind == "plan"
        path = folder / (f"{PLANS_FOLDER}/{revision.scope}.yaml" if plan else WORKSPACE_FILE)
        return cls(path, revision, read_text(path) if path.is_file() else None)


def pull(
    folder: Path | None = None,
    /,
    *,
    cycle: Annotated[
        str | None,
        Parameter(help="Only the plan of this cycle [default: workspace and all plans]."),
    ] = None,
    force: Annotated[
        bool, Parameter(help="Overwrite files that were changed and not applied.")
    ] = False,
    format_: Format = "text",
    place: Place = HERE,
) -> int:
    """Write okr.yaml and the plans of the current revisions, as they were written by people.

    Refuses to overwrite a file with changes that were not applied. Without a folder: the
    workspace's, or else this one.
    """
    home = Home.of(place)
    where = folder or home.folder or Path()
    with home.open_store() as store:
        targets = [_Target.of(where, found) for found in revisions_in_force(store, cycle)]
    stale = [each for each in targets if each.text is None or not holds(each.revision, each.text)]
    if not force:
        for target in stale:
            _refuse_unapplied(target)
    for target in stale:
        _write(target)
    if format_ == "json":
        pulled = (
            PulledDocument(
                file=str(each.path), revision=each.revision.number, written=each in stale
            )
            for each in targets
        )
        print_json(PullDocument(files=tuple(pulled)))
    else:
        for target in targets:
            did = "wrote" if target in stale else "is current:"
            print_text(f"{did} {target.path} (revision {target.revision.number})")
    return 0


def _refuse_unapplied(target: _Target) -> None:
    if target.text is not None and is_unapplied(target.revision, target.text):
        raise RefusalError(
            f"{target.path} has changes that were not applied; nothing was written.",
            hint=f"Apply them with {okr('apply').code}, move the file away, or overwrite it with "
            f"{okr('pull', '--force').code}.",
        )


def _write(target: _Target) -> None:
    try:
        write_text(target.path, text_of(target.revision))
    except OSError as error:
        raise unwritable(target.path, error) from error
