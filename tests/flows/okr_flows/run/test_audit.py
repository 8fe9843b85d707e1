"""A store is audited by one rule: decisions by their chain, numbers by their evidence."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from applied_store import CYCLE

from okr_core.record.entries import Reading
from okr_core.record.evidence import Evidence, Row, digest_of, encode
from okr_flows.run.audit import audit_store
from okr_store import Store

AT = datetime(2025, 10, 19, 8, tzinfo=UTC)


def read(store: Store, value: int, rows: int) -> None:
    """A reading, and as many rows of evidence."""
    content = encode(
        Evidence(
            kind="jira",
            connection="acme",
            query="labels = question",
            measure="number of issues",
            formula="count",
            rows=tuple(Row(id=str(number)) for number in range(rows)),
        )
    )
    reading = Reading(
        at=AT,
        value=Decimal(value),
        key_result="answers.bound",
        source="jira:acme",
        as_of=AT,
        evidence=digest_of(content),
    )
    store.record(CYCLE, [(reading, content)])


@pytest.mark.parametrize("rows", [4, 5])
def test_a_number_that_its_evidence_does_not_add_up_to_is_a_problem(
    applied: Store, rows: int
) -> None:
    read(applied, 4, rows)
    found = audit_store(applied)
    assert found.chain.ok
    assert (found.ok, found.agreeing) == (rows == 4, int(rows == 4))
    if not found.ok:
        (problem,) = found.problems
        assert "`answers.bound`" in problem
        assert "its value is 4, its evidence adds up to 5" in problem


def test_a_head_that_is_gone_is_a_problem(applied: Store) -> None:
    known = dict(audit_store(applied).chain.heads)
    assert audit_store(applied, known).ok
    assert not audit_store(applied, {**known, CYCLE: "sha256:" + "0" * 64}).ok
