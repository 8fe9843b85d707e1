"""Audit: what someone with full access to the database changed comes to light."""

from __future__ import annotations

import pytest
from store_samples import CYCLE, decided_store, scope_change, tamper

from okr_store import Store


def test_a_store_nobody_touched_is_sound(store: Store) -> None:
    assert store.audit().ok
    assert (store.audit().links, store.audit().head) == (0, "")
    report = decided_store(store).audit()
    assert (report.ok, report.links, set(report.heads)) == (True, 8, {"", CYCLE})
    assert (report.readings, report.entries, report.erased, report.later) == (3, 4, 0, ())
    assert report.head.startswith("sha256:")
    assert [(link.scope, link.seq) for link in store.links()] == [
        ("", 1),
        *((CYCLE, seq) for seq in range(1, 8)),
    ]


def test_decisions_are_links_and_all_else_of_a_transaction_is_one_seal(
    store: Store,
) -> None:
    decided_store(store)
    rows = [(link.table, link.row) for link in store.links(CYCLE)]
    assert rows == [
        ("revisions", 1),
        ("revisions", 2),
        ("entries", 1),
        ("seals", 1),
        ("entries", 3),
        ("readings", 3),
        ("entries", 4),
    ]


ALTERED = {
    "UPDATE revisions SET digest = 'sha256:ff' WHERE id = 1": "revision (row 1) is not as it",
    "UPDATE revisions SET state = 'accepted' WHERE id = 2": "revision (row 2) is not as it",
    "UPDATE revisions SET at = '2026-01-01T00:00:00.000000Z' WHERE id = 1": "revision (row 1)",
    "UPDATE revisions SET added = '{}' WHERE id = 1": "revision (row 1) is not as it",
    "UPDATE readings SET value = '99' WHERE sequence = 3": "reading r3 is not as it",
    "UPDATE readings SET decided_at = NULL WHERE sequence = 3": "reading r3 is not as it",
    "UPDATE readings SET value = '99' WHERE sequence = 1": "reading r3 is not as it",
    "UPDATE readings SET supersedes = 2 WHERE sequence = 3": "reading r3 is not as it",
    "UPDATE entries SET body = replace(body, 'r1', 'r2') WHERE id = 3": "entry e3 is not as it",
    "UPDATE readings SET value = CAST('99' AS BYTES) WHERE sequence = 3": "reading r3 is not as",
    "UPDATE entries SET topic = 'rejected' WHERE id = 1": "entry e1 is not as it",
    "UPDATE entries SET kind = 'check_in' WHERE id = 4": "entry e4 is not as it",
    'UPDATE entries SET "by" = NULL WHERE id = 4': "entry e4 is not as it",
    "UPDATE texts SET text = '{\"reason\":\"lies\"}' WHERE text LIKE '%two teams%'": "text ",
    "UPDATE chain SET payload = '{}' WHERE scope <> '' AND seq = 2": "link 2 (revision (row 2))",
    "UPDATE chain SET hash = 'sha256:00' WHERE scope <> '' AND seq = 3": "link 4: it does not",
    "UPDATE chain SET row_id = 99 WHERE row_table = 'entries' AND row_id = 4": "entry e4 is not in",
    "UPDATE evidence SET content = 'x'": "evidence sha256:",
}


@pytest.mark.parametrize("change", ALTERED)
def test_an_altered_row_is_found(store: Store, ready_url: str, change: str) -> None:
    decided_store(store)
    kind = "varchar" if ready_url.startswith("postgresql") else "blob"
    tamper(ready_url, change.replace("BYTES", kind))
    report = store.audit()
    assert not report.ok
    assert any(ALTERED[change] in problem for problem in report.problems), report.problems


DELETED = {
    "DELETE FROM revisions WHERE id = 1": "revision (row 1) was deleted",
    "DELETE FROM readings WHERE sequence = 3": "reading r3 was deleted",
    "DELETE FROM entries WHERE id = 3": "entry e3 was deleted",
    "DELETE FROM chain WHERE scope <> '' AND seq = 1": "link 1 is missing",
    "DELETE FROM chain WHERE scope <> '' AND seq IN (2, 3)": "links 2 to 3 are missing",
    "DELETE FROM chain WHERE scope <> '' AND seq = 7": "entry e4 is not in the chain",
    "DELETE FROM texts": "is not as it was recorded",
}


@pytest.mark.parametrize("change", DELETED)
def test_a_deleted_row_is_found(store: Store, ready_url: str, change: str) -> None:
    decided_store(store)
    tamper(ready_url, change)
    problems = store.audit().problems
    assert any(DELETED[change] in problem for problem in problems), problems


def test_a_decision_deleted_with_its_link_leaves_a_gap(store: Store, ready_url: str) -> None:
    decided_store(store)
    tamper(
        ready_url,
        "DELETE FROM chain WHERE row_table = 'entries' AND row_id = 3",
        "DELETE FROM entries WHERE id = 3",
    )
    assert any("link 5 is missing" in problem for problem in store.audit().problems)


def test_reordered_links_are_found(store: Store, ready_url: str) -> None:
    decided_store(store)
    tamper(
        ready_url,
        "UPDATE chain SET seq = 99 WHERE scope <> '' AND seq = 2",
        "UPDATE chain SET seq = 2 WHERE scope <> '' AND seq = 3",
        "UPDATE chain SET seq = 3 WHERE scope <> '' AND seq = 99",
    )
    problems = store.audit().problems
    assert any("link 2: it does not follow" in problem for problem in problems)
    assert any("link 3 (revision (row 2)): it was altered" in problem for problem in problems)


def test_a_row_that_was_inserted_again_is_found(store: Store, ready_url: str) -> None:
    decided_store(store)
    columns = 'cycle, kind, key_result, topic, key, at, "by", via, body, words'
    tamper(
        ready_url,
        f"INSERT INTO entries (id, {columns}) SELECT 50, {columns} FROM entries WHERE id = 4",
        "DELETE FROM entries WHERE id = 4",
    )
    problems = store.audit().problems
    assert "entry e50 is not in the chain: it was put in past it." in problems
    assert "entry e4 was deleted." in problems


def test_an_end_that_was_cut_off_shows_against_a_head_kept_elsewhere(
    store: Store, ready_url: str
) -> None:
    decided_store(store)
    heads = store.audit().heads
    store.add_entries(CYCLE, [scope_change()])
    assert store.audit(heads).ok
    tamper(
        ready_url,
        "DELETE FROM chain WHERE scope <> '' AND seq IN (7, 8)",
        "DELETE FROM entries WHERE id IN (4, 5)",
    )
    assert store.audit().ok  # within itself: that is why a head is kept elsewhere
    assert store.audit(heads).problems == (
        "chain of cycle `2026-q4`: the head that was kept is no longer in it.",
    )


def test_a_report_of_a_ruined_store_stays_readable(store: Store, ready_url: str) -> None:
    store.add_entries(CYCLE, [scope_change() for _ in range(150)])
    tamper(ready_url, "UPDATE chain SET hash = 'x'")
    report = store.audit()
    assert (len(report.problems), report.links) == (100, 150)
