"""A small company with Jira and Notion on loopback, for tests of connecting and trying."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from okr_command import Okr, Ran

from okr_sandbox import Company, Person, Sandbox, issue
from okr_sandbox.notion.columns import status
from okr_sandbox.notion.workspace import NotionWorkspace

CREATED = datetime(2025, 10, 1, 9, tzinfo=UTC)
DONE = datetime(2025, 10, 8, 9, tzinfo=UTC)
WORKSPACE = """\
# Ours.
organization: Acme
timezone: Europe/Zurich

people:
  ada: {name: Ada Okafor, email: Ada@acme.example}  # founder
  bo: {name: Bo Lind}
"""


@dataclass(frozen=True)
class Tools:
    """What the tests speak to.

    Attributes:
        trials: Id of a Notion data source with four rows, one of them cancelled, two done.
    """

    sandbox: Sandbox
    trials: str

    @property
    def jira(self) -> tuple[object, ...]:
        """Arguments that connect the Jira site."""
        return ("--url", self.sandbox.jira_url, "--user", self.sandbox.jira_user)


def company() -> tuple[Company, str]:
    """Five issues (two done, one of them won't be done), three accounts, one data source."""
    labels = ["checkout"]
    issues = [
        issue("PLAT-1", created=CREATED, labels=labels, points=3),
        issue("PLAT-2", created=CREATED, labels=labels, points=5),
        issue("PLAT-3", created=CREATED, done=DONE, labels=labels, points=8),
        issue("PLAT-4", created=CREATED, done=DONE, labels=labels, points=1, resolution="Won't Do"),
        issue("PLAT-5", created=CREATED, points=2),
    ]
    people = [
        Person("5b-ada", "Ada O.", "ada@ACME.example"),
        Person("5b-bo", "bo lind"),
        Person("5b-cy", "Cy Twombly", "cy@acme.example"),
        Person("5b-old", "Old One", "old@acme.example", active=False),
    ]
    wiki = NotionWorkspace("Acme")
    wiki.user("Ada Okafor", "ada@acme.example")
    columns = {
        "Team": "title",
        "State": status(("Open",), ("Trying",), ("Done", "Cancelled")),
        "Minutes": "number",
        "Key": "unique_id",
    }
    trials = wiki.data_source("Trials", columns)  # type: ignore[arg-type]
    for number, state in enumerate(("Open", "Trying", "Done", "Cancelled"), start=1):
        trials.row(
            {"Team": f"Team {number}", "State": state, "Minutes": 10 * number}, created=CREATED
        )
    made = Company(issues=issues, people=people, timezone="Europe/Zurich", notion=wiki)
    return made, trials.id


def typed(monkeypatch: pytest.MonkeyPatch, okr: Okr, token: str, *arguments: object) -> Ran:
    """Run a command with a token on its standard input."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{token}\n"))
    return okr(*arguments, "--token-stdin")
