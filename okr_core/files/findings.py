"""Complaints: what pydantic says of a document, as findings that a person can act on.

One mistake gives one finding: of a union only the branch that came furthest speaks, and an unknown
key that is nearly a missing one is reported once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from okr_core.basics.closest import closest
from okr_core.errors import Finding, Severity
from okr_core.files.finding_words import Names, Words, in_words
from okr_core.files.shapes import known_keys
from okr_core.files.yaml_tree import Document, Path, Tree

NOUNS = {
    "people": "person",
    "roles": "role",
    "teams": "team",
    "connections": "connection",
    "routes": "route",
    "audiences": "audience",
}
"""Key of a workspace's mapping → what one of its entries is called."""
MAX_FINDINGS = 100


def tree_at(data: Tree | None, path: Path) -> Tree | None:
    """The value at a place; None where nothing is written.

    >>> tree_at({"a": ["x", "y"]}, ("a", 1))
    'y'
    """
    for part in path:
        if isinstance(data, dict) and isinstance(part, str):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def id_at(data: Tree, path: Path) -> str:
    """The id of the item at a place, or its number in its list such as `#2`."""
    item = tree_at(data, path)
    written = item.get("id") if isinstance(item, dict) else None
    if isinstance(written, str) and written:
        return written
    return f"#{int(path[-1]) + 1}"


def named_path(data: Tree, path: Path, start: int = 0) -> str:
    """A place with ids for indexes, such as `objectives.activation.key_results.week1.metric`.

    Args:
        data: The document.
        path: The place.
        start: How many parts to leave out in front.
    """
    parts = [
        id_at(data, path[: i + 1]) if isinstance(part, int) else part for i, part in enumerate(path)
    ]
    return ".".join(parts[start:])


def subject_at(data: Tree, path: Path) -> tuple[str, int]:
    """What a place belongs to, in words, and how many parts of the path lead there.

    >>> subject_at({"objectives": [{"id": "nps"}]}, ("objectives", 0, "title"))
    ('objective `nps`', 2)
    """
    if path[:1] == ("objectives",) and len(path) > 1:
        return _item_at(data, path)
    if path[:1] == ("cycle",):
        return "cycle", 1
    if len(path) > 1 and path[0] in NOUNS:
        return f"{NOUNS[str(path[0])]} `{path[1]}`", 2
    return "", 0


def _item_at(data: Tree, path: Path) -> tuple[str, int]:
    if path[2:3] != ("key_results",) or len(path) < 4:
        return f"objective `{id_at(data, path[:2])}`", 2
    name = id_at(data, path[:4])
    if name.startswith("#"):
        return f"key result {name} of objective `{id_at(data, path[:2])}`", 4
    return f"key result `{name}`", 4


@dataclass(frozen=True, slots=True)
class _Error:
    """One of pydantic's errors with its place in the document.

    Attributes:
        details: What pydantic says.
        path: Place in the document, without pydantic's names of union branches.
        branch: Place and name of the outermost union branch, None outside of unions.
        key: Whether the key itself is wrong, not the value behind it.
    """

    details: ErrorDetails
    path: Path
    branch: tuple[Path, str] | None
    key: bool = False

    @property
    def kind(self) -> str:
        return self.details["type"]


def findings_of(
    error: ValidationError,
    document: Document,
    model: type[BaseModel],
    at: Path = (),
    names: Names = (),
) -> list[Finding]:
    """Findings with line, path and fix for everything that pydantic refused, in file order.

    Args:
        error: What validating the value at `at` raised.
        document: The document that the value came from.
        model: What the value should have been.
        at: Place of the value in the document.
        names: Id and display name of people, who may be named where an id belongs.
    """
    tree = tree_at(document.data, at)
    errors = [_placed(details, tree) for details in error.errors(include_url=False)]
    told = _misspelt_once(_one_branch(errors), tree, model)
    found = [_finding(each, document, model, at, names) for each in told]
    return sorted(dict.fromkeys(found), key=lambda finding: finding.line)


def finding_at(
    document: Document, path: Path, words: Words, severity: Severity = "error"
) -> Finding:
    """A finding about a place, with what it belongs to in front: key result `x`: metric: ..."""
    subject, start = subject_at(document.data, path)
    # Words about the item as a whole need no field in front.
    field = "" if words.whole else named_path(document.data, path, start)
    message = ": ".join(part for part in (subject, field, words.message) if part)
    where = named_path(document.data, path)
    # A rule about two fields starts with the name of one: its line is the one to correct.
    named = (*path, words.message.split(" ", 1)[0].strip("`"))
    line = document.lines.get(named) or document.line_of(path)
    return Finding(words.rule, severity, document.name, line, where, message, words.fix)


def capped(findings: Sequence[Finding]) -> list[Finding]:
    """At most 100 findings; the last one says how many more there are."""
    if len(findings) <= MAX_FINDINGS:
        return list(findings)
    rest = len(findings) - MAX_FINDINGS
    file = findings[0].file
    more = Finding("more", "error", file, 0, "", f"{rest:,} more findings.", "Correct these first.")
    return [*findings[:MAX_FINDINGS], more]


def _placed(details: ErrorDetails, tree: Tree | None) -> _Error:
    path: Path = ()
    branch: tuple[Path, str] | None = None
    for position, part in enumerate(details["loc"]):
        last = position == len(details["loc"]) - 1
        here = tree_at(tree, path)
        if tree_at(tree, (*path, part)) is not None or (last and details["type"] == "missing"):
            path = (*path, part)
        elif part != "[key]" and isinstance(here, dict | list | str):
            branch = branch or (path, str(part))
    return _Error(details, path, branch, details["loc"][-1:] == ("[key]",))


def _one_branch(errors: Sequence[_Error]) -> list[_Error]:
    """Of each union the errors of one branch: the deepest, then the one with the fewest."""
    branches: dict[Path, dict[str, list[_Error]]] = defaultdict(lambda: defaultdict(list))
    for each in errors:
        if each.branch:
            branches[each.branch[0]][each.branch[1]].append(each)

    def rank(name: str, among: dict[str, list[_Error]]) -> tuple[int, int]:
        return -max(len(each.path) for each in among[name]), len(among[name])

    best = {
        path: min(among, key=lambda name, among=among: rank(name, among))  # type: ignore[misc]
        for path, among in branches.items()
    }
    return [each for each in errors if not each.branch or best[each.branch[0]] == each.branch[1]]


def _misspelt_once(
    errors: Sequence[_Error], tree: Tree | None, model: type[BaseModel]
) -> list[_Error]:
    """Without the missing keys that an unknown key was meant to be."""
    meant = {
        (*each.path[:-1], closest(str(each.path[-1]), known_keys(model, tree, each.path[:-1])))
        for each in errors
        if each.kind == "extra_forbidden" and each.path
    }
    return [each for each in errors if each.kind != "missing" or each.path not in meant]


def _finding(
    error: _Error, document: Document, model: type[BaseModel], at: Path, names: Names
) -> Finding:
    tree = tree_at(document.data, at)
    path = (*at, *error.path)
    about_key = error.key or error.kind in ("extra_forbidden", "missing")
    known = known_keys(model, tree, error.path[:-1]) if about_key else []
    written = str(path[-1]) if error.key else tree_at(tree, error.path)
    words = in_words(error.details, path, written, known, names)
    if not about_key:
        return finding_at(document, path, words)
    # A wrong or missing key belongs to what holds it; where it is written, its line is its own.
    finding = finding_at(document, path[:-1], words)
    where = named_path(document.data, path)
    return replace(finding, line=document.line_of(path), path=where)
