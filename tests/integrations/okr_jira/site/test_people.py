"""The people of a Jira site, page by page."""

from collections.abc import Iterator

import pytest
import stamina
from pydantic import SecretStr

from okr_core.errors import AccessError, DataError
from okr_core.plan.workspace import Connection
from okr_jira import SOURCE
from okr_jira.session import JiraSession
from okr_sandbox import Company, Fault, Person, Sandbox
from okr_sources.source import Credentials, People


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    people = [Person(f"5b-{n}", f"Person {n}", active=n != 7) for n in range(450)]
    with stamina.set_testing(True, attempts=2), Sandbox(Company(people=people)) as running:
        yield running


def opened(sandbox: Sandbox) -> JiraSession:
    connection = Connection(kind="jira", url=sandbox.jira_url)
    credentials = Credentials(SecretStr(sandbox.jira_token), sandbox.jira_user)
    return SOURCE.open("acme", connection, credentials)


def test_all_active_people_are_listed_once(sandbox: Sandbox) -> None:
    with opened(sandbox) as session:
        assert isinstance(session, People)
        people = session.people()
    assert {person.id for person in people} == (
        {f"5b-{n}" for n in range(450)} - {"5b-7"} | {"okr-bot"}
    )
    assert len(people) == 450
    assert sandbox.requests["GET /rest/api/3/users/search"] == 4


def test_a_missing_permission_and_a_strange_answer_are_named(sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(403, match="users/search"))
    with opened(sandbox) as session, pytest.raises(AccessError, match="403"):
        session.people()
    sandbox.faults.add(Fault("html", match="users/search", times=None))
    with opened(sandbox) as session, pytest.raises((AccessError, DataError)):
        session.people()
