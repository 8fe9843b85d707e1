"""`okr pull`: write revisions as files that people can edit and apply again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from okr_cli.files.schema_files import schema_drafts
from okr_cli.files.writing import Draft, write_all
from okr_cli.shell.acting import clock
from okr_cli.shell.home import PLANS_FOLDER, Home, read_text
from okr_cli.shell.options import HERE, Format, Place
from okr_cli.shell.output import show
from okr_core.basics.command import okr
from okr_core.errors import RefusalError
from okr_core.plan.workspace import WORKSPACE_FILE
from okr_flows.documents.plan import PullDocument, PulledDocument
from okr_flows.formulate.pull import Pulled, cycle_of, pull_current, pull_revision


@dataclass(frozen=True, slots=True)
class _Target:
    """What is pulled, where it is written, and what stands there now; None: nothing."""

    path: Path
    pulled: Pulled
    text: str | None

    @classmethod
    def of(cls, folder: Path, pulled: Pulled) -> _Target:
        cycle = pulled.revision.scope
        path = _plan_path(folder / PLANS_FOLDER, cycle) if cycle else folder / WORKSPACE_FILE
        return cls(path, pulled, read_text(path) if path.is_file() else None)

    @property
    def stale(self) -> bool:
        """Whether the file says something else."""
        return self.text is None or not self.pulled.is_said_by(self.text)


def pull(
    folder: Path | None = None,
    /,
    *,
    cycle: Annotated[
        str | None,
        Parameter(help="Only the plan of this cycle [default: workspace and all plans]."),
    ] = None,
    revision: Annotated[
        str | None,
        Parameter(
            help="An earlier revision instead: 3 of this cycle's plan or of that of --cycle, "
            "2026-q4:3, workspace:2. `okr apply` makes it the newest one again."
        ),
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
        found = (
            pull_current(store, cycle)
            if revision is None
            else [pull_revision(store, revision, cycle, clock())]
        )
    targets = [_Target.of(where, each) for each in found]
    stale = [each for each in targets if each.stale]
    if not force:
        for target in stale:
            _refuse_unapplied(target)
    if stale:
        write_all([*(Draft(each.path, each.pulled.text) for each in stale), *schema_drafts(where)])
    pulled = tuple(
        PulledDocument(
            file=str(each.path), revision=each.pulled.revision.number, written=each in stale
        )
        for each in targets
    )
    lines = [_line(target, written=target in stale) for target in targets]
    show(format_, PullDocument(files=pulled), "\n".join(lines))
    return 0


def _line(target: _Target, *, written: bool) -> str:
    did = "wrote" if written else "is current:"
    number, base = target.pulled.revision.number, target.pulled.base
    line = f"{did} {target.path} (revision {number})"
    if base is None or base.number == number:
        return line
    if target.pulled.closed:
        return f"{line}; revision {base.number} holds: the cycle is closed"
    return f"{line}; revision {base.number} holds until {okr('apply').code}"


def _plan_path(plans: Path, cycle: str) -> Path:
    """The file that is about a cycle, whatever it is called; else where one is made."""
    usual = plans / f"{cycle}.yaml"
    if usual.is_file():
        return usual
    others = sorted([*plans.glob("*.yaml"), *plans.glob("*.yml")])
    return next((each for each in others if cycle_of(read_text(each)) == cycle), usual)


def _refuse_unapplied(target: _Target) -> None:
    if target.text is not None and target.pulled.loses(target.text):
        raise RefusalError(
            f"{target.path} has changes that were not applied; nothing was written.",
            hint=f"Apply them with {okr('apply').code}, move the file away, or overwrite it with "
            f"{okr('pull', '--force').code}.",
        )
