"""Editor line: the comment by which editors find the JSON Schema of a plan or workspace file.

Editors that speak to the YAML language server (VS Code with the YAML extension, Neovim, Helix,
Zed, Emacs) read `# yaml-language-server: $schema=ADDRESS`. The address is a path from the file
itself: it needs no network, and is the schema of the release that wrote it.
"""

from __future__ import annotations

import re
from typing import Literal

from okr_core.files.document import base_of

SCHEMA_FILES = {
    "plan": ".okr/plan.schema.json",
    "workspace": ".okr/workspace.schema.json",
}
"""Kind of file → where its schema stands in a workspace's folder."""
_LINE = re.compile(r"^[ \t]*#[ \t]*yaml-language-server[ \t]*:", re.MULTILINE)
_UP = {"plan": "../", "workspace": ""}


def editor_line(kind: Literal["plan", "workspace"]) -> str:
    """The comment for a file of that kind where workspaces keep it.

    >>> editor_line("plan")
    '# yaml-language-server: $schema=../.okr/plan.schema.json'
    """
    return f"# yaml-language-server: $schema={_UP[kind]}{SCHEMA_FILES[kind]}"


def with_editor_line(text: str, kind: Literal["plan", "workspace"]) -> str:
    r"""The file with the line in front, behind the one that names its revision.

    A file that says already which schema is its own keeps that.

    >>> with_editor_line("organization: Acme\n", "workspace").splitlines()[0]
    '# yaml-language-server: $schema=.okr/workspace.schema.json'
    """
    if _LINE.search(text):
        return text
    head, rest = "", text.removeprefix("\ufeff")
    if base_of(text) is not None:
        head, end, rest = rest.partition("\n")
        head += end or "\n"
    return f"{head}{editor_line(kind)}\n{rest}"
