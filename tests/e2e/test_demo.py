"""`okr demo`, as somebody runs it who has just installed it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from okr_command import Ran
from okr_processes import OKR, clean_environment
from playground import PROFILE, Demo, Served
from rich.cells import cell_len

pytestmark = [pytest.mark.slow, pytest.mark.timeout(420)]


def okr(folder: Path, *arguments: str) -> Ran:
    ran = subprocess.run(
        [*OKR, *arguments],
        cwd=folder,
        env=clean_environment(folder / ".prefect"),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def test_it_plays_thirteen_weeks_and_ends_well(demo: Demo) -> None:
    assert demo.ran.code == 0, demo.ran.err
    assert "Traceback" not in demo.ran.err
    weeks = re.findall(r"^  week +(\d+) ", demo.ran.err, flags=re.MULTILINE)
    assert sorted(set(map(int, weeks))) == list(range(1, 14))
    last = [line for line in demo.ran.err.splitlines() if line.startswith("  week 13")][-1]
    assert re.search(r"(\d+) of \1 key results observed", last)


def test_it_survives_faults_and_an_outage_and_recovers(demo: Demo) -> None:
    said = demo.ran.err
    assert "Jira answered 429 and 503; asked again, nothing lost" in said
    outage, _, recovery = said.partition("connection wiki down: ")
    assert "unavailable" in outage.splitlines()[-2] + outage.splitlines()[-3]
    again = next(line for line in recovery.splitlines() if line.startswith("  week"))
    assert re.search(r"week +6 .*(\d\d) of \1 key results observed", again)


def test_a_renamed_label_is_suspect_and_scores_nothing_until_it_is_repaired(demo: Demo) -> None:
    assert re.search(r"suspect: fell from \d+ to 0 issues", demo.ran.err)
    closed = demo.running.before
    day_after = closed.evening_to_the_end(8).date() + timedelta(days=1)
    at = ("--cycle", closed.id, "--as-of", str(day_after))
    status = okr(demo.folder, "status", *at, "--format", "json")
    assert status.code == 0, status.err
    found = {kr["id"]: kr for o in status.json["objectives"] for kr in o["key_results"]}
    assert float(found["bugs.open"]["current"]) > 0


def test_it_ends_with_the_tree_and_an_explanation(demo: Demo) -> None:
    shown = demo.ran.out
    assert "Customers stay because their buildings save energy" in shown
    assert "让客户在首个季度就看到节能成果" in shown
    assert "labels in (checkout, payments)" in shown
    assert "agrees with the value" in shown
    assert "closed on" in shown, "nobody is asked for what is past"
    assert "where does it stand?" not in shown.partition("bugs.open ·")[0]
    assert f" -w {demo.folder}" not in shown, "the folder is named as short as it is clear"


def test_the_workspace_that_it_leaves_is_whole_and_can_be_used(demo: Demo) -> None:
    verified = okr(demo.folder, "audit", "verify")
    assert verified.code == 0, verified.out + verified.err
    status = okr(
        demo.folder, "status", "--as-of", str(demo.running.before.ends), "--format", "json"
    )
    objectives = status.json["objectives"]
    assert len(objectives) == 10
    assert sum(len(objective["key_results"]) for objective in objectives) == 34


def test_it_scores_each_week_closes_and_writes_its_report(demo: Demo) -> None:
    closed = demo.running.before
    assert re.search(rf"okr close +{closed.id} is closed by ada: score 0\.\d\d;", demo.ran.err)
    trend = okr(
        *(demo.folder, "score", "--history", "--format", "json"),
        *("--cycle", closed.id, "--as-of", str(closed.ends + timedelta(days=7))),
    )
    scores = [score for score in trend.json["teams"][""]["score"] if score is not None]
    assert len(scores) == 13
    assert 0 < scores[0] < scores[-1]
    for form in ("html", "pdf", "xlsx"):
        assert (demo.folder / "reports" / f"{closed.id}.{form}").stat().st_size > 10_000


def test_a_closed_quarter_shows_its_frozen_scores(demo: Demo) -> None:
    ran = okr(demo.folder, "score", "--cycle", demo.running.before.id, "--format", "json")
    assert ran.code == 0, ran.err
    assert ran.json["version"] == 1
    assert ran.json["recorded"] is True


def test_a_second_quarter_is_running_with_something_of_each_kind(demo: Demo) -> None:
    status = okr(demo.folder, "status", "--format", "json")
    assert status.json["cycle"] == demo.running.id
    found = {kr["id"]: kr for o in status.json["objectives"] for kr in o["key_results"]}
    assert len(found) == 11
    assert [each for each, kr in found.items() if kr["status"] == "at_risk"] == ["bugs.open"]
    assert [each for each, kr in found.items() if kr["suspect"]] == ["support.backlog"]
    assert [each for each, kr in found.items() if kr["current"] is None] == ["reference.talks"]


def test_what_it_prints_keeps_to_80_columns(demo: Demo) -> None:
    told = demo.ran.err.partition("Where things are:")[0]  # their paths are as long as they are
    assert [line for line in told.splitlines() if cell_len(line) > 80] == []


def test_what_it_tells_is_no_command_for_another_folder(demo: Demo) -> None:
    assert " -w " not in demo.ran.err


def test_it_says_where_things_are(demo: Demo) -> None:
    told = demo.ran.err.partition("Where things are:")[2].partition("Try next")[0]
    places = [line.split()[0] for line in told.splitlines() if line.strip()]
    assert len(places) == 5
    assert [place for place in places if not (demo.folder.parent / place).exists()] == []


def test_it_reminds_people_and_one_of_them_checks_in_by_the_page(demo: Demo) -> None:
    (people,) = re.findall(r"^  remind .* (\d+) people have mail", demo.ran.err, re.MULTILINE)
    letters = list((demo.folder / "mail").iterdir())
    assert len(letters) == int(people) > 1
    assert all(letter.stat().st_mode & 0o077 == 0 for letter in letters)
    (value,) = re.findall(r"^  page .* Ben opens his link .* is (\d+)$", demo.ran.err, re.MULTILINE)
    export = demo.folder.parent / "said.jsonl"
    assert okr(demo.folder, "export", "--out", str(export)).code == 0
    told = [json.loads(line) for line in export.read_text().splitlines()]
    by_link = [each for each in told if '"via": "link"' in json.dumps(each)]
    assert any("reference.referrals" in json.dumps(each) for each in by_link)
    explained = okr(demo.folder, "explain", "reference.referrals", "--cycle", demo.running.id)
    assert f"{value} trials, said by ben" in explained.out
    assert "/l/" not in demo.ran.err + demo.ran.out, "a link is for its person alone"


def test_a_served_playground_has_its_page(playground: Served) -> None:
    link = okr(playground.folder, "web", "link", "ben").out.strip()
    with urlopen(link, timeout=30) as answer:
        assert "Ben Frei" in answer.read().decode()


def test_the_six_commands_that_it_prints_run_as_printed(
    demo: Demo, playground: Served, tmp_path: Path
) -> None:
    told = demo.ran.err.partition("Try next")[2].partition("Done in")[0]
    lines = [line.strip() for line in told.splitlines()[1:] if line.strip()]
    *way, serve = lines[: next(n for n, line in enumerate(lines) if "--serve" in line) + 1]
    commands = lines[len(way) + 1 :]
    assert serve.startswith("okr demo --serve"), "what the playground was brought to life by"
    assert len([serve, *commands]) == 6
    copy = playground.copy(tmp_path)
    reader = playground.reader(tmp_path, tmp_path)
    for step in way:
        assert reader.type(step.replace(demo.folder.name, copy.name))[0] == 0
    for command in commands:
        code, shown = reader.type(command)
        assert code in {0, 4}, f"{command} ended with {code}:\n{shown}"
    assert re.search(r"\b[34] past values recorded", "".join(reader.transcript))


def test_nothing_is_left_running(demo: Demo) -> None:
    with pytest.raises(ProcessLookupError):
        os.killpg(demo.group, 0)
    processes = Path("/proc")
    if processes.is_dir():
        assert not [p for p in processes.glob("[0-9]*/environ") if _names(p, demo.folder)]


def _names(environ: Path, folder: Path) -> bool:
    try:
        return bytes(folder) in environ.read_bytes()
    except OSError:  # it has ended, or is somebody else's
        return False


@pytest.mark.parametrize(
    ("served", "told"),
    [(True, signal.SIGTERM), (True, signal.SIGHUP), (False, signal.SIGTERM)],
    ids=["served, SIGTERM", "served, SIGHUP", "not served, SIGTERM"],
)
def test_a_demo_that_is_told_to_end_ends_what_it_started(
    tmp_path: Path, served: bool, told: signal.Signals
) -> None:
    folder = tmp_path / "company"
    # A suite under nohup is deaf to a closed terminal, and so would be what it starts.
    before = signal.signal(told, signal.SIG_DFL)
    with subprocess.Popen(
        [*OKR, "demo", "--folder", str(folder), *(["--serve"] if served else [])],
        cwd=tmp_path,
        env=clean_environment(tmp_path / "home"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        signal.signal(told, before)
        assert process.stderr is not None
        played = next(line for line in process.stderr if line.startswith("  week "))
        process.send_signal(told)
        said = process.stderr.read()
    assert process.returncode == 128 + told, played + said
    assert "Traceback" not in said
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_the_users_prefect_is_left_as_it_was(demo: Demo) -> None:
    assert [path.name for path in demo.home.iterdir()] == ["profiles.toml"]
    assert (demo.home / "profiles.toml").read_text() == PROFILE
    assert (demo.folder / ".prefect").is_dir()


def test_a_folder_that_no_demo_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    ran = okr(tmp_path, "demo", "--folder", str(tmp_path))
    assert ran.code == 1
    assert "holds files that no demo made" in ran.err
    assert "--folder" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
