"""Every table and text is laid out at the terminal's own width, from 60 columns up."""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path

import pytest
from okr_command import Okr
from terminal import Terminal

from okr_cli.shell.layout import width_of

pytestmark = pytest.mark.slow

WORKSPACE = """\
organization: Gesellschaft für außergewöhnlich lange Bezeichnungen mbH
timezone: Europe/Zurich
people:
  ada: {name: Ada Wilhelmina Okafor-Sommerhalder}
  bo: {name: 欧阳明月, email: bo@example.com}
  a-person-with-a-rather-long-id-of-her-own: {name: Bo Lind}
teams:
  growth: {name: Growth and everything that belongs to it in all of our regions}
  cn: {name: 上海团队}
roles:
  growth-lead: {held_by: [{person: ada}, {person: bo}]}
connections:
  acme: {kind: jira, url: "http://127.0.0.1:9"}
"""
TITLES = (
    "New teams reach value in their very first week with us",
    "Week-1 activation of all new teams rises from 31 % to 45 %",
    "The guided set-up 🚀 is live for everybody in every region",
    "每个客户问题在四小时内得到答复并且不再重复出现",
    "答复时间不超过四小时而且客户对每一次答复都满意",
    "Donaudampfschifffahrtsgesellschaftskapitäne answer within a day",
)
PLAN = f"""\
cycle: {{id: 2025-q4, starts: 2025-10-01, ends: 2025-12-31, timezone: Europe/Zurich}}
objectives:
  - id: activation
    title: {TITLES[0]}
    team: growth
    role: growth-lead
    ambition: aspirational
    key_results:
      - id: activation.week1
        title: {TITLES[1]}
        metric: {{kind: increase, unit: "%", baseline: 31, target: 45}}
      - id: activation.launch
        title: {TITLES[2]}
        owner: bo
        metric: {{kind: milestones, parts: [{{id: beta, title: Beta}}, {{id: all, title: All}}]}}
  - id: answers
    title: {TITLES[3]}
    team: cn
    owner: bo
    key_results:
      - id: answers.time
        title: {TITLES[4]}
        metric: {{kind: at_most, unit: h, bound: 4}}
      - id: answers.a-key-result-with-quite-a-long-id
        title: {TITLES[5]}
        metric: {{kind: decrease, unit: Stück, baseline: 1480000, target: 1000000}}
        source: {{jira: {{connection: acme, jql: "labels = question", measure: count}}}}
"""
TOLD_WHOLE = ("status", "score --dry-run", "score --history", "status --trend")
COMMANDS = (
    *(f"{each} --as-of 2025-11-30" for each in TOLD_WHOLE),
    "status --ids --as-of 2025-11-30",
    "status --team growth --as-of 2025-11-30",
    "status --person bo --as-of 2025-11-30",
    "decide --as-of 2025-11-30",
    "explain activation.week1 --at 2025-11-30",
    "people list --as-of 2025-11-30",
    "doctor --as-of 2025-11-30",
    "sync --dry-run --as-of 2025-11-30",
    "sync --local --as-of 2025-11-30",
    "backfill --dry-run --as-of 2025-11-30",
    "revisions list",
    "revisions show 2025-q4:1",
    "check",
    "apply --dry-run",
    "import csv goals.csv --dry-run",
    "status --person nobody",
    "--help",
    "status --help",
    "import csv --help",
)
SHEET = f"""\
Team,Objective,Key result,Owner,Start,Target,Current
Growth,{TITLES[0]},{TITLES[1]} once more,bo@example.com,10,20,12
上海团队,{TITLES[3]},{TITLES[4]}两次,欧阳明月,4,9,5
"""
ALONE = re.compile(r" *(?:okr [a-z]|(?:link +)?[a-z]+://)")
"""A command or a link on a line of its own is whole, so that it can be copied."""
SCRIPT = """\
import shlex, sys
from okr_cli import main
for line in sys.argv[1:]:
    print(f"$ okr {line}", flush=True)
    main(shlex.split(line))
"""


@pytest.fixture
def wide(okr: Okr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cycle that is running, with long names in several scripts."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cycles").mkdir()
    (tmp_path / "okr.yaml").write_text(WORKSPACE, encoding="utf-8")
    (tmp_path / "cycles" / "2025-q4.yaml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "goals.csv").write_text(SHEET, encoding="utf-8")
    (tmp_path / ".env").write_text("OKR_ACME_TOKEN=x\nOKR_ACME_USER=y\n", encoding="utf-8")
    assert okr("apply", "--as-of", "2025-09-20", "--by", "ada").code == 0
    for name, value, note in (
        ("activation.week1", "38.2", "a note that says at some length why it went so well"),
        ("activation.launch/beta", "done", "已经上线"),
        ("answers.time", "5.25", "slow"),
    ):
        said = ("--confidence", "7", "--note", note, "--as-of", "2025-11-25")
        assert okr("checkin", name, value, *said).code == 0
    ran = okr("score", "--local", "--as-of", "2025-11-28")
    assert ran.code == 0, ran.err
    return tmp_path


def shown(folder: Path, columns: int) -> dict[str, str]:
    """Command → what a terminal of that width shows."""
    env = {**os.environ, "OKR_PERSON": "ada", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    env.pop("COLUMNS", None)
    typed = shlex.join([sys.executable, "-c", SCRIPT, *COMMANDS])
    text = Terminal(folder, env, {}, columns=columns).type(typed)
    _, *parts = re.split(r"^\$ okr ", text, flags=re.MULTILINE)
    return {command: after for command, _, after in (part.partition("\n") for part in parts)}


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal_and_nothing_is_lost(wide: Path, columns: int) -> None:
    found = shown(wide, columns)
    assert list(found) == list(COMMANDS)
    for command, text in found.items():
        lines = [line.rpartition("\r")[2] for line in text.splitlines()]
        over = [each for each in lines if width_of(each) > columns and not ALONE.match(each)]
        assert not over, f"{command} at {columns}: {over}"
        assert "Traceback" not in text
    for command in TOLD_WHOLE:
        text = "".join(found[f"{command} --as-of 2025-11-30"].split())
        for title in TITLES:
            pieces = title.split() if title.isascii() else list("".join(title.split()))
            missing = [each for each in pieces if each not in text]
            assert not missing, f"{command} at {columns} lost {missing}"
