"""YAML as text with lines: every file is either read or refused once, with a line and a fix."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import PLAN

from okr_core.errors import DocumentError, Finding
from okr_core.files.yaml_tree import MAX_BYTES, decode, read_document


def refused(text: str) -> Finding:
    with pytest.raises(DocumentError) as caught:
        read_document(text, "plan.yaml")
    (finding,) = caught.value.findings
    assert finding.fix
    return finding


@pytest.mark.parametrize(
    ("text", "rule", "line", "words"),
    [
        ("", "empty", 0, "empty"),
        ("# only a comment\n", "empty", 0, "empty"),
        ("- a\n- b\n", "not-a-mapping", 1, "a list"),
        ("hello", "not-a-mapping", 1, "plain text"),
        ("a: 1\nb: 2\na: 3\n", "duplicate-key", 3, "first on line 1"),
        ("a: &x [1]\nb: 2\n", "anchor", 1, "`&x`"),
        ("a: 1\nb: *x\n", "alias", 2, "`*x`"),
        ("a: 1\nb: !!python/object/apply:os.system [ls]\n", "tag", 2, "python"),
        ("a: 1\n---\nb: 2\n", "documents", 2, "second document"),
        ("a: 1\nb: " + "[" * 60 + "]" * 60, "too-deep", 2, "40 levels"),
        ("a: 1\nb: \x00\n", "character", 2, "U+0000"),
        ("a: 1\nb: \x1b[31m\n", "character", 2, "U+001B"),
        ("a: 1\nb: \ud800\n", "character", 2, "U+D800"),
        ("a: 1\n? [b]\n: c\n", "key", 2, "short text"),
        ("a: 1\n\tb: 2\n", "syntax", 2, "not YAML"),
        ("a: b: c\n", "syntax", 1, "not YAML"),
        ("a: 1\nb: 'open\nc: 2\n", "syntax", 2, "not YAML"),
        ("a: 1\nb: [1, 2\nc: 3\n", "syntax", 2, "not YAML"),
        ("a: {b: c:d, e\n", "syntax", 1, "not YAML"),
        ("x" * (MAX_BYTES + 1), "too-large", 0, "8.0 MB"),
    ],
)
def test_what_a_plan_has_no_use_for_is_refused_once_with_its_line(
    text: str, rule: str, line: int, words: str
) -> None:
    finding = refused(text)
    assert (finding.rule, finding.line) == (rule, line)
    assert words in finding.message


def test_a_bomb_is_refused_at_its_first_anchor() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert refused(bomb).line == 1


def test_ten_megabytes_are_refused_before_they_are_parsed() -> None:
    with pytest.raises(DocumentError, match=r"10\.0 MB; the limit is 8 MB"):
        decode(b"a: [" * 2_500_000, "plan.yaml")


def test_too_many_values_are_refused() -> None:
    assert refused("a:\n" + "- x\n" * 500_001).rule == "too-large"


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [(b"a: 1\nb: \xe9\n", 2, "0xe9"), (b"\xff\xfea\x00", 1, "UTF-16")],
)
def test_bytes_that_are_not_utf8_are_refused_with_their_line(
    content: bytes, line: int, words: str
) -> None:
    with pytest.raises(DocumentError, match=words) as caught:
        decode(content, "plan.yaml")
    assert caught.value.findings[0].line == line


def test_a_byte_order_mark_and_foreign_line_ends_do_no_harm() -> None:
    text = decode(b"\xef\xbb\xbfa: 1\r\nb:\r\n  - \xe5\x90\x8d\r\n", "plan.yaml")
    document = read_document(text, "plan.yaml")
    assert document.data == {"a": "1", "b": ["名"]}
    assert document.line_of(("b", 0)) == 3
    assert document.line_of(("b", 7, "missing")) == 2


def test_all_scalars_are_text_as_written() -> None:
    written = "a: 1.10\nb: no\nc: 2026-10-01\nd: ~\ne:\nf: 0x1F\n"
    data = read_document(written, "plan.yaml").data
    assert data == {"a": "1.10", "b": "no", "c": "2026-10-01", "d": "~", "e": "", "f": "0x1F"}


def test_addresses_and_times_need_no_quotes_in_braces() -> None:
    written = "a: {url: https://acme.example/x, at: 2026-12-31T23:59, then: '1'}\n"
    document = read_document(written, "okr.yaml")
    expected = {"url": "https://acme.example/x", "at": "2026-12-31T23:59", "then": "1"}
    assert document.data == {"a": expected}
    assert document.lines["a", "url"] == 1


def refusals(text: str) -> tuple[Finding, ...]:
    """What keeps a text from being a document; whatever else is raised fails the test."""
    try:
        read_document(text, "plan.yaml")
    except DocumentError as error:
        return error.findings
    return ()


yaml_like = st.text(st.sampled_from("ab: -\n#[]{},&*!|>'\"%@`?\t\\~0é名\u2028\x85"), max_size=60)


@settings(deadline=None, max_examples=400)
@given(st.text(max_size=80) | yaml_like | st.text(max_size=9).map(lambda t: f"{{a: b:{t}"))
def test_any_text_is_read_or_refused_with_a_line_of_the_file(text: str) -> None:
    for finding in refusals(text):
        assert finding.message
        assert finding.fix
        assert 0 <= finding.line <= len(text.replace("\r", "\n").split("\n"))


@given(st.binary(max_size=60))
def test_any_bytes_are_text_or_refused(content: bytes) -> None:
    try:
        content.decode()
    except UnicodeDecodeError:
        with pytest.raises(DocumentError):
            decode(content, "plan.yaml")


@settings(deadline=None)
@given(st.integers(0, len(PLAN)), st.integers(0, 8), st.text(max_size=4) | yaml_like)
def test_a_plan_with_any_part_replaced_is_read_or_refused(at: int, cut: int, new: str) -> None:
    found = refusals(PLAN[:at] + new + PLAN[at + cut :])
    assert all(str(finding).startswith("plan.yaml") for finding in found)
