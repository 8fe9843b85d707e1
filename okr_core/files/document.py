"""Document: a plan or workspace file, read with findings that name file, line, path and fix."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from okr_core.basics.base import FrozenModel
from okr_core.basics.closest import closest
from okr_core.errors import DocumentError, Finding
from okr_core.files.finding_words import Names, Words
from okr_core.files.findings import capped, finding_at, findings_of
from okr_core.files.plan_rules import Problem, check_plan
from okr_core.files.shapes import keys_of
from okr_core.files.workspace_rules import check_workspace
from okr_core.files.yaml_tree import Document, Path, Tree, decode, read_document
from okr_core.plan.derivation import DERIVED, Derivation
from okr_core.plan.dump import dump_plan, dump_workspace
from okr_core.plan.plan import Plan
from okr_core.plan.workspace import Workspace

_MARKER = re.compile(r"\A\ufeff?# okr: revision (\d{1,9}) (sha256:[0-9a-f]{64})[ \t]*(?:\r?\n|\Z)")
__all__ = [
    "Base",
    "Document",
    "base_of",
    "decode",
    "dump_plan",
    "dump_workspace",
    "kind_of",
    "load_plan",
    "load_workspace",
    "plan_findings",
    "read_document",
    "with_base",
    "workspace_findings",
]
_Model = TypeVar("_Model", bound=BaseModel)
_Kind = Literal["plan", "workspace"]
_OWN_KEYS = {
    "plan": frozenset(keys_of(Plan)),
    "workspace": frozenset(keys_of(Workspace)),
}


class Base(NamedTuple):
    """The revision that a file was made from.

    Attributes:
        number: Number of the revision.
        digest: Digest of its document, `sha256:` and 64 hex digits.
    """

    number: int
    digest: str


def base_of(text: str) -> Base | None:
    """The revision that a file names in its first line; None if it names none."""
    found = _MARKER.match(text)
    return Base(int(found[1]), found[2]) if found else None


def with_base(text: str, base: Base | None) -> str:
    r"""The file with its first line naming `base`; a line that named another is replaced.

    Without a base no line names one.

    >>> text = with_base("cycle: {}\n", Base(3, "sha256:" + "ab" * 32))
    >>> text.splitlines()[0][:30], base_of(text).number
    ('# okr: revision 3 sha256:ababa', 3)
    """
    rest = _MARKER.sub("", text, count=1)
    return rest if base is None else f"# okr: revision {base.number} {base.digest}\n{rest}"


class _Manual(FrozenModel):
    """Fields of the binding kind `manual`: none."""


def load_plan(text: str, name: str = "plan.yaml") -> Plan:
    r"""The plan in a YAML text.

    Roles, people and connections are not checked: that takes a workspace (`plan_findings`).

    Raises:
        DocumentError: Findings with file, line, path and what to do.

    >>> plan = load_plan("cycle: {id: q4, starts: 2026-10-01, ends: 2026-12-31}\nobjectives: []\n")
    >>> plan.cycle.id
    'q4'
    """
    plan, findings = plan_findings(read_document(text, name), None, None)
    return _loaded(plan, findings)


def load_workspace(text: str, name: str = "okr.yaml") -> Workspace:
    r"""The workspace in a YAML text.

    Raises:
        DocumentError: Findings with file, line, path and what to do.

    >>> load_workspace("organization: Acme\n").organization
    'Acme'
    """
    workspace, findings = workspace_findings(read_document(text, name))
    return _loaded(workspace, findings)


def _loaded(model: _Model | None, findings: list[Finding]) -> _Model:
    errors = [finding for finding in findings if finding.severity == "error"]
    if model is None or errors:
        raise DocumentError(errors)
    return model


def kind_of(document: Document) -> _Kind:
    """Whether a document is a plan or a workspace, by the keys at its top."""
    keys = document.data.keys()
    plan, workspace = (len(keys & _OWN_KEYS[kind]) for kind in ("plan", "workspace"))
    return "workspace" if workspace > plan else "plan"


def plan_findings(
    document: Document,
    workspace: Workspace | None,
    bindings: Mapping[str, type[BaseModel]] | None,
    mirrors: Mapping[str, type[BaseModel]] | None = None,
) -> tuple[Plan | None, list[Finding]]:
    """A document as a plan, with everything that is to correct, in file order.

    Args:
        document: What was read.
        workspace: Knows the people, roles, teams and connections; without it references to them
            are not checked.
        bindings: Binding kind → model of its fields; None: bindings are not checked. A model may
            have `remarks`: field, message and fix of what is right and still to know.
        mirrors: The same of the kinds that can be written back to.

    Returns:
        The plan, None where it cannot be built, and the findings. A plan that comes with findings
        of severity error must not be applied.
    """
    people = workspace.people if workspace else {}
    names = [(id_, person.name) for id_, person in people.items()]
    plan, findings = _validated(document, Plan, "plan", names)
    if bindings is not None:
        findings += _binding_findings(document, bindings)
    if mirrors is not None:
        findings += _written_findings(document, _mirrored(document.data), mirrors)
    problems = [] if plan is None else check_plan(plan, workspace)
    return plan, _in_order(document, findings, problems)


def workspace_findings(
    document: Document,
    rules: Callable[[Workspace], Iterable[Problem]] = lambda _: (),
    write_backs: Mapping[str, type[BaseModel]] | None = None,
    check_ins: Mapping[str, type[BaseModel]] | None = None,
) -> tuple[Workspace | None, list[Finding]]:
    """A document as a workspace, with everything that is to correct, in file order.

    Args:
        document: What was read.
        rules: Further rules, such as those of installed sources; none by themselves.
        write_backs: Kind of connection → model of its `write_back`; None: it is not checked.
        check_ins: The same of its `check_ins`.
    """
    workspace, findings = _validated(document, Workspace, "workspace", _names(document.data))
    if write_backs is not None:
        written = _of_connections(document.data, "write_back")
        findings += _written_findings(document, written, write_backs)
    if check_ins is not None:
        said = _of_connections(document.data, "check_ins")
        findings += _written_findings(document, said, check_ins, _NO_CHECK_INS)
    problems = [] if workspace is None else [*check_workspace(workspace), *rules(workspace)]
    return workspace, _in_order(document, findings, problems)


def _names(data: Mapping[str, Tree]) -> list[tuple[str, str]]:
    """Id and display name of the people in a workspace's text, whatever else is wrong with it."""
    people = data.get("people")
    listed = people.items() if isinstance(people, dict) else ()
    named = [(id_, each.get("name")) for id_, each in listed if isinstance(each, dict)]
    return [(id_, name) for id_, name in named if isinstance(name, str)]


def _validated(
    document: Document, model: type[_Model], kind: _Kind, names: Names
) -> tuple[_Model | None, list[Finding]]:
    if kind_of(document) != kind and not document.data.keys() & _OWN_KEYS[kind]:
        message = f"this is a {kind_of(document)} file, not a {kind}."
        words = Words("wrong-file", message, f"Give the {kind} file.")
        return None, [finding_at(document, (), words)]
    try:
        return model.model_validate(document.data), []
    except ValidationError as error:
        return None, findings_of(error, document, model, names=names)


def _in_order(
    document: Document, findings: Sequence[Finding], problems: Iterable[Problem]
) -> list[Finding]:
    """Findings and problems by line, capped; what to do is worked out for those that are shown."""
    told = {_told(document, problem): problem for problem in problems}
    ordered = sorted(dict.fromkeys([*findings, *told]), key=lambda finding: finding.line)
    return [
        replace(each, fix=_fix(told[each])) if each in told else each for each in capped(ordered)
    ]


def _fix(problem: Problem) -> str:
    return problem.fix() if callable(problem.fix) else problem.fix


def _told(document: Document, problem: Problem) -> Finding:
    """A problem with its line, and without what to do about it."""
    message = problem.message
    if problem.also is not None:
        message = f"{message.removesuffix('.')} (also on line {document.line_of(problem.also)})."
    words = Words(problem.rule, message, "")
    return finding_at(document, problem.path, words, problem.severity)


def _binding_findings(
    document: Document, bindings: Mapping[str, type[BaseModel]]
) -> Iterator[Finding]:
    known: dict[str, type[BaseModel]] = {"manual": _Manual, DERIVED: Derivation, **bindings}
    for path, kind, fields in _bound(document.data):
        if kind not in known:
            near = closest(kind, known)
            fix = f"Closest: `{near}`. " if near else ""
            words = Words(
                "unknown-source",
                f"source kind `{kind}` is unknown.",
                f"{fix}Installed: {', '.join(known)}.",
            )
            yield finding_at(document, path, words)
            continue
        try:
            found = known[kind].model_validate({} if fields == "" else fields)
        except ValidationError as error:
            yield from findings_of(error, document, known[kind], path)
        else:
            remarks: Iterable[tuple[str, str, str]] = getattr(found, "remarks", ())
            for field, message, fix in remarks:
                words = Words("binding", message, fix)
                yield finding_at(document, (*path, field), words, "info")


_NOT_WRITTEN = (
    "unknown-mirror",
    "nothing can be written back to kind `{kind}`.",
    "Written to are",
)
_NO_CHECK_INS = (
    "unknown-check-ins",
    "no check-ins can be read from kind `{kind}`.",
    "They are read from",
)
"""Of fields for a tool that has none: rule, what is wrong, how those that have are listed."""


def _written_findings(
    document: Document,
    written: Iterable[tuple[Path, str, Tree]],
    models: Mapping[str, type[BaseModel]],
    none_of: tuple[str, str, str] = _NOT_WRITTEN,
) -> Iterator[Finding]:
    """What is wrong with fields that the model of a tool reads, where it has one."""
    for path, kind, fields in written:
        if kind in models:
            try:
                models[kind].model_validate(fields)
            except ValidationError as error:
                yield from findings_of(error, document, models[kind], path)
        else:
            rule, message, others = none_of
            fix = f"Remove it. {others}: {', '.join(sorted(models)) or 'none'}."
            yield finding_at(document, path, Words(rule, message.format(kind=kind), fix))


def _mirrored(data: dict[str, Tree]) -> Iterator[tuple[Path, str, Tree]]:
    """Every mirror that is written: its place, its kind, its fields."""
    for i, objective in enumerate(_items(data.get("objectives"))):
        place: Path = ("objectives", i)
        yield from _mirrors_of(place, objective)
        key_results = objective.get("key_results") if isinstance(objective, dict) else None
        for j, key_result in enumerate(_items(key_results)):
            yield from _mirrors_of((*place, "key_results", j), key_result)


def _mirrors_of(place: Path, item: Tree) -> Iterator[tuple[Path, str, Tree]]:
    mirror = item.get("mirror") if isinstance(item, dict) else None
    for kind, fields in mirror.items() if isinstance(mirror, dict) else ():
        if isinstance(fields, dict):  # else the item itself is refused
            yield (*place, "mirror", kind), kind, fields


def _of_connections(data: dict[str, Tree], key: str) -> Iterator[tuple[Path, str, Tree]]:
    """That key of every connection that has it: its place, the connection's kind, its fields."""
    connections = data.get("connections")
    for name, each in connections.items() if isinstance(connections, dict) else ():
        fields = each.get(key) if isinstance(each, dict) else None
        if isinstance(each, dict) and isinstance(fields, dict) and fields:
            yield ("connections", name, key), str(each.get("kind", "")), fields


def _bound(data: dict[str, Tree]) -> Iterator[tuple[Path, str, Tree]]:
    """Every binding that is written: its place, its kind, its fields."""
    for i, objective in enumerate(_items(data.get("objectives"))):
        key_results = objective.get("key_results") if isinstance(objective, dict) else None
        for j, key_result in enumerate(_items(key_results)):
            source = key_result.get("source") if isinstance(key_result, dict) else None
            for kind, fields in source.items() if isinstance(source, dict) else ():
                yield ("objectives", i, "key_results", j, "source", kind), kind, fields


def _items(value: Tree | None) -> list[Tree]:
    return value if isinstance(value, list) else []
