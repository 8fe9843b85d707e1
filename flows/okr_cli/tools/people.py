"""`okr people import`: people and their accounts, from a table or from the tools themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from okr_cli.files.writing import WorkspaceFile, write_all
from okr_cli.shell.figures import count
from okr_cli.shell.home import Home, read_text
from okr_cli.shell.options import HERE, Format, Place
from okr_cli.shell.output import show, tell
from okr_core.basics.command import okr
from okr_core.files.workspace_edit import WorkspaceEdit
from okr_flows.connect.session import connection_named
from okr_flows.documents.tools import PeopleDocument
from okr_flows.people.accounts import import_accounts
from okr_flows.people.changes import Imported, Unmatched
from okr_flows.people.table import import_people_table

DryRun = Annotated[bool, Parameter(name="--dry-run", help="Show the changes; write nothing.")]
New = Annotated[
    bool, Parameter(name="--new", help="Also add accounts whose e-mail nobody has yet.")
]
Connected = Annotated[str, Parameter(help="Connection in okr.yaml.")]
_SHOWN = 20


def csv_(
    file: Annotated[Path, Parameter(help="CSV file with a first line of column names.")],
    /,
    *,
    dry_run: DryRun = False,
    format_: Format = "text",
    place: Place = HERE,
) -> int:
    """Add or update people by a table: all of its rows, or none.

    Columns: id,name,email,timezone,country,jira,notion,slack,layer. An empty cell leaves what
    okr.yaml says; a row without an id is matched by its e-mail address.
    """
    before = WorkspaceFile.of(Home.of(place))
    found = import_people_table(before.workspace, str(file), read_text(file))
    return _finish(before, found, str(file), dry_run=dry_run, format_=format_)


def jira_(
    name: Connected,
    /,
    *,
    new: New = False,
    dry_run: DryRun = False,
    format_: Format = "text",
    place: Place = HERE,
) -> int:
    """Match the accounts of a Jira site with people, by e-mail address.

    Whoever hides the address in Jira is listed, with a person of the same name as a suggestion.
    """
    return _from_tool("jira", name, place, new=new, dry_run=dry_run, format_=format_)


def notion_(
    name: Connected,
    /,
    *,
    new: New = False,
    dry_run: DryRun = False,
    format_: Format = "text",
    place: Place = HERE,
) -> int:
    """Match the accounts of a Notion workspace with people, by e-mail address.

    The integration needs the capability to read user information including e-mail addresses.
    """
    return _from_tool("notion", name, place, new=new, dry_run=dry_run, format_=format_)


def _from_tool(
    kind: str, name: str, place: Place, *, new: bool, dry_run: bool, format_: str
) -> int:
    home = Home.of(place)
    before = WorkspaceFile.of(home)
    connection = connection_named(before.workspace, name, kind)
    tell(f"asking {name} …")
    found = import_accounts(before.workspace, name, connection, home.env, add=new)
    return _finish(before, found, f"{kind} `{name}`", dry_run=dry_run, format_=format_)


def _finish(
    before: WorkspaceFile, found: Imported, source: str, *, dry_run: bool, format_: str
) -> int:
    edit = before.written.with_values(found.values(before.workspace))
    if edit.changes and not dry_run:
        write_all([before.draft(edit)])
    written = edit.changes and not dry_run
    document = PeopleDocument.of(found, source, written=written)
    show(format_, document, people_text(found, edit, source, written=written))
    return 0


def people_text(found: Imported, edit: WorkspaceEdit, source: str, *, written: bool) -> str:
    """What an import changed, or would."""
    people = len({change.person for change in found.changes})
    verb = "changed" if written else "would change"
    what = f"{verb} {count(people, 'person', 'people')}" if edit.changes else "nothing to change"
    head = f"{source}: {what} in {edit.before.name}."
    diff = ["", *(f"  {line}" for line in edit.diff)] if edit.changes else []
    return "\n".join(
        [head, *diff, *_unmatched(found), *_without(found), *_next(found, written=written)]
    )


def _unmatched(found: Imported) -> Iterator[str]:
    if not found.unmatched:
        return
    yield ""
    yield f"Not matched: {count(len(found.unmatched), 'account')}."
    for each in found.unmatched[:_SHOWN]:
        yield f"  {_line(each)}"
    if len(found.unmatched) > _SHOWN:
        yield f"  and {len(found.unmatched) - _SHOWN} more; --format json lists all"


def _line(each: Unmatched) -> str:
    email = f" {each.account.email}" if each.account.email else ""
    name = each.account.name or "without a name"
    text = f"{name}{email} ({each.account.id}): {each.reason}."
    if not each.similar:
        return text
    return f"{text} `{each.similar}` has the same name: if it is they, write the id there."


def _without(found: Imported) -> Iterator[str]:
    if found.without:
        yield ""
        yield f"Without an account there: {', '.join(found.without)}."


def _next(found: Imported, *, written: bool) -> Iterator[str]:
    if written:
        yield ""
        yield f"Next: {okr('apply').code}"
    elif any(each.account.email and "nobody" in each.reason for each in found.unmatched):
        yield ""
        yield "--new adds those whose e-mail address nobody has."
