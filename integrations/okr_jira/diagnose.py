"""Diagnose: what `okr doctor` says of a connection to Jira."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial

from okr_core.errors import OkrError
from okr_jira.read.fetching import Fetcher, count_of
from okr_jira.read.fields import FieldNames
from okr_jira.read.planner import JiraPlan, Part, fields_of
from okr_jira.read.queries import Query
from okr_jira.read.zone import same_days, zone_of
from okr_jira.site.client import JiraClient
from okr_jira.site.errors import ElsewhereError, misplaced
from okr_jira.site.kinds import CLOUD, Deployment
from okr_sources.checks import clock_check
from okr_sources.send.headers import server_time
from okr_sources.session import BaseSession, Send
from okr_sources.source import Check

BROWSE = "BROWSE_PROJECTS"


def diagnose(
    session: BaseSession, plan: JiraPlan, client: JiraClient, fetcher: Fetcher, *, now: datetime
) -> list[Check]:
    """One check per thing that can be wrong; stops at the first that makes the rest pointless.

    Args:
        session: Sends requests.
        plan: What the key results ask for.
        client: The site's endpoints.
        fetcher: Knows the names of fields.
        now: This machine's time (aware).
    """
    try:
        with session.query_deadline():
            found = session.send(client.found, endpoint="serverInfo")
            other = misplaced(client.name, client.url, found, client.deployment)
            if other is not None:
                return [session.failed("deployment", other)]
            me, headers = session.send(client.myself, endpoint="myself")
    except OkrError as error:
        return [session.failed("access", error)]
    access = _access(client, me, found)
    if access.outcome == "error":
        return [access]
    checks = [access, *_zones(me, plan, now)]
    if not session.connection.reads_past:
        checks.append(clock_check(server_time(headers), now))
    checks.append(_tried(session, "permissions", partial(_permissions, client, session.send)))
    checks.extend(
        Check(f"binding of `{each.key_result}`", "error", each.reason, each.hint)
        for each in plan.refused
    )
    checks.extend(_fields(session, plan, fetcher))
    checks.extend(_queries(session, plan, client))
    return checks


def _access(client: JiraClient, me: object, found: tuple[Deployment, str] | None) -> Check:
    fields = me if isinstance(me, Mapping) else {}
    who, names = fields.get("displayName"), [fields.get("accountId"), fields.get("key")]
    names.append(fields.get("name"))  # of old Data Centers
    if not isinstance(who, str) or not who or not any(isinstance(name, str) for name in names):
        return Check(
            "access", "error", f"{client.url} answers, but not as Jira does.", "Check `url`."
        )
    server = client.deployment.title
    if found is not None and client.deployment is not CLOUD:
        server = f"{server} {found[1]}"  # the Cloud's version means nothing to anybody
    return Check("access", "ok", f"{client.url} is reachable ({server}) and knows us as {who}.")


def _zones(me: object, plan: JiraPlan, now: datetime) -> Iterator[Check]:
    """JQL reads now(), startOfWeek() and dates in the token user's zone."""
    theirs, ours = zone_of(me), sorted({part.ask.timezone for part in plan.parts})
    if not theirs:
        yield Check(
            "time zone",
            "warning",
            "Jira does not tell in which time zone it reads JQL's dates and now().",
            "Look it up in the profile of the token's user.",
        )
        return
    differing = [zone for zone in ours if not same_days(theirs, zone, now.year)]
    if differing:
        yield Check(
            "time zone",
            "warning",
            f"the token's user lives in {theirs}, the cycle in {', '.join(differing)}: JQL's dates "
            "and now() are read in the user's zone.",
            f"Set the user's time zone in Jira to {differing[0]}.",
        )
    else:
        same = ", as in the cycle" if ours else ""
        yield Check("time zone", "ok", f"JQL's dates are read in {theirs}{same}.")


def _permissions(client: JiraClient, send: Send) -> Check:
    try:
        answer = send(lambda: client.permissions([BROWSE]), endpoint="mypermissions")
    except ElsewhereError:
        return Check("permissions", "warning", "the server does not tell permissions.")
    found = answer.get("permissions") if isinstance(answer, Mapping) else None
    entry = found.get(BROWSE) if isinstance(found, Mapping) else None
    if isinstance(entry, Mapping) and entry.get("havePermission"):
        return Check("permissions", "ok", "may browse projects.")
    return Check(
        "permissions",
        "error",
        "the token's user may not browse any project.",
        "Ask a Jira administrator for the permission to browse the projects.",
    )


def _fields(session: BaseSession, plan: JiraPlan, fetcher: Fetcher) -> Iterator[Check]:
    if not any(fields_of(part.binding) for part in plan.parts):
        return
    try:
        with session.query_deadline():
            names = fetcher.names() if plan.named else FieldNames()
    except OkrError as error:
        yield session.failed("fields", error)
        return
    yield from (check for part in plan.parts for check in _field(session, part, names))


def _field(session: BaseSession, part: Part, names: FieldNames) -> Iterator[Check]:
    measure = part.binding.measured
    if not measure.field:
        return
    subject = f"field of `{part.ask.key_result}`"
    try:
        ids = names.ids(measure.field, key_result=part.ask.key_result, place=measure.place)
    except OkrError as error:
        yield session.failed(subject, error)
        return
    yield Check(subject, "ok", f'"{measure.field}" is {" or ".join(ids)}.')


def _queries(session: BaseSession, plan: JiraPlan, client: JiraClient) -> Iterator[Check]:
    """Each selection once, by Jira's own count: cheap, and refused where the query is wrong."""
    for query in {query.jql: query for query in plan.queries if query.jql}.values():
        serves = [part.ask.key_result for part in plan.parts if query in part.queries]
        subject = f"query of `{'`, `'.join(serves)}`"
        yield _tried(session, subject, partial(_query, query, subject, client, session.send))


def _query(query: Query, subject: str, client: JiraClient, send: Send) -> Check:
    count = count_of(send(lambda: client.estimate(query.jql), endpoint="approximate-count"))
    if not count:
        return Check(subject, "warning", f"selects no issue: `{query.jql}`.", "Try it in Jira.")
    about = "about " if query.deployment is CLOUD else ""
    issues = "1 issue" if count == 1 else f"{count} issues"
    return Check(subject, "ok", f"selects {about}{issues}: {query.jql}")


def _tried(session: BaseSession, subject: str, check: Callable[[], Check]) -> Check:
    try:
        with session.query_deadline():
            return check()
    except OkrError as error:
        return session.failed(subject, error)
