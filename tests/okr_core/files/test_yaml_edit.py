"""Text edits of YAML: what is put there is there, and nothing else moves."""

from __future__ import annotations

from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from okr_core.errors import InputError
from okr_core.files.document import read_document
from okr_core.files.yaml_edit import Value, edited, flow

NAMES = st.text(ascii_lowercase, min_size=1, max_size=4)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=12)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: 1\n", "a: 1\n\nm:\n  k: v\n"),
        ("a: 1", "a: 1\n\nm:\n  k: v\n"),
        ("m:\na: 1\n", "m:\n  k: v\na: 1\n"),
        ("m: {}  # c\na: 1\n", "m: {k: v}  # c\na: 1\n"),
        ("m: {x: y}\n", "m: {x: y, k: v}\n"),
        ("m: {\n  x: y,  # c\n}\n", "m: {\n  x: y, k: v,  # c\n}\n"),
        ("m:\n    x: y  # c\n# d\na: 1\n", "m:\n    x: y  # c\n    k: v\n# d\na: 1\n"),
        ("m:\n  x:\n    y: z\n\n# d\n", "m:\n  x:\n    y: z\n  k: v\n\n# d\n"),
        ("m:\n  k: old  # c\n", "m:\n  k: v  # c\n"),
        ("m:\n  k:\n    x: y\n  o: p\n", "m:\n  k: v\n  o: p\n"),
        ("m:\n  k:\n  o: p\n", "m:\n  k: v\n  o: p\n"),
        ("m:\n  x: |\n    t\n    u\na: 1\n", "m:\n  x: |\n    t\n    u\n  k: v\na: 1\n"),
    ],
)
def test_a_value_is_put_where_a_person_would_write_it(before: str, after: str) -> None:
    assert edited(before, {("m", "k"): "v"}) == after


def test_several_values_are_put_at_once_each_in_its_own_place() -> None:
    text = "p:\n  ada:\n    name: A  # c\n  bo: {name: B}\n"
    values: dict[tuple[str, ...], Value] = {
        ("p", "ada", "accounts", "jira"): "x",
        ("p", "bo", "email"): "b@x",
        ("p", "cy"): {"name": "C"},
    }
    assert edited(text, values) == (
        "p:\n  ada:\n    name: A  # c\n    accounts: {jira: x}\n"
        "  bo: {name: B, email: b@x}\n  cy: {name: C}\n"
    )


@pytest.mark.parametrize("text", ["- a\n", "a: [", ""])
def test_a_file_that_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="no YAML mapping"):
        edited(text, {("a",): "b"})


def test_a_place_inside_of_a_text_is_refused() -> None:
    with pytest.raises(InputError, match="`m` is no mapping"):
        edited("m: text\n", {("m", "n"): "v"})


@given(NAMES, TEXTS)
def test_any_text_is_read_back_as_it_was_by_us_and_by_every_yaml_reader(
    name: str, text: str
) -> None:
    written = edited("top: {}\n", {("top", name): text})
    assert read_document(written, "x.yaml").data == {"top": {name: text}}
    assert YAML(typ="safe", pure=True).load(f"v: {flow(text)}")["v"] == text


@given(st.dictionaries(NAMES, NAMES, max_size=4), st.dictionaries(NAMES, TEXTS, min_size=1))
def test_other_entries_are_never_touched(before: dict[str, str], values: dict[str, str]) -> None:
    text = "top:\n" + "".join(f"  {key}: '{value}' # c\n" for key, value in before.items())
    after = edited(text, {("top", key): value for key, value in values.items()})
    assert read_document(after, "x.yaml").data["top"] == {**before, **values}
    kept = [f"  {key}: '{value}' # c" for key, value in before.items() if key not in values]
    assert [line for line in after.splitlines() if line in kept] == kept
