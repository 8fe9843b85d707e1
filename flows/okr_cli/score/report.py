"""`okr report`: the report of a cycle as files, on stdout, or as a page in Notion."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from okr_cli.shell.acting import clock
from okr_cli.shell.home import Home
from okr_cli.shell.options import HERE, NOW, CycleAt, Place
from okr_cli.shell.output import print_text, tell
from okr_cli.shell.prefect_server import Local, through_prefect
from okr_core.errors import InputError

if TYPE_CHECKING:
    from okr_flows.report.forms import FormName
    from okr_flows.report.making import ReportOutcome, WantedReport

Language = Literal["en", "zh"]
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
        Language, Parameter(help="Of everything that is not written by people.")
    ] = "en",
    local: Local = False,
    when: CycleAt = NOW,
    place: Place = HERE,
) -> int:
    """Write the report of a cycle: how it went, what needs a decision, what is not known.

    From the store alone; what an audience may not see is in no file. A digest alone is printed.
    Files of an earlier run are replaced. `notion` creates or updates the page that a connection's
    `options.report_parent` asks for. Where a Prefect server is configured, what is written is
    written by the flow report-cycle, in this process: files stay on this machine.
    """
    asked = _Asked.of(format_, out, when.as_of)
    home = Home.of(place)
    wanted = asked.wanted(home, audience, language)
    if asked.printed:
        _print(home, when, wanted)
        return 0
    made = _make(home, when, wanted, local=local)
    tell(made.headline)
    for note in filter(None, (made.version_note, *made.notes)):
        tell(note)
    if made.files or made.pages:
        print_text("\n".join([*made.files, *made.pages]))
    for what, why in made.failed.items():
        tell(f"could not {what}: {why}")
    return made.exit_code


@dataclass(frozen=True, slots=True)
class _Asked:
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
    def of(cls, text: str, out: str | None, as_of: str | None = None) -> _Asked:
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

    def wanted(self, home: Home, audience: str, language: Language) -> WantedReport:
        """What is to be made."""
        from okr_flows.report.making import WantedReport  # noqa: PLC0415 - loads the sections

        folder = (home.folder or Path.cwd()) / FOLDER if self.out is None else Path(self.out)
        pages: Literal["some", "none"] = "some" if self.notion else "none"
        return WantedReport(self.forms, folder, audience, language, self.as_of, pages)


def _print(home: Home, when: CycleAt, wanted: WantedReport) -> None:
    """What is only looked at leaves nothing behind that Prefect could show."""
    from okr_flows.report.forms import rendered  # noqa: PLC0415
    from okr_flows.report.report_input import read_report_input  # noqa: PLC0415

    with home.open_cycle(when) as (store, cycle, as_of):
        told = wanted.told(read_report_input(store, cycle.id, as_of))
    for form in wanted.forms:
        sys.stdout.write(rendered(told, form).data.decode())
    sys.stdout.flush()


def _make(home: Home, when: CycleAt, wanted: WantedReport, *, local: bool) -> ReportOutcome:
    with home.open_cycle(when) as (_, found, as_of):
        cycle = found.id
    if through_prefect(home, os.environ, local=local):
        from okr_flows.report.report_cycle import run_wanted_report  # noqa: PLC0415 - imports Prefect

        return run_wanted_report(cycle, wanted, store_url=home.store_url(), as_of=as_of)
    from okr_flows.report.making import make_report  # noqa: PLC0415 - loads the sections

    return make_report(home.open_store, cycle, as_of, wanted, env=home.env, now=clock())
