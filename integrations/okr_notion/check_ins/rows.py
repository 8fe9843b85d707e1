"""Rows: what the rows of a data source say, as texts, and whose word each of them is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC

from okr_core.basics.exact import decimal_text
from okr_core.errors import DataError, OkrError
from okr_core.record.failure import Failure
from okr_notion.check_ins.fields import SAYING, NotionCheckIns
from okr_notion.read.rows import RawRow, cell_of, title_of
from okr_notion.read.schema import Property, schema_of_page
from okr_notion.read.values import is_cut, moment, number_in, option_in, plain_text, ticked_in
from okr_notion.site.ids import link_to
from okr_notion.site.people import account_of
from okr_sources.rows_said import SaidRow
from okr_sources.source import Account

_TEXTS = ("title", "rich_text")
_OPTIONS = ("select", "status")
_PEOPLE = ("people", "created_by", "last_edited_by")


@dataclass(frozen=True, slots=True)
class Written:
    """A row, and the page that it points at.

    Attributes:
        said: What it says; its key result is empty where it points at a page.
        page: Id of the page that is its key result; empty: it points at none.
    """

    said: SaidRow
    page: str = ""


def written(fields: NotionCheckIns, row: RawRow) -> Written:
    """What a row says; what of it cannot be read is its failure.

    Raises:
        DataError: It does not say when it was made and changed, or has no properties.
        ConfigError: It has none of a name that okr.yaml writes.
    """
    columns = fields.columns(schema_of_page(row, title_of(row)))
    made, changed = (_account(row.get(by)) for by in ("created_by", "last_edited_by"))
    link = row.get("url")
    said = SaidRow(
        id=str(row.get("id")),
        link=link if isinstance(link, str) else link_to(str(row.get("id"))),
        created=moment(row.get("created_time"), UTC),
        edited=moment(row.get("last_edited_time"), UTC),
        author=made,
    )
    try:
        named, page = _key_result(columns["key_result"], row)
        texts: dict[str, str] = {
            name: _text(columns[name], row) for name in SAYING if name in columns
        }
        person = _person(columns["person"], row) if "person" in columns else None
    except OkrError as error:
        return Written(replace(said, failure=Failure(error.message, error.hint)))
    author = person or made
    ids = {each.id for each in (author, made, changed) if each is not None}
    alone = None not in (made, changed) and len(ids) == 1
    whole = replace(
        said,
        key_result=named,
        value=texts.get("value", ""),
        confidence=texts.get("confidence", ""),
        note=texts.get("note", ""),
        author=author,
        own=alone,
    )
    return Written(whole, page)


def _key_result(found: Property, row: RawRow) -> tuple[str, str]:
    """Its id or title, or else the page that it is."""
    if found.type != "relation":
        return _text(found, row), ""
    cell = cell_of(row, found)
    listed = cell.get("relation") if isinstance(cell, Mapping) else None
    pages = [str(each.get("id")) for each in listed or () if isinstance(each, Mapping)]
    if len(pages) > 1:
        raise DataError(
            f'"{found.name}" points at {len(pages)} key results.', hint="Write a row for each."
        )
    return "", pages[0] if pages else ""


def _text(found: Property, row: RawRow) -> str:
    """A cell as a person would write it in a file of check-ins; empty where nobody filled it.

    Raises:
        DataError: It cannot be one, or is not whole.
    """
    cell = cell_of(row, found)
    if found.type in _TEXTS:
        if is_cut(cell):
            raise DataError(
                f'"{found.name}" is longer than a row shows.', hint="Say it in fewer words."
            )
        return plain_text(cell.get(found.type) if isinstance(cell, Mapping) else None).strip()
    if found.type in _OPTIONS:
        return option_in(cell).strip()
    if found.type == "checkbox":
        return "done" if ticked_in(cell) else ""
    number = number_in(cell)
    return "" if number is None else decimal_text(number)


def _person(found: Property, row: RawRow) -> Account | None:
    """The person that a row names; None: nobody.

    Raises:
        DataError: It names several, or the property is none of people.
    """
    if found.type not in _PEOPLE:
        raise DataError(f'"{found.name}" is a {found.type}, which names no person.')
    cell = cell_of(row, found)
    content = cell.get(found.type) if isinstance(cell, Mapping) else None
    people = content if isinstance(content, list) else [content]
    named = [account for account in map(_account, people) if account is not None]
    if len(named) > 1:
        raise DataError(f'"{found.name}" names {len(named)} people.', hint="Name one.")
    return named[0] if named else None


def _account(user: object) -> Account | None:
    """A user as a page shows it: of some there is only the id."""
    if not isinstance(user, Mapping) or not isinstance(user.get("id"), str):
        return None
    return account_of(user) or Account(str(user["id"]), "")
