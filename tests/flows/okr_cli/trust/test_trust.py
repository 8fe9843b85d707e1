"""`okr explain`, `accept`, `correct` and `audit verify`: every number can answer says who, when."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from okr_command import Okr
from sqlalchemy import text
from store_samples import raw_engine, tamper

from okr_cli.plan.schema import schema_of
from okr_core.record.entries import Entry, Reading, SyncRecord, UnavailableAnswer
from okr_core.record.evidence import Evidence, Row, digest_of, encode, re_add
from okr_store import Store, open_store

DAY = "2025-10-20"
AT = datetime(2025, 10, 19, 8, tzinfo=UTC)
KR = "answers.bound"


def _evidence(rows: int) -> bytes:
    found = Evidence(
        kind="jira",
        connection="acme",
        query="labels = question",
        measure="number of issues",
        formula="count",
        link="https://acme.atlassian.net/issues?jql=labels%20%3D%20question",
        rows=tuple(Row(id=str(10_000 + i), label=f"ASK-{i}") for i in range(rows)),
    )
    return encode(found)


def _read(
    value: int, at: datetime, *, rows: int | None = None, why: str = ""
) -> tuple[Reading, bytes]:
    content = _evidence(value if rows is None else rows)
    reading = Reading(
        at=at,
        value=Decimal(value),
        key_result=KR,
        state="suspect" if why else "observed",
        source="jira:acme",
        as_of=at,
        observed_at=at,
        reason=why,
        evidence=digest_of(content),
        revision=1,
    )
    return reading, content


@pytest.fixture
def store(
    okr: Okr, folder: Path, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Store]:
    """The store of a workspace whose plan is applied, on either engine."""
    monkeypatch.setenv("OKR_STORE_URL", store_url)
    assert okr("apply", "--as-of", "2025-09-20", "--by", "ada", "--reason", "agreed").code == 0
    with open_store(store_url) as opened:
        yield opened


def test_a_number_is_explained_down_to_its_rows(okr: Okr, store: Store) -> None:
    store.record("2025-q4", [_read(290, AT)])
    ran = okr("explain", KR, "--at", DAY)
    assert ran.code == 0, ran.err
    assert "link       https://acme.atlassian.net/issues?jql=labels%20%3D%20question\n" in ran.out
    for words in (
        "290, read from jira:acme at 2025-10-19 10:00 CEST",
        "(290 − 480) ÷ (100 − 480) = 0.5",
        "labels = question",
        "290 rows, complete, 1 request; added up again: 290, agrees with the value",
        "ASK-0 1",
        "and 278 more",
        "2025-q4:1 by ada",
        '"agreed"',
    ):
        assert words in " ".join(ran.out.split()), words


def test_the_document_lists_every_id_that_counted(okr: Okr, store: Store) -> None:
    store.record("2025-q4", [_read(290, AT)])
    ran = okr("explain", KR, "--at", DAY, "--format", "json")
    Draft202012Validator(schema_of("explain")).validate(ran.json)
    assert len({row["id"] for row in ran.json["evidence"]["rows"]}) == 290
    assert ran.json["evidence"]["added_up"] == "290"
    assert ran.json["evidence"]["agrees"] is True


LONG = "https://acme.atlassian.net/issues?jql=" + "labels%20%3D%20question%20AND%20" * 5


def test_a_link_is_never_broken_and_people_read_six_digits(okr: Okr, store: Store) -> None:
    thirds = tuple(Row(str(n), Decimal(1) / 3 * n, label=f"ASK-{n}") for n in (1, 1, 2))
    found = Evidence("jira", "acme", "all", "average", "average", link=LONG, rows=thirds)
    reading, _ = _read(1, AT)
    content = encode(found)
    value = re_add(found)
    exact = replace(reading, value=value, evidence=digest_of(content))
    store.record("2025-q4", [(exact, content)])
    ran = okr("explain", KR, "--at", DAY)
    assert f"link       {LONG}\n" in ran.out
    assert "ASK-2 0.666667" in ran.out
    assert "added up again: 0.444444, agrees" in " ".join(ran.out.split())
    assert "(0.444444 − 480)" in ran.out
    document = okr("explain", KR, "--at", DAY, "--format", "json").json
    assert document["evidence"]["added_up"] == str(value)
    assert str(value) in document["formula"]


def test_damaged_evidence_says_which_and_what_to_do(okr: Okr, store: Store, store_url: str) -> None:
    store.record("2025-q4", [_read(290, AT)])
    (reading,) = store.readings("2025-q4", as_of=None)
    tamper(store_url, "UPDATE evidence SET content = ''")
    ran = okr("explain", KR, "--at", DAY)
    assert ran.code == 2
    assert f"evidence `{reading.evidence}` in the store is damaged" in ran.err
    assert "okr audit verify" in ran.err
    assert okr("status", "--as-of", DAY).code == 0


def test_the_audit_says_what_it_proves(okr: Okr, store: Store) -> None:
    store.record("2025-q4", [_read(290, AT), _read(288, AT + timedelta(days=1))])
    ran = okr("audit", "verify")
    assert ran.code == 0, ran.out
    said = " ".join(ran.out.split())
    assert "3 links hold and bind 2 readings and 0 entries; 2 readings agree with their" in said
    assert "Not proven: that nothing was cut off the end" in said
    document = okr("audit", "verify", "--format", "json").json
    Draft202012Validator(schema_of("audit")).validate(document)
    assert (document["ok"], document["readings"], document["expected"]) == (True, 2, False)


def test_a_changed_value_and_swapped_evidence_come_to_light(
    okr: Okr, store: Store, store_url: str
) -> None:
    store.record("2025-q4", [_read(290 - n, AT + timedelta(days=n)) for n in range(3)])
    tamper(
        store_url,
        "UPDATE readings SET value = '100' WHERE sequence = 1",
        "UPDATE readings SET evidence = (SELECT evidence FROM readings WHERE sequence = 3)"
        " WHERE sequence = 2",
    )
    ran = okr("audit", "verify")
    assert ran.code == 1
    assert f"reading r1 of `{KR}` in cycle `2025-q4`: its value is 100, its evidence" in ran.out
    assert "reading r2 of" in ran.out
    assert "its value is 289, its evidence adds up to 288." in ran.out
    assert "reading r3" not in ran.out
    tamper(store_url, "UPDATE evidence SET content = ''")
    assert "is damaged" in okr("audit", "verify").out


def test_evidence_that_does_not_add_up_is_a_finding(okr: Okr, store: Store) -> None:
    store.record("2025-q4", [_read(290, AT, rows=288)])
    ran = okr("explain", KR, "--at", DAY)
    assert ran.code == 1
    assert "added up again: 288, does NOT agree" in " ".join(ran.out.split())


def test_a_check_in_says_who_said_it(okr: Okr, store: Store) -> None:
    okr("checkin", "activation.week1", "38", "--as-of", DAY, "--by", "ada")
    ran = okr("explain", "activation.week1", "--at", DAY)
    assert "38 %, said by ada at" in ran.out
    assert "(38 − 31) ÷ (45 − 31) = 0.5" in ran.out


def test_a_key_result_without_a_value_says_so(okr: Okr, store: Store) -> None:
    ran = okr("explain", "activation.grade", "--at", DAY)
    assert ran.code == 0
    assert "none yet" in ran.out


def test_a_suspect_value_does_not_count_until_a_person_accepts_it(okr: Okr, store: Store) -> None:
    week = timedelta(days=7)
    store.record("2025-q4", [_read(480, AT - week)])
    store.record("2025-q4", [_read(0, AT, why="it fell from 480 to 0 issues.")])
    tree = " ".join(okr("status", "--tree", "--as-of", DAY).out.split())
    assert "suspect: 0 is not counted: it fell from 480 to 0 issues." in tree
    assert f"okr accept {KR}" in tree
    assert "1 suspect value to accept or correct" in tree
    before = okr("explain", KR, "--at", DAY, "--format", "json").json
    assert (before["current"], before["suspect"]["value"]) == ("480", "0")
    ran = okr("accept", KR, "--note", "all answered", "--by", "bo", "--as-of", DAY)
    assert ran.code == 0, ran.err
    assert "0 (r" in ran.out
    after = okr("explain", KR, "--format", "json").json
    assert (after["current"], after["suspect"]) == ("0", None)
    assert after["reading"]["by"] == "bo"
    assert after["evidence"]["agrees"] is True
    Draft202012Validator(schema_of("explain")).validate(after)
    said = " ".join(okr("explain", KR).out.split())
    assert "0, read from jira:acme at 2025-10-19 10:00 CEST, accepted by bo on 2025-10-2" in said
    assert "said by" not in said


def test_with_nothing_suspect_there_is_nothing_to_accept(okr: Okr, store: Store) -> None:
    store.record("2025-q4", [_read(290, AT)])
    ran = okr("accept", KR, "--as-of", DAY)
    assert ran.code == 1
    assert "nothing to accept" in ran.err


def test_a_wrong_reading_is_superseded_and_stays_on_record(okr: Okr, store: Store) -> None:
    store.record("2025-q4", [_read(290, AT)])
    ran = okr(
        "correct",
        KR,
        "--value",
        "310",
        "--reason",
        "a filter was wrong",
        "--as-of",
        DAY,
        "--format",
        "json",
    )
    Draft202012Validator(schema_of("decision")).validate(ran.json)
    assert ran.code == 0, ran.err
    now = okr("explain", KR, "--format", "json").json
    assert (now["current"], now["reading"]["reason"]) == ("310", "a filter was wrong")
    assert now["reading"]["supersedes"] == "r1"
    then = okr("explain", KR, "--at", "2025-10-19", "--format", "json").json
    assert then["current"] == "290"


def test_a_correction_takes_what_was_recorded_last_whatever_day_it_is_about(
    okr: Okr, store: Store
) -> None:
    kr = "activation.week1"
    okr("checkin", kr, "40", "--as-of", "2025-10-27")
    okr("checkin", kr, "53", "--confidence", 8, "--note", "a late count", "--as-of", DAY)
    ran = okr("correct", kr, "--value", "38", "--reason", "a slip of the finger")
    assert ran.code == 0, ran.err
    assert ran.out == f"{kr}: 53 % of 2025-10-20 23:59 CEST (r2) is 38 % now.\n"
    assert okr("explain", kr, "--format", "json").json["current"] == "40"


def test_a_replaced_value_stays_in_sight_with_its_confidence_its_note_and_why(
    okr: Okr, store: Store
) -> None:
    kr = "activation.week1"
    okr("checkin", kr, "53", "--confidence", 8, "--note", "guided set-up works", "--as-of", DAY)
    okr("correct", kr, "--value", "38", "--reason", "a slip of the finger", "--by", "bo")
    said = " ".join(okr("explain", kr).out.split())
    assert 'said 2025-10-20 23:59 CEST ada: 53 %, confidence 8 of 10: "guided set-up works"' in said
    assert "replaced 2025-10-20 23:59 CEST 53 % (r1) replaced with 38 % by bo on" in said
    with_it = '(ada had said 53 %, confidence 8 of 10: "guided set-up works")'
    assert f"a slip of the finger {with_it}" in said
    document = okr("explain", kr, "--format", "json").json
    Draft202012Validator(schema_of("explain")).validate(document)
    (replaced,) = document["replaced"]
    assert (replaced["reading"]["value"], replaced["value"]) == ("53", "38")
    assert (replaced["reason"], replaced["by"]) == ("a slip of the finger", "bo")
    (check_in,) = replaced["check_ins"]
    assert (check_in["confidence"], check_in["note"]) == (8, "guided set-up works")
    then = okr("explain", kr, "--at", "2025-10-25", "--format", "json").json
    assert (then["current"], then["replaced"]) == ("53", [])


def test_what_was_taken_out_and_taken_out_again_stays_in_sight(okr: Okr, store: Store) -> None:
    store.record("2025-q4", [_read(290, AT)])
    okr("correct", KR, "--value", "310", "--reason", "a filter was wrong")
    okr("correct", KR, "--reason", "the wrong project")
    said = " ".join(okr("explain", KR).out.split())
    assert "310 (r2) taken out by ada on" in said
    assert "290 (r1) replaced with 310 by ada on" in said
    last, first = okr("explain", KR, "--format", "json").json["replaced"]
    assert (last["value"], last["reading"]["value"], first["value"]) == (None, "310", "310")


def test_both_of_two_confidences_for_one_day_are_in_sight(okr: Okr, store: Store) -> None:
    kr = "activation.week1"
    for sure in (7, 3):
        ran = okr("checkin", kr, "38", "--confidence", sure, "--as-of", DAY)
    assert "ada had said 38 %, confidence 7 for that time; both stay, the last one counts" in (
        ran.err
    )
    said = okr("explain", kr, "--format", "json").json["check_ins"]
    assert [each["confidence"] for each in said] == [3, 7]


def test_a_wrong_reading_can_be_taken_out(okr: Okr, store: Store) -> None:
    store.record("2025-q4", [_read(290, AT)])
    assert okr("correct", KR, "--reason", "wrong project", "--as-of", DAY).code == 0
    assert okr("explain", KR, "--format", "json").json["current"] is None


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--reading", "r99"], 1), (["--value", "lots"], 2), (["--by", "nobody"], 2)],
)
def test_a_correction_that_cannot_be_is_refused(
    okr: Okr, store: Store, arguments: list[str], code: int
) -> None:
    store.record("2025-q4", [_read(290, AT)])
    ran = okr("correct", KR, "--reason", "x", *arguments, "--as-of", DAY)
    assert ran.code == code
    assert "Traceback" not in ran.err


def test_a_correction_needs_a_reason(okr: Okr, store: Store) -> None:
    store.record("2025-q4", [_read(290, AT)])
    assert okr("correct", KR, "--as-of", DAY).code == 2
    assert okr("correct", KR, "--reason", " ", "--as-of", DAY).code == 2


def test_what_could_not_be_read_is_shown_with_its_hint_until_it_is_read(
    okr: Okr, store: Store
) -> None:
    answer = UnavailableAnswer(key_result=KR, reason="the token was refused", hint="Renew it.")
    failed = SyncRecord(connection="acme", observed_at=AT, unavailable=(answer,))
    store.add_entries("2025-q4", [Entry(at=AT, body=failed, cycle="2025-q4", via="flow")])
    status = okr("status", "--as-of", DAY, "--format", "json").json
    trouble = status["objectives"][1]["key_results"][1]["unavailable"]
    assert trouble == {"reason": "the token was refused", "hint": "Renew it."}
    tree = " ".join(okr("status", "--tree", "--as-of", DAY).out.split())
    assert "unavailable: the token was refused. Renew it." in tree
    explained = okr("explain", KR, "--at", DAY, "--format", "json").json
    Draft202012Validator(schema_of("explain")).validate(explained)
    at = "2025-10-19T08:00:00Z"
    assert explained["unavailable"] == {**trouble, "at": at}
    said = " ".join(okr("explain", KR, "--at", DAY).out.split())
    assert "by the sync of 2025-10-19 10:00 CEST: the token was refused. Renew it." in said
    later = AT + timedelta(hours=3)
    read = SyncRecord(connection="acme", observed_at=later, observed=(KR,))
    store.add_entries("2025-q4", [Entry(at=later, body=read, cycle="2025-q4", via="flow")])
    status = okr("status", "--as-of", DAY, "--format", "json").json
    assert status["objectives"][1]["key_results"][1]["unavailable"] is None
    assert "token was refused" not in okr("explain", KR, "--at", DAY).out


def test_the_audit_proves_that_nothing_was_altered(okr: Okr, store: Store, folder: Path) -> None:
    ran = okr("audit", "verify", "--format", "json")
    Draft202012Validator(schema_of("audit")).validate(ran.json)
    assert (ran.code, ran.json["ok"]) == (0, True)
    assert ran.json["links"] >= 2


def test_a_head_that_was_kept_proves_that_nothing_was_cut_off(
    okr: Okr, store: Store, folder: Path
) -> None:
    kept = folder / "heads.json"
    kept.write_text(okr("audit", "verify", "--format", "json").out, encoding="utf-8")
    assert okr("audit", "verify", "--expect", str(kept)).code == 0
    heads = json.loads(kept.read_text(encoding="utf-8"))["heads"]
    kept.write_text(json.dumps({"heads": dict.fromkeys(heads, "sha256:0")}), encoding="utf-8")
    ran = okr("audit", "verify", "--expect", str(kept))
    assert (ran.code, "no longer in it" in ran.out) == (1, True)
    for spoilt in ("[]", '{"heads": []}', '{"heads": {"": 1}}', '{"heads": {"": ""}}', "{"):
        kept.write_text(spoilt, encoding="utf-8")
        ran = okr("audit", "verify", "--expect", str(kept))
        assert (ran.code, "is no output of" in ran.err) == (2, True)


def test_an_export_that_was_kept_proves_that_nothing_was_cut_off(
    okr: Okr, store: Store, store_url: str, folder: Path
) -> None:
    backup = folder / "backup.jsonl"
    okr("export", "--out", str(backup))
    okr("checkin", "activation.week1", "38", "--confidence", "7", "--as-of", DAY, "--by", "ada")
    ran = okr("audit", "verify", "--expect", str(backup), "--format", "json")
    assert (ran.code, ran.json["expected"], ran.json["problems"]) == (0, True, [])
    later = folder / "later.jsonl"
    okr("export", "--out", str(later))
    cut = "(SELECT max(id) FROM chain)"
    tamper(
        store_url,
        f"DELETE FROM seals WHERE id IN (SELECT row_id FROM chain WHERE id = {cut})",
        "DELETE FROM entries WHERE kind = 'check_in'",
        "DELETE FROM readings WHERE sequence = (SELECT max(sequence) FROM readings)",
        f"DELETE FROM chain WHERE id = {cut}",
    )
    assert okr("audit", "verify", "--expect", str(backup)).code == 0
    ran = okr("audit", "verify", "--expect", str(later))
    assert (ran.code, "no longer in it" in ran.out) == (1, True)


def test_an_export_that_was_altered_proves_nothing(okr: Okr, store: Store, folder: Path) -> None:
    backup = folder / "backup.jsonl"
    okr("export", "--out", str(backup))
    lines = backup.read_text(encoding="utf-8").splitlines(keepends=True)
    backup.write_text("".join(lines[:-1]), encoding="utf-8")
    ran = okr("audit", "verify", "--expect", str(backup))
    assert (ran.code, "the file is cut off here" in ran.err) == (2, True)
    head = json.loads(lines[-1])["end"]["heads"][""]
    backup.write_text("".join(lines).replace(head, "sha256:" + "0" * 64, 1), encoding="utf-8")
    ran = okr("audit", "verify", "--expect", str(backup))
    assert ran.code == 2
    assert "altered" in ran.err


def test_heads_that_name_none_are_refused_since_they_prove_nothing(
    okr: Okr, store: Store, folder: Path
) -> None:
    kept = folder / "heads.json"
    kept.write_text('{"heads": {}}', encoding="utf-8")
    ran = okr("audit", "verify", "--expect", str(kept))
    assert ran.code == 2
    assert "it names no head, so that it proves nothing." in ran.err


def test_an_altered_record_is_found(okr: Okr, folder: Path) -> None:
    okr("apply", "--as-of", "2025-09-20")
    with closing(sqlite3.connect(folder / "okr.db")) as database, database:
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE revisions SET number = 7 WHERE kind = 'plan'")
    ran = okr("audit", "verify")
    assert ran.code == 1
    assert "altered" in ran.out


def test_every_reading_and_entry_is_watched(okr: Okr, store: Store, store_url: str) -> None:
    store.record("2025-q4", [_read(290, AT)])
    okr("checkin", "activation.week1", "38", "--confidence", "7", "--as-of", DAY, "--by", "ada")
    tamper(store_url, "UPDATE readings SET value = '44' WHERE sequence = 2")
    ran = okr("audit", "verify")
    assert ran.code == 1
    assert "of cycle `2025-q4`" in ran.out
    assert "r2" in ran.out
    tamper(
        store_url,
        "UPDATE readings SET value = '38' WHERE sequence = 2",
        "DELETE FROM entries WHERE kind = 'check_in'",
    )
    assert "was deleted." in okr("audit", "verify").out


def test_what_was_erased_and_what_nothing_proves_is_said(
    okr: Okr, store: Store, store_url: str, folder: Path
) -> None:
    okr("checkin", "activation.week1", "38", "--note", "slow", "--as-of", DAY, "--by", "ada")
    words = " ".join(okr("audit", "verify").out.split())
    assert "Not proven: that nothing was cut off the end, and that the chain was not made" in words
    with raw_engine(store_url).begin() as connection:
        erase = "UPDATE texts SET text = NULL, salt = NULL WHERE text LIKE '%slow%'"
        connection.execute(text(erase))
    kept = folder / "heads.json"
    kept.write_text(okr("audit", "verify", "--format", "json").out, encoding="utf-8")
    words = okr("audit", "verify", "--expect", kept).out
    assert "Erased, as is allowed: 1 name or text." in words
    assert "Not proven" not in words


DAMAGED: dict[str, int] = {
    "audit verify": 2,
    f"status --as-of {DAY}": 2,
    f"explain {KR} --at {DAY}": 2,
    "export": 2,
    "doctor": 1,  # it goes on and tells of everything else too
}


@pytest.mark.parametrize("command", DAMAGED)
def test_a_damaged_row_is_named_by_every_command(okr: Okr, folder: Path, command: str) -> None:
    okr("apply", "--as-of", "2025-09-20", "--reason", "agreed")
    with open_store(str(folder / "okr.db")) as store:
        store.record("2025-q4", [_read(290, AT)])
    tamper(str(folder / "okr.db"), "UPDATE readings SET value = CAST(x'ff' AS TEXT)")
    ran = okr(*command.split())
    assert ran.code == DAMAGED[command]
    said = " ".join(f"{ran.out} {ran.err}".split())
    assert "it is damaged: the `value` of reading r1 cannot be read." in said


def test_a_plan_that_is_gone_is_named_and_no_mistake_of_ours(okr: Okr, folder: Path) -> None:
    okr("apply", "--as-of", "2025-09-20", "--reason", "agreed")
    gone = "UPDATE texts SET text = NULL, salt = NULL WHERE id IN (SELECT document FROM revisions)"
    tamper(str(folder / "okr.db"), gone)
    ran = okr("status", "--as-of", DAY)
    assert ran.code == 2
    assert "is missing in the store. `okr audit verify` lists what was altered" in ran.err
    ran = okr("audit", "verify")
    assert ran.code == 1
    assert "revision 1 of plan `2025-q4`: its document is missing." in ran.out
