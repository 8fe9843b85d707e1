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

if TYPE_CHECKING:
    from okr_flows.report.forms import FormName
    from okr_flows.report.making import ReportOutcome
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
    made = _make(home, report_input, told, wanted)
    for note in made.notes:
        tell(note)
    if made.files or made.pages:
        print_text("\n".join([*made.files, *made.pages]))
    for what, why in made.failed.items():
        tell(f"could not {what}: {why}")
    return made.exit_code


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


def _make(home: Home, report_input: ReportInput, told: Report, wanted: _Wanted) -> ReportOutcome:
    from okr_flows.report.making import WantedReport, make_report  # noqa: PLC0415

    what = WantedReport(wanted.forms, wanted.folder(home), wanted.as_of, wanted.notion)
    return make_report(home.open_store, report_input, told, what, env=home.env, now=clock())


def _say(told: Report) -> None:
    """The headline, and which version it is."""
    from okr_report.outline import headline, outline_locale, version_note  # noqa: PLC0415

    tell(headline(told))
    note = version_note(told, outline_locale(told))
    if note:
        tell(note)
