"""Text keeps to its columns in any script."""

from hypothesis import given
from hypothesis import strategies as st

from okr_cli.shell.layout import cut, hang, left, right, width_of, wrap

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
