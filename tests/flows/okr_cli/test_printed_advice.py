"""What the command line prints as advice runs as it is printed, in the state in which it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from shutil import copytree
from zoneinfo import ZoneInfo

import pytest
from okr_command import Okr, Ran, said_at
from open_world import PAST, RUNNING, begin, day, say

from okr_core.basics.command import BLANKS, filled
from okr_core.record.failure import Failure
from okr_core.snapshot import Snapshot
from okr_flows.score.page import score_page
from okr_flows.score.report import computed
from okr_flows.sync.page import page_of
from okr_flows.sync.report import SyncedReading, SyncReport
from okr_store import open_store
from okr_store.snapshot import read_snapshot

COMMAND = re.compile(r"`(okr [^`]+)`")
LINE = re.compile(r"^  (okr .+)$|^(?:Run )?(okr .+?) (?:lists|for) the answers", re.MULTILINE)
"""`okr decide` gives each command a line of its own, and a chat shows no backticks."""
EXAMPLES = {**BLANKS, "KR": "sales.new", "DAY": day(-1), "OBJECTIVE": "learn"}
ENDS = {"sync": {3}, "score": {0, 4}}
"""Commands that may end otherwise: the connection leads nowhere, and a value is suspect."""

SAID = {
    "status": ("status", "--tree", "--cycle", RUNNING),
    "status of the past": ("status", "--tree", "--cycle", PAST),
    "decide": ("decide", "--cycle", RUNNING),
    "decide of the past": ("decide", "--cycle", PAST),
    "score": ("score", "--dry-run", "--tree", "--cycle", PAST),
    "report": ("report", "--format", "md", "--out", "-", "--cycle", RUNNING),
    "digest": ("report", "--format", "digest", "--out", "-", "--cycle", PAST),
    "close what was last said early": ("close", "--cycle", "silent"),
    "an objective": ("checkin", "sales", "3", "--cycle", RUNNING),
    "a second value": ("checkin", "sales.new", "5", "--as-of", day(-2), "--cycle", RUNNING),
    "no suspect": ("accept", "sales.new", "--cycle", RUNNING),
    "an unknown reading": ("correct", "sales.new", "--reading", "r1", "--reason", "x"),
    "an unknown objective": ("retro", "nowhere", "refuted", "--evidence", "x"),
    "an unknown revision": ("revisions", "show", "running:9"),
    "an open cycle": ("restate", "sales.new=0.5", "--reason", "x", "--cycle", RUNNING),
    "an unknown override": ("score", "--override", "no=0.5", "--reason", "x", "--cycle", PAST),
    "a question": ("decide", "Q00000", "--cycle", RUNNING),
    "a wrong answer": ("decide", "risk:sales", "no", "--cycle", RUNNING),
    "usage": ("checkin", "--nonsense"),
    "nothing named": ("checkin", "--nothing-new"),
}
SILENT = """\
cycle: {id: silent, starts: START, ends: END}
objectives:
  - id: quiet
    title: Nobody says anything
    owner: bo
    key_results:
      - {id: quiet.kr, title: From 0 to 10, metric: {kind: increase, baseline: 0, target: 10}}
      - {id: quiet.told, title: To 20, metric: {kind: increase, baseline: 0, target: 20}}
"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company in which something of every kind waits, and a cycle with one that fell silent."""
    folder = begin(tmp_path_factory.mktemp("advice") / "acme", {"silent": (SILENT, -200, -121)})
    say(folder, "quiet.told", "4", "--cycle", "silent", "--as-of", day(-190))
    return folder


@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
def test_advice_runs_as_printed(
    okr: Okr, kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: tuple[str, ...]
) -> None:
    monkeypatch.chdir(copytree(kept, tmp_path / "asked"))
    printed = commands(okr(*said, now=said_at(said, ZoneInfo("UTC"))))
    assert printed, "it gives advice"
    for number, command in enumerate(printed):
        monkeypatch.chdir(copytree(kept, tmp_path / str(number)))
        Path("check-ins.csv").write_text("key_result,value\nsales.new,1\n", encoding="utf-8")
        ran = okr(*filled(command, EXAMPLES))
        assert ran.code in ENDS.get(command.split()[1], {0}), (command, ran.err)


PAGES: dict[str, tuple[str, Callable[[Snapshot], str]]] = {
    "scores": (PAST, lambda known: score_page(computed(known))),
    "scores of what runs": (RUNNING, lambda known: score_page(computed(known))),
    "a sync": (RUNNING, lambda known: page_of(known, _synced(known))),
}
"""Pages in Prefect, each of a cycle."""


@pytest.mark.parametrize("name", PAGES)
def test_advice_of_a_page_in_prefect_runs_as_it_stands_there(
    okr: Okr,
    kept: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    cycle, page = PAGES[name]
    with open_store(str(kept / "okr.db")) as store:
        text = page(read_snapshot(store, cycle, datetime.now(UTC)))
    printed = commands(Ran(0, text, ""))
    assert len(printed) > 2, "it gives advice"
    for number, command in enumerate(printed):
        monkeypatch.chdir(copytree(kept, tmp_path / str(number)))
        ran = okr(*filled(command, EXAMPLES))
        assert ran.code in ENDS.get(command.split()[1], {0}), (command, ran.err)


def test_advice_of_the_report_as_a_page_runs_as_it_stands_there(
    okr: Okr, kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copytree(kept, tmp_path / "asked"))
    assert okr("report", "--format", "html", "--out", "out", "--cycle", PAST).code == 0
    [page] = Path("out").glob("*.html")
    printed = commands(Ran(0, page.read_text(encoding="utf-8"), ""))
    assert f"okr decide --cycle {PAST}" in printed
    for command in printed:
        assert okr(*filled(command, EXAMPLES)).code == 0, command


def _synced(known: Snapshot) -> SyncReport:
    failure = Failure("no access", "Ask whoever may.")
    reading = SyncedReading("onboarding.closed", failure=failure)
    return SyncReport(known.cycle.id, known.as_of, known.revision, (reading,))


def test_advice_of_a_workspace_that_had_to_be_named_names_it(
    okr: Okr, kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copytree(kept, tmp_path / "in another folder")
    monkeypatch.chdir(tmp_path)
    for said in (("decide", "--cycle", PAST), ("accept", "sales.new", "--cycle", RUNNING)):
        command, *_ = commands(okr(*said, "-w", folder))
        ran = okr(*filled(command, EXAMPLES))
        assert ran.code == 0, (command, ran.err)
    monkeypatch.setenv("OKR_WORKSPACE", str(folder))
    assert " -w " not in okr("decide", "--cycle", RUNNING).out
    monkeypatch.chdir(folder)
    monkeypatch.delenv("OKR_WORKSPACE")
    assert " -w " not in okr("decide", "--cycle", RUNNING, "-w", folder).out


def commands(ran: Ran) -> list[str]:
    """Commands in what was printed, each once; a text may be broken into lines anywhere."""
    told = unescape(re.sub(r"</?code>", "`", f"{ran.out}\n{ran.err}"))
    found = ["".join(each) for each in LINE.findall(told)]
    found += [*COMMAND.findall(" ".join(told.split()))]
    return list(dict.fromkeys(found))
