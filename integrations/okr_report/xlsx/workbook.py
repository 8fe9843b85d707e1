"""ReportWorkbook: a workbook that sections write their sheets into."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from okr_core.basics.days import minute_text
from okr_report.audience.audience import KINDS
from okr_report.locale import Locale
from okr_report.outline.pieces import line
from okr_report.report_facts import Named
from okr_report.reports import Header
from okr_report.theme import GREY, INK, RULE
from okr_report.xlsx.cells import (
    FIGURES,
    FORMATS,
    Cell,
    Column,
    Formula,
    Indented,
    Kind,
    Quantity,
    Strong,
    digits_format,
    visible,
)

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.chart import Chart
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


Axis = Mapping[str, Any]
_FONT = {"font_name": "Calibri", "font_size": 10, "font_color": INK, "valign": "top"}
_TEXT = {"align": "left", "indent": 1}
"""Texts stand off the figures before them."""
_DEEPEST = 15
"""Steps of an indent that every program shows."""
_NAME, _HEADER = 31, 60
"""Characters of a tab, and of an organization in the header, which holds 255 with its marks."""
_DAY_ZERO, _FIRST_DAY = datetime(1899, 12, 30), datetime(1900, 3, 1)  # noqa: DTZ001 - no zone in cells
"""Days before the first are counted differently by different programs."""
LONGEST = 400
"""Characters from which a text is not wrapped: its row would fill the screen."""
LINE = 13.5
"""Points of a line of text."""
HIGHEST = 409
"""Points that a row can have."""
_WIDE = frozenset("WF")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of the workbook.

    Attributes:
        name: As it stands on its tab; in a formula it is quoted.
        rows: Of its table, without the heading.
    """

    name: str
    page: Worksheet
    rows: int

    def cells(self, column: int, first: int = 1, last: int | None = None) -> str:
        """A reference to rows of a column, fixed; rows count from 0, the heading being 0."""
        from xlsxwriter.utility import xl_col_to_name  # noqa: PLC0415 - see document

        end = self.rows if last is None else last
        letter = xl_col_to_name(column)
        return f"{quoted(self.name)}!${letter}${first + 1}:${letter}${max(end, first) + 1}"


def quoted(name: str) -> str:
    """A sheet's name as formulas write it."""
    return "'{}'".format(name.replace("'", "''"))


class ReportWorkbook:
    """A workbook in the making.

    Args:
        file: That it writes to.
        header: What the report is about; times are written as they were in its zone.
    """

    def __init__(self, file: Workbook, header: Header) -> None:
        self._file = file
        self.header = header
        self._zone = header.zone
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._units: dict[str, Format] = {}
        self._days: dict[date, float | str] = {}
        head = {"bold": True, "bottom": 1, "bottom_color": RULE, "text_wrap": True}
        self._head, self._head_right = (
            self.format(**head, **_TEXT),
            self.format(**head, align="right"),
        )
        self._strong_right = self.format(bold=True, align="right")
        self._strong = self.format(bold=True, text_wrap=True, **_TEXT)
        self._strong_line = self.format(bold=True, **_TEXT)
        self._right = self.format(align="right")
        self._kinds: Mapping[Kind, Format] = {
            kind: self.format(num_format=text) for kind, text in FORMATS.items()
        }
        self._long, self._plain = self.format(text_wrap=True, **_TEXT), self.format(**_TEXT)

    def format(self, **properties: Any) -> Format:
        """A cell format in the book's font; equal ones are one."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._file.add_format({**_FONT, **properties})
        return self._formats[key]

    def _unit(self, text: str) -> Format:
        if text not in self._units:
            self._units[text] = self.format(num_format=text)
        return self._units[text]

    def page(self, name: str) -> Worksheet:
        """An empty sheet, set up for paper."""
        page = self._file.add_worksheet(_tab(name))
        page.hide_gridlines(2)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        title = line(f"{self.header.organization[:_HEADER]} {self.header.cycle}").replace("&", "&&")
        page.set_header(f"&L&8{_spaced(title)}&R&8&A")
        as_of = minute_text(self.header.as_of, self._zone)
        page.set_footer(f"&L&8 {as_of}&R&8&P / &N")
        return page

    def table(
        self,
        name: str,
        columns: Iterable[Column],
        rows: Iterable[Mapping[str, Cell]],
        locale: Locale,
        *,
        sees: Collection[str] = KINDS,
        frozen: int = 0,
        printed: int | None = None,
    ) -> Sheet:
        """A sheet that is one table: filter, frozen heading, bars, repeated heading on paper.

        Args:
            name: Of the word on its tab.
            columns: From the left.
            rows: Column → cell; what a row does not have stays empty.
            locale: Knows the words of the tab and of the headings.
            sees: What the audience may see. A column of anything else is left out: an empty one
                would say that nothing is known.
            frozen: Columns that stay in sight.
            printed: How many of the columns fit on paper; None: all of them.
        """
        shown = [(at, each) for at, each in enumerate(columns) if each.shown_to(sees)]
        page = self.page(locale(name))
        page.set_row(0, 30)
        table = [column for _, column in shown]
        for index, column in enumerate(table):
            page.set_column(index, index, column.width)
            head = self._head_right if column.kind in FIGURES else self._head
            page.write_string(0, index, _heading(column.heading or locale(column.name)), head)
        wrapping = [column for column in table if column.kind == "long"]
        count = 0
        for count, row in enumerate(rows, 1):
            for index, column in enumerate(table):
                self.write(page, count, index, row.get(column.name), column.kind)
            if wrapping:
                fit(page, count, [(_written(row.get(each.name)), each.width) for each in wrapping])
        page.freeze_panes(1, frozen)
        page.autofilter(0, 0, count, len(table) - 1)
        page.repeat_rows(0)
        if printed is not None:
            page.print_area(0, 0, count, sum(at < printed for at, _ in shown) - 1)
        for index, column in enumerate(table):
            if column.bars and count:
                _bars(page, index, count)
        return Sheet(page.get_name(), page, count)

    def write(self, page: Worksheet, row: int, column: int, cell: Cell, kind: Kind) -> None:
        """One cell; nothing for None."""
        match cell:
            case None | "":
                return
            case str():
                self._text(page, row, column, cell, kind)
            case Named():
                self.write(page, row, column, cell.name, kind)
            case Strong() | Indented():
                page.write_string(row, column, visible(cell.text), self._placed(cell))
            case Formula():
                page.write_formula(
                    row, column, f"={cell.text}", self._kinds.get(kind, self._plain), _cached(cell)
                )
            case Quantity():
                page.write_number(row, column, float(cell.value), self._unit(cell.format))
            case bool():
                page.write_boolean(row, column, cell, self._plain)
            case int() | Decimal() | Fraction():
                page.write_number(row, column, float(cell), self._figure(cell, kind))
            case date():
                self._day(page, row, column, cell)

    def _text(self, page: Worksheet, row: int, column: int, text: str, kind: Kind) -> None:
        shown = visible(text)
        if kind == "long" and wraps(shown):
            form = self._long
        else:
            form = self._right if kind in FIGURES else self._plain
        page.write_string(row, column, shown, form)

    def _placed(self, cell: Strong | Indented) -> Format:
        if isinstance(cell, Indented):
            return self.format(align="left", indent=min(2 * cell.depth + 1, _DEEPEST))
        if cell.right:
            return self._strong_right
        return self._strong if wraps(cell.text) else self._strong_line

    def _figure(self, value: int | Decimal | Fraction, kind: Kind) -> Format:
        if kind == "number" and isinstance(value, Decimal):
            return self._unit(digits_format(value))
        return self._kinds.get(kind, self._plain)

    def _day(self, page: Worksheet, row: int, column: int, day: date) -> None:
        if day not in self._days:
            self._days[day] = self._local(day)
        shown = self._days[day]
        if isinstance(shown, str):
            page.write_string(row, column, shown, self._plain)
        else:
            kind: Kind = "moment" if isinstance(day, datetime) else "day"
            page.write_number(row, column, shown, self._kinds[kind])

    def _local(self, day: date) -> float | str:
        """Days since 1900 as spreadsheets count them, in the cycle's zone; else its text."""
        if isinstance(day, datetime):
            local = day.astimezone(self._zone).replace(tzinfo=None, microsecond=0)
        else:
            local = datetime.combine(day, time())
        if local < _FIRST_DAY:
            return local.isoformat(" ")
        return (local - _DAY_ZERO) / timedelta(days=1)

    def chart(self, kind: str, title: str, across: Axis, up: Axis) -> Chart:
        """A native chart without decoration.

        Args:
            kind: Of xlsxwriter: `line`, `column`.
            title: The finding in words.
            across: What xlsxwriter is told of its x axis, beside how it looks.
            up: The same of its y axis.
        """
        chart = self._file.add_chart({"type": kind})
        assert chart is not None, "a type that there is"
        font = {"name": "Calibri", "size": 9, "color": GREY, "bold": False}
        stroke = {"color": RULE, "width": 0.75}
        title_font = {**font, "size": 11, "color": INK}
        chart.set_title({"name": visible(title), "name_font": title_font, "overlay": False})
        axis = {"num_font": font, "name_font": font, "line": stroke, "minor_tick_mark": "none"}
        chart.set_x_axis({**axis, **across})
        chart.set_y_axis({**axis, "major_gridlines": {"visible": True, "line": stroke}, **up})
        chart.set_legend({"position": "bottom", "font": font})
        chart.set_chartarea({"border": {"none": True}})
        return chart


def fit(page: Worksheet, row: int, texts: Iterable[tuple[str, float]]) -> None:
    """Make a row as high as its texts need that wrap, given with the widths of their columns."""
    height = height_of(texts)
    if height is not None:
        page.set_row(row, height)


def _written(cell: Cell) -> str:
    match cell:
        case str():
            return cell
        case Strong():
            return cell.text
        case _:
            return ""


def _cached(formula: Formula) -> float | int | str:
    value = formula.value
    if isinstance(value, Fraction):
        return float(value)
    return "" if value is None else value


def _heading(text: str) -> str:
    return text[:1].upper() + text[1:]


def _tab(name: str) -> str:
    """A name that a tab may have."""
    kept = "".join(" " if each in "[]:*?/\\" else each for each in name).strip("' ")
    return _heading(kept[:_NAME])


def _spaced(title: str) -> str:
    """A title behind a font size: digits would be read as part of it."""
    return f" {visible(title)}" if title[:1].isdigit() else visible(title)


def _bars(page: Worksheet, column: int, rows: int) -> None:
    page.conditional_format(
        1,
        column,
        rows,
        column,
        {
            "type": "data_bar",
            "bar_solid": True,
            "bar_color": "#C9CED4",
            "min_type": "num",
            "min_value": 0,
            "max_type": "num",
            "max_value": 1,
        },
    )


def height_of(texts: Iterable[tuple[str, float]]) -> float | None:
    """Points of a row, from its wrapped texts and the widths of their columns in characters.

    Not every program finds the height by itself, and the font may be another there: a text that
    is as long as its column is wide has a line for itself. None: one line is enough.

    >>> height_of([("short", 20), ("one and two and three", 10)])
    40.5
    """
    lines = max((_lines(text, width) for text, width in texts), default=1)
    return min(LINE * lines, HIGHEST) if lines > 1 else None


def wraps(text: str) -> bool:
    """Whether a text is short enough to be read in a cell that wraps."""
    return len(text) <= LONGEST


def _lines(text: str, width: float) -> int:
    if not wraps(text) or (len(text) * 2 <= width and "\n" not in text):
        return 1
    return sum(max(1, -int(-_width(line) // width)) for line in text.splitlines())


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return len(text) + sum(east_asian_width(letter) in _WIDE for letter in text)
