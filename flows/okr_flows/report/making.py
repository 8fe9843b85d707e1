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
from typing import TYPE_CHECKING

from okr_core.errors import InputError, OkrError
from okr_flows.report.forms import FormName, write_report
from okr_flows.run.opening import Opening
from okr_report.outline import headline

if TYPE_CHECKING:
    from okr_report.report_input import ReportInput
    from okr_report.reports import Report


@dataclass
class ReportOutcome:
    """What was made of a report.

    Attributes:
        headline: The report in one sentence.
        version: 0 while the cycle is open; 1 once closed, one more with each restatement.
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
        return cls(head.cycle, head.as_of, head.audience, headline(told), head.version)

    @property
    def forms(self) -> list[str]:
        """Endings of the files that were written."""
        return [Path(file).suffix[1:] for file in self.files]

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
        folder: Where files go.
        as_of: Day or minute that was asked for, in names of files; empty: now.
        pages: Whether the pages in Notion are wanted too.
    """

    forms: Sequence[FormName]
    folder: Path
    as_of: str = ""
    pages: bool = False


def make_report(
    opening: Opening,
    report_input: ReportInput,
    told: Report,
    wanted: WantedReport,
    *,
    env: Mapping[str, str],
    now: datetime,
) -> ReportOutcome:
    """Write a report's files and its pages.

    Args:
        opening: Opens the store, which remembers the pages.
        report_input: What is known: each page has an audience of its own.
        told: The report of the files' audience.
        wanted: What is to be made.
        env: Variables that may hold tokens.
        now: The time (aware).
    """
    outcome = ReportOutcome.of(told)
    for form in wanted.forms:
        with outcome.attempt(f"write {form}"):
            written = write_report(told, form, wanted.folder, wanted.as_of)
            outcome.files.append(str(written.path))
            outcome.notes.extend(written.notes)
    if wanted.pages:
        _publish(opening, report_input, outcome, env, now)
    return outcome


def _publish(
    opening: Opening,
    report_input: ReportInput,
    outcome: ReportOutcome,
    env: Mapping[str, str],
    now: datetime,
) -> None:
    from okr_flows.report.notion_pages import page_jobs, publish_page  # noqa: PLC0415 - loads a client

    with outcome.attempt("update the page in Notion"), opening() as store:
        jobs = page_jobs(store)
        if not jobs:
            raise InputError(
                "no connection asks for a page in Notion.",
                hint="Add `options: {report_parent: LINK OF A PAGE}` to one in okr.yaml "
                "and apply it.",
            )
        for job in jobs:
            with outcome.attempt(f"update {job.name}"):
                outcome.pages.append(publish_page(store, report_input, job, env, now).url)
