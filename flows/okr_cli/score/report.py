"""`okr report`: the report of a cycle as files, on stdout, or as a page in Notion."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from okr_cli.shell.acting import clock
from okr_cli.shell.home import Home
from okr_cli.shell.options import HERE, NOW, CycleAt, Place
from okr_cli.shell.output import print_text, tell
from okr_core.basics import collector
from okr_core.errors import InputError
from okr_flows.run.cycle import current_workspace

if TYPE_CHECKING:
    from okr_flows.report.forms import FormName
    from okr_report.report_input import ReportInput
    from okr_report.reports import Report

FOLDER = "reports"
STDOUT = "-"
_SCREEN = frozenset({"md", "json", "digest", "mail"})
"""Forms that are text: they can be printed."""


def report(
    *,
    out: Annotated[
        str | None,
        Parameter(
            allow_leading_hyphen=True,
            help="Folder to write to, or - to print [default: reports/ in the workspace].",
        ),
    ] = None,
    format_: Annotated[
        str,
        Parameter(
            name="--format",
            help="Of html, pdf, xlsx, md, json, digest (for a chat), mail, notion; several with "
            "commas.",
        ),
    ] = "html",
    audience: Annotated[
        str, Parameter(help="company, team:ID, person:ID, or a name under `audiences` in okr.yaml.")
    ] = "company",
    language: Annotated[
        Literal["en", "zh"], Parameter(help="Of everything that is not written by people.")
    ] = "en",
    when: CycleAt = NOW,
    place: Place = HERE,
) -> int:
    """Write the report of a cycle: how it went, what needs a decision, what is not known.

    From the store alone; what an audience may not see is in no file. A digest alone is printed.
    Files of an earlier run are replaced. `notion` creates or updates the page that a connection's
    `options.report_parent` asks for.
    """
    wanted = _Wanted.of(format_, out, when.as_of)
    home = Home.of(place)
    report_input = _read(home, when)
    from okr_report.reports import report as report_of  # noqa: PLC0415 - loads the sections

    with collector.paused():
        told = report_of(report_input, audience, language)
    if wanted.printed:
        _print(told, wanted.forms)
        return 0
    _say(told)
    places = _write(told, wanted, wanted.folder(home))
    if wanted.notion:
        places += _publish(home, report_input)
    print_text("\n".join(places))
    return 0


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which forms, and where they go.

    Attributes:
        out: Folder, `-`, or None where nobody says it.
        notion: Whether the page in Notion is wanted too.
        as_of: As it was typed; empty: now.
    """

    forms: tuple[FormName, ...]
    out: str | None
    notion: bool
    as_of: str

    @classmethod
    def of(cls, text: str, out: str | None, as_of: str | None = None) -> _Wanted:
        """What the options ask for.

        Raises:
            InputError: A form is unknown, or cannot be printed.
        """
        from okr_flows.report.forms import NOTION, form_names  # noqa: PLC0415

        names = [each.strip() for each in text.split(",")]
        others = [name for name in names if name != NOTION]
        notion = len(others) < len(names)
        forms = form_names(",".join(others)) if others or not notion else ()
        if out == STDOUT and (notion or len(forms) != 1 or forms[0] not in _SCREEN):
            raise InputError(
                f"`{text}` cannot be printed.",
                hint=f"Print one of {', '.join(sorted(_SCREEN))}, or name a folder with `--out`.",
            )
        return cls(forms, out, notion, as_of or "")

    @property
    def printed(self) -> bool:
        """Whether it goes to stdout; a digest does where nobody says another place."""
        alone = self.forms == ("digest",) and not self.notion
        return self.out == STDOUT or (alone and self.out is None)

    def folder(self, home: Home) -> Path:
        """The folder for files."""
        if self.out is not None:
            return Path(self.out)
        return (home.folder or Path.cwd()) / FOLDER


def _read(home: Home, when: CycleAt) -> ReportInput:
    from okr_flows.report.report_input import read_report_input  # noqa: PLC0415 - loads the store

    with home.open_cycle(when) as (store, cycle, as_of):
        return read_report_input(store, cycle.id, as_of)


def _print(told: Report, forms: tuple[FormName, ...]) -> None:
    from okr_flows.report.forms import rendered  # noqa: PLC0415

    for form in forms:
        sys.stdout.write(rendered(told, form).data.decode())
    sys.stdout.flush()


def _write(told: Report, wanted: _Wanted, folder: Path) -> list[str]:
    from okr_flows.report.forms import write_report  # noqa: PLC0415

    places = []
    for form in wanted.forms:
        written = write_report(told, form, folder, wanted.as_of)
        places.append(str(written.path))
        for note in written.notes:
            tell(note)
    return places


def _publish(home: Home, report_input: ReportInput) -> list[str]:
    from okr_flows.report.notion_pages import page_jobs, publish_page  # noqa: PLC0415 - loads a client

    with home.open_store() as store:
        # As they are today: an earlier time has no say in who may read the page.
        applied = current_workspace(store)
        jobs = page_jobs(applied.connections if applied else {})
        if not jobs:
            raise InputError(
                "no connection asks for a page in Notion.",
                hint="Add `options: {report_parent: LINK OF A PAGE}` to one in okr.yaml "
                "and apply it.",
            )
        return [publish_page(store, report_input, job, home.env, clock()).url for job in jobs]


def _say(told: Report) -> None:
    """The headline, and which version it is."""
    from okr_report.outline import headline, outline_locale, version_note  # noqa: PLC0415

    tell(headline(told))
    note = version_note(told, outline_locale(told))
    if note:
        tell(note)
