"""What bytes become before anybody reads them: exact, readable, or refused with a reason."""

import doctest
import json
from decimal import Decimal

import pytest

from okr_core.errors import DataError, OkrError, RetryableError
from okr_sources.gate import document
from okr_sources.gate.document import document_of, is_page, readable, text_of

HERE = "jira `acme`"


def refused(content: bytes) -> OkrError:
    with pytest.raises(OkrError) as caught:
        document_of(content, HERE)
    assert caught.value.message.startswith(HERE)
    assert caught.value.hint
    return caught.value


def test_examples_in_docstrings_run() -> None:
    assert doctest.testmod(document).failed == 0


def test_fractions_stay_as_they_are_written() -> None:
    assert document_of(b'{"n": 1.10, "m": 7}', HERE) == {"n": Decimal("1.10"), "m": 7}


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "1e999999999", "1e9999999999999999999999"]
)
def test_a_number_that_nobody_can_compute_with_refuses_the_answer(number: str) -> None:
    error = refused(f'{{"n": {number}}}'.encode())
    assert type(error) is DataError
    assert "which cannot be used" in error.message


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "answers with nothing"),
        (b" \n", "answers with nothing"),
        (b"total: 5", "no JSON"),
        (b"[" * 100_000, "nests too deeply"),
        (b'{"a":' * 100_000, "nests too deeply"),
        (b"9" * 5_000, "cannot be used"),
    ],
)
def test_what_is_no_document_is_an_error_of_that_answer(content: bytes, reason: str) -> None:
    error = refused(content)
    assert type(error) is DataError
    assert reason in error.message


@pytest.mark.parametrize("content", [b"{", b"[1, 2", b'{"issues": [{"id": "1'])
def test_an_answer_that_was_cut_off_may_be_asked_for_again(content: bytes) -> None:
    assert isinstance(refused(content), RetryableError)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (rb'"a\ud83db"', "a\ufffdb"),
        (rb'"\uDE00"', "\ufffd"),
        (rb'"\ud83d\ude00"', "\U0001f600"),
        (rb'"\u001b]0;x\u0007"', "\ufffd]0;x\ufffd"),
        (rb'"\b\f"', "\ufffd\ufffd"),
        (b'"\x7f"', "\ufffd"),
        ('"\x9b31m"'.encode(), "\ufffd31m"),
        (rb'"\u009b"', "\ufffd"),
        (rb'"a\nb\tc"', "a\nb\tc"),
        (b'"\xed\xa0\xbd"', "\ufffd\ufffd\ufffd"),
        (b'"caf\xe9"', "caf\ufffd"),
    ],
)
def test_what_no_terminal_and_no_store_may_get_is_replaced(content: bytes, text: str) -> None:
    found = document_of(content, HERE)
    assert found == text
    json.dumps(found, ensure_ascii=False).encode()


def test_names_are_as_readable_as_values() -> None:
    assert document_of(rb'[{"\u001b": [{"a": "\ud800"}]}]', HERE) == [{"\ufffd": [{"a": "\ufffd"}]}]


def test_any_bytes_are_a_text_that_can_be_written() -> None:
    for content in (bytes(range(256)), "\ufeffé".encode(), "é".encode("utf-16")):
        shown = readable(text_of(content))
        assert shown.encode().decode() == shown
        assert [each for each in shown if each < " " and each not in "\t\n\r"] == []


@pytest.mark.parametrize("text", ["<!DOCTYPE html>", "  <html lang=en>", "<head>", "<h1>502"])
def test_a_page_is_known_by_how_it_begins_whatever_it_is_called(text: str) -> None:
    assert is_page(text, "application/json")


@pytest.mark.parametrize("text", ['{"a": "<html>"}', "<?xml version='1.0'?>", "a<b"])
def test_what_holds_a_tag_is_not_yet_a_page(text: str) -> None:
    assert not is_page(text, "application/json")


@pytest.mark.parametrize(
    "content",
    [
        b'{"n": 5, "n": 50}',
        b'[{"id": "1"}, {"a": {"n": null, "m": 0, "\\u006e": null}}]',
        b'{"n\\u0001": 1, "n\\u0002": 2}',
    ],
)
def test_two_values_under_one_name_refuse_the_answer(content: bytes) -> None:
    error = refused(content)
    assert type(error) is DataError
    assert "has two values under the name `n" in error.message
    assert error.hint == "Ask its owner to write each name once."
