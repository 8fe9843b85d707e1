"""Answers with one thing wrong give the number that they still say, or none; never another one."""

import pytest
from faults import FAULTS, Fault
from harness import found_by, run, table
from vendors import vendors


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_mutated_answer_is_the_right_number_or_none() -> None:
    tally = run(vendors(), seed=5, number=3)
    assert not tally.examples, "\n".join([*table(tally), *map(str, tally.examples)])
    assert tally.mutations > 2_000


@pytest.mark.parametrize("vendor", ["jira cloud", "jira datacenter", "notion", "http"])
def test_a_mutated_answer_of_a_tool_is_the_right_number_or_none(vendor: str) -> None:
    tally = run(vendors(vendor), seed=5, number=2)
    assert not tally.examples, "\n".join([*table(tally), *map(str, tally.examples)])
    assert tally.mutations > 80


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_a_fault_in_a_parser_is_found(fault: Fault) -> None:
    assert found_by(fault, seed=1, number=100)
