"""`okr export`: everything that a store holds, as lines that any program can read."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

from cyclopts import Parameter

from okr_cli.documents.export import ExportedDocument
from okr_cli.shell.figures import count
from okr_cli.shell.home import Desk
from okr_cli.shell.options import HERE, Format, Place
from okr_cli.shell.output import print_json, print_text, tell
from okr_core.errors import InputError

if TYPE_CHECKING:
    from okr_store.export.lines import End, Header

STANDARD = Path("-")


def export(
    *,
    out: Annotated[
        Path, Parameter(help="File to write, readable by you alone; - for standard output.")
    ] = STANDARD,
    cycle: Annotated[
        list[str] | None,
        Parameter(
            consume_multiple=True,
            negative="",
            help="Only these cycles, with the workspace [default: everything].",
        ),
    ] = None,
    format_: Format = "text",
    place: Place = HERE,
) -> int:
    """Write everything that the store holds as JSON Lines; `okr restore` reads them back.

    Holds no tokens or passwords, but people's names and what they wrote. The last line carries a
    digest of all others, so that a cut or altered file is noticed.
    """
    from okr_store.export.export import export_store  # noqa: PLC0415 - SQLAlchemy takes half a second

    desk = Desk.of(place)
    lines = export_store(desk.store_url(), cycle)
    if out == STANDARD:
        header, end = _write(lines, sys.stdout.buffer)
        sys.stdout.flush()
        tell(f"exported {_rows(end)}; {end.sha256}.")
        return 0
    with _replacing(out) as file:
        header, end = _write(lines, file)
    if format_ == "json":
        document = ExportedDocument(
            file=str(out),
            store=header.store,
            cycles=header.cycles,
            rows=dict(end.rows),
            lines=end.lines + 1,
            sha256=end.sha256,
        )
        print_json(document)
    else:
        print_text(f"exported {_rows(end)} to {desk.shown(out)}; {end.sha256}.")
    return 0


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


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of another once it is whole; its owner alone may read it."""
    try:
        target = path.resolve()
        descriptor, draft = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
            Path(draft).replace(target)
        except BaseException:
            with suppress(OSError):
                Path(draft).unlink()
            raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(
            f"{path} cannot be written ({reason}).", hint="Check the folder and its permissions."
        ) from error


def _rows(end: End) -> str:
    return count(sum(end.rows.values()), "row")
