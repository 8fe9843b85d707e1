"""Writing: files are replaced whole, so that an interrupted command leaves the old or the new."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from okr_cli.shell.home import Home, read_text
from okr_core.errors import InputError
from okr_core.files.workspace_edit import WorkspaceEdit, WorkspaceText
from okr_core.plan.workspace import Workspace

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


@contextmanager
def replacing(path: Path, permissions: int) -> Iterator[BinaryIO]:
    """A file that takes the place of another once it is whole.

    Raises:
        OSError: The folder or the file cannot be written to.
    """
    target = path.resolve()
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
            reason = error.strerror or type(error).__name__
            raise InputError(
                f"{draft.path} cannot be written ({reason}); nothing was saved.",
                hint="Check the folder and its permissions.",
            ) from error


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
