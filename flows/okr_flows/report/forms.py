"""Report forms: a report as the bytes of a file; each form loads only where it is asked for."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, cast, get_args

from okr_core.basics.unwritable import unwritable
from okr_core.basics.visible import in_json, visible
from okr_core.errors import InputError

if TYPE_CHECKING:
    from okr_report.reports import Report

FormName = Literal["html", "pdf", "xlsx", "md", "json", "digest", "mail"]
FORMS: tuple[FormName, ...] = get_args(FormName)


class _Noted(Protocol):
    """Bytes with notes."""

    @property
    def data(self) -> bytes: ...

    @property
    def notes(self) -> tuple[str, ...]: ...


_Made = str | bytes | _Noted


@dataclass(frozen=True, slots=True)
class Form:
    """How a report becomes a file.

    Attributes:
        ending: Of the file's name, behind the cycle and the audience.
        place: Module and function, which takes the report and gives a text, bytes, or bytes with
            notes.
    """

    ending: str
    place: str


_FORM_OF: dict[FormName, Form] = {
    "html": Form(".html", "okr_report.html:as_html"),
    "pdf": Form(".pdf", "okr_report.pdf:as_pdf"),
    "xlsx": Form(".xlsx", "okr_report.xlsx:as_xlsx"),
    "md": Form(".md", "okr_report.markdown:markdown"),
    "json": Form(".json", "okr_flows.report.forms:json_text"),
    "digest": Form("+digest.txt", "okr_report.digest:digest_text"),
    "mail": Form("+digest.html", "okr_report.digest:digest_html"),
}


NOTION = "notion"
"""The form without a file: a page that is written elsewhere."""


_APART = "+"
"""Between the parts of a name: no id holds it, so that two reports never have one name."""


def form_names(text: str) -> tuple[FormName, ...]:
    """The forms that a list such as `html,pdf` names, each once, in its order.

    Raises:
        InputError: One of them is unknown, or there is none.

    >>> form_names("pdf, html,pdf")
    ('pdf', 'html')
    """
    names = dict.fromkeys(name.strip().lower() for name in text.split(",") if name.strip())
    unknown = [name for name in names if name not in FORMS]
    if unknown or not names:
        what = f"`{unknown[0]}` is no form of a report." if unknown else "no form is named."
        raise InputError(what, hint=f"Choose from {', '.join((*FORMS, NOTION))}.")
    return cast("tuple[FormName, ...]", tuple(names))


@dataclass(frozen=True, slots=True)
class Rendered:
    """A report in one form.

    Attributes:
        data: Content of the file.
        notes: What a reader should know, such as characters that no installed font shows.
    """

    data: bytes
    notes: tuple[str, ...] = ()


def rendered(report: Report, name: FormName) -> Rendered:
    """The report in a form."""
    module, _, function = _FORM_OF[name].place.partition(":")
    make = cast("Callable[[Report], _Made]", getattr(import_module(module), function))
    made = make(report)
    match made:
        case str():
            return Rendered(visible(made).encode())
        case bytes():
            return Rendered(made)
        case _:
            return Rendered(made.data, made.notes)


def file_name(report: Report, name: FormName, as_of: str = "") -> str:
    """What the file is called: `2026-q4.html`, for a team `2026-q4+team+growth.html`.

    Args:
        report: Its audience and language are in the name where they are not the usual ones.
        name: The form.
        as_of: Day or minute that was asked for; empty: now.
    """
    head = report.header
    language = "" if report.language == "en" else report.language
    asked = as_of.strip().replace(" ", "T").replace(":", "")
    parts = (head.cycle, *_audience_parts(head.audience), language, asked)
    return _APART.join(filter(None, parts)) + _FORM_OF[name].ending


def _audience_parts(audience: str) -> tuple[str, ...]:
    """`team` and its id; a named audience stands behind `for`, so that it can have any id."""
    if audience == "company":
        return ()
    scope, _, id_ = audience.rpartition(":")
    return (scope or "for", id_)


def json_text(report: Report) -> bytes:
    """Everything that the report shows, as the document `okr.report/1`."""
    import orjson  # noqa: PLC0415 - the standard encoder takes a second to indent a large report

    from okr_report.report_json import as_json  # noqa: PLC0415 - loads the model

    made = orjson.dumps(as_json(report), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    return in_json(made.decode()).encode()


OWNER_ALONE_READS, OWNER_ALONE_ENTERS = 0o600, 0o700
"""Permissions of files and folders with names and notes in them."""


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
        folder.mkdir(mode=OWNER_ALONE_ENTERS, parents=True, exist_ok=True)
        replace_file(path, made.data)
    except OSError as error:
        raise unwritable(path, error) from error
    return Written(path, made.notes)


def replace_file(path: Path, content: bytes) -> None:
    """Put a whole file in the place of what is there, in one step.

    A new one is for its owner alone; one that is replaced keeps the permissions that it was given.

    Raises:
        OSError: The folder cannot be written to.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        draft.touch(OWNER_ALONE_READS, exist_ok=False)
        draft.write_bytes(content)
        if path.exists():
            draft.chmod(path.stat().st_mode)
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
