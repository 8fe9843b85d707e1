"""`okr pull`: write the current revisions as files that people can edit and apply again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from okr_cli.desk import PLANS_FOLDER, WORKSPACE_FILE, Desk, read_text
from okr_cli.documents import PullDocument
from okr_cli.options import HERE, Format, Place
from okr_cli.output import print_json, print_text
from okr_cli.writing import write_text
from okr_core.document import (
    Base,
    base_of,
    dump_plan,
    dump_workspace,
    load_plan,
    load_workspace,
    with_base,
)
from okr_core.errors import DocumentError, InputError, RefusalError
from okr_core.revision import plan_digest, workspace_digest

if TYPE_CHECKING:
    from okr_store import Revision, Store


@dataclass(frozen=True, slots=True)
class _Target:
    path: Path
    revision: Revision

    @property
    def base(self) -> Base:
        return Base(self.revision.number, self.revision.digest)


def pull(
    folder: Path | None = None,
    /,
    *,
    cycle: Annotated[
        str | None,
        Parameter(help="Only the plan of this cycle [default: workspace and all plans]."),
    ] = None,
    force: Annotated[
        bool, Parameter(negative="", help="Overwrite files that were changed and not applied.")
    ] = False,
    format_: Format = "text",
    place: Place = HERE,
) -> int:
    """Write okr.yaml and the plans of the current revisions, as they were written by people.

    Refuses to overwrite a file with changes that were not applied. Without a folder: the
    workspace's, or else this one.
    """
    desk = Desk.of(place)
    with desk.open_store() as store:
        targets = list(_targets(store, folder or desk.folder or Path(), cycle))
    stale = [target for target in targets if not _same(target)]
    if not force:
        for target in stale:
            _refuse_local_changes(target)
    for target in stale:
        _write(target)
    if format_ == "json":
        print_json(_document(targets, stale))
    else:
        for target in targets:
            did = "wrote" if target in stale else "is current:"
            print_text(f"{did} {target.path} (revision {target.revision.number})")
    return 0


def _targets(store: Store, folder: Path, cycle: str | None) -> Iterator[_Target]:
    known = store.cycles()
    if cycle is not None and cycle not in known:
        raise InputError(
            f"the store has no plan of cycle `{cycle}`.", hint=f"It has {', '.join(known)}."
        )
    workspace = store.revision("workspace", "") if cycle is None else None
    if workspace is not None:
        yield _Target(folder / WORKSPACE_FILE, workspace)
    for name in [cycle] if cycle else known:
        plan = store.revision("plan", name)
        if plan is not None:
            yield _Target(folder / PLANS_FOLDER / f"{name}.yaml", plan)


def _same(target: _Target) -> bool:
    if not target.path.is_file():
        return False
    text = read_text(target.path)
    return base_of(text) == target.base and _digest(text, target) == target.revision.digest


def _digest(text: str, target: _Target) -> str:
    """Digest of what a text says; empty if it says nothing valid."""
    try:
        if target.revision.kind == "plan":
            return plan_digest(load_plan(text, target.path.name))
        return workspace_digest(load_workspace(text, target.path.name))
    except DocumentError:
        return ""


def _refuse_local_changes(target: _Target) -> None:
    if not target.path.is_file():
        return
    text = read_text(target.path)
    base = base_of(text)
    written = _digest(text, target)
    if written and written in {target.revision.digest, base.digest if base else ""}:
        return
    raise RefusalError(
        f"{target.path} has changes that were not applied; nothing was written.",
        hint="`okr apply` them, move the file away, or overwrite it with `okr pull --force`.",
    )


def _write(target: _Target) -> None:
    revision = target.revision
    text = revision.text
    if not text or _digest(text, target) != revision.digest:
        plan = revision.kind == "plan"
        text = dump_plan(revision.written_plan()) if plan else dump_workspace(revision.workspace())
    try:
        write_text(target.path, with_base(text, target.base))
    except OSError as error:
        raise InputError(
            f"{target.path} cannot be written ({error.strerror}).", hint="Check its folder."
        ) from error


def _document(targets: list[_Target], written: list[_Target]) -> PullDocument:
    return {
        "schema": "okr.pull/1",
        "files": [
            {
                "file": str(target.path),
                "revision": target.revision.number,
                "written": target in written,
            }
            for target in targets
        ],
    }
