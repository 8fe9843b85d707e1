"""Flow `report-cycle`: the report of a cycle as files, in Prefect, in Notion and through routes."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import TypeVar, cast

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.events import emit_event
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.utilities.annotations import quote
from pydantic import AwareDatetime

from okr_core.basics.command import okr
from okr_core.basics.days import minute_text
from okr_core.errors import InputError, OkrError
from okr_flows.connect.report_page import PageJob
from okr_flows.notify.message import Told
from okr_flows.notify.notices import INCOMPLETE
from okr_flows.notify.telling import run_link, tell, tell_of_run
from okr_flows.report.digests import digests, public_report, unsent, week_of
from okr_flows.report.forms import FormName, write_report
from okr_flows.report.making import ReportOutcome
from okr_flows.report.notion_pages import page_jobs, publish_page
from okr_flows.report.report_input import read_report_input
from okr_flows.run.ending import (
    RETRIES,
    RETRY_SECONDS,
    Refused,
    completed,
    left_to_newer,
    noticed,
    refused,
)
from okr_flows.run.events import named_resource
from okr_flows.run.late_run import overtaken
from okr_flows.run.names import names_of
from okr_flows.run.prefect_reached import done, prefect_reached
from okr_flows.run.run_store import given_store, open_run_store, run_time
from okr_report.audience.audience import COMPANY
from okr_report.locale import Language as LanguageName
from okr_report.markdown import markdown
from okr_report.outline import headline
from okr_report.report_input import ReportInput
from okr_report.reports import report

Found = TypeVar("Found")
FOLDER_VARIABLE = "OKR_REPORT_DIR"
"""Folder of the worker that files are written to; where it is not set none are written."""
PUBLISHED = "okr.report.published"


class ReportForm(str, Enum):  # noqa: UP042 - its values are the form's choices
    """As what a report is written."""

    html = "html"
    pdf = "pdf"
    xlsx = "xlsx"
    md = "md"
    json = "json"


class Language(str, Enum):  # noqa: UP042 - as above
    """Of everything that is not written by people."""

    en = "en"
    zh = "zh"


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
def write_task(
    form: str, report_input: ReportInput, audience: str, language: LanguageName, folder: str
) -> str | OkrError:
    """Write one file; a file of an earlier run is replaced as a whole."""
    told = report(report_input, audience, language)
    try:
        written = write_report(told, cast("FormName", form), Path(folder))
    except OkrError as error:
        return error
    for note in written.notes:
        get_run_logger().warning("%s", note)
    return str(written.path)


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
        with open_run_store() as store:
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
            messages = unsent(store, known.cycle.id, week, digests(report_input, language, where))
            return tell(store, known.workspace, known.cycle.id, messages, at=known.as_of, link=link)
    except OkrError as error:
        return error


@flow(
    name="report-cycle",
    flow_run_name="Report {cycle}",
    description="Writes the report of a cycle, shows it, and sends the weekly digest.",
    persist_result=False,
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    timeout_seconds=3600,
)
def report_cycle(  # noqa: PLR0917 - its parameters are the fields of a form
    cycle: str = "",
    audience: str = COMPANY,
    formats: list[ReportForm] = DEFAULT_FORMS,
    language: Language = Language.en,
    digest: bool = False,
    as_of: AwareDatetime | None = None,
) -> ReportOutcome | Refused:
    """Write the report of a cycle, show it, and send the weekly digest.

    Safe to run twice: files are replaced, the page in Notion is updated in place, and a route is
    sent one digest a week. Files go to the folder OKR_REPORT_DIR of the worker; where it is not
    set there are none. What Prefect shows names nobody, since everyone with access reads it.

    Args:
        cycle: Id of the cycle, such as 2026-q4.
        audience: For whom the files are: company, team:ID, or a name under `audiences` in okr.yaml.
        formats: Files to write.
        language: Of everything that is not written by people.
        digest: Whether to send each route the week's digest.
        as_of: Business time of the run, with its zone; its scheduled start where empty.
    """
    if newer := overtaken():
        return left_to_newer(newer)
    at = run_time(as_of, flow_run.scheduled_start_time)
    report_input = read_task(cycle, at)
    if isinstance(report_input, OkrError):
        return refused(report_input)
    try:
        _refuse_persons(audience)
        told = report(report_input, audience, language.value)
    except OkrError as error:  # such as an unknown audience
        return refused(error)
    outcome, whole = ReportOutcome.of(told), _whole(report_input)
    spoken: LanguageName = language.value
    for form, folder in _wanted_files(formats):
        with outcome.attempt(f"write {form}"):
            outcome.files.append(given(write_task(form, whole, audience, spoken, folder)))
    for job in _wanted_pages(outcome):
        with outcome.attempt(f"update {job.name}"):
            outcome.pages.append(given(page_task(job, whole)))
    with outcome.attempt("show it"):
        show_task(whole, spoken, outcome.forms)
    if digest and told.header.elapsed:  # a cycle that has not begun has no week to tell of
        with outcome.attempt("send the digest"):
            told_now = given(digest_task(whole, spoken, "".join(outcome.pages[:1]), run_link()))
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


def ended(outcome: ReportOutcome) -> ReportOutcome:
    """Completed only where all was done; otherwise the state that the routes' notices wait for."""
    if not outcome.failed:
        return completed(outcome, outcome.headline)
    lines = "; ".join(f"could not {what}: {why}" for what, why in outcome.failed.items())
    told = tell_of_run(outcome.cycle, INCOMPLETE, lines, outcome.as_of)
    return noticed(outcome, INCOMPLETE, told.sentence(lines))


def _whole(report_input: ReportInput) -> ReportInput:
    """The input as Prefect takes it: it does not look into it for what other tasks gave."""
    return cast("ReportInput", quote(report_input))


def _refuse_persons(audience: str) -> None:
    if audience.startswith("person:"):
        raise InputError(
            "the report for one person is not for Prefect, where everyone reads parameters.",
            hint=f"Run {okr('report', '--audience', 'person:ID').code} instead.",
        )


def _wanted_files(formats: list[ReportForm]) -> list[tuple[str, str]]:
    """Form and folder of each file; none where the worker has no folder for them."""
    folder = os.environ.get(FOLDER_VARIABLE, "").strip()
    return [(form.value, folder) for form in dict.fromkeys(formats)] if folder else []


def _wanted_pages(outcome: ReportOutcome) -> tuple[PageJob, ...]:
    """Pages that the workspace asks for; an option that cannot be costs no file."""
    with outcome.attempt("update the page in Notion"), open_run_store() as store:
        return page_jobs(store)
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
    """Run the flow in this process and return what it did.

    Raises:
        OkrError: The cycle could not be read, or the audience is unknown.
        RetryableError: Prefect's server does not answer, or the one of this run does not start.
    """
    forms = list(ReportForm) if formats is None else formats
    # Somebody waits for it and can run it again.
    flow_here = report_cycle.with_options(retries=0)
    with given_store(store_url), prefect_reached():
        return done(flow_here(cycle, audience, forms, digest=digest, as_of=as_of))
