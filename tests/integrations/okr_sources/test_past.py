"""A source that cannot tell the past says so."""

from pydantic import SecretStr

from okr_core.plan.workspace import Connection
from okr_notion import SOURCE as NOTION
from okr_sources.past import past_session
from okr_sources.source import Credentials


def test_a_source_that_does_not_offer_the_past_has_none() -> None:
    connection = Connection(kind="notion")
    with NOTION.open("wiki", connection, Credentials(SecretStr("ntn_x"))) as session:
        assert past_session(session) is None
