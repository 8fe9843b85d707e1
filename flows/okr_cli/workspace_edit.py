"""Workspace edit: okr.yaml with some places changed, checked before it is written."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from okr_cli.desk import Desk, read_text
from okr_cli.writing import Draft
from okr_cli.yaml_edit import Path as Place
from okr_cli.yaml_edit import Value, edited
from okr_core.document import load_workspace
from okr_core.errors import DocumentError, InputError
from okr_core.workspace import Workspace

CONTEXT = 1
"""Unchanged lines that a diff shows around what changes."""


@dataclass(frozen=True, slots=True)
class WorkspaceText:
    r"""What okr.yaml says now.

    Attributes:
        shown: Its path as the user would write it.
        text: Its text with line ends as `\n`.
        line_end: How its lines really end.
    """

    path: Path
    shown: str
    text: str
    workspace: Workspace
    line_end: str = "\n"

    @classmethod
    def of(cls, desk: Desk) -> WorkspaceText:
        """The workspace file of a desk.

        Raises:
            DocumentError: It has errors.
            InputError: There is none, or it cannot be read.
        """
        path = desk.workspace_file
        shown = desk.shown(path)
        text = read_text(path, shown)
        line_end = "\r\n" if b"\r\n" in path.read_bytes() else "\n"
        return cls(path, shown, text, load_workspace(text, shown), line_end)

    def with_values(self, values: Mapping[Place, Value]) -> Edit:
        """The file with values at their places.

        Raises:
            InputError: The result would not be a workspace with these values alone changed.
        """
        text = edited(self.text, values)
        try:
            load_workspace(text, self.shown)
        except DocumentError as error:
            first = error.findings[0]
            raise InputError(
                f"{self.shown}: {first.message} Nothing was written.", hint=first.fix
            ) from error
        return Edit(self, text)


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of okr.yaml that is not written yet."""

    before: WorkspaceText
    text: str

    @property
    def changes(self) -> bool:
        """Whether there is anything to write."""
        return self.text != self.before.text

    @property
    def draft(self) -> Draft:
        """The file to write."""
        return Draft(self.before.path, self.text.replace("\n", self.before.line_end))

    @property
    def diff(self) -> list[str]:
        """What changes, as a unified diff."""
        old, new = self.before.text.splitlines(), self.text.splitlines()
        shown = self.before.shown
        return list(difflib.unified_diff(old, new, shown, shown, lineterm="", n=CONTEXT))
