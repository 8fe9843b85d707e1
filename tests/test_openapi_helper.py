"""The check against OpenAPI documents finds what it should find, in both versions."""

import json
from pathlib import Path
from typing import Any

import pytest
from openapi import Contract, ContractError


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    thing: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "required": ["id", "name"],
        "properties": {
            "id": {"type": "string", "readOnly": True},
            "name": {"type": "string", "nullable": True},
        },
    }
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    path = {
        "get": {
            "parameters": [
                {"name": "size", "in": "query", "required": True, "schema": {"type": "integer"}},
                {
                    "name": "tags",
                    "in": "query",
                    "schema": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}},
                },
            ],
            "responses": {"200": {"content": content}, "404": {"description": ""}},
        },
        "put": {"requestBody": {"required": True, "content": content}, "responses": {"2XX": {}}},
    }
    document = {
        "openapi": "3.0.1",
        "paths": {"/things/{id}": path, "/things/all": {"get": {"responses": {"200": {}}}}},
        "components": {"schemas": {"Thing": thing}},
    }
    file = tmp_path / "document.json"
    file.write_text(json.dumps(document))
    return Contract(file)


def test_an_answer_may_hold_null_where_the_document_says_so(contract: Contract) -> None:
    seen = contract.check_response("GET", "/things/7?size=1", 200, {"id": "7", "name": None})
    assert seen == "GET /things/{id}"


@pytest.mark.parametrize(
    "body", [{"id": None, "name": "x"}, {"name": "x"}, {"id": "7", "name": "x", "more": 1}, []]
)
def test_an_answer_that_differs_is_named(contract: Contract, body: object) -> None:
    with pytest.raises(ContractError, match=r"GET /things/\{id\} → 200"):
        contract.check_response("GET", "/things/7", 200, body)


def test_a_status_that_is_not_documented_is_a_violation_except_429_and_5xx(
    contract: Contract,
) -> None:
    contract.check_response("GET", "/things/7", 503, {"anything": True})
    with pytest.raises(ContractError, match="status 418"):
        contract.check_response("GET", "/things/7", 418, {})


def test_a_literal_path_wins_over_a_variable(contract: Contract) -> None:
    assert contract.check_response("GET", "/things/all", 200, None) == "GET /things/all"


def test_a_request_needs_its_parameters_and_no_others(contract: Contract) -> None:
    contract.check_request("GET", "/things/7?size=3&tags=a&tags=b")
    contract.check_request("GET", "/things/7", {"size": "3", "tags": "a,b"})
    for query in ("", "size=3&more=1", "size=many", "size=3&tags=c"):
        with pytest.raises(ContractError):
            contract.check_request("GET", f"/things/7?{query}")


def test_a_request_leaves_out_what_only_the_server_writes(contract: Contract) -> None:
    contract.check_request("PUT", "/things/7", body={"name": "x"})
    with pytest.raises(ContractError, match="the body is missing"):
        contract.check_request("PUT", "/things/7")
    with pytest.raises(ContractError, match="takes no body"):
        contract.check_request("GET", "/things/7?size=1", body={})


def test_a_path_that_the_document_lacks_is_a_violation(contract: Contract) -> None:
    with pytest.raises(ContractError, match="no such operation"):
        contract.operation("GET", "/nothing")
