"""A table that people made is read row by row; what is wrong is named by line."""

from __future__ import annotations

import pytest

from okr_core.errors import DocumentError, InputError
from okr_core.files.csv_rows import BadRows, CsvTable

COLUMNS = ("name", "value", "note")


def rows(text: str) -> list[tuple[int, dict[str, str]]]:
    return list(CsvTable("t.csv", COLUMNS, "name", text).rows())


@pytest.mark.parametrize(
    "text",
    [
        'name,value\na,"1, 2"\n',
        "Name;VALUE\na;1, 2\n",
        "name\tvalue\r\na\t1, 2\r\n",
        "name;value\n\n;\na;1, 2",
    ],
)
def test_tables_of_common_spreadsheets_are_understood(text: str) -> None:
    assert [row for _, row in rows(text)] == [{"name": "a", "value": "1, 2"}]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nmae,value\nx,1\n", "t.csv:1: column `nmae` is unknown. Closest: `name`."),
        ("value\n1\n", "t.csv:1: column `name` is missing"),
        ("name,name\n1,2\n", "is there twice"),
        ("name,value\na,1,2\n", "t.csv:2: the row has 3 cells, the first line 2."),
        ('name,value\na,"1\n', "t.csv:2: the row cannot be read"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line(text: str, words: str) -> None:
    with pytest.raises(DocumentError) as refused:
        rows(text)
    assert words in str(refused.value)


def test_a_row_of_several_lines_is_named_by_its_last() -> None:
    assert [line for line, _ in rows('name,note\na,"one\ntwo"\nb,\n')] == [3, 4]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_do_on_every_system(end: str) -> None:
    text = end.join(["name,value", "a,1", "", "b,2", ""])
    assert [row["name"] for _, row in rows(text)] == ["a", "b"]


def test_of_many_bad_rows_the_first_are_named_and_what_to_do_is_asked_of_no_others() -> None:
    asked: list[int] = []

    def hint(line: int) -> str:
        asked.append(line)
        return "Correct it."

    bad = BadRows(CsvTable("t.csv", COLUMNS, "name", ""))
    for line in range(2, 1002):
        bad.add(line, InputError("it is wrong.", hint=lambda line=line: hint(line)))  # type: ignore[misc]
    with pytest.raises(DocumentError) as refused:
        bad.refuse(empty=False)
    assert asked == list(range(2, 22))
    assert len(refused.value.findings) == 21
    assert str(refused.value.findings[-1]).startswith("t.csv: 980 more rows are wrong.")
