"""Making a report: its files and its pages in Notion; what fails costs nothing else.

The whole use case, without Prefect: the flow `report-cycle` makes tasks of the same steps, and
shows the report in Prefect besides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from okr_core.basics import collector
from okr_core.errors import InputError, OkrError
from okr_flows.report.forms import FormName, Written, write_report
from okr_flows.report.report_input import read_report_input
from okr_flows.run.opening import Opening
from okr_report.audience.audience import COMPANY
from okr_report.locale import Language
from okr_report.outline import headline, outline_locale, version_note
from okr_report.reports import report

if TYPE_CHECKING:
    from okr_flows.connect.report_page import PageJob
    from okr_report.report_input import ReportInput
    from okr_report.reports import Report
    from okr_store import Store


@dataclass
class ReportOutcome:
    """What was made of a report.

    Attributes:
        headline: The report in one sentence.
        version: 0 while the cycle is open; 1 once closed, one more with each restatement.
        version_note: The same for a reader; empty while the cycle is open.
        files: Paths on this machine.
        pages: Addresses of pages in Notion.
        told: Routes that were sent the week's digest.
        notes: What a reader should know of the files.
        failed: What was to be done → why it was not.
        exit_code: 0, or that of the first thing that failed.
    """

    cycle: str
    as_of: datetime
    audience: str
    headline: str
    version: int
    version_note: str = ""
    files: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    exit_code: int = 0

    @classmethod
    def of(cls, told: Report) -> ReportOutcome:
        """Nothing was made yet."""
        head = told.header
        note = version_note(told, outline_locale(told))
        return cls(head.cycle, head.as_of, head.audience, headline(told), head.version, note)

    @property
    def forms(self) -> list[str]:
        """Endings of the files that were written."""
        return [Path(file).suffix[1:] for file in self.files]

    def wrote(self, written: Written) -> None:
        """A file is there."""
        self.files.append(str(written.path))
        self.notes.extend(written.notes)

    @contextmanager
    def attempt(self, what: str) -> Iterator[None]:
        """What fails is noted; the rest goes on."""
        try:
            yield
        except OkrError as error:
            self.failed[what] = str(error)
            self.exit_code = self.exit_code or error.exit_code


@dataclass(frozen=True, slots=True)
class WantedReport:
    """What is to be made of a report.

    Attributes:
        forms: A file of each.
        folder: Where files go; None: there are none.
        audience: For whom the files are.
        language: Of everything that is not written by people.
        as_of: Day or minute that was asked for, in names of files; empty: now.
        pages: Pages in Notion: `none`, those that connections `ask` for, if any, or `some`, so that
            it is a mistake where no connection asks for one.
    """

    forms: Sequence[FormName]
    folder: Path | None
    audience: str = COMPANY
    language: Language = "en"
    as_of: str = ""
    pages: Literal["none", "asked", "some"] = "none"

    @property
    def for_one(self) -> bool:
        """Whether one person reads it."""
        return self.audience.startswith("person:")

    @property
    def files(self) -> list[tuple[FormName, Path]]:
        """Form and folder of each file."""
        folder = self.folder
        return [] if folder is None else [(form, folder) for form in self.forms]

    def told(self, report_input: ReportInput) -> Report:
        """The report.

        Raises:
            ConfigError: The audience is unknown.
        """
        with collector.paused():
            return report(report_input, self.audience, self.language)

    def page_jobs(self, store: Store) -> tuple[PageJob, ...]:
        """The pages that are wanted.

        Raises:
            ConfigError: An option of a connection says something that cannot be.
            InputError: There is none, and there should be.
        """
        if self.pages == "none":
            return ()
        from okr_flows.report.notion_pages import page_jobs  # noqa: PLC0415 - loads a client

        jobs = page_jobs(store)
        if not jobs and self.pages == "some":
            raise InputError(
                "no connection asks for a page in Notion.",
                hint="Add `options: {report_parent: LINK OF A PAGE}` to one in okr.yaml "
                "and apply it.",
            )
        return jobs


def make_report(
    opening: Opening,
    cycle: str,
    as_of: datetime,
    wanted: WantedReport,
    *,
    env: Mapping[str, str],
    now: datetime,
) -> ReportOutcome:
    """Write a report's files and its pages.

    Args:
        opening: Opens the store, which remembers the pages.
        cycle: Id of the cycle.
        as_of: The time that the report is about (aware).
        wanted: What is to be made.
        env: Variables that may hold tokens.
        now: The time (aware).

    Raises:
        OkrError: The cycle cannot be read, or the audience is unknown.
    """
    with opening() as store:
        report_input = read_report_input(store, cycle, as_of)
    told = wanted.told(report_input)
    outcome = ReportOutcome.of(told)
    for form, folder in wanted.files:
        with outcome.attempt(f"write {form}"):
            outcome.wrote(write_report(told, form, folder, wanted.as_of))
    _publish(opening, report_input, wanted, outcome, env, now)
    return outcome


def _publish(  # noqa: PLR0917 - of `make_report` alone
    opening: Opening,
    report_input: ReportInput,
    wanted: WantedReport,
    outcome: ReportOutcome,
    env: Mapping[str, str],
    now: datetime,
) -> None:
    with outcome.attempt("update the page in Notion"), opening() as store:
        for job in wanted.page_jobs(store):
            from okr_flows.report.notion_pages import publish_page  # noqa: PLC0415 - loads a client

            # Each page has an audience of its own.
            with outcome.attempt(f"update {job.name}"):
                outcome.pages.append(publish_page(store, report_input, job, env, now).url)
