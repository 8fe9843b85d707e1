"""Mirror: where an item lives in Jira, and what is written there."""

from __future__ import annotations

import re
from string import Formatter
from typing import Annotated
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from okr_jira.read.binding import IssueKey
from okr_sources.write_back.write_back import Mirror, Outcome, WriteBackFields

PROPERTY, LINK, COMMENT = "property", "link", "comment"
PropertyKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,254}$")]
_MARKS = frozenset({"cycle", "item"})
_YES = frozenset({"true", "yes", "on"})
_NO = frozenset({"false", "no", "off"})


def _template(text: str) -> str:
    try:
        marks = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        marks = {"{"}
    if marks - _MARKS:
        raise ValueError("the address may hold {cycle} and {item} and no other braces.")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("this is no address. Write one such as https://okr.acme.example/{item}.")
    return text


def _truth(value: object) -> object:
    word = str(value).lower()
    if word not in _YES | _NO:
        raise ValueError("write true or false.")
    return word in _YES


class JiraMirror(Mirror):
    """The issue that an objective or key result is.

    Attributes:
        issue: Its key or id.
    """

    issue: IssueKey

    @property
    def place(self) -> str:
        """The issue, keys in upper case."""
        return self.issue.upper()


class JiraWriteBack(WriteBackFields):
    """What is written to issues.

    Attributes:
        property_: Key of the issue property that holds score, status and date as JSON, `property`
            in YAML; JQL finds it, and Jira's apps and automations read it.
        remote_link: Address of a page about an item, with {cycle} and {item} where they belong;
            shown on the issue as a link with the score. None: no link.
        comment: Whether a change of grade, status or version is also told in a comment.
    """

    property_: Annotated[PropertyKey, Field(alias="property")] = "okr"
    remote_link: Annotated[str, AfterValidator(_template)] | None = None
    comment: Annotated[bool, BeforeValidator(_truth)] = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The property, and the link and the comment where they are asked for."""
        link = (LINK,) if self.remote_link else ()
        return (PROPERTY, *link, *((COMMENT,) if self.comment else ()))

    def address_of(self, cycle: str, outcome: Outcome) -> str:
        """Where the link leads."""
        marks = {"cycle": quote(cycle, safe=""), "item": quote(outcome.item, safe="")}
        return re.sub(r"\{(\w+)\}", lambda mark: marks[mark[1]], self.remote_link or "")
