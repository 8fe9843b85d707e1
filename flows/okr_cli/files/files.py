"""Files: workspace and plan files as commands read them, checked by the rules of applying."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from okr_cli.shell.home import Home, read_text
from okr_core.errors import InputError
from okr_core.plan.workspace import WORKSPACE_FILE, Workspace
from okr_flows.formulate.check import (
    CheckedDocument,
    OtherPlans,
    check,
    proposed_workspace,
    refuse_errors,
)
from okr_flows.formulate.revisions import objectives_applied

MAX_BYTES = 32 * 1024 * 1024


def paths_of(home: Home, given: Sequence[Path]) -> dict[str, Path]:
    """Path as the user would write it → the files given, or all of the workspace.

    Raises:
        InputError: There is no workspace here.
    """
    paths = list(given) or [home.workspace_file, *home.plan_files()]
    return {home.shown(path.resolve()): path for path in paths}


def read_files(home: Home, given: Sequence[Path]) -> list[CheckedDocument]:
    """The files given, or all of the workspace; workspace files first, since plans refer to them.

    Raises:
        InputError: A file is missing or unreadable, or there is none at all.
    """
    paths = paths_of(home, given)
    texts = {shown: _text(path, shown) for shown, path in paths.items()}
    workspace = _workspace_beside(home, paths.values())
    return check(texts, workspace, home.env, _other_plans(home, paths.values()))


def _other_plans(home: Home, paths: Iterable[Path]) -> OtherPlans:
    """The workspace's plans that are not among the files that are read, and what was applied."""
    if home.folder is None:
        return OtherPlans()
    read = {path.resolve() for path in paths}
    others = [path for path in home.plan_files() if path.resolve() not in read]
    names = {home.shown(path): path for path in others}
    texts = {shown: _text(path, shown) for shown, path in names.items()}

    def applied(cycle: str) -> frozenset[str] | None:
        from okr_store import NoStoreError  # noqa: PLC0415 - few plans carry anything over

        try:
            with home.open_store() as store:
                return objectives_applied(store, cycle)
        except NoStoreError:
            return None

    return OtherPlans(texts, applied)


def workspace_of(home: Home) -> Workspace | None:
    """What okr.yaml says; None without a folder.

    Raises:
        DocumentError: It has errors.
    """
    if home.folder is None:
        return None
    documents = read_files(home, [home.workspace_file])
    refuse_errors(documents)
    return proposed_workspace(documents)


def _workspace_beside(home: Home, paths: Iterable[Path]) -> Workspace | None:
    """What the folder's okr.yaml says, where it is not among the files that are read itself."""
    if home.folder is None or home.workspace_file in {path.resolve() for path in paths}:
        return None
    text = _text(home.workspace_file, WORKSPACE_FILE)
    return proposed_workspace(check({WORKSPACE_FILE: text}, None, home.env))


def _text(path: Path, shown: str) -> str:
    if path.is_file() and path.stat().st_size > MAX_BYTES:
        raise InputError(
            f"{shown}: the file is larger than {MAX_BYTES // 2**20} MiB.",
            hint="Split the plan, or check that this is the right file.",
        )
    return read_text(path, shown)
