"""Report files: writing a report into a folder so that nobody ever reads half a file."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from okr_core.errors import InputError
from okr_flows.report.forms import FormName, file_name, rendered

if TYPE_CHECKING:
    from okr_report.reports import Report


@dataclass(frozen=True, slots=True)
class Written:
    """A file of a report.

    Attributes:
        notes: What a reader should know of it.
    """

    path: Path
    notes: tuple[str, ...] = ()


def write_report(report: Report, form: FormName, folder: Path, as_of: str = "") -> Written:
    """Write a report in one form; a file of an earlier run is replaced as a whole.

    Args:
        report: What is written.
        form: As what.
        folder: Where; it is created where it is missing.
        as_of: Day or minute that was asked for: a look back has a file of its own.

    Raises:
        InputError: The folder cannot be written to.
    """
    path = folder / file_name(report, form, as_of)
    made = rendered(report, form)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(path, made.data)
    except OSError as error:
        raise InputError(
            f"{path}: cannot be written ({error.strerror or type(error).__name__}).",
            hint="Name another folder, close the file elsewhere, or correct the permissions.",
        ) from error
    return Written(path, made.notes)


def replace_file(path: Path, content: bytes) -> None:
    """Put a whole file in the place of what is there, in one step.

    Raises:
        OSError: The folder cannot be written to.
    """
    # Not by `tempfile`: that gives a file which only its owner may read.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with draft.open("xb") as file:
            file.write(content)
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
