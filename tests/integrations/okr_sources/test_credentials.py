"""Where tokens come from, and which addresses they are sent to."""

import pytest
from pydantic import SecretStr

from okr_core.errors import ConfigError, RetryableError
from okr_core.plan.workspace import Connection
from okr_sources.blocks import load_named
from okr_sources.credentials import base_url, credentials_of
from okr_sources.source import Credentials


def no_block(name: str) -> Credentials:
    raise AssertionError(name)


def connection(**fields: object) -> Connection:
    return Connection.model_validate({"kind": "jira", **fields})


def test_variables_are_named_after_the_connection() -> None:
    env = {
        "OKR_ACME_EU_TOKEN": " secret\n",
        "OKR_ACME_EU_USER": "me",
        "OKR_ACME_EU_URL": "https://x",
    }
    found = credentials_of("acme-eu", connection(), env, no_block)
    assert found.token.get_secret_value() == "secret"
    assert (found.user, found.url) == ("me", "https://x")


def test_a_block_wins_over_variables() -> None:
    def load(name: str) -> Credentials:
        return Credentials(SecretStr(f"token-of-{name}"))

    found = credentials_of("acme", connection(block="jira-acme"), {"OKR_ACME_TOKEN": "x"}, load)
    assert found.token.get_secret_value() == "token-of-jira-acme"


def test_a_missing_token_names_the_variable() -> None:
    with pytest.raises(ConfigError, match="OKR_ACME_TOKEN"):
        credentials_of("acme", connection(), {}, no_block)


@pytest.mark.parametrize("token", ["two words", "line\nbreak", "dots…"])
def test_a_token_that_no_server_gives_out_is_refused_without_being_shown(token: str) -> None:
    with pytest.raises(ConfigError) as caught:
        credentials_of("acme", connection(), {"OKR_ACME_TOKEN": token}, no_block)
    assert token not in str(caught.value)


def test_the_token_shows_in_no_representation() -> None:
    assert "secret" not in repr(Credentials(SecretStr("secret")))


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", "has no url"),
        ("acme.atlassian.net", "is not an address"),
        ("ftp://acme", "is not an address"),
        ("https://acme:99999999", "is not an address"),
        ("https://me:secret@acme.net", "holds a user name"),
        ("http://jira.example.com", "is http"),
    ],
)
def test_an_address_that_a_token_must_not_go_to_is_refused(url: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem) as caught:
        base_url("acme", connection(), Credentials(SecretStr("t"), url=url))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["https://acme.net/", "http://127.0.0.1:8000", "http://localhost"])
def test_https_and_this_machine_are_fine(url: str) -> None:
    assert base_url("acme", connection(url=url), Credentials(SecretStr("t"))) == url.rstrip("/")


def test_plain_http_is_for_networks_that_somebody_trusts() -> None:
    trusting = connection(url="http://jira.internal", options={"allow_http": True})
    assert base_url("acme", trusting, Credentials(SecretStr("t"))) == "http://jira.internal"


def test_a_missing_block_is_told_by_name() -> None:
    def missing(name: str) -> str:
        raise ValueError(f"Unable to find block document named {name}")

    with pytest.raises(ConfigError, match="there is no JiraCredentials block `acme`"):
        load_named("acme", "JiraCredentials", missing)


def test_a_prefect_server_that_does_not_answer_is_told_without_its_words() -> None:
    def unreachable(name: str) -> str:
        raise OSError(f"refused, by the way the key is secret {name}")

    with pytest.raises(RetryableError, match="Prefect's API does not answer") as caught:
        load_named("acme", "JiraCredentials", unreachable)
    assert "secret" not in str(caught.value)
