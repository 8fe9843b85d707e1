"""Writing: files are replaced whole, so that an interrupted command leaves the old or the new."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from okr_cli.shell.home import PLANS_FOLDER, Home, read_text
from okr_core.basics.unwritable import unwritable
from okr_core.errors import InputError, RefusalError
from okr_core.files.workspace_edit import WorkspaceEdit, WorkspaceText
from okr_core.plan.workspace import WORKSPACE_FILE, Workspace

ALL_MAY_READ = 0o644
OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that is to be written.

    Attributes:
        text: Its new text; may hold a token.
        private: Whether nobody but its owner may read it.
    """

    path: Path
    text: str = field(repr=False)
    private: bool = False


def refuse_taken(path: Path, home: Home, *, force: bool, command: str) -> None:
    """Refuse to write to what is in use, and to what is there already unless that is forced.

    Args:
        path: The file that is to be written.
        home: Its store and its own files are never written over.
        force: Whether another file that is there is replaced.
        command: Whose `--force` replaces one.

    Raises:
        RefusalError: It is the store, a file of the workspace, or there already.
        InputError: It is a folder, a device or a pipe.
    """
    refuse_own(path, home)
    target = path.resolve()
    if not target.exists():
        return
    if not target.is_file():
        raise InputError(
            f"{path} is no regular file.", hint="Name a file; `-` writes to standard output."
        )
    if not force:
        raise RefusalError(
            f"{path} is there already; nothing was written.",
            hint=f"Name another file, or replace it with `{command} --force`.",
        )


def refuse_own(path: Path, home: Home) -> None:
    """Refuse to write over the store or a file of the workspace.

    Raises:
        RefusalError: It is one of them.
    """
    target = path.resolve()
    if any(_same(target, each) for each in _own_files(home)) or _is_plan(target, home):
        raise RefusalError(
            f"{path} belongs to the store or the workspace; nothing was written.",
            hint="Name another file.",
        )


def _own_files(home: Home) -> list[Path]:
    """The store's files, and those of the workspace beside its plans."""
    from okr_store.address import address_of  # noqa: PLC0415 - SQLAlchemy takes half a second

    store = address_of(home.store_url()).path
    files = [Path(f"{store}{end}") for end in ("", "-wal", "-shm", "-journal") if store]
    folder = [home.folder / name for name in (WORKSPACE_FILE, ".env") if home.folder]
    return [each.resolve() for each in (*files, *folder)]


def _is_plan(target: Path, home: Home) -> bool:
    """Whether it is a plan, or would be taken for one."""
    if home.folder is None or target.suffix not in {".yaml", ".yml"}:
        return False
    return target.parent == (home.folder / PLANS_FOLDER).resolve()


def _same(target: Path, other: Path) -> bool:
    with suppress(OSError):
        return target == other or target.samefile(other)
    return False


@contextmanager
def replacing(path: Path, permissions: int) -> Iterator[BinaryIO]:
    """A file that takes the place of another once it is whole.

    Raises:
        OSError: The folder or the file cannot be written to, or it is a device or a pipe.
    """
    target = path.resolve()
    if target.exists() and not (target.is_file() or target.is_dir()):
        # A file in its place would take the device away from the whole machine.
        raise OSError(errno.EINVAL, "it is no regular file")
    descriptor, draft = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
        Path(draft).chmod(permissions)
        Path(draft).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(draft).unlink()
        raise


def write_text(path: Path, text: str, *, private: bool = False) -> None:
    """Replace a file's text, keeping its permissions unless it is private.

    Raises:
        OSError: The folder or the file cannot be written to.
    """
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    kept = target.stat().st_mode if target.exists() else ALL_MAY_READ
    with replacing(target, OWNER_ONLY if private else kept) as file:
        file.write(text.encode())


def write_all(drafts: Sequence[Draft]) -> None:
    """Write several files, or none: where one cannot be written, the others are put back.

    Raises:
        InputError: One of them cannot be written.
    """
    before = [(draft, _bytes_of(draft.path)) for draft in drafts]
    for place, draft in enumerate(drafts):
        try:
            write_text(draft.path, draft.text, private=draft.private)
        except OSError as error:
            for written, content in before[:place]:
                _put_back(written.path, content)
            raise unwritable(draft.path, error, "nothing was saved") from error


def _bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _put_back(path: Path, content: bytes | None) -> None:
    with suppress(OSError):
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)


@dataclass(frozen=True, slots=True)
class WorkspaceFile:
    """The okr.yaml of a workspace folder.

    Attributes:
        written: What it says now.
        line_end: How its lines really end.
    """

    path: Path
    written: WorkspaceText
    line_end: str

    @classmethod
    def of(cls, home: Home) -> WorkspaceFile:
        """The workspace file of a home.

        Raises:
            DocumentError: It has errors.
            InputError: There is none, or it cannot be read.
        """
        path = home.workspace_file
        shown = home.shown(path)
        written = WorkspaceText.read(shown, read_text(path, shown))
        return cls(path, written, "\r\n" if b"\r\n" in path.read_bytes() else "\n")

    @property
    def workspace(self) -> Workspace:
        """The workspace that it says."""
        return self.written.workspace

    def draft(self, edit: WorkspaceEdit) -> Draft:
        """The file with an edit, to be written."""
        return Draft(self.path, edit.text.replace("\n", self.line_end))
