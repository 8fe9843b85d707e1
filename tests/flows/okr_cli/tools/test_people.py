"""`okr people import`: accounts are matched by e-mail, and by nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from okr_command import Okr
from tools_world import WORKSPACE, Tools, company

from okr_cli.plan.schema import schema_of
from okr_core.files.document import load_workspace
from okr_core.plan.workspace import Workspace
from okr_sandbox import Fault, Sandbox


@pytest.fixture(scope="module")
def tools() -> Iterator[Tools]:
    made, trials = company()
    with Sandbox(made) as sandbox:
        yield Tools(sandbox, trials)


@pytest.fixture
def home(tmp_path: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch) -> Path:
    sandbox = tools.sandbox
    sandbox.faults.clear()
    connections = (
        f'\nconnections:\n  acme: {{kind: jira, url: "{sandbox.jira_url}", retries: 1}}\n'
        f'  wiki: {{kind: notion, url: "{sandbox.notion_url}", retries: 1}}\n'
    )
    (tmp_path / "okr.yaml").write_text(WORKSPACE + connections, encoding="utf-8")
    monkeypatch.setenv("OKR_ACME_TOKEN", sandbox.jira_token)
    monkeypatch.setenv("OKR_ACME_USER", sandbox.jira_user)
    monkeypatch.setenv("OKR_WIKI_TOKEN", sandbox.notion_token)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def workspace(home: Path) -> Workspace:
    return load_workspace((home / "okr.yaml").read_text(encoding="utf-8"))


def test_accounts_of_jira_are_matched_by_e_mail_whatever_its_case(okr: Okr, home: Path) -> None:
    ran = okr("people", "import", "jira", "acme")
    assert ran.code == 0, ran.err
    assert workspace(home).people["ada"].accounts.jira == "5b-ada"
    assert "email: Ada@acme.example, accounts: {jira: 5b-ada}}  # founder" in (
        (home / "okr.yaml").read_text(encoding="utf-8")
    )
    assert "Next: `okr apply`" in ran.out


def test_a_hidden_e_mail_is_a_suggestion_and_never_a_match(okr: Okr, home: Path) -> None:
    ran = okr("people", "import", "jira", "acme", "--format", "json")
    Draft202012Validator(schema_of("people")).validate(ran.json)
    found = {each["account"]: each for each in ran.json["unmatched"]}
    assert found["5b-bo"]["reason"] == "its e-mail address is hidden"
    assert found["5b-bo"]["similar"] == "bo"
    assert workspace(home).people["bo"].accounts.jira is None
    assert found["5b-cy"]["email"] == "cy@acme.example"
    assert "5b-old" not in found
    assert ran.json["without"] == ["bo"]


def test_new_people_are_added_on_demand(okr: Okr, home: Path) -> None:
    assert okr("people", "import", "jira", "acme", "--new").code == 0
    cy = workspace(home).people["cy"]
    assert (cy.name, cy.accounts.jira) == ("Cy Twombly", "5b-cy")


def test_persons_of_notion_are_matched_and_integrations_are_not_people(
    okr: Okr, home: Path
) -> None:
    ran = okr("people", "import", "notion", "wiki", "--format", "json")
    assert ran.code == 0, ran.err
    assert workspace(home).people["ada"].accounts.notion
    assert ran.json["unmatched"] == []


def test_a_dry_run_shows_the_diff_and_writes_nothing(okr: Okr, home: Path) -> None:
    before = (home / "okr.yaml").read_bytes()
    ran = okr("people", "import", "jira", "acme", "--dry-run")
    assert "+  ada: {" in ran.out
    assert "would change 1 person" in ran.out
    assert (home / "okr.yaml").read_bytes() == before


def test_a_second_import_changes_nothing(okr: Okr, home: Path) -> None:
    okr("people", "import", "jira", "acme")
    before = (home / "okr.yaml").read_bytes()
    assert "nothing to change" in okr("people", "import", "jira", "acme").out
    assert (home / "okr.yaml").read_bytes() == before


def test_a_site_that_lists_nobody_to_us_is_named(okr: Okr, home: Path, tools: Tools) -> None:
    tools.sandbox.faults.add(Fault(403, match="users/search"))
    ran = okr("people", "import", "jira", "acme")
    assert ran.code == 3
    assert "403" in ran.err


def test_a_table_adds_and_updates_people_and_keeps_comments(okr: Okr, home: Path) -> None:
    (home / "p.csv").write_text(
        "email;id;name;timezone;slack;layer\n"
        "ADA@acme.example;;;Africa/Lagos;U1;top\n"
        "mei@acme.example;mei;陈梅;Asia/Shanghai;;\n",
        encoding="utf-8-sig",
    )
    ran = okr("people", "import", "csv", "p.csv")
    assert ran.code == 0, ran.err
    people = workspace(home).people
    assert (people["ada"].timezone, people["ada"].accounts.slack) == ("Africa/Lagos", "U1")
    assert people["ada"].email == "ADA@acme.example"
    assert people["mei"].name == "陈梅"
    assert list(people) == ["ada", "bo", "mei"]
    assert "# founder" in (home / "okr.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("zed,Zed,,Mars/X", "p.csv:2: timezone of `zed` is wrong"),
        ("zed,Zed,z@z.example,\nzed,Zed,,", "p.csv:3: `zed` is there twice (also on line 2)"),
        ('zed,"Zed', "cannot be read"),
    ],
)
def test_one_bad_row_stops_the_whole_table(okr: Okr, home: Path, row: str, words: str) -> None:
    before = (home / "okr.yaml").read_bytes()
    text = f"id,name,email,timezone\n{row}\nmei,Mei,,\n"
    (home / "p.csv").write_text(text, encoding="utf-8")
    ran = okr("people", "import", "csv", "p.csv")
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert (home / "okr.yaml").read_bytes() == before


def test_an_unknown_column_is_answered_with_the_closest(okr: Okr, home: Path) -> None:
    (home / "p.csv").write_text("id,nmae\na,b\n", encoding="utf-8")
    assert "Closest: `name`" in okr("people", "import", "csv", "p.csv").err
