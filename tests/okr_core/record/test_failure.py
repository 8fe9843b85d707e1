"""No value, and why."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest

from okr_core.errors import ConfigError
from okr_core.record.entries import SyncRecord, UnavailableAnswer
from okr_core.record.failure import Failure

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)


def test_an_error_becomes_a_failure_with_its_hint() -> None:
    error = ConfigError("label `old` is unknown.", hint="Correct the binding.")
    failure = Failure.of(error)
    assert failure == Failure("label `old` is unknown.", "Correct the binding.")
    assert str(failure) == str(error)


def test_without_a_hint_there_is_no_space_behind_the_reason() -> None:
    assert str(Failure("answers 404.")) == "answers 404."


def test_a_failure_cannot_be_altered() -> None:
    with pytest.raises(FrozenInstanceError):
        Failure("one").reason = "another"  # type: ignore[misc]


def test_what_a_sync_could_not_read_is_stored_as_it_always_was_and_read_as_a_failure() -> None:
    stored = '{"key_result":"bugs.age","reason":"label `old` is unknown.","hint":"Correct it."}'
    answer = UnavailableAnswer.model_validate_json(stored)
    assert answer.model_dump_json() == stored
    assert answer.failure(AT) == Failure("label `old` is unknown.", "Correct it.", AT)
    assert UnavailableAnswer.of("bugs.age", answer.failure(AT)) == answer
    record = SyncRecord(connection="acme", observed_at=AT, unavailable=(answer,))
    assert SyncRecord.model_validate_json(record.model_dump_json()) == record
