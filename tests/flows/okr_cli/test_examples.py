"""Every command shows an example, and it can be typed as it is shown."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cyclopts import App
from okr_command import Okr
from sheets import csv_file, workbook_file

from okr_cli.app import build_app
from okr_cli.examples import EXAMPLES
from okr_sandbox import Company, Sandbox, issue
from okr_sandbox.notion.workspace import NotionWorkspace

ELSEWHERE = frozenset(
    {"connect", "deploy", "serve", "web", "demo", "revisions accept", "revisions reject"}
)
"""What asks a person, a server or a site on the internet, answers until it is stopped, or decides
what nobody proposed here."""
ENDS = {"okr sync": 4, "okr doctor": None}
"""How some end here: a smell waits for a person; doctor looks at the machine that it runs on."""
FIRST = ("apply", "checkin", "sync", "accept", "score", "retro", "close", "restate")
"""What the others rest on, in the order of a cycle."""
LAST = ("restore",)
GOALS = (
    ("Objective", "Key result", "Owner", "Start", "Target", "Current"),
    ("Support answers", "Open questions", "ada", "40", "10", "30"),
)
"""What a spreadsheet says."""
TODAY = datetime.now(UTC).date()
WORKSPACE = """\
organization: Acme
people: {{ada: {{name: Ada Okafor}}, bo: {{name: Bo Lind}}}}
connections:
  acme: {{kind: jira, url: "{jira}"}}
  wiki: {{kind: notion, url: "{notion}"}}
"""
RUNNING = """\
cycle: {{id: 2026-q4, starts: {starts}, ends: {ends}}}
objectives:
  - id: activation
    title: New teams reach value in their first week
    owner: ada
    hypothesis: {{belief: Guided set-up raises activation}}
    key_results:
      - id: activation.week1
        title: Week-1 activation from 31 % to 45 %
        metric: {{kind: increase, unit: "%", baseline: 31, target: 45}}
      - id: activation.done
        title: Stories of the guided set-up
        metric: {{kind: increase, baseline: 40, target: 100}}
        source: {{jira: {{connection: acme, jql: "labels = activation", measure: count}}}}
  - id: retention
    title: Teams stay with us
    owner: ada
    key_results:
      - {{id: retention.calls, title: Call every team, metric: {{kind: binary}}}}
"""
ENDED = """\
cycle: {{id: 2026-q3, starts: {starts}, ends: {ends}}}
objectives:
  - id: retention
    title: Teams stay with us
    owner: ada
    key_results:
      - id: retention.churn
        title: Monthly churn from 4 % to 2 %
        metric: {{kind: decrease, unit: "%", baseline: 4, target: 2}}
"""


def days(first: int, last: int) -> dict[str, str]:
    """Days from today on, for a plan."""
    return {
        "starts": str(TODAY + timedelta(days=first)),
        "ends": str(TODAY + timedelta(days=last)),
    }


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, okr: Okr) -> Iterator[Path]:
    """A company in the middle of a cycle, and one that has ended; its tools answer."""
    created = datetime.now(UTC) - timedelta(days=30)
    issues = [issue(f"GROW-{n}", created=created, labels=["activation"]) for n in (1, 2)]
    with Sandbox(Company(issues=issues, notion=NotionWorkspace("Acme"))) as sandbox:
        monkeypatch.setenv("OKR_ACME_USER", sandbox.jira_user)
        monkeypatch.setenv("OKR_ACME_TOKEN", sandbox.jira_token)
        monkeypatch.setenv("OKR_WIKI_TOKEN", sandbox.notion_token)
        monkeypatch.setenv("PREFECT_API_URL", "")
        monkeypatch.chdir(tmp_path)
        files = {
            "okr.yaml": WORKSPACE.format(jira=sandbox.jira_url, notion=sandbox.notion_url),
            "cycles/2026-q3.yaml": ENDED.format(**days(-140, -50)),
            "cycles/2026-q4.yaml": RUNNING.format(**days(-40, 50)),
            "people.csv": "id,name\nbo,Bo Lind\n",
            "checkins.csv": f"key_result,value,at\nretention.calls,open,{TODAY}\n",
        }
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        csv_file(tmp_path / "goals.csv", *(",".join(row) for row in GOALS))
        workbook_file(tmp_path / "goals.xlsx", GOALS)
        yield tmp_path


def test_every_example_runs_as_it_is_shown(okr: Okr, company: Path) -> None:
    others = [each for each in EXAMPLES if each not in {*FIRST, *LAST, *ELSEWHERE, "init"}]
    for command in ("init", *FIRST, *others, *LAST):
        for line in EXAMPLES[command]:
            prepare(okr, command, company)
            ran = okr(*shlex.split(line)[1:])
            wanted = ENDS.get(line, 0)
            assert wanted is None or ran.code == wanted, f"{line}: {ran.err}{ran.out}"


def prepare(okr: Okr, command: str, folder: Path) -> None:
    """What a person has done before they type the command."""
    if command == "close":
        last = str(TODAY - timedelta(days=51))
        ran = okr("checkin", "retention.churn", "3", "--cycle", "2026-q3", "--as-of", last)
        assert ran.code == 0, ran.err
    if command == "restore":
        for file in folder.glob("okr.db*"):
            file.unlink()


@pytest.mark.parametrize("command", sorted(ELSEWHERE))
def test_an_example_that_needs_more_than_a_sandbox_is_understood(command: str) -> None:
    for line in EXAMPLES[command]:
        tokens = shlex.split(line)[1:]
        _, bound, ignored = build_app(tokens[0]).parse_args(tokens)
        assert (bound.arguments is not None, ignored) == (True, {})


def test_every_command_has_an_example_and_shows_it(okr: Okr) -> None:
    assert set(commands(build_app())) == set(EXAMPLES)
    for command, lines in EXAMPLES.items():
        shown = okr(*command.split(), "--help").out
        for line in lines:
            assert f"\n  {line}\n" in shown


def commands(app: App, before: str = "") -> Iterator[str]:
    """Every command that does something, with those that it is below."""
    for name in (each for each in app if not each.startswith("-")):
        below = list(commands(app[name], f"{before}{name} "))
        yield from below or [f"{before}{name}"]
