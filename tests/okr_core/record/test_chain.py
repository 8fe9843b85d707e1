"""The pure part of the hash chain."""

from __future__ import annotations

import pytest

from okr_core.record.chain import GENESIS, link_hash, payload_of, salted_digest

LINK: dict[str, str | int] = {
    "scope": "2026-q4",
    "seq": 1,
    "table": "revisions",
    "row": 7,
    "payload": '{"number":1}',
    "previous": GENESIS,
}


def test_a_link_hash_never_changes_between_releases() -> None:
    assert link_hash(**LINK) == (  # type: ignore[arg-type]
        "sha256:32ae07901870b6fc8bcf2b0004253512314dc6e6cf9f09ed8c72a3798de0f5a0"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"scope": "2027-q1"},
        {"seq": 2},
        {"table": "entries"},
        {"row": 8},
        {"payload": "{}"},
        {"previous": "sha256:00"},
    ],
)
def test_a_link_hash_covers_its_place_its_row_and_the_link_before(
    change: dict[str, str | int],
) -> None:
    assert link_hash(**{**LINK, **change}) != link_hash(**LINK)  # type: ignore[arg-type]


def test_a_payload_is_the_same_whatever_the_order_of_its_fields() -> None:
    assert payload_of({"b": 1, "a": "é"}) == payload_of({"a": "é", "b": 1}) == '{"a":"é","b":1}'


def test_a_salted_digest_depends_on_salt_and_text() -> None:
    several = {salted_digest(salt, text) for salt in ("00", "01") for text in ("yes", "no")}
    assert len(several) == 4
