"""Text keeps to its columns in any script."""

from hypothesis import given
from hypothesis import strategies as st

from okr_cli.shell.layout import cut, fitted, hang, left, right, width_of, wrap

texts = st.text(st.characters(exclude_categories=["C", "M", "Z"]), max_size=60)


def test_a_chinese_character_takes_two_columns() -> None:
    assert width_of("价值") == 4
    assert left("价值", 6) == "价值  "
    assert right("价值", 6) == "  价值"


def test_a_cut_text_ends_with_an_ellipsis_and_never_splits_a_wide_character() -> None:
    assert cut("每个客户问题", 6) == "每个…"
    assert width_of(cut("每个客户问题", 6)) == 5


@given(texts, st.integers(1, 40))
def test_a_filled_text_takes_exactly_its_columns(text: str, width: int) -> None:
    assert width_of(left(text, width)) == width
    assert width_of(right(text, width)) == width


@given(st.lists(texts, max_size=8), st.integers(2, 40))
def test_wrapping_loses_no_character_and_keeps_to_the_width(words: list[str], width: int) -> None:
    lines = list(wrap(" ".join(words), width))
    assert "".join(lines).replace(" ", "") == "".join(words)
    assert all(width_of(line) <= width for line in lines)


def test_hanging_lines_share_their_indent() -> None:
    assert hang("one two three", "  ", 9) == ["  one two", "  three"]


def test_a_command_stays_in_one_line_so_that_it_can_be_copied() -> None:
    told = "If it is true: `okr accept bugs --cycle 2026-q4`; if not, look again."
    assert list(wrap(told, 40)) == [
        "If it is true:",
        "`okr accept bugs --cycle 2026-q4`; if",
        "not, look again.",
    ]
    assert all(width_of(line) <= 20 for line in wrap(told, 20))


def test_a_line_that_is_too_wide_goes_on_below_its_beginning() -> None:
    assert fitted("✗ one two three\nfour", 9) == "✗ one two\n  three\nfour"
    for alone in ("  okr status --cycle 2026-q4", "link       https://example.org/a/b"):
        assert fitted(alone, 12) == alone
