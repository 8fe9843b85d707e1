"""Bindings: every way of writing one, and one clear sentence about every other."""

import pytest
from pydantic import ValidationError

from okr_jira import JiraBinding
from okr_jira.read.binding import Measure

PLACE = "source.jira.measure"


@pytest.mark.parametrize(
    ("fields", "measure"),
    [
        ({"measure": "count"}, Measure("count")),
        ({"measure": {"sum": "Points"}}, Measure("sum", "Points", f"{PLACE}.sum")),
        ({"measure": {"average": "P"}}, Measure("average", "P", f"{PLACE}.average")),
        ({"measure": "done_ratio"}, Measure("done_ratio")),
        ({"measure": {"done_ratio": "count"}}, Measure("done_ratio")),
        (
            {"measure": {"done_ratio": {"weight": "P"}}},
            Measure("done_ratio", "P", f"{PLACE}.done_ratio.weight"),
        ),
        (
            {"measure": "done_ratio", "weight": "P"},
            Measure("done_ratio", "P", "source.jira.weight"),
        ),
        ({"measure": "lead_time"}, Measure("lead_time")),
    ],
)
def test_every_way_of_writing_a_measure(fields: dict[str, object], measure: Measure) -> None:
    binding = JiraBinding.model_validate({"connection": "acme", "jql": "a = 1", **fields})
    assert binding.measured == measure


def test_a_field_of_one_issue_is_a_binding_too() -> None:
    binding = JiraBinding.model_validate({"connection": "acme", "issue": "A-1", "field": "NPS"})
    assert binding.measured == Measure("field", "NPS", "source.jira.field")


def test_text_from_yaml_is_typed() -> None:
    binding = JiraBinding.model_validate(
        {
            "connection": "acme",
            "jql": "a = 1",
            "measure": "count",
            "scale": "1.10",
            "exact": "false",
            "exclude": "Duplicate",
            "suspect": {"shrink": "0.5", "empty": "false"},
        }
    )
    assert str(binding.scale) == "1.10"
    assert binding.exclude == ("Duplicate",)
    assert not binding.exact
    assert not binding.suspect.empty


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({}, "nothing is selected"),
        ({"jql": "a = 1"}, "jql and measure go together"),
        ({"measure": "count"}, "jql and measure go together"),
        ({"issue": "A-1"}, "issue and field go together"),
        ({"jql": "a = 1", "measure": "count", "issue": "A-1"}, "exclude issue and field"),
        ({"jql": "a = 1", "measure": "sum"}, "measure `sum` needs a field"),
        ({"jql": "a = 1", "measure": "median"}, "measure `median` is unknown"),
        ({"jql": "a = 1", "measure": {"max": "x"}}, "measure `max` is unknown"),
        ({"jql": "a = 1", "measure": {"sum": "a", "average": "b"}}, "is unknown"),
        ({"jql": "(a = 1", "measure": "count"}, "parenthesis"),
        ({"jql": "ORDER BY x", "measure": "count"}, "every issue"),
        ({"jql": "a = 1", "measure": "count", "weight": "P"}, "weight goes with"),
        ({"jql": "a = 1", "measure": "lead_time", "exact": "false"}, "exact: false"),
        ({"jql": "a = 1", "measure": "lead_time", "scope": "frozen"}, "no scope to freeze"),
        ({"issue": "A-1", "field": "x", "exclude": ["Done"]}, "go with jql"),
        ({"issue": "not a key", "field": "x"}, "match pattern"),
        ({"jql": "a = 1", "measure": "count", "jpl": "b"}, "Extra inputs"),
        ({"jql": "a = 1", "measure": "count", "scale": "NaN"}, "`NaN` is not a number"),
        ({"jql": "a = 1", "measure": "count", "suspect": {"shrink": "2"}}, "less than"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(fields: dict[str, object], problem: str) -> None:
    with pytest.raises(ValidationError) as caught:
        JiraBinding.model_validate({"connection": "acme", **fields})
    assert problem in str(caught.value)


def test_the_schema_of_bindings_can_be_printed() -> None:
    schema = JiraBinding.model_json_schema()
    assert {"connection", "jql", "measure", "exclude", "scope"} <= set(schema["properties"])
