"""What a binding may say, and what is refused before anything is asked."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from okr_core.errors import ConfigError
from okr_core.plan.workspace import Connection
from okr_http.binding import HttpBinding, looks_secret
from okr_http.options import HttpOptions


def binding(**fields: object) -> HttpBinding:
    return HttpBinding.model_validate({"connection": "crm", "url": "/n", "value": "n", **fields})


def complaint(**fields: object) -> str:
    with pytest.raises(ValidationError) as caught:
        binding(**fields)
    return caught.value.errors()[0]["msg"]


def test_the_least_that_works_is_an_address_and_an_expression() -> None:
    found = HttpBinding.model_validate({"url": "https://api.example.com/n", "value": "total"})
    assert (found.connection, found.method, found.scale) == ("", "GET", Decimal(1))


def test_a_parameter_may_have_several_values() -> None:
    assert binding(query={"a": "1", "b": ["2", "3"]}).query == {"a": ("1",), "b": ("2", "3")}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"url": "https://user:pass@api.example.com/n"}, "holds a user name or a password"),
        ({"url": "ftp://api.example.com/n"}, "is not an address"),
        ({"url": "//api.example.com/n"}, "is not an address"),
        ({"url": "https:///n"}, "is not an address"),
        ({"url": ""}, "is not an address"),
        ({"url": "https://[::1/n"}, "is not an address"),
        ({"url": "https://api.example.com:port/n"}, "is not an address"),
        ({"url": "/a b"}, "holds a space"),
        ({"url": "/n", "connection": ""}, "no connection says below which address"),
        ({"url": "/n?api_key=abc"}, "`api_key` in the address looks like a secret"),
        ({"query": {"access_token": "abc"}}, "`access_token` in `query` looks like a secret"),
        ({"query": {"key": "A" * 30}}, "`key` in `query` looks like a secret"),
        ({"method": "POST", "body": '{"auth": {"x": 1}}'}, "`auth` in `body` looks like a secret"),
        ({"body": "{}"}, "a GET sends no body"),
        ({"method": "POST", "body": {"limit": "5"}}, "a body is JSON in quotes"),
        ({"method": "POST", "body": "{limit: 5}"}, "is no JSON"),
        ({"method": "POST", "body": "NaN"}, "is no JSON"),
        ({"method": "POST", "body": "[" * 100_000}, "is no JSON"),
        ({"method": "DELETE"}, "Input should be 'GET' or 'POST'"),
        ({"value": "items["}, "no JMESPath expression: it ends too early"),
        ({"scale": "NaN"}, "is not a number"),
        ({"headers": {"X": "1"}}, "Extra inputs are not permitted"),
    ],
)
def test_a_wrong_binding_says_what_is_wrong(fields: dict[str, object], reason: str) -> None:
    said = complaint(**fields)
    assert reason in said
    assert "abc" not in said


@pytest.mark.parametrize(
    "name", ["token", "api_key", "apiKey", "X-Api-Key", "Ocp-Subscription-Key", "client_secret",
             "X-Amz-Signature", "sig", "PASSWORD", "auth"],
)  # fmt: skip
def test_names_of_secrets_are_known(name: str) -> None:
    assert looks_secret(name)


@pytest.mark.parametrize("name", ["project", "key", "keys", "author", "design", "monkey", "page"])
def test_other_names_are_not(name: str) -> None:
    assert not looks_secret(name, "PROJ-1")


@pytest.mark.parametrize(
    ("options", "place"),
    [
        ({"allow_everything": True}, "allow_everything"),
        ({"header": "X Key"}, "header"),
        ({"header": "Host"}, "header"),
        ({"allow_private": "perhaps"}, "allow_private"),
    ],
)
def test_a_wrong_option_names_itself(options: dict[str, object], place: str) -> None:
    with pytest.raises(ConfigError) as caught:
        HttpOptions.of("crm", Connection.model_validate({"kind": "http", "options": options}))
    assert place in caught.value.message
    assert "crm" in caught.value.message


def test_options_may_be_text_as_a_plan_writes_them() -> None:
    connection = Connection.model_validate({"kind": "http", "options": {"allow_private": "true"}})
    assert HttpOptions.of("crm", connection).allow_private
