"""Books: the cells of a file are those that its spreadsheet program shows."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from sheets import workbook_bytes

from okr_core.errors import InputError
from okr_core.sheets.cells import Cell
from okr_core.sheets.vocabulary import known_names
from okr_sheets import read_book

HEADS = ["Objective", "Key result", "Owner", "Start", "Target", "Current"]
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=9)


def texts(data: bytes) -> list[list[str]]:
    (sheet,) = read_book("a.csv", data, known_names()).sheets
    return [[cell.text for cell in row.cells.values()] for row in sheet.rows]


@given(st.lists(st.lists(WORDS, min_size=6, max_size=6), max_size=8), st.sampled_from(",;\t|"))
def test_the_delimiter_is_found_by_the_names_of_the_columns(
    rows: list[list[str]], delimiter: str
) -> None:
    content = io.StringIO()
    csv.writer(content, delimiter=delimiter).writerows([HEADS, *rows])
    assert texts(content.getvalue().encode()) == [HEADS, *rows]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]
)
def test_chinese_is_read_in_every_usual_encoding(encoding: str) -> None:
    data = "团队,目标,目标值\n增长团队,新团队看到价值,10\n".encode(encoding)
    assert texts(data) == [["团队", "目标", "目标值"], ["增长团队", "新团队看到价值", "10"]]


@pytest.mark.parametrize(
    "line",
    [
        "新客,100万,120万,2026年11月5日",
        "B,1万,2万,2026年11月5日",
        "B,,≥ 95,",
        "B,,５％,",
        "App用户数KPI,用App的人,Q4,",
        "團隊頁面,1,2,",
        "李玥,1,2,是",
    ],
)
def test_numbers_and_days_in_chinese_are_read_in_every_usual_encoding(line: str) -> None:
    for head in ("目标,起始值,目标值,截止日期", "KR,Start,Target,Due"):
        data = f"{head}\n{line}\n"
        assert texts(data.encode("gb18030")) == texts(data.encode())


CHARACTERS = (
    "目标关键结果负责人起始值截止日期增长新客团队提高收入满意度完成率张伟李娜产品上线市场预算"
)
IN_CHINESE = st.one_of(
    st.text(CHARACTERS, min_size=2, max_size=6),
    st.integers(1, 500).map("{}万".format),
    st.dates().map("{0.year}年{0.month}月{0.day}日".format),
    st.sampled_from(["KR1", "Q4目标", "App用户", "NPS"]),
)


@given(st.lists(IN_CHINESE, min_size=2, max_size=8))
def test_a_line_in_chinese_is_none_of_another_alphabet(cells: list[str]) -> None:
    line = ",".join(cells)
    assert texts(f"目标,{line}\n".encode("gb18030")) == [["目标", *cells]]


ACCENTED = (
    *("Größe", "Übermut", "für", "Maß", "übermäßig", "größer", "Müller", "Fußgänger", "Qualität"),
    *("élève", "élévation", "créée", "soirée", "déjà", "Noël", "préféré", "réélection", "généré"),
    *(
        "señor",
        "año",
        "açaí",
        "coração",
        "ações",
        "Blåbær",
        "smörgåsbord",
        "Menü\N{EN DASH}Auswahl",
    ),
)


@given(st.lists(st.sampled_from(ACCENTED), min_size=1, max_size=8))
def test_words_with_accents_are_none_in_chinese(words: list[str]) -> None:
    assert texts(";".join(["Ziel", *words, "x"]).encode("cp1252")) == [["Ziel", *words, "x"]]


def test_letters_with_accents_are_not_taken_for_chinese() -> None:
    data = "Ziel;Schlüsselergebnis\nGröße;Übermut tut selten gut\n".encode("cp1252")
    book = read_book("a.csv", data, known_names())
    assert book.sheets[0].rows[0].cells[1].text == "Schlüsselergebnis"
    assert book.remarks == ("the file is not UTF-8 and was read as cp1252",)


def test_a_line_number_is_that_of_the_file() -> None:
    data = b'sep=;\n\nObjective;Target\n"two\nlines";5\n\n\nx;7\n'
    (sheet,) = read_book("a.csv", data).sheets
    assert [row.line for row in sheet.rows] == [3, 5, 8]
    assert sheet.rows[1].cells[0].text == "two lines"


@pytest.mark.parametrize(
    ("value", "shown_as", "cell"),
    [
        (0.3, "0%", Cell("30 %", number=Decimal(30), unit="%")),
        (0.285, "0.0%", Cell("28.5 %", number=Decimal("28.5"), unit="%")),
        (0.1 + 0.2, "General", Cell("0.3", number=Decimal("0.3"))),
        (1200.5, '#,##0.00 "€"', Cell("1200.5 €", number=Decimal("1200.5"), unit="€")),
        (5, "[$CHF-807] #,##0", Cell("5 CHF", number=Decimal(5), unit="CHF")),
        (5, "$#,##0", Cell("5 $", number=Decimal(5), unit="$")),
        (True, "General", Cell("done")),
        (date(2026, 12, 1), "dd.mm.yyyy", Cell("2026-12-01", day=date(2026, 12, 1))),
        (46387, "General", Cell("46387", number=Decimal(46387))),
        ("  a\u00a0b\n c ", "General", Cell("a b c")),
    ],
    ids=["percent", "places", "float", "euro", "code", "dollar", "true", "day", "number", "text"],
)
def test_a_cell_is_what_its_format_shows(value: Any, shown_as: str, cell: Cell) -> None:
    book, content = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet["B2"] = value
    sheet["B2"].number_format = shown_as
    book.save(content)
    (read,) = read_book("a.xlsx", content.getvalue()).sheets
    assert [row.cells for row in read.rows] == [{1: cell}]


def test_a_cell_that_somebody_coloured_far_below_costs_nothing() -> None:
    book, content = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "Objective"
    sheet["XFD1048576"].number_format = "0%"
    book.save(content)
    (read,) = read_book("a.xlsx", content.getvalue()).sheets
    assert len(read.rows) == 1


def refusal(name: str, data: bytes) -> str:
    """What is said of a file that cannot be read; empty where it can."""
    try:
        read_book(name, data)
    except InputError as error:
        return error.message
    return ""


@given(st.binary(max_size=300))
def test_no_bytes_are_worse_than_a_refusal(data: bytes) -> None:
    told = {refusal("a.csv", content) for content in (data, b"PK\x03\x04" + data)}
    assert all(each.startswith("a.csv") for each in told - {""})


@given(st.integers(0, 4000), st.integers(0, 255))
def test_a_damaged_workbook_is_read_or_refused(place: int, byte: int) -> None:
    data = bytearray(workbook_bytes([HEADS, ["Value", "A", "ada", 1, 5, 2]]))
    data[place % len(data)] = byte
    told = refusal("a.xlsx", bytes(data))
    assert not told or told.startswith("a.xlsx")
