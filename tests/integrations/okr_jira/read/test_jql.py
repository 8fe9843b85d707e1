"""JQL as text: restrictions never change what the written query means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_jira.read.jql import normalised, renaming, restricted, without_resolutions


def test_a_restriction_is_put_around_the_whole_query() -> None:
    assert restricted("a = 1 OR b = 2", "c = 3") == "(a = 1 OR b = 2) AND c = 3"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("project = A ORDER BY created DESC", "project = A"),
        ("project = A order\n by key", "project = A"),
        ('summary ~ "order by" AND a = 1', 'summary ~ "order by" AND a = 1'),
        ("  project =\tA  ", "project = A"),
        ('summary ~ "two  spaces"', 'summary ~ "two  spaces"'),
        (r'summary ~ "a \" ) b"', r'summary ~ "a \" ) b"'),
        ("(a = 1 OR b = 2)", "(a = 1 OR b = 2)"),
        ("text ~ 'a (b'", "text ~ 'a (b'"),
    ],
)
def test_order_and_spaces_outside_of_quotes_mean_nothing(written: str, meant: str) -> None:
    assert normalised(written) == meant


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("a = 1) OR (b = 2", "parenthesis"),
        ("(a = 1", "parenthesis"),
        ('a = "b', "quote"),
        ("a = 'b", "quote"),
        ("", "every issue"),
        ("ORDER BY created", "every issue"),
    ],
)
def test_a_query_that_a_restriction_would_change_is_refused(written: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        normalised(written)


@given(st.text(max_size=60))
def test_any_text_is_normalised_once_and_for_all_or_refused(text: str) -> None:
    try:
        once = normalised(text)
    except ValueError:
        return
    assert normalised(once) == once


def test_names_of_resolutions_are_quoted() -> None:
    clause = without_resolutions(['Won"t', "a\\b"])
    assert clause == r'(resolution is EMPTY OR resolution not in ("Won\"t", "a\\b"))'


@pytest.mark.parametrize(
    ("jql", "question"),
    [
        ("labels = checkout", 'Was the label "checkout" renamed?'),
        ('project = A AND labels in ("check out", b)', 'Was the label "check out" renamed?'),
        ("project = A", "Was a label, a status or a project renamed?"),
    ],
)
def test_an_empty_selection_asks_for_what_may_have_been_renamed(jql: str, question: str) -> None:
    assert renaming(jql) == question
