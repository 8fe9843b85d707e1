"""Hashes that bind rows to each other without their words."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from okr_core.chain import GENESIS, link_hash, payload_of, salted_digest
from okr_core.exact import canonical_json

SALT = "5f" * 16
FIELDS = st.fixed_dictionaries(
    {
        "scope": st.sampled_from(["", "2026-q4"]),
        "seq": st.integers(1, 3),
        "table": st.sampled_from(["entries", "readings"]),
        "row": st.integers(1, 3),
        "payload": st.sampled_from(["{}", '{"a":1}', '{"a":"1"}']),
        "previous": st.sampled_from([GENESIS, "sha256:00"]),
    }
)


@given(FIELDS, FIELDS)
def test_two_links_share_a_hash_only_where_everything_about_them_is_the_same(
    one: dict[str, object], other: dict[str, object]
) -> None:
    same = link_hash(**one) == link_hash(**other)  # type: ignore[arg-type]
    assert same == (one == other)


def test_anyone_can_work_out_a_link_with_a_hash_function_and_json() -> None:
    fields = {
        "scope": "2026-q4",
        "seq": 1,
        "table": "entries",
        "row": 7,
        "payload": payload_of({"kind": "correction", "by": 3, "note": None}),
        "previous": GENESIS,
    }
    by_hand = hashlib.sha256(canonical_json(fields)).hexdigest()
    assert link_hash(**fields) == f"sha256:{by_hand}"  # type: ignore[arg-type]


def test_a_payload_is_the_same_in_whatever_order_its_fields_come() -> None:
    assert payload_of({"a": 1, "b": "é"}) == payload_of({"b": "é", "a": 1}) == '{"a":1,"b":"é"}'


def test_a_digest_of_words_depends_on_its_salt_and_does_not_hold_the_words() -> None:
    assert salted_digest(SALT, "not her fault") == salted_digest(SALT, "not her fault")
    assert salted_digest(SALT, "not her fault") != salted_digest("60" * 16, "not her fault")
    assert "fault" not in salted_digest(SALT, "not her fault")


@given(st.text(max_size=20), st.text(max_size=20))
def test_different_words_have_different_digests(one: str, other: str) -> None:
    assert (salted_digest(SALT, one) == salted_digest(SALT, other)) == (one == other)
