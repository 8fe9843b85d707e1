"""Workspace file: okr.yaml as it is read, and as it is written with its own line ends."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from okr_cli.files.writing import Draft
from okr_cli.shell.home import Desk, read_text
from okr_core.files.workspace_edit import WorkspaceEdit, WorkspaceText
from okr_core.plan.workspace import Workspace


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
    def of(cls, desk: Desk) -> WorkspaceFile:
        """The workspace file of a desk.

        Raises:
            DocumentError: It has errors.
            InputError: There is none, or it cannot be read.
        """
        path = desk.workspace_file
        shown = desk.shown(path)
        written = WorkspaceText.read(shown, read_text(path, shown))
        return cls(path, written, "\r\n" if b"\r\n" in path.read_bytes() else "\n")

    @property
    def workspace(self) -> Workspace:
        """The workspace that it says."""
        return self.written.workspace

    def draft(self, edit: WorkspaceEdit) -> Draft:
        """The file with an edit, to be written."""
        return Draft(self.path, edit.text.replace("\n", self.line_end))
