"""Flow `report-cycle`: the report of a cycle as files, in Prefect, in Notion and through routes."""

# No `from __future__ import annotations`: where a flow is sent to a process of its own, as Prefect
# does with one that is served, Prefect reads its parameters, and names in text would be lost.

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, TypeVar, cast

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.events import emit_event
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.utilities.annotations import quote

from okr_core.basics.command import okr
from okr_core.basics.days import minute_text
from okr_core.errors import InputError, OkrError
from okr_flows.connect.report_page import PageJob
from okr_flows.notify.message import Told
from okr_flows.notify.notices import INCOMPLETE
from okr_flows.notify.telling import run_link, tell, tell_of_run
from okr_flows.report.digests import digests, public_report, unsent, week_of
from okr_flows.report.forms import FormName, Written, write_report
from okr_flows.report.making import ReportOutcome, WantedReport
from okr_flows.report.notion_pages import publish_page
from okr_flows.report.report_input import read_report_input
from okr_flows.run.beginning import not_begun
from okr_flows.run.ending import (
    RETRIES,
    RETRY_SECONDS,
    Refused,
    completed,
    noticed,
    refused,
)
from okr_flows.run.ends import REFUSED
from okr_flows.run.events import named_resource
from okr_flows.run.here import called_here, marked_alone, run_name
from okr_flows.run.leases import waits_told
from okr_flows.run.names import names_of
from okr_flows.run.parameters import Moment, Word, YesOrNo, asking
from okr_flows.run.prefect_reached import done
from okr_flows.run.run_store import open_run_store, run_time
from okr_report.audience.audience import COMPANY
from okr_report.locale import Language as LanguageName
from okr_report.markdown import markdown
from okr_report.outline import headline
from okr_report.report_input import ReportInput
from okr_report.reports import Report

Found = TypeVar("Found")
FOLDER_VARIABLE = "OKR_REPORT_DIR"
"""Folder of the worker that files are written to; where it is not set none are written."""
PUBLISHED = "okr.report.published"


class ReportForm(str, Enum):  # noqa: UP042 - its values are the form's choices
    """As what a report is written; `digest` is one screen for a chat, `mail` the same as HTML."""

    html = "html"
    pdf = "pdf"
    xlsx = "xlsx"
    md = "md"
    json = "json"
    digest = "digest"
    mail = "mail"


class Language(str, Enum):  # noqa: UP042 - as above
    """Of everything that is not written by people."""

    en = "en"
    zh = "zh"


FOR_ONE = "person"
"""Audience of a report for one person: whom it is for stays in the process that asks for it."""
_WANTED: ContextVar[WantedReport | None] = ContextVar("_WANTED", default=None)


@contextmanager
def given_wanted(wanted: WantedReport) -> Iterator[None]:
    """Within the block, the flow makes this in this process; parameters say the public part."""
    token = _WANTED.set(wanted)
    try:
        yield
    finally:
        _WANTED.reset(token)


def given_here() -> WantedReport | None:
    """What a block around the flow makes in this process; None: what its parameters say."""
    return _WANTED.get()


Forms = Annotated[list[ReportForm], asking(f"a list of {', '.join(ReportForm)}")]
Spoken = Annotated[Language, asking(" or ".join(Language))]
DEFAULT_FORMS = [ReportForm.html, ReportForm.pdf, ReportForm.xlsx]


@task(name="Read the cycle", task_run_name="Read {cycle}", persist_result=False)
def read_task(cycle: str, as_of: datetime) -> ReportInput | OkrError:
    """Read everything that the report says from the store; asks no server."""
    try:
        with open_run_store() as store:
            return read_report_input(store, cycle, as_of)
    except OkrError as error:  # given back: Prefect would log it with a traceback
        return error


@task(name="Write the report", task_run_name="Write {form}", persist_result=False)
def write_task(form: FormName, told: Report, folder: Path, as_of: str) -> Written | OkrError:
    """Write one file; a file of an earlier run is replaced as a whole."""
    try:
        return write_report(told, form, folder, as_of)
    except OkrError as error:
        return error


@task(name="Show the report", task_run_name="Show the report", persist_result=False)
def show_task(report_input: ReportInput, language: LanguageName, forms: list[str]) -> str:
    """Show the report in Prefect without names and notes, and tell that it is there."""
    told = public_report(report_input, language=language)
    cycle, at = told.header.cycle, told.header.as_of
    with open_run_store() as store:
        names = names_of(store, cycle)
    key = names.artifact("report")
    create_markdown_artifact(
        markdown=markdown(told),
        key=key,
        description=f"{headline(told)} As of {minute_text(at, told.header.zone)}.",
    )
    emit_event(
        event=PUBLISHED,
        resource=named_resource(names.resource, cycle),
        payload={
            "as_of": at.isoformat(),
            "version": told.header.version,
            "revision": told.header.revision,
            "files": forms,
            "headline": headline(told),
        },
        id=names.event(PUBLISHED, at.isoformat()),
    )
    return key


@task(name="Update the page in Notion", task_run_name="Update {job.name}", persist_result=False)
def page_task(job: PageJob, report_input: ReportInput) -> str | OkrError:
    """Create the page of the cycle once, then update what changed on it."""
    try:
        with open_run_store() as store, waits_told(get_run_logger().warning):
            now = datetime.now(UTC)
            return publish_page(store, report_input, job, os.environ, now).url
    except OkrError as error:
        return error


@task(name="Send the digest", task_run_name="Send the digest", persist_result=False)
def digest_task(
    report_input: ReportInput, language: LanguageName, where: str, link: str
) -> Told | OkrError:
    """Send each route the week's digest, once."""
    known, week = report_input.snapshot, week_of(report_input)
    if known.workspace is None:
        return Told()
    try:
        with open_run_store() as store:
            name = names_of(store, known.cycle.id).deployment
            several = digests(report_input, language, where, name)
            messages = unsent(store, known.cycle.id, week, several)
            return tell(store, known.workspace, known.cycle.id, messages, at=known.as_of, link=link)
    except OkrError as error:
        return error


@flow(
    name="report-cycle",
    flow_run_name=run_name("Report"),
    description="Writes the report of a cycle, shows it, and sends the weekly digest.",
    persist_result=False,
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    timeout_seconds=3600,
)
@marked_alone
def report_cycle(  # noqa: PLR0917 - its parameters are the fields of a form
    cycle: Word = "",
    audience: Word = COMPANY,
    formats: Forms = DEFAULT_FORMS,
    language: Spoken = Language.en,
    digest: YesOrNo = False,
    as_of: Moment = None,
) -> ReportOutcome | Refused:
    """Write the report of a cycle, show it, and send the weekly digest.

    Safe to run twice: files are replaced, the page in Notion is updated in place, and a route is
    sent one digest a week. Files go to the folder OKR_REPORT_DIR of the worker; where it is not
    set there are none. What Prefect shows names nobody, since everyone with access reads it. A
    report for one person is made by `okr report` alone, which calls this flow in its own process.

    Args:
        cycle: Id of the cycle, such as 2026-q4.
        audience: For whom the files are: company, team:ID, or a name under `audiences` in okr.yaml.
        formats: Files to write.
        language: Of everything that is not written by people.
        digest: Whether to send each route the week's digest.
        as_of: Business time of the run, with its zone; its scheduled start where empty.
    """
    if over := not_begun(
        cycle=cycle,
        audience=audience,
        formats=formats,
        language=language,
        digest=digest,
        as_of=as_of,
    ):
        return over
    at = run_time(as_of, flow_run.scheduled_start_time)
    report_input = read_task(cycle, at)
    if isinstance(report_input, OkrError):
        return refused(report_input)
    wanted_here = given_here()
    try:
        wanted = wanted_here or _of_worker(audience, formats, language)
        told = wanted.told(report_input)
    except OkrError as error:  # such as an unknown audience
        if wanted_here is not None and wanted_here.for_one:
            return noticed(Refused(error), REFUSED, f"{cycle}: no report for that person.")
        return refused(error)
    outcome, whole = ReportOutcome.of(told), _quoted(report_input)
    for form, folder in wanted.files:
        with outcome.attempt(f"write {form}"):
            outcome.wrote(given(write_task(form, _quoted(told), folder, wanted.as_of)))
    for job in _wanted_pages(outcome, wanted):
        with outcome.attempt(f"update {job.name}"):
            outcome.pages.append(given(page_task(job, whole)))
    if wanted.for_one:  # it is not the company's business that somebody looked
        return private(outcome)
    with outcome.attempt("show it"):
        show_task(whole, wanted.language, outcome.forms)
    if digest and told.header.elapsed:  # a cycle that has not begun has no week to tell of
        with outcome.attempt("send the digest"):
            told_now = given(
                digest_task(whole, wanted.language, "".join(outcome.pages[:1]), run_link())
            )
            outcome.told.extend(told_now.routes)
            outcome.failed |= {f"tell {route}": why for route, why in told_now.failed.items()}
    return ended(outcome)


def given(found: Found | OkrError) -> Found:
    """What a task gave.

    Raises:
        OkrError: It gave back why it could not.
    """
    if isinstance(found, OkrError):
        raise found
    return found


def private(outcome: ReportOutcome) -> ReportOutcome:
    """The end of a run whose report is one person's: what it says, and of whom, is in no state."""
    message = f"{outcome.cycle}: a report for one person"
    if not outcome.failed:
        return completed(outcome, f"{message} was made.")
    return noticed(outcome, INCOMPLETE, f"{message}; could not {', '.join(outcome.failed)}.")


def ended(outcome: ReportOutcome) -> ReportOutcome:
    """Completed only where all was done; otherwise the state that the routes' notices wait for."""
    if given_here() is None:  # whoever asked for it in this process is told by the caller
        for note in outcome.notes:
            get_run_logger().warning("%s", note)
    if not outcome.failed:
        return completed(outcome, " ".join((outcome.headline, *_unwritten())))
    lines = "; ".join(f"could not {what}: {why}" for what, why in _public(outcome.failed))
    told = tell_of_run(outcome.cycle, INCOMPLETE, lines, outcome.as_of)
    return noticed(outcome, INCOMPLETE, told.sentence(lines))


def _unwritten() -> Iterator[str]:
    """That no files were written, where they were asked for; a worker need not have a folder."""
    asked = flow_run.parameters.get("formats")
    if given_here() is None and asked and not os.environ.get(FOLDER_VARIABLE, "").strip():
        yield f"No files were written: {FOLDER_VARIABLE} is not set where the worker runs."


def _public(failed: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What failed and why, without the folder of a person who asked for it in this process."""
    for what, why in failed.items():
        mine = given_here() is not None and what.startswith("write ")
        yield what, "its folder cannot be written to" if mine else why


def _quoted(whole: Found) -> Found:
    """A whole as Prefect takes it: it does not look into it for what other tasks gave."""
    return cast("Found", quote(whole))


def _of_worker(audience: str, formats: list[ReportForm], language: Language) -> WantedReport:
    """What a form or a schedule asks for; no files where the worker has no folder for them.

    Raises:
        InputError: It is for one person.
    """
    if audience.partition(":")[0] == FOR_ONE:
        raise InputError(
            "the report for one person is not for Prefect, where everyone reads parameters.",
            hint=f"Run {okr('report', '--audience', 'person:ID').code} instead.",
        )
    folder = os.environ.get(FOLDER_VARIABLE, "").strip()
    return WantedReport(
        forms=[form.value for form in dict.fromkeys(formats)],
        folder=Path(folder) if folder else None,
        audience=audience,
        language=language.value,
        pages="asked",
    )


def _wanted_pages(outcome: ReportOutcome, wanted: WantedReport) -> tuple[PageJob, ...]:
    """Pages that are wanted; an option that cannot be costs no file."""
    with outcome.attempt("update the page in Notion"), open_run_store() as store:
        return wanted.page_jobs(store)
    return ()


def run_report(
    cycle: str,
    *,
    store_url: str,
    as_of: datetime | None = None,
    audience: str = COMPANY,
    formats: list[ReportForm] | None = None,
    digest: bool = False,
) -> ReportOutcome:
    """Run the flow in this process as a worker would, and return what it did.

    Raises:
        OkrError: The cycle could not be read, or the audience is unknown.
        RetryableError: Prefect's server does not answer, or the one of this run does not start.
    """
    forms = DEFAULT_FORMS if formats is None else formats
    # Somebody waits for it and can run it again.
    flow_here = report_cycle.with_options(retries=0)
    with called_here(store_url, cycle):
        return done(flow_here(cycle, audience, forms, digest=digest, as_of=as_of))


def run_wanted_report(
    cycle: str, wanted: WantedReport, *, store_url: str, as_of: datetime | None = None
) -> ReportOutcome:
    """Run the flow in this process for a person, and return what it made.

    What Prefect is told has neither the folder nor, of a report for one person, who that is.

    Args:
        cycle: Id of the cycle.
        wanted: What is made.
        store_url: Address of the store.
        as_of: The time that the report is about (aware); None: now.

    Raises:
        OkrError: The cycle could not be read, or the audience is unknown.
        RetryableError: Prefect's server does not answer, or the one of this run does not start.
    """
    audience = FOR_ONE if wanted.for_one else wanted.audience
    forms = [ReportForm(form) for form in wanted.forms]
    flow_here = report_cycle.with_options(retries=0)
    with called_here(store_url, cycle), given_wanted(wanted):
        return done(flow_here(cycle, audience, forms, Language(wanted.language), as_of=as_of))
