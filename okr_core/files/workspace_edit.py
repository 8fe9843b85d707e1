"""Workspace edit: the text of okr.yaml with some places changed, checked before it is kept."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from okr_core.errors import DocumentError, InputError
from okr_core.files.document import load_workspace
from okr_core.files.yaml_edit import Path, Value, edited
from okr_core.plan.workspace import Workspace

CONTEXT = 1
"""Unchanged lines that a diff shows around what changes."""


@dataclass(frozen=True, slots=True)
class WorkspaceText:
    r"""A workspace as a person wrote it.

    Attributes:
        name: What messages call it, such as its path.
        text: YAML with line ends as `\n`.
    """

    name: str
    text: str
    workspace: Workspace

    @classmethod
    def read(cls, name: str, text: str) -> WorkspaceText:
        """The workspace of a text.

        Raises:
            DocumentError: It has errors.
        """
        return cls(name, text, load_workspace(text, name))

    def with_values(self, values: Mapping[Path, Value]) -> WorkspaceEdit:
        """The text with values at their places.

        Raises:
            InputError: The result would not be a workspace with these values alone changed.
        """
        text = edited(self.text, values)
        try:
            load_workspace(text, self.name)
        except DocumentError as error:
            first = error.findings[0]
            raise InputError(
                f"{self.name}: {first.message} Nothing was written.", hint=first.fix
            ) from error
        return WorkspaceEdit(self, text)


@dataclass(frozen=True, slots=True)
class WorkspaceEdit:
    """A change of a workspace's text that is not kept yet."""

    before: WorkspaceText
    text: str

    @property
    def changes(self) -> bool:
        """Whether there is anything to keep."""
        return self.text != self.before.text

    @property
    def diff(self) -> list[str]:
        """What changes, as a unified diff."""
        old, new = self.before.text.splitlines(), self.text.splitlines()
        name = self.before.name
        return list(difflib.unified_diff(old, new, name, name, lineterm="", n=CONTEXT))
