"""Complaint words: pydantic's error types in plain words, each with what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import ErrorDetails

from okr_core.basics.base import shortened
from okr_core.basics.closest import closest
from okr_core.files.yaml_tree import Path, Tree
from okr_core.plan.names import ids_named


@dataclass(frozen=True, slots=True)
class Words:
    """What a finding says.

    Attributes:
        rule: Stable id such as `unknown-key`.
        message: What is wrong, one sentence, without the name of the field.
        fix: What to do, one sentence.
        whole: The message names its fields itself: none is put in front.
    """

    rule: str
    message: str
    fix: str = ""
    whole: bool = False


EXAMPLES = {
    "id": "id: activation",
    "title": "title: New teams reach value in their first week",
    "metric": "metric: {kind: increase, baseline: 31, target: 45}",
    "cycle": "cycle: {id: 2026-q4, starts: 2026-10-01, ends: 2026-12-31}",
    "starts": "starts: 2026-10-01",
    "ends": "ends: 2026-12-31",
    "baseline": "baseline: 31",
    "target": "target: 45",
    "bound": "bound: 99.5",
    "low": "low: 5",
    "high": "high: 7",
    "parts": "parts: [{id: design, title: The design is agreed}]",
    "belief": "belief: Guided set-up raises activation",
    "organization": "organization: Acme",
    "name": "name: Ana Silva",
    "person": "person: ana",
    "kind": "kind: jira",
    "connection": "connection: acme",
    "jql": "jql: project = GROW",
    "measure": "measure: count",
}
"""Key → a line that shows how it is written."""

_SECRET = re.compile(r"token|secret|password|passwd|api_?key|credential", re.IGNORECASE)
_KINDS = {
    "dict": "keys and values",
    "mapping": "keys and values",
    "model": "keys and values",
    "list": "a list",
    "tuple": "a list",
    "string": "text",
    "decimal": "a number",
    "int": "a whole number",
    "bool": "true or false",
    "date": "a day",
}


Names = Collection[tuple[str, str]]
"""Id and display name of each of the people."""


def in_words(
    details: ErrorDetails,
    path: Path,
    written: Tree | None,
    known: Sequence[str],
    names: Names = (),
) -> Words:
    """One of pydantic's errors in plain words.

    Args:
        details: The error.
        path: Place in the document.
        written: What is written there, None if nothing is.
        known: For an unknown key: the keys that are known beside it.
        names: People, who may be named where an id belongs.
    """
    kind = details["type"]
    if written == "" and kind != "extra_forbidden":
        return _empty(path)
    if kind == "value_error":
        return _ours(details, written)
    if kind == "extra_forbidden":
        return _unknown_key(str(path[-1]), known)
    if kind == "missing":
        return _missing(path)
    words = _WORDS.get(kind)
    meant = ids_named(written, names) if isinstance(written, str) else []
    if words is _pattern and len(meant) == 1:
        return Words("invalid-id", f"{shortened(written)} is a name, not an id.", is_id(*meant))
    return words(details.get("ctx", {}), written) if words else _otherwise(details, written)


def is_id(person: str) -> str:
    """What to write for a person who is named by their display name."""
    return f"In okr.yaml that is `{person}`: write the id."


def _otherwise(details: ErrorDetails, written: Tree | None) -> Words:
    kind, _, what = details["type"].partition("_")
    if kind in _KINDS and what in ("type", "parsing", "from_float"):
        return _mistyped(_KINDS[kind], written)
    text = details["msg"]
    return Words("invalid", f"{text[:1].lower()}{text[1:]}.", "Correct it.")


def _ours(details: ErrorDetails, written: Tree | None) -> Words:
    """A rule of our models: "What is wrong. What to do."."""
    text = str(details.get("ctx", {}).get("error", details["msg"]))
    message, dot, fix = text.partition(". ")
    return Words("invalid", message + (dot and "."), fix, whole=not isinstance(written, str))


def _unknown_key(key: str, known: Sequence[str]) -> Words:
    message = f"unknown key {shortened(key)}."
    near = closest(key, known)
    if near:
        return Words("unknown-key", message, f"Closest: `{near}`.")
    if _SECRET.search(key):
        fix = (
            "Tokens never stand in a file: use a Prefect block (`block`) "
            "or the variable OKR_<NAME>_TOKEN."
        )
        return Words("unknown-key", message, fix)
    return Words("unknown-key", message, f"Known here: {', '.join(known) or 'none'}.")


def _missing(path: Path) -> Words:
    if isinstance(path[-1], int):
        return Words("missing", "the list is too short.", "Write both values, such as [50, 0.4].")
    key = path[-1]
    example = EXAMPLES.get(key)
    fix = f"Add it, such as `{example}`." if example else f"Add `{key}`."
    return Words("missing", f"{key} is missing.", fix)


def _empty(path: Path) -> Words:
    key = str(path[-1])
    example = EXAMPLES.get(key)
    fix = f"Write it, such as `{example}`." if example else "Write a value, or remove the line."
    return Words("empty", "nothing is written here.", fix)


def _mistyped(wanted: str, written: Tree | None) -> Words:
    if isinstance(written, str):
        message = f"{shortened(written)} is not {wanted}."
    else:
        found = "a list" if isinstance(written, list) else "keys and values"
        message = f"this is {found}, not {wanted}."
    return Words("wrong-type", message, f"Write {wanted}.")


Context = dict[str, Any]


def _choices(expected: str) -> list[str]:
    return re.findall(r"'([^']*)'", expected)


def _literal(context: Context, written: Tree | None) -> Words:
    choices = _choices(str(context["expected"]))
    near = closest(written, choices) if isinstance(written, str) else ""
    fix = f"Closest: `{near}`; allowed" if near else "Allowed"
    return Words(
        "unknown-value", f"{shortened(written)} is unknown.", f"{fix}: {', '.join(choices)}."
    )


def _kind(context: Context, _written: Tree | None) -> Words:
    choices = _choices(str(context["expected_tags"]))
    near = closest(str(context["tag"]), choices)
    fix = f"Closest: `{near}`; allowed" if near else "Allowed"
    message = f"kind {shortened(context['tag'])} is unknown."
    return Words("unknown-kind", message, f"{fix}: {', '.join(choices)}.")


def _no_kind(_context: Context, _written: Tree | None) -> Words:
    return Words("missing", "kind is missing.", "Add it, such as `kind: increase`.")


_PATTERNS = {
    r"^[a-z0-9][a-z0-9._-]*$": (
        "Use lower-case letters, digits, dots, dashes and underscores, such as `{slug}`."
    ),
    r"^[a-z0-9][a-z0-9-]*$": "Use lower-case letters, digits and dashes, such as `{dashes}`.",
    r"^[A-Z]{2}$": "Write the two capital letters of ISO 3166, such as CH.",
    r"^([01][0-9]|2[0-3]):[0-5][0-9]$": "Write hour and minute, such as 09:00.",
    r"^[A-Z]{3}$": "Write the three capital letters of ISO 4217, such as EUR.",
}


def _pattern(context: Context, written: Tree | None) -> Words:
    text = written if isinstance(written, str) else ""
    slug = re.sub(r"[^a-z0-9._-]+", "-", text.lower()).strip("-._") or "activation"
    dashes = re.sub(r"[._]", "-", slug)
    fix = _PATTERNS.get(str(context["pattern"]), f"It has to match {context['pattern']}.")
    shown = shortened(text) if text else "the key"
    return Words("invalid-id", f"{shown} is not allowed.", fix.format(slug=slug, dashes=dashes))


def _bound(words: str, key: str) -> Callable[[Context, Tree | None], Words]:
    def told(context: Context, written: Tree | None) -> Words:
        limit = context[key]
        return Words(
            "out-of-range", f"{shortened(written)} is {words} {limit}.", "Correct the number."
        )

    return told


def _too_long(context: Context, _written: Tree | None) -> Words:
    limit = context["max_length"]
    return Words("too-long", f"this is longer than {limit}.", "Shorten it.")


def _too_short(context: Context, _written: Tree | None) -> Words:
    return Words("empty", "this is empty.", f"Write at least {context['min_length']}.")


_WORDS: dict[str, Callable[[Context, Tree | None], Words]] = {
    "literal_error": _literal,
    "union_tag_invalid": _kind,
    "union_tag_not_found": _no_kind,
    "string_pattern_mismatch": _pattern,
    "greater_than": _bound("not above", "gt"),
    "greater_than_equal": _bound("below", "ge"),
    "less_than": _bound("not below", "lt"),
    "less_than_equal": _bound("above", "le"),
    "string_too_long": _too_long,
    "too_long": _too_long,
    "string_too_short": _too_short,
    "too_short": _too_short,
    "model_attributes_type": lambda _context, written: _mistyped("keys and values", written),
}
