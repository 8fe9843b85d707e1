"""`okr export`, `okr restore` and `okr store upgrade`: a store as a whole."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

from cyclopts import Parameter

from okr_cli.files.writing import OWNER_ONLY, refuse_taken, replacing
from okr_cli.shell.acting import actor, clock
from okr_cli.shell.figures import count
from okr_cli.shell.home import Home
from okr_cli.shell.options import HERE, By, Format, Place
from okr_cli.shell.output import show, tell
from okr_core.basics.command import okr
from okr_core.basics.unwritable import unwritable
from okr_core.basics.wire import filled
from okr_core.errors import InputError
from okr_core.plan.acting import Occasion
from okr_flows.documents.export import ExportedDocument, RestoredDocument, UpgradedDocument
from okr_flows.run.cycle import current_workspace
from okr_flows.run.names import workspace_id

if TYPE_CHECKING:
    from okr_store import Store
    from okr_store.export.lines import End, Header

STANDARD = Path("-")


def export(
    *,
    out: Annotated[
        Path, Parameter(help="File to write, readable by you alone; - for standard output.")
    ] = STANDARD,
    cycle: Annotated[
        list[str] | None,
        Parameter(help="Only these cycles, with the workspace [default: everything]."),
    ] = None,
    force: Annotated[bool, Parameter(help="Replace a file that is there already.")] = False,
    sealed_too: Annotated[
        bool, Parameter(help="With blind answers before their round is opened; put on record.")
    ] = False,
    reason: Annotated[str, Parameter(help="With --sealed-too: why.")] = "",
    by: By = None,
    format_: Format = "text",
    place: Place = HERE,
) -> int:
    """Write everything that the store holds as JSON Lines; `okr restore` reads them back.

    Holds no tokens or passwords, but people's names and what they wrote. The last line carries a
    digest of all others, so that a cut or altered file is noticed. What was answered blind and is
    not opened yet stays out, its digests do not: restored, an open round starts anew.
    """
    from okr_store.export.export import export_store  # noqa: PLC0415 - SQLAlchemy takes half a second

    home = Home.of(place)
    if sealed_too:
        _put_on_record(home, cycle, reason, by)
    lines = export_store(home.store_url(), cycle, sealed_too=sealed_too)
    if out == STANDARD:
        header, end = _write(lines, sys.stdout.buffer)
        sys.stdout.flush()
        tell(f"exported {_rows(end)}; {end.sha256}.")
        return 0
    refuse_taken(out, home, force=force, command=str(okr("export")))
    try:
        with replacing(out, OWNER_ONLY) as file:
            header, end = _write(lines, file)
    except OSError as error:
        raise unwritable(out, error) from error
    document = filled(
        ExportedDocument,
        header,
        file=str(out),
        rows=dict(end.rows),
        lines=end.lines + 1,
        sha256=end.sha256,
    )
    show(format_, document, f"exported {_rows(end)} to {home.shown(out)}; {end.sha256}.")
    return 0


def _put_on_record(home: Home, cycles: list[str] | None, reason: str, by: str | None) -> None:
    from okr_flows.decide.blind import record_sealed_export  # noqa: PLC0415 - the store

    now = clock()
    with home.open_store() as store:
        known = store.cycles() if cycles is None else cycles
        said = Occasion(now, now, actor(by))
        for round_ in record_sealed_export(store, known, reason, said):
            tell(f"round `{round_}` is not opened; that its answers are exported is on record.")


def _write(lines: Iterable[bytes], file: BinaryIO) -> tuple[Header, End]:
    from okr_store.export.lines import end_of, header_of  # noqa: PLC0415

    first = line = b""
    for line in lines:
        first = first or line
        file.write(line)
    header, end = header_of(first), end_of(line)
    assert header is not None
    assert end is not None
    return header, end


def _rows(end: End) -> str:
    return count(sum(end.rows.values()), "row")


def restore(
    file: Annotated[
        Path,
        Parameter(allow_leading_hyphen=True, help="What `okr export` wrote; - for standard input."),
    ],
    /,
    *,
    unverified: Annotated[
        bool, Parameter(help="Restore even what the audit finds altered.")
    ] = False,
    format_: Format = "text",
    place: Place = HERE,
) -> int:
    """Put an export into the store, which must be empty or missing: all of it, or nothing.

    Ids, order, chain and digests are those of the exported store, on SQLite and PostgreSQL alike.
    Ends with 1 if `--unverified` let something altered in.
    """
    from okr_store.export.restore import restore_store  # noqa: PLC0415 - SQLAlchemy takes half a second

    home = Home.of(place)
    with _opened(file) as export:
        name = "standard input" if file == STANDARD else home.shown(file)
        done = restore_store(home.store_url(), export, name, verify=not unverified)
    for problem in done.audit.problems:
        tell(problem)
    audit = done.audit
    document = filled(
        RestoredDocument,
        audit,
        store=done.location,
        rows=dict(done.rows),
        sha256=done.sha256,
        problems=tuple(audit.problems),
    )
    verdict = f"{count(audit.links, 'link')} hold" if audit.ok else "records were altered"
    rows = count(sum(done.rows.values()), "row")
    show(format_, document, f"restored {rows} to {done.location}; {verdict}.")
    return 0 if audit.ok else 1


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


def upgrade(*, format_: Format = "text", place: Place = HERE) -> int:
    """Bring the store to the version of this release, in one transaction. Back it up before.

    Upgrade every worker first: one of an older release refuses a store that is newer than itself.
    """
    from okr_store.schema import upgrade_existing  # noqa: PLC0415 - SQLAlchemy takes half a second

    home = Home.of(place)
    done = upgrade_existing(home.store_url())
    with home.open_store() as store:
        workspace, said = workspace_id(store), _says_id(store)
    more = "; there is nothing to upgrade" if done.before == done.after else ""
    now = "" if more else f" now; it had {done.before}"
    document = filled(UpgradedDocument, done, store=done.location, workspace=workspace)
    show(format_, document, f"{done.location} has version {done.after}{more}{now}.")
    if workspace and not said:
        tell(f"Its workspace is `{workspace}` in Prefect; add `id: {workspace}` to okr.yaml.")
    return 0


def _says_id(store: Store) -> bool:
    current = current_workspace(store)
    return current is not None and current.id is not None
