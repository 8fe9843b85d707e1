"""`okr schema` describes files and outputs."""

import pytest
from jsonschema import Draft202012Validator
from okr_command import PLAN, WORKSPACE, Okr

from okr_cli.plan.schema import NAMES, schema_of
from okr_core.files.document import read_document


@pytest.mark.parametrize("name", NAMES)
def test_every_schema_is_valid_and_printed(okr: Okr, name: str) -> None:
    ran = okr("schema", name)
    assert ran.code == 0
    Draft202012Validator.check_schema(ran.json)


def test_without_a_name_the_names_are_listed(okr: Okr) -> None:
    assert okr("schema").out.split() == list(NAMES)


def test_an_unknown_name_is_answered_with_those_there_are(okr: Okr) -> None:
    ran = okr("schema", "stauts")
    assert ran.code == 2
    assert "status" in ran.err


@pytest.mark.parametrize(("name", "text"), [("plan", PLAN), ("workspace", WORKSPACE)])
def test_the_files_of_a_workspace_have_the_keys_that_their_schema_describes(
    name: str, text: str
) -> None:
    document = read_document(text, name)
    properties = schema_of(name)["properties"]
    assert isinstance(properties, dict)
    assert set(document.data) <= set(properties)


def test_a_document_with_a_key_too_many_is_not_valid() -> None:
    document = {"schema": "okr.pull/1", "files": [], "extra": 1}
    assert not Draft202012Validator(schema_of("pull")).is_valid(document)
