"""Files: workspace and plan files as commands read them, checked with line numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from okr_flows.connect.connection_rules import check_connections
from okr_cli.shell.home import WORKSPACE_FILE, Home, read_text
from okr_core.errors import DocumentError, Finding, InputError
from okr_core.files.document import (
    Document,
    kind_of,
    plan_findings,
    read_document,
    workspace_findings,
)
from okr_core.files.yaml_tree import Tree
from okr_core.plan.plan import Plan
from okr_core.plan.workspace import Workspace
from okr_sources.source import source_named
from okr_sources.write_back.write_back import written_kinds

MAX_BYTES = 32 * 1024 * 1024
MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file: its text, and what it says if it says something valid.

    Attributes:
        shown: Its path as the user would write it.
        found: None if its findings are errors.
    """

    path: Path
    shown: str
    text: str
    kind: Literal["plan", "workspace"]
    found: Plan | Workspace | None
    findings: tuple[Finding, ...]


def read_files(home: Home, given: Sequence[Path]) -> list[SourceFile]:
    """The files given, or all of the workspace; workspace files first, since plans refer to them.

    Raises:
        InputError: A file is missing or unreadable, or there is none at all.
    """
    paths = list(given) or [home.workspace_file, *home.plan_files()]
    drafts = [_Draft.read(path, home.shown(path.resolve())) for path in paths]
    files = [draft.as_workspace(home.env) for draft in drafts if draft.kind == "workspace"]
    workspace = _workspace(home, files)
    plans = [draft for draft in drafts if draft.kind == "plan"]
    models = binding_models({kind for draft in plans for kind in draft.kinds_used})
    return files + [draft.as_plan(workspace, models) for draft in plans]


def workspace_of(home: Home) -> Workspace | None:
    """What okr.yaml says; None without a folder.

    Raises:
        DocumentError: It has errors.
    """
    if home.folder is None:
        return None
    path = home.workspace_file
    file = _Draft.read(path, home.shown(path)).as_workspace(home.env)
    refuse_errors([file])
    return file.found if isinstance(file.found, Workspace) else None


def refuse_errors(files: Sequence[SourceFile]) -> None:
    """Raise the findings of severity error of all files at once.

    Raises:
        DocumentError: There are some.
    """
    errors = [f for file in files for f in file.findings if f.severity == "error"]
    if errors:
        raise DocumentError(errors)


def _workspace(home: Home, files: Sequence[SourceFile]) -> Workspace | None:
    for file in files:
        if isinstance(file.found, Workspace):
            return file.found
    if files or home.folder is None:
        return None
    # Plans alone were given: they refer to the people and roles of the folder's okr.yaml.
    found = _Draft.read(home.workspace_file, WORKSPACE_FILE).as_workspace(home.env).found
    return found if isinstance(found, Workspace) else None


@dataclass(frozen=True, slots=True)
class _Draft:
    path: Path
    shown: str
    text: str
    document: Document | None
    findings: tuple[Finding, ...] = ()

    @classmethod
    def read(cls, path: Path, shown: str) -> _Draft:
        if path.is_file() and path.stat().st_size > MAX_BYTES:
            raise InputError(
                f"{shown}: the file is larger than {MAX_BYTES // 2**20} MiB.",
                hint="Split the plan, or check that this is the right file.",
            )
        text = read_text(path, shown)
        try:
            return cls(path, shown, text, read_document(text, shown))
        except DocumentError as error:
            return cls(path, shown, text, None, error.findings)

    @property
    def kind(self) -> Literal["plan", "workspace"]:
        if self.document is None:
            return "workspace" if self.path.name == WORKSPACE_FILE else "plan"
        return kind_of(self.document)

    @property
    def kinds_used(self) -> set[str]:
        """Binding kinds that its key results name."""
        return set(kinds_used(self.document.data)) if self.document else set()

    def as_workspace(self, env: Mapping[str, str]) -> SourceFile:
        """The draft read as okr.yaml."""
        if self.document is None:
            return self._file("workspace", None, self.findings)
        rules = partial(check_connections, env=env)
        models = write_back_models(self.document.data)
        return self._file("workspace", *workspace_findings(self.document, rules, models))

    def as_plan(
        self, workspace: Workspace | None, models: Mapping[str, type[BaseModel]]
    ) -> SourceFile:
        """The draft read as a plan of that workspace."""
        if self.document is None:
            return self._file("plan", None, self.findings)
        mirrors = mirror_models(self.document.data)
        return self._file("plan", *plan_findings(self.document, workspace, models, mirrors))

    def _file(
        self,
        kind: Literal["plan", "workspace"],
        found: Plan | Workspace | None,
        findings: Sequence[Finding],
    ) -> SourceFile:
        return SourceFile(self.path, self.shown, self.text, kind, found, tuple(findings))


def binding_models(used: Iterable[str]) -> dict[str, type[BaseModel]]:
    """Binding kind → model of its fields.

    Only sources that are used are loaded, since each brings its tool's library along; but all of
    them where a kind is used that nobody offers, so that the complaint can name what there is.
    """
    offered = {entry.name for entry in entry_points(group="okr.sources")}
    wanted = set(used) - {MANUAL}
    kinds = offered if wanted - offered else wanted
    return {kind: source_named(kind).binding for kind in sorted(kinds)}


def kinds_used(data: Mapping[str, Tree]) -> Iterator[str]:
    """Binding kinds that a plan's text names, whatever else is wrong with it."""
    for objective in _items(data.get("objectives")):
        for key_result in _items(objective.get("key_results")):
            source = key_result.get("source")
            yield from source if isinstance(source, dict) else ()


def mirror_models(data: Mapping[str, Tree]) -> dict[str, type[BaseModel]]:
    """Kind → model of what a plan says below `mirror`; nothing is loaded where none is written."""
    items = list(_items(data.get("objectives")))
    items += [each for item in items for each in _items(item.get("key_results"))]
    if not any("mirror" in item for item in items):
        return {}
    return {kind: source.mirror for kind, source in written_kinds().items()}


def write_back_models(data: Mapping[str, Tree]) -> dict[str, type[BaseModel]]:
    """Kind → model of a connection's `write_back`; nothing is loaded where none is written."""
    connections = data.get("connections")
    listed = connections.values() if isinstance(connections, dict) else ()
    if not any(isinstance(each, dict) and "write_back" in each for each in listed):
        return {}
    return {kind: source.write_back for kind, source in written_kinds().items()}


def _items(value: Tree | None) -> list[dict[str, Tree]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
