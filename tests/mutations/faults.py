"""Faults: mistakes of a parser, put into ours one at a time; the harness has to find each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from typing import Any

from mutate import Kind

from okr_core.errors import DataError
from okr_http.rows import Number
from okr_jira.read.paging import ShiftedError

Ours = Callable[..., Any]


@dataclass(frozen=True)
class Fault:
    """A mistake.

    Attributes:
        what: In words.
        vendor: Whose answers are then misread.
        kind: Of the mutations that show it.
        place: Module and function, dotted behind the colon.
        mistake: From our function to the same one with the mistake.
    """

    what: str
    vendor: str
    kind: Kind
    place: str
    mistake: Callable[[Ours], Ours]

    @contextmanager
    def made(self) -> Iterator[None]:
        """Ours makes the mistake meanwhile.

        Raises:
            AttributeError: There is no such function any more: the fault needs another place.
        """
        module, _, path = self.place.partition(":")
        owner: Any = import_module(module)
        *outer, name = path.split(".")
        for each in outer:
            owner = getattr(owner, each)
        right = getattr(owner, name)
        setattr(owner, name, self.mistake(right))
        try:
            yield
        finally:
            setattr(owner, name, right)


def _instead(value: object) -> Callable[[Ours], Ours]:
    """Where ours refuses, a value is given."""

    def mistake(right: Ours) -> Ours:
        def wrong(*args: Any, **more: Any) -> Any:
            try:
                return right(*args, **more)
            except DataError:
                return value

        return wrong

    return mistake


def _dropped_repeats(right: Ours) -> Ours:
    def wrong(pages: Any, page: Any) -> Any:
        try:
            return right(pages, page)
        except ShiftedError:
            issues = page["issues"]
            return [(each["id"], each) for each in issues if each["id"] not in pages._ids]

    return wrong


def _needs_keys(right: Ours) -> Ours:
    def wrong(fetched: Any) -> Any:
        if not all(fetched.labels.values()):
            raise DataError("an issue has no key.")
        return right(fetched)

    return wrong


def _more_only_if_true(right: Ours) -> Ours:
    def wrong(body: Any, of: str = "") -> Any:
        more = body.get("has_more") is True
        cursor = body.get("next_cursor") if more else None
        return right({**body, "has_more": more, "next_cursor": cursor}, of)

    return wrong


def _counts_what_is_there(right: Ours) -> Ours:
    def wrong(page: Any, *more: Any) -> Any:
        if isinstance(page, dict) and not page.get("total"):
            page["total"] = int(page.get("startAt") or 0) + len(page.get("issues") or ())
        return right(page, *more)

    return wrong


def _trusts_keys(right: Ours) -> Ours:
    def wrong(body: Any, of: str = "") -> Any:
        assert body["type"] + body["object"]
        return right(body, of)

    return wrong


JIRA, NOTION = "okr_jira.read", "okr_notion.read"
FAULTS = (
    Fault(
        "a field that is no number is left out",
        "jira cloud",
        "retype",
        f"{JIRA}.rows:number",
        _instead(None),
    ),
    Fault(
        "an issue without a status category is not done",
        "jira datacenter",
        "drop",
        f"{JIRA}.rows:is_done",
        _instead(False),
    ),
    Fault(
        "a date that cannot be read is none",
        "jira cloud",
        "retype",
        f"{JIRA}.rows:moment",
        _instead(None),
    ),
    Fault(
        "rows that come again are dropped silently",
        "jira cloud",
        "shift",
        f"{JIRA}.paging:Pages.take",
        _dropped_repeats,
    ),
    Fault(
        "without a total the first page is all",
        "jira datacenter",
        "drop",
        f"{JIRA}.windows:_parsed",
        _counts_what_is_there,
    ),
    Fault(
        "a count needs keys that it does not use",
        "jira cloud",
        "drop",
        f"{JIRA}.rows:counted",
        _needs_keys,
    ),
    Fault(
        "what is no number is 0",
        "notion",
        "retype",
        f"{NOTION}.values:_decimal",
        _instead(Decimal(0)),
    ),
    Fault(
        "a list ends unless it says that there is more",
        "notion",
        "null",
        f"{NOTION}.fetching:page_of",
        _more_only_if_true,
    ),
    Fault(
        "keys are taken for granted", "notion", "drop", f"{NOTION}.fetching:page_of", _trusts_keys
    ),
    Fault(
        "issues of a frozen scope that are gone are not missed",
        "jira cloud frozen",
        "truncate",
        f"{JIRA}.frozen:missing",
        lambda _: lambda *__: (),
    ),
    Fault(
        "a rollup that shows nothing is 0",
        "notion computed",
        "null",
        f"{NOTION}.values:_computed",
        _instead(Decimal(0)),
    ),
    Fault(
        "a name that no row has is left out",
        "http",
        "drop",
        "okr_http.rows:_refuse_lost",
        lambda _: lambda *__: None,
    ),
    Fault(
        "what is not there is 0",
        "http",
        "drop",
        "okr_http.session:number_in",
        _instead(Number(Decimal(0))),
    ),
)
