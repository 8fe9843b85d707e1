"""A table of people is taken whole or not at all; an empty cell leaves what is known."""

from __future__ import annotations

import pytest

from okr_core.errors import DocumentError, InputError
from okr_core.files.document import load_workspace
from okr_core.files.workspace_edit import WorkspaceText
from okr_flows.people.changes import PersonChange
from okr_flows.people.table import import_people_table

TEXT = """\
organization: Acme
people:
  ada: {name: Ada Okafor, email: Ada@acme.example}  # founder
  bo: {name: Bo Lind}
"""
HEAD = "id,name,email,timezone\n"


def changes(text: str) -> tuple[PersonChange, ...]:
    return import_people_table(load_workspace(TEXT), "p.csv", text).changes


def test_a_row_changes_what_it_says_and_is_matched_by_e_mail() -> None:
    found = changes("email;id;timezone;slack\nADA@acme.example;;Africa/Lagos;U1\n")
    assert found == (
        PersonChange("ada", "email", "Ada@acme.example", "ADA@acme.example"),
        PersonChange("ada", "timezone", "", "Africa/Lagos"),
        PersonChange("ada", "accounts.slack", "", "U1"),
    )
    assert changes(f"{HEAD}bo,Bo Lind,,\n") == ()


def test_a_cell_with_name_and_address_gives_each_its_field() -> None:
    assert changes(f"{HEAD}bo,Bo Lind <bo@x.ch>,,\nada,,Ada Okafor <a@x.ch>,\n") == (
        PersonChange("bo", "email", "", "bo@x.ch"),
        PersonChange("ada", "email", "Ada@acme.example", "a@x.ch"),
    )


def test_the_text_of_the_workspace_keeps_all_else() -> None:
    before = WorkspaceText.read("okr.yaml", TEXT)
    found = import_people_table(before.workspace, "p.csv", f"{HEAD}mei,陈梅,m@acme.example,\n")
    edit = before.with_values(found.values(before.workspace))
    assert edit.text == f"{TEXT}  mei: {{name: 陈梅, email: m@acme.example}}\n"
    assert edit.changes
    assert edit.diff[-1] == "+  mei: {name: 陈梅, email: m@acme.example}"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("zed,Zed,zed,", "p.csv:2: `zed` is no e-mail address"),
        ("zed,Zed,,Mars/X", "p.csv:2: timezone of `zed` is wrong"),
        (",Zed,,", "p.csv:2: id is empty"),
        ("Zed,Zed,,", "p.csv:2: `Zed` is no id"),
        ("zed,,,", "p.csv:2: `zed` is new and has no name"),
        ("zed,Zed,ada@acme.example,", "belongs to `ada`"),
        ("zed,Zed,z@z.example,\nzed,Zed,,", "p.csv:3: `zed` is there twice (also on line 2)"),
        ("zed,Zed,z@z.example,\nzoe,Zoe,Z@z.example,", "p.csv:3: the e-mail address"),
        ('zed,"Zed', "cannot be read"),
    ],
)
def test_one_bad_row_stops_the_whole_table(row: str, words: str) -> None:
    with pytest.raises(DocumentError) as refused:
        changes(f"{HEAD}{row}\nmei,Mei,,\n")
    assert words in str(refused.value)


def test_a_table_without_rows_is_refused_with_its_columns() -> None:
    with pytest.raises(InputError, match=r"p\.csv: there is no row\. The columns are id,name,"):
        changes(HEAD)
