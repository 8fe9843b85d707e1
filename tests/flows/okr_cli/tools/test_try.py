"""`okr try`: the number, the count and the first rows, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import stamina
from jsonschema import Draft202012Validator
from okr_command import Okr
from ruamel.yaml import YAML
from small_internet import Said, Server
from tools_world import WORKSPACE, Tools, company

from okr_cli.plan.schema import schema_of
from okr_sandbox import Company, Fault, Sandbox, issue

CHECKOUT = "labels = checkout"


@pytest.fixture(scope="module")
def tools() -> Iterator[Tools]:
    made, trials = company()
    with Sandbox(made) as sandbox:
        yield Tools(sandbox, trials)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A workspace whose connections were never applied."""
    sandbox = tools.sandbox
    connections = (
        f'\nconnections:\n  acme: {{kind: jira, url: "{sandbox.jira_url}"}}\n'
        f'  wiki: {{kind: notion, url: "{sandbox.notion_url}"}}\n'
    )
    (tmp_path / "okr.yaml").write_text(WORKSPACE + connections, encoding="utf-8")
    monkeypatch.setenv("OKR_ACME_TOKEN", sandbox.jira_token)
    monkeypatch.setenv("OKR_ACME_USER", sandbox.jira_user)
    monkeypatch.setenv("OKR_WIKI_TOKEN", sandbox.notion_token)
    monkeypatch.chdir(tmp_path)
    sandbox.faults.clear()
    with stamina.set_testing(True, attempts=2, cap=True):
        yield tmp_path


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ("count", "4"),
        ("sum:Story Points", "17"),
        ("average:Story Points", "4.25"),
        ("done_ratio", "0.5"),
        ("lead_time", "7"),
    ],
)
def test_every_measure_of_jira_gives_its_number(okr: Okr, measure: str, value: str) -> None:
    arguments = ("acme", CHECKOUT, "--measure", measure, "--since", "2025-10-01")
    ran = okr("try", *arguments, "--format", "json")
    assert ran.code == 0, ran.err
    Draft202012Validator(schema_of("try")).validate(ran.json)
    assert float(ran.json["value"]) == float(value)
    assert ran.json["rows"][0]["label"].startswith("PLAT-")


@pytest.mark.parametrize(
    ("measure", "value"),
    [("count", 4), ("sum:Minutes", 100), ("average:Minutes", 25), ("done_ratio", 0.5)],
)
def test_every_measure_of_notion_gives_its_number(
    okr: Okr, tools: Tools, measure: str, value: float
) -> None:
    ran = okr("try", "wiki", tools.trials, "--measure", measure, "--format", "json")
    assert ran.code == 0, ran.err
    assert float(ran.json["value"]) == value
    assert ran.json["excluded"] == [{"name": "Cancelled", "rows": 1}]
    assert {row["label"] for row in ran.json["rows"]} == {f"Team {n}" for n in range(1, 5)}


def test_a_filter_of_notion_is_written_as_in_a_plan(okr: Okr, tools: Tools) -> None:
    ran = okr("try", "wiki", tools.trials, "--filter", "State: Done", "--filter", 'Minutes: "> 5"')
    assert ran.out.startswith("1  count of rows, 1 row"), ran.err


def test_a_measure_may_be_written_as_in_a_plan(okr: Okr, tools: Tools) -> None:
    measure = "{done_ratio: {by: State, done: [Done, Cancelled]}}"
    ran = okr("try", "wiki", tools.trials, "--measure", measure)
    assert ran.code == 0, ran.err
    assert f"measure: {measure}" in ran.out
    ran = okr("try", "acme", CHECKOUT, "--measure", "{sum: Story Points}")
    assert ran.out.startswith("17  sum of Story Points"), ran.err


@pytest.mark.parametrize("measure", ["{sum", "{}", "{sum: [a]}", "{mean: Points}"])
def test_a_measure_that_is_none_is_bad_input(okr: Okr, tools: Tools, measure: str) -> None:
    ran = okr("try", "wiki", tools.trials, "--measure", measure)
    assert ran.code == 2
    assert "Traceback" not in ran.err


def test_the_link_of_a_view_is_said_with_the_number(okr: Okr, tools: Tools) -> None:
    wiki = tools.sandbox.company.notion
    assert wiki is not None
    database = wiki.sources[tools.trials].database_id
    ran = okr("try", "wiki", f"https://www.notion.so/{database}?v={'1' * 32}")
    assert "note: The link shows a view, and rows that the view leaves out count here." in ran.out
    before, _, _ = ran.out.partition("Paste into a key result of your plan:")
    assert before.endswith(".\n\n")


def test_what_is_not_shared_is_tried_again_and_not_synced(okr: Okr) -> None:
    ran = okr("try", "wiki", "f" * 32)
    assert ran.code == 4
    assert "then try again" in " ".join(ran.out.split())
    assert "okr sync" not in ran.out


@pytest.mark.parametrize("measure", ["sum:Key", "average:Key"])
def test_what_can_never_be_measured_is_said_at_once(okr: Okr, tools: Tools, measure: str) -> None:
    ran = okr("try", "wiki", tools.trials, "--measure", measure)
    assert ran.code == 4
    assert "is a unique_id, which is no number" in ran.out


def test_the_resolutions_that_are_there_are_named_with_how_many_they_would_leave_out(
    okr: Okr,
) -> None:
    ran = okr("try", "acme", CHECKOUT)
    assert ran.out.startswith("4  count of issues, 4 rows")
    assert "--exclude would leave out: Done 1, Won't Do 1." in ran.out
    assert ran.out.count("Duplicate") == 0


def test_of_a_large_selection_the_usual_resolutions_are_counted(
    okr: Okr, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading a thousand issues and more to name their resolutions would take too long."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    many = [
        issue(f"BIG-{n}", created=start, done=start, resolution="Obsolete") for n in range(1, 1000)
    ]
    many += [
        issue(f"DUP-{n}", created=start, done=start, resolution="Duplicate") for n in range(1, 4)
    ]
    with Sandbox(Company(issues=many)) as sandbox:
        text = f'{WORKSPACE}\nconnections:\n  acme: {{kind: jira, url: "{sandbox.jira_url}"}}\n'
        (home / "okr.yaml").write_text(text, encoding="utf-8")
        monkeypatch.setenv("OKR_ACME_TOKEN", sandbox.jira_token)
        monkeypatch.setenv("OKR_ACME_USER", sandbox.jira_user)
        ran = okr("try", "acme", "project in (BIG, DUP)", "--format", "json")
        assert ran.json["excluded"] == [
            {"name": "Duplicate", "rows": 3},
            {"name": "Won't Do", "rows": 0},
        ]
        assert sum(sandbox.requests.values()) < 10


def test_a_lead_time_that_ends_with_the_status_is_tried_by_its_field(okr: Okr) -> None:
    until = "lead_time:statuscategorychangedate"
    ran = okr("try", "acme", CHECKOUT, "--measure", until, "--since", "2025-10-01")
    assert "median days from created to done" in ran.out
    assert "measure: {lead_time: {until: statuscategorychangedate}}" in ran.out


def test_a_field_that_can_never_be_a_number_is_said(okr: Okr) -> None:
    ran = okr("try", "acme", CHECKOUT, "--measure", "sum:Labels")
    assert ran.code == 4
    assert "can never be measured" in ran.out
    assert "is of type array, not a number" in " ".join(ran.out.split())


def test_what_is_excluded_does_not_count(okr: Okr) -> None:
    ran = okr("try", "acme", CHECKOUT, "--exclude", "Won't Do", "--measure", "sum:Story Points")
    assert ran.out.startswith("16  sum of Story Points, 3 rows")


def test_the_lines_to_paste_are_the_binding_that_was_tried(okr: Okr, home: Path) -> None:
    ran = okr("try", "acme", CHECKOUT, "--measure", "done_ratio", "--scale", "100")
    lines = ran.out.partition("Paste into a key result of your plan:\n\n")[2]
    pasted = YAML(typ="safe").load(lines)["source"]["jira"]
    assert pasted == {
        "connection": "acme", "jql": CHECKOUT, "measure": "done_ratio", "scale": 100,
    }  # fmt: skip
    assert [path.name for path in home.iterdir()] == ["okr.yaml"]


def test_a_json_endpoint_is_tried_by_its_path(okr: Okr, home: Path) -> None:
    with Server({"/n": Said({"won": [3, 4]})}) as server:
        crm = f'crm: {{kind: http, url: "{server.url}", options: {{allow_private: true}}}}'
        text = f"{WORKSPACE}\nconnections:\n  {crm}\n"
        (home / "okr.yaml").write_text(text, encoding="utf-8")
        ran = okr("try", "crm", "/n", "--value", "sum(won)")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("7  value of sum(won), 1 request")


def test_an_endpoint_that_has_another_page_is_told_as_one(okr: Okr, home: Path) -> None:
    more = {"Link": '<https://api.example.com/n?page=2>; rel="next"'}
    with Server({"/n": Said([1, 2, 3], headers=more)}) as server:
        crm = f'crm: {{kind: http, url: "{server.url}", options: {{allow_private: true}}}}'
        (home / "okr.yaml").write_text(f"{WORKSPACE}\nconnections:\n  {crm}\n", encoding="utf-8")
        ran = okr("try", "crm", "/n", "--value", "length(@)")
    assert ran.out.startswith("3  value of length(@), 1 request")
    assert "note: the server says that another page follows" in ran.out
    assert " read\n\nPaste into a key result" in ran.out.replace("\nread", " read")


def test_a_wrong_field_is_answered_with_the_closest(okr: Okr) -> None:
    ran = okr("try", "acme", CHECKOUT, "--measure", "sum:Storypoints", "--format", "json")
    assert ran.code == 4
    assert ran.json["value"] is None
    assert "Story Points" in ran.json["unavailable"]["reason"]


def test_a_tool_that_refuses_ends_with_three(okr: Okr, tools: Tools) -> None:
    tools.sandbox.faults.add(Fault(401, times=None))
    ran = okr("try", "acme", CHECKOUT)
    assert ran.code == 3
    assert ran.out.startswith("no number: ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nobody", "x"), "no connection `nobody` (it has: acme, wiki)"),
        (("acme", "x", "--measure", "total"), "measure `total` is unknown"),
        (("acme", "x", "--measure", "sum"), "needs a field"),
        (("acme", "a = (", "--measure", "count"), "jira cannot measure that at `jql`"),
        (("wiki", "no id", "--measure", "count"), "holds no Notion id"),
        (("acme", "x", "--scale", "many"), "is not a number"),
        (("wiki", "0" * 32, "--filter", "["), "--filter is no mapping"),
    ],
)
def test_what_cannot_be_measured_is_said_before_anybody_is_asked(
    okr: Okr, tools: Tools, arguments: tuple[str, ...], words: str
) -> None:
    tools.sandbox.requests.clear()
    ran = okr("try", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert not tools.sandbox.requests


def test_a_query_that_matches_nothing_says_so(okr: Okr, tools: Tools) -> None:
    ran = okr("try", "acme", "labels = chekout")
    assert ran.code == 0, ran.err
    assert "note: nothing matched, and 0 is all there is to count." in ran.out
    ran = okr("try", "wiki", tools.trials, "--filter", "Team: Nobody", "--format", "json")
    assert (ran.json["value"], ran.json["count"]) == ("0", 0), ran.err
    assert ran.json["notes"][0].startswith("nothing matched")
    assert "nothing matched" not in okr("try", "acme", CHECKOUT).out
