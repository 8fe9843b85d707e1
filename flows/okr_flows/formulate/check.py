"""Check: texts as a workspace and its plans, each with everything that is to correct."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import entry_points
from typing import Literal

from pydantic import BaseModel

from okr_core.errors import DocumentError, Finding
from okr_core.files.document import (
    Document,
    finding_of,
    kind_of,
    plan_findings,
    read_document,
    workspace_findings,
)
from okr_core.files.lineage_rules import check_lineage
from okr_core.files.yaml_tree import Tree
from okr_core.plan.derivation import DERIVED
from okr_core.plan.plan import Plan
from okr_core.plan.workspace import WORKSPACE_FILE, Workspace
from okr_flows.connect.connection_rules import check_connections
from okr_sources.source import source_named
from okr_sources.write_back.write_back import written_kinds

MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """One text, and what it says if it says something valid.

    Attributes:
        name: What messages call it, such as its path.
        text: YAML as the person wrote it; its first line may name the revision it was made from.
        found: None where it cannot be built; a document with findings of severity error must not
            be applied although it could be.
        findings: What is to correct, in the order of the lines.
    """

    name: str
    text: str
    kind: Literal["plan", "workspace"]
    found: Plan | Workspace | None
    findings: tuple[Finding, ...]


def check(
    texts: Mapping[str, str], workspace: Workspace | None, env: Mapping[str, str]
) -> list[CheckedDocument]:
    """Read texts as workspaces and plans, by all rules that applying them takes.

    Args:
        texts: What messages call each → YAML.
        workspace: The one that plans refer to where none is among the texts; None: their roles,
            people and connections are not checked.
        env: Variables that may name addresses of connections.

    Returns:
        Workspaces first, since plans refer to them; else in the order of the texts.
    """
    drafts = [_Draft.read(name, text) for name, text in texts.items()]
    found = [draft.as_workspace(env) for draft in drafts if draft.kind == "workspace"]
    plans = [draft for draft in drafts if draft.kind == "plan"]
    models = _binding_models({kind for draft in plans for kind in draft.kinds_used})
    known = proposed_workspace(found) if found else workspace
    checked = [draft.as_plan(known, models) for draft in plans]
    cycles = {each.found.cycle.id: each.found for each in checked if isinstance(each.found, Plan)}
    return found + [
        draft.with_lineage(each, cycles) for draft, each in zip(plans, checked, strict=True)
    ]


def proposed_workspace(documents: Iterable[CheckedDocument]) -> Workspace | None:
    """The workspace among documents; None where there is none, or none that can be built."""
    found = (document.found for document in documents)
    return next((each for each in found if isinstance(each, Workspace)), None)


def refuse_errors(documents: Sequence[CheckedDocument]) -> None:
    """Raise the findings of severity error of all documents at once.

    Raises:
        DocumentError: There are some.
    """
    errors = [f for each in documents for f in each.findings if f.severity == "error"]
    if errors:
        raise DocumentError(errors)


@dataclass(frozen=True, slots=True)
class _Draft:
    name: str
    text: str
    document: Document | None
    findings: tuple[Finding, ...] = ()

    @classmethod
    def read(cls, name: str, text: str) -> _Draft:
        try:
            return cls(name, text, read_document(text, name))
        except DocumentError as error:
            return cls(name, text, None, error.findings)

    @property
    def kind(self) -> Literal["plan", "workspace"]:
        if self.document is None:
            return "workspace" if re.split(r"[\\/]", self.name)[-1] == WORKSPACE_FILE else "plan"
        return kind_of(self.document)

    @property
    def kinds_used(self) -> set[str]:
        """Binding kinds that its key results name."""
        return set(_kinds_used(self.document.data)) if self.document else set()

    def as_workspace(self, env: Mapping[str, str]) -> CheckedDocument:
        """The draft read as a workspace."""
        if self.document is None:
            return self._checked("workspace", None, self.findings)
        rules = partial(check_connections, env=env)
        models = _write_back_models(self.document.data)
        return self._checked("workspace", *workspace_findings(self.document, rules, models))

    def as_plan(
        self, workspace: Workspace | None, models: Mapping[str, type[BaseModel]]
    ) -> CheckedDocument:
        """The draft read as a plan of that workspace."""
        if self.document is None:
            return self._checked("plan", None, self.findings)
        mirrors = _mirror_models(self.document.data)
        return self._checked("plan", *plan_findings(self.document, workspace, models, mirrors))

    def with_lineage(self, checked: CheckedDocument, cycles: Mapping[str, Plan]) -> CheckedDocument:
        """A checked plan with what is wrong with where its objectives say that they come from."""
        if self.document is None or not isinstance(checked.found, Plan):
            return checked
        problems = check_lineage(checked.found, cycles)
        found = [finding_of(self.document, problem) for problem in problems]
        every = sorted((*checked.findings, *found), key=lambda each: each.line)
        return replace(checked, findings=tuple(every)) if found else checked

    def _checked(
        self,
        kind: Literal["plan", "workspace"],
        found: Plan | Workspace | None,
        findings: Sequence[Finding],
    ) -> CheckedDocument:
        return CheckedDocument(self.name, self.text, kind, found, tuple(findings))


def _binding_models(used: Iterable[str]) -> dict[str, type[BaseModel]]:
    """Binding kind → model of its fields.

    Only sources that are used are loaded, since each brings its tool's library along; but all of
    them where a kind is used that nobody offers, so that the finding can name what there is.
    """
    offered = {entry.name for entry in entry_points(group="okr.sources")}
    wanted = set(used) - {MANUAL, DERIVED}
    kinds = offered if wanted - offered else wanted
    return {kind: source_named(kind).binding for kind in sorted(kinds)}


def _kinds_used(data: Mapping[str, Tree]) -> Iterator[str]:
    """Binding kinds that a plan's text names, whatever else is wrong with it."""
    for objective in _items(data.get("objectives")):
        for key_result in _items(objective.get("key_results")):
            source = key_result.get("source")
            yield from source if isinstance(source, dict) else ()


def _mirror_models(data: Mapping[str, Tree]) -> dict[str, type[BaseModel]]:
    """Kind → model of what a plan says below `mirror`; nothing is loaded where none is written."""
    items = list(_items(data.get("objectives")))
    items += [each for item in items for each in _items(item.get("key_results"))]
    if not any("mirror" in item for item in items):
        return {}
    return {kind: source.mirror for kind, source in written_kinds().items()}


def _write_back_models(data: Mapping[str, Tree]) -> dict[str, type[BaseModel]]:
    """Kind → model of a connection's `write_back`; nothing is loaded where none is written."""
    connections = data.get("connections")
    listed = connections.values() if isinstance(connections, dict) else ()
    if not any(isinstance(each, dict) and "write_back" in each for each in listed):
        return {}
    return {kind: source.write_back for kind, source in written_kinds().items()}


def _items(value: Tree | None) -> list[dict[str, Tree]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
