"""Evidence of the past is told apart from what was read, and what was stored before still reads."""

import json
from decimal import Decimal

from pydantic import SecretStr

from okr_core.workspace import Connection
from okr_notion import SOURCE as NOTION
from okr_sources.answers import Evidence, Row
from okr_sources.evidence import decode, digest_of, encode, re_add
from okr_sources.past import past_session
from okr_sources.source import Credentials

READ = Evidence("jira", "acme", "labels = a", "count of issues", "count", rows=(Row("1"), Row("2")))
STORED = (
    b'{"complete":true,"connection":"acme","formula":"count","ids":["1","2"],"kind":"jira",'
    b'"link":"","measure":"count of issues","notes":[],"query":"labels = a","requests":1,'
    b'"scale":"1","version":1}'
)
"""Evidence as it was stored before there were reconstructions."""


def test_evidence_of_a_reading_keeps_the_bytes_and_the_digest_that_it_always_had() -> None:
    assert encode(READ) == STORED
    assert decode(STORED) == READ
    assert decode(STORED).reconstructed == ""
    assert digest_of(encode(READ)) == digest_of(STORED)


def test_a_reconstruction_keeps_how_and_on_what_grounds() -> None:
    past = Evidence(
        "jira",
        "acme",
        "labels = a",
        "share done",
        "ratio",
        rows=(Row("1"), Row("2", Decimal(0))),
        reconstructed="from dates",
        assumptions=("labels as they are today", "nothing was deleted"),
    )
    content = encode(past)
    assert decode(content) == past
    assert re_add(decode(content)) == Decimal("0.5")
    assert json.loads(content)["assumptions"] == list(past.assumptions)
    assert digest_of(content) != digest_of(encode(READ))


def test_a_source_that_does_not_offer_the_past_has_none() -> None:
    connection = Connection(kind="notion")
    with NOTION.open("wiki", connection, Credentials(SecretStr("ntn_x"))) as session:
        assert past_session(session) is None
