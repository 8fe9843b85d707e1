"""Reading a report back: the texts of a PDF, the cells of a workbook, the page's rows."""

import re
import warnings
import zipfile
from collections.abc import Iterator
from html import unescape
from io import BytesIO

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

_UNSEEN = dict.fromkeys([0x200B, 0x2060, 0xAD, *range(0x2066, 0x206A)])
"""Zero-width spaces, soft hyphens and isolates: places to break, and sides of a text."""


def pdf_pages(data: bytes) -> list[str]:
    """The text of each page, blanks as one."""
    pages = PdfReader(BytesIO(data)).pages
    return [" ".join(page.extract_text().translate(_UNSEEN).split()) for page in pages]


def pdf_text(data: bytes) -> str:
    """All text of a document without blanks: lines break where the typesetter likes."""
    return squeezed("".join(pdf_pages(data)))


def squeezed(text: str) -> str:
    """A text without blanks and unseen characters."""
    return re.sub(r"\s", "", text.translate(_UNSEEN))


def book_of(data: bytes, *, formulas: bool = False) -> Workbook:
    """A workbook: the values that it shows, or its formulas."""
    with warnings.catch_warnings():
        # It knows bars as of 2007 only, and not every title that LibreOffice writes.
        warnings.simplefilter("ignore", UserWarning)
        return load_workbook(BytesIO(data), data_only=not formulas)


def rows_of(sheet: Worksheet) -> list[dict[str, object]]:
    """Rows of a table, by heading."""
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def pairs_of(sheet: Worksheet) -> dict[object, object]:
    """The first two columns, as names and figures."""
    return {row[0]: row[1] for row in sheet.iter_rows(max_col=2, values_only=True)}


def pdf_root(data: bytes) -> DictionaryObject:
    """What a PDF says of itself as a whole."""
    root = PdfReader(BytesIO(data)).trailer["/Root"].get_object()
    assert isinstance(root, DictionaryObject)
    return root


def pdf_titles(data: bytes) -> list[str]:
    """Of the bookmarks, those inside others too, in their order."""
    return list(_titles(PdfReader(BytesIO(data)).outline))


def _titles(outline: object) -> Iterator[str]:
    if isinstance(outline, list):
        for each in outline:
            yield from _titles(each)
    else:
        yield str(getattr(outline, "title", ""))


def unzipped(data: bytes) -> str:
    """Every part of a workbook, as text."""
    with zipfile.ZipFile(BytesIO(data)) as parts:
        return "\n".join(parts.read(name).decode(errors="replace") for name in parts.namelist())


def page_cell(page: str, item: str, name: str) -> str:
    """The text of one cell of a key result's row in the page."""
    row = page[page.index(f'<li class="kr" id="{item}"') :]
    inner = row[row.index(f'class="c-{name}"') :]
    text = re.sub(r"<[^>]*>", "", inner[inner.index(">") + 1 : inner.index("</div>")])
    return unescape(text).translate(_UNSEEN).strip()
