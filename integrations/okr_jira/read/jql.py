"""JQL as text: checked enough that a restriction can be put around it without changing it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

_TOKEN = re.compile(
    r"""(?P<quoted>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?P<space>\s+)|(?P<bracket>[()])"""
    r"""|(?P<word>[^\s()"']+)""",
    re.DOTALL,
)
_LABEL = re.compile(
    r"""\blabels?\s*(?:=|in)\s*\(?\s*("[^"]*"|'[^']*'|[^\s()"',]+)""", re.IGNORECASE
)
_NAME = re.compile(
    r"""\b(?:fixVersion|affectedVersion|sprint|labels?|component)\s*(?:!?=|(?:not\s+)?in)\s*"""
    r"""(?:\([^)]*\)|"[^"]*"|'[^']*'|[^\s()]+)|!?~\s*(?:"[^"]*"|'[^']*'|[^\s()]+)""",
    re.IGNORECASE,
)
"""Clauses whose values are names or text, though they may look like a day."""
_DAY = re.compile(
    r"""(?<![\w/-])\d{4}([-/])\d{1,2}\1\d{1,2}(?![\w/-])|\b(?:start|end)Of\w+\s*\(""",
    re.IGNORECASE,
)
DONE = "statusCategory = Done"
RESOLVED_ONLY = "resolution is not EMPTY"


def normalised(jql: str) -> str:
    """The query without its ORDER BY and with single spaces: equal texts are equal queries.

    Raises:
        ValueError: A quote or parenthesis that is not closed, or nothing besides an order.

    >>> normalised('project = A   AND text ~ "a  b" ORDER BY created')
    'project = A AND text ~ "a  b"'
    """
    tokens = list(_tokens(jql))
    _check_brackets(tokens)
    text = "".join(_single_spaces(_without_order(tokens))).strip()
    if not text:
        raise ValueError("jql selects every issue of the site. Add a clause such as `project = X`.")
    return text


def restricted(jql: str, *clauses: str) -> str:
    """The query and all of the clauses.

    >>> restricted("a = 1 OR b = 2", "c = 3")
    '(a = 1 OR b = 2) AND c = 3'
    """
    return " AND ".join([f"({jql})", *clauses]) if clauses else jql


def without_resolutions(names: Iterable[str]) -> str:
    """A clause that leaves out issues with one of these resolutions, not unresolved ones.

    >>> without_resolutions(["Duplicate", "Declined"])
    '(resolution is EMPTY OR resolution not in ("Duplicate", "Declined"))'
    """
    listed = ", ".join(quoted(name) for name in names)
    return f"(resolution is EMPTY OR resolution not in ({listed}))"


def one_of(names: Sequence[str]) -> str:
    """A clause for the issues of these ids and keys.

    >>> one_of(["A-1", "10002"])
    'key in ("A-1") OR id in (10002)'
    """
    ids = [name for name in names if name.isdigit()]
    keys = [quoted(name) for name in names if not name.isdigit()]
    listed = (("key", keys), ("id", ids))
    return " OR ".join(f"{field} in ({', '.join(each)})" for field, each in listed if each)


def renaming(jql: str) -> str:
    """What to ask when the query suddenly finds fewer issues.

    >>> renaming("project = A AND labels = checkout")
    'Was the label "checkout" renamed?'
    """
    found = _LABEL.search(jql)
    if found is None:
        return "Was a label, a status or a project renamed?"
    return f'Was the label "{found[1].strip(chr(34) + chr(39))}" renamed?'


def holds_days(jql: str) -> bool:
    """Whether the query names a day, which Jira reads in the token user's time zone.

    What is relative to this moment, such as `-7d`, is the same in every zone.

    >>> holds_days("created >= 2026-10-01"), holds_days("resolved > startOfWeek(-1)")
    (True, True)
    >>> holds_days("updated >= -7d"), holds_days('fixVersion = "2026-10-01"')
    (False, False)
    """
    return _DAY.search(_NAME.sub("", jql)) is not None


def _tokens(jql: str) -> Iterable[tuple[str, str]]:
    at = 0
    while at < len(jql):
        found = _TOKEN.match(jql, at)
        if found is None:
            raise ValueError(f"jql has a quote that is not closed: {jql[at : at + 30]}…. Close it.")
        yield str(found.lastgroup), found[0]
        at = found.end()


def _check_brackets(tokens: Iterable[tuple[str, str]]) -> None:
    depth = 0
    for _, text in tokens:
        depth += {"(": 1, ")": -1}.get(text, 0)
        if depth < 0:
            break
    if depth:
        raise ValueError("jql has a parenthesis without its partner. Add or remove one.")


def _without_order(tokens: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Tokens before an ORDER BY: in JQL it can only come last, outside of parentheses."""
    words = [(i, text.casefold()) for i, (kind, text) in enumerate(tokens) if kind != "space"]
    for (i, first), (_, second) in pairwise(words):
        if (first, second) == ("order", "by"):
            return tokens[:i]
    return tokens


def _single_spaces(tokens: Iterable[tuple[str, str]]) -> Iterable[str]:
    return (" " if kind == "space" else text for kind, text in tokens)


def quoted(text: str) -> str:
    """The text as one value of a query.

    >>> quoted("In Test")
    '"In Test"'
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
