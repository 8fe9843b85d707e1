"""People from a table: all of its rows or none, bad rows named by line."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import ValidationError

from okr_core.basics.base import ID_PATTERN
from okr_core.basics.who import one_named
from okr_core.errors import InputError
from okr_core.files.csv_rows import BadRows, CsvTable
from okr_core.plan.workspace import Person, Workspace
from okr_flows.people.changes import (
    TOOLS,
    Imported,
    PersonChange,
    changes_of,
    folded,
    people_by_email,
)

COLUMNS = ("id", "name", "email", "timezone", "country", *TOOLS, "layer")


def import_people_table(workspace: Workspace, name: str, text: str) -> Imported:
    """What a CSV text changes about people; an empty cell leaves what is known.

    Args:
        workspace: Whose people they are.
        name: What messages call the table, such as its path.
        text: The delimiter is a comma, semicolon or tab, whichever the first line uses.

    Raises:
        DocumentError: Some rows are wrong; each is named with its line.
        InputError: There is no row.
    """
    table = CsvTable(name, COLUMNS, "id", text)
    reader = _Reader(workspace)
    changes: list[PersonChange] = []
    bad = BadRows(table)
    rows = 0
    for line, cells in table.rows():
        rows += 1
        try:
            row = {key: cell.strip() for key, cell in cells.items()}
            changes += reader.changes(row | _person(row), line)
        except InputError as error:
            bad.add(line, error)
    bad.refuse(empty=not rows)
    return Imported(tuple(changes))


class _Reader:
    """Reads rows one after the other; remembers whose e-mail and id they were."""

    def __init__(self, workspace: Workspace) -> None:
        self._people = workspace.people
        self._emails = {email: names[0] for email, names in people_by_email(workspace).items()}
        self._lines: dict[str, int] = {}

    def changes(self, row: Mapping[str, str], line: int) -> list[PersonChange]:
        """What the row changes.

        Raises:
            InputError: It is about nobody, about somebody twice, or a value is wrong.
        """
        name = self._id(row)
        if name in self._lines:
            raise InputError(
                f"`{name}` is there twice (also on line {self._lines[name]}).",
                hint="Keep one of them.",
            )
        self._lines[name] = line
        known = self._people.get(name)
        _refuse_wrong(name, known, row)
        if row.get("email"):
            self._emails[folded(row["email"])] = name
        return changes_of(name, known, row)

    def _id(self, row: Mapping[str, str]) -> str:
        holder = self._emails.get(folded(row.get("email", "")), "")
        name = row.get("id", "") or holder
        if not name:
            raise InputError("id is empty.", hint="Write one, such as ada.")
        if not re.fullmatch(ID_PATTERN, name):
            raise InputError(
                f"`{name}` is no id.", hint="Use lower-case letters, digits, dots and dashes."
            )
        if holder and holder != name:
            raise InputError(
                f"the e-mail address {row['email']} belongs to `{holder}`.",
                hint=f"Use that id, or correct the address of `{name}`.",
            )
        return name


def _person(row: Mapping[str, str]) -> dict[str, str]:
    """Name and address of a row, one of whose cells may hold both as mail programs write them.

    Raises:
        InputError: It names several people, or the address is none.
    """
    name = row.get("name", "")
    who = one_named(name, row.get("email", ""))
    # Names stay as they were written: only an address is taken out of one.
    return {"name": who.name if "@" in name else name, "email": who.email}


def _refuse_wrong(name: str, known: Person | None, row: Mapping[str, str]) -> None:
    said = {key: text for key, text in row.items() if text and key != "id"}
    accounts = {tool: said.pop(tool) for tool in TOOLS if tool in said}
    if known is None and "name" not in said:
        raise InputError(f"`{name}` is new and has no name.", hint="Fill the column `name`.")
    try:
        Person.model_validate({"name": known.name if known else "", **said, "accounts": accounts})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        reason = first["msg"].removeprefix("Value error, ")
        column = str(first["loc"][0]) if first["loc"] else "row"
        raise InputError(f"{column} of `{name}` is wrong: {reason}") from None
