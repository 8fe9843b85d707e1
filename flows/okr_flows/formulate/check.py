"""Check: texts as a workspace and its plans, each with everything that is to correct."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import entry_points
from typing import Literal

from pydantic import BaseModel

from okr_core.errors import DocumentError, Finding
from okr_core.files.cycle_rules import (
    ObjectivesOf,
    PlanFile,
    check_lineage,
    check_one_file,
    check_overlaps,
    cycle_in,
)
from okr_core.files.document import (
    Document,
    kind_of,
    plan_findings,
    read_document,
    workspace_findings,
)
from okr_core.files.rule import Problem
from okr_core.files.yaml_tree import Tree
from okr_core.plan.derivation import DERIVED
from okr_core.plan.plan import Plan
from okr_core.plan.workspace import WORKSPACE_FILE, Workspace
from okr_flows.connect.connection_rules import check_connections
from okr_flows.formulate.country_rules import check_countries
from okr_sources.rows_said import heard_kinds
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


@dataclass(frozen=True, slots=True)
class OtherPlans:
    """Plans that are there beside those that are checked.

    Attributes:
        files: What messages call each → YAML.
        applied: Cycle id → ids of the objectives that were applied; None: no plan of it was.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    applied: ObjectivesOf = lambda _: None


NO_OTHERS = OtherPlans()


def check(
    texts: Mapping[str, str],
    workspace: Workspace | None,
    env: Mapping[str, str],
    others: OtherPlans = NO_OTHERS,
) -> list[CheckedDocument]:
    """Read texts as workspaces and plans, by all rules that applying them takes.

    Args:
        texts: What messages call each → YAML.
        workspace: The one that plans refer to where none is among the texts; None: their roles,
            people and connections are not checked.
        env: Variables that may name addresses of connections.
        others: Plans that the texts are held against, and that are not checked themselves.

    Returns:
        Workspaces first, since plans refer to them; else in the order of the texts.
    """
    drafts = [_Draft.read(name, text) for name, text in texts.items()]
    found = [draft.as_workspace(env) for draft in drafts if draft.kind == "workspace"]
    plans = [draft for draft in drafts if draft.kind == "plan"]
    models = _binding_models({kind for draft in plans for kind in draft.kinds_used})
    known = proposed_workspace(found) if found else workspace
    checked = [draft.as_plan(known, models) for draft in plans]
    between = _Between(plans, others)
    pairs = zip(plans, checked, strict=True)
    return found + [between.checked(draft, each) for draft, each in pairs]


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

        def rules(workspace: Workspace) -> Iterator[Problem]:
            yield from check_connections(workspace, env)
            yield from check_countries(workspace)

        models = _write_back_models(self.document.data)
        said = heard_kinds() if _connection_has(self.document.data, "check_ins") else {}
        found = workspace_findings(self.document, rules, models, said)
        return self._checked("workspace", *found)

    def as_plan(
        self, workspace: Workspace | None, models: Mapping[str, type[BaseModel]]
    ) -> CheckedDocument:
        """The draft read as a plan of that workspace."""
        if self.document is None:
            return self._checked("plan", None, self.findings)
        mirrors = _mirror_models(self.document.data)
        return self._checked("plan", *plan_findings(self.document, workspace, models, mirrors))

    def _checked(
        self,
        kind: Literal["plan", "workspace"],
        found: Plan | Workspace | None,
        findings: Sequence[Finding],
    ) -> CheckedDocument:
        return CheckedDocument(self.name, self.text, kind, found, tuple(findings))


class _Between:
    """The rules between plans: those that are checked, and the others that are there."""

    def __init__(self, plans: Sequence[_Draft], others: OtherPlans) -> None:
        self._files = {draft.name: PlanFile(draft.document) for draft in plans if draft.document}
        self._others = others
        read = (cycle_in(text, name) for name, text in others.files.items())
        self._beside = [file for file in read if file is not None]

    def checked(self, draft: _Draft, checked: CheckedDocument) -> CheckedDocument:
        """The document with what is wrong between it and other plans."""
        file = self._files.get(draft.name)
        if file is None or draft.document is None:
            return checked
        names = list(self._files)
        files = list(self._files.values())
        found = [
            *check_one_file(file, [*files, *self._beside]),
            *check_overlaps(file, [*self._beside, *files[: names.index(draft.name)]]),
        ]
        if isinstance(checked.found, Plan):
            found += check_lineage(draft.document, checked.found, self._objectives_of)
        return replace(checked, findings=(*found, *checked.findings)) if found else checked

    def _objectives_of(self, cycle: str) -> Collection[str] | None:
        for file in self._files.values():
            if file.cycle_id == cycle:
                return file.objective_ids
        same = (each.name for each in self._beside if each.cycle_id == cycle)
        for name in same:
            document = _Draft.read(name, self._others.files[name]).document
            if document is not None:
                return PlanFile(document).objective_ids
        return self._others.applied(cycle)


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
    if not _connection_has(data, "write_back"):
        return {}
    return {kind: source.write_back for kind, source in written_kinds().items()}


def _connection_has(data: Mapping[str, Tree], key: str) -> bool:
    connections = data.get("connections")
    listed = connections.values() if isinstance(connections, dict) else ()
    return any(isinstance(each, dict) and key in each for each in listed)


def _items(value: Tree | None) -> list[dict[str, Tree]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
