"""The id by which workspaces that share a Prefect server are told apart."""

import pytest

from okr_core.errors import DocumentError
from okr_core.files.document import load_workspace
from okr_core.plan.workspace_id import workspace_id_from


@pytest.mark.parametrize("id_", ["acme", "acme-kqzm", "7", "a" * 40])
def test_letters_digits_and_single_dashes_are_an_id(id_: str) -> None:
    assert load_workspace(f'organization: Acme\nid: "{id_}"\n').id == id_


@pytest.mark.parametrize("id_", ["Acme", "a_b", "-a", "a-", "a--b", "a.b", "a/b", "a" * 41])
def test_anything_else_is_an_error_with_its_line_and_an_example(id_: str) -> None:
    with pytest.raises(DocumentError, match=r"okr.yaml:2.*no workspace id. .*acme-kqzm"):
        load_workspace(f'organization: Acme\nid: "{id_}"\n')


@pytest.mark.parametrize("name", ["Lumen Buildings", "上海", "", "--", "Übermaß & Söhne " * 9])
def test_an_id_that_is_made_of_a_name_is_one_that_may_be_written(name: str) -> None:
    id_ = workspace_id_from(name, b"seed")
    assert load_workspace(f"organization: Acme\nid: {id_}\n").id == id_


def test_two_workspaces_of_one_organisation_are_told_apart() -> None:
    assert workspace_id_from("Acme", b"1") != workspace_id_from("Acme", b"2")
