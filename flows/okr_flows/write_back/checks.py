"""Checks: whether a connection can be written to as the plan wants it, before anything is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from okr_core.basics.command import okr
from okr_core.record.failure import Failure
from okr_flows.sync.plan import ConnectionJob
from okr_flows.sync.read import open_session
from okr_flows.write_back.plan import WriteBackJob
from okr_flows.write_back.report import WriteBackReport
from okr_flows.write_back.write_back import preview
from okr_sources.source import Check
from okr_sources.write_back.write_back import Permitted


def write_back_checks(job: WriteBackJob, env: Mapping[str, str]) -> Iterator[Check]:
    """What a write-back would meet: places out of reach, permissions, people's fields. Only reads.

    Args:
        job: Connection and items.
        env: Variables that may hold its token.

    Raises:
        OkrError: The connection is out of reach.
    """
    subject = f"{job.connection.kind} `{job.name}` write-back"
    report = preview(job, env)
    if report.failed:
        yield Check(subject, "error", report.failed)
        return
    lacking = _lacking(job, env)
    troubles = [*_troubles(report), *lacking]
    for failure in dict.fromkeys(troubles):
        yield Check(subject, "error", failure.reason, failure.hint)
    conflicts = report.totals["conflict"]
    if conflicts:
        what = "a person owns 1 field" if conflicts == 1 else f"people own {conflicts} fields"
        hint = f"{okr('write-back', '--dry-run').code} lists them."
        yield Check(subject, "warning", f"{what} that should change.", hint)
    if not troubles:
        ready = report.totals["same"] + report.totals["changed"]
        yield Check(subject, "ok", f"{ready} fields of {len(report.items)} items are in reach.")


def _troubles(report: WriteBackReport) -> Iterator[Failure]:
    for item in report.items:
        failures = [item.failure, *(each.failure for each in item.fields)]
        verdicts = ["unavailable", *(each.verdict for each in item.fields)]
        for failure, verdict in zip(failures, verdicts, strict=True):
            if failure is not None and verdict == "unavailable":
                yield Failure(f"`{item.item}`: {failure.reason}", failure.hint)


def _lacking(job: WriteBackJob, env: Mapping[str, str]) -> list[Failure]:
    """Permissions that the token lacks, of tools that tell before a write."""
    if job.fields is None or not job.targets:
        return []
    with open_session(ConnectionJob(job.name, job.connection), env) as session:
        if isinstance(session, Permitted):
            return session.permissions(job.fields, job.targets)
    return []
