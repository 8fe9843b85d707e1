"""People text: what an import changed as lines for people."""

from __future__ import annotations

from collections.abc import Iterator

from okr_cli.shell.figures import count
from okr_core.files.workspace_edit import WorkspaceEdit
from okr_flows.people.changes import Imported, Unmatched

_SHOWN = 20


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
    text = f"{each.account.name}{email} ({each.account.id}): {each.reason}."
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
        yield "Next: okr apply"
    elif any(each.account.email and "nobody" in each.reason for each in found.unmatched):
        yield ""
        yield "--new adds those whose e-mail address nobody has."
