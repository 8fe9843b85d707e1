"""`okr restore`: an export into an empty store, of either engine."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

from cyclopts import Parameter

from okr_cli.documents.export import RestoredDocument
from okr_cli.operate.export import STANDARD
from okr_cli.shell.figures import count
from okr_cli.shell.home import Desk
from okr_cli.shell.options import HERE, Format, Place
from okr_cli.shell.output import print_json, print_text, tell
from okr_core.errors import InputError


def restore(
    file: Annotated[
        Path,
        Parameter(allow_leading_hyphen=True, help="What `okr export` wrote; - for standard input."),
    ],
    /,
    *,
    unverified: Annotated[
        bool, Parameter(negative="", help="Restore even what the audit finds altered.")
    ] = False,
    format_: Format = "text",
    place: Place = HERE,
) -> int:
    """Put an export into the store, which must be empty or missing: all of it, or nothing.

    Ids, order, chain and digests are those of the exported store, on SQLite and PostgreSQL alike.
    Ends with 1 if `--unverified` let something altered in.
    """
    from okr_store.export.restore import restore_store  # noqa: PLC0415 - SQLAlchemy takes half a second

    desk = Desk.of(place)
    with _opened(file) as export:
        name = "standard input" if file == STANDARD else desk.shown(file)
        done = restore_store(desk.store_url(), export, name, verify=not unverified)
    for problem in done.audit.problems:
        tell(problem)
    if format_ == "json":
        audit = done.audit
        document = RestoredDocument(
            store=done.location,
            rows=dict(done.rows),
            sha256=done.sha256,
            links=audit.links,
            head=audit.head,
            problems=tuple(audit.problems),
        )
        print_json(document)
    else:
        links = count(done.audit.links, "link")
        verdict = f"{links} hold" if done.audit.ok else "records were altered"
        print_text(
            f"restored {count(sum(done.rows.values()), 'row')} to {done.location}; {verdict}."
        )
    return 0 if done.audit.ok else 1


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    """The file, or a copy of standard input that can be read twice."""
    if file == STANDARD:
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy)
            yield copy
        return
    try:
        opened = file.open("rb")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(f"{file}: cannot be read ({reason}).", hint="Check the path.") from error
    with opened:
        yield opened
