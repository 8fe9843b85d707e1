"""Checks real requests and answers against a vendor's OpenAPI document (3.0 or 3.1).

Answers are checked strictly: an undeclared status or property is a violation where the document
forbids it. Formats other than ``uuid`` are left out: Jira's own times are not RFC 3339.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match
from openapi_allof import closed_as_a_whole

Json = Any
Direction = Literal["request", "response"]

UNDOCUMENTED = frozenset({429, *range(500, 600)})
"""Statuses that any endpoint may answer with, though Jira's document never lists them."""


class ContractError(AssertionError):
    """What was sent differs from what the vendor's document says."""


@dataclass(frozen=True)
class Operation:
    """One method of one path of the document."""

    method: str
    template: str
    pattern: re.Pattern[str]
    spec: Mapping[str, Json]
    parameters: tuple[Mapping[str, Json], ...]

    @property
    def name(self) -> str:
        """``METHOD /path/{template}``."""
        return f"{self.method} {self.template}"


class Contract:
    """One vendor's OpenAPI document, ready to check answers and requests."""

    def __init__(self, path: Path) -> None:
        document: dict[str, Json] = json.loads(path.read_text(encoding="utf-8"))
        self.document = closed_as_a_whole(document)
        self._operations = sorted(_operations(self.document), key=_literal_first)
        self._roots = {
            "request": _plain(self.document, "request"),
            "response": _plain(self.document, "response"),
        }
        self._validators: dict[tuple[Direction, str], Draft202012Validator] = {}

    def operation(self, method: str, url_path: str) -> Operation:
        """The document's operation for a path such as ``/rest/api/3/issue/A-1``."""
        path = urlsplit(url_path).path
        for operation in self._operations:
            if operation.method == method.upper() and operation.pattern.fullmatch(path):
                return operation
        raise ContractError(f"{method} {path}: the document has no such operation")

    def check_response(self, method: str, url_path: str, status: int, body: Json) -> str:
        """Raise ContractError where the answer is not what the document promises.

        Args:
            method: such as ``GET``.
            url_path: the path below the vendor's host; a query string is ignored.
            status: the HTTP status.
            body: the parsed JSON body, or None where there was none.

        Returns:
            The operation's name, so that a test can tell which ones it covered.
        """
        operation = self.operation(method, url_path)
        answers = operation.spec["responses"]
        answer = answers.get(str(status), answers.get(f"{status // 100}XX"))
        if answer is None and status in UNDOCUMENTED:
            return operation.name
        answer = answers.get("default") if answer is None else answer
        if answer is None:
            raise ContractError(f"{operation.name}: status {status} is not in the document")
        schema = _json_schema(answer)
        if schema is not None:
            self._check("response", schema, body, f"{operation.name} → {status}")
        return operation.name

    def check_request(
        self,
        method: str,
        url_path: str,
        query: Mapping[str, str | list[str]] | None = None,
        body: Json = None,
    ) -> str:
        """Raise ContractError where a client's request is not one that the document allows.

        Args:
            method: such as ``POST``.
            url_path: the path below the vendor's host; its query string is added to ``query``.
            query: parameters as they went over the wire; repeated ones as lists.
            body: the parsed JSON body, or None where there was none.
        """
        operation = self.operation(method, url_path)
        sent = dict(_grouped(parse_qsl(urlsplit(url_path).query, keep_blank_values=True)))
        sent.update(
            {
                name: [value] if isinstance(value, str) else value
                for name, value in (query or {}).items()
            }
        )
        self._check_query(operation, sent)
        self._check_body(operation, body)
        return operation.name

    def _check_body(self, operation: Operation, body: Json) -> None:
        declared = operation.spec.get("requestBody")
        if declared is None:
            if body is not None:
                raise ContractError(f"{operation.name}: takes no body")
            return
        if body is None:
            if declared.get("required"):
                raise ContractError(f"{operation.name}: the body is missing")
            return
        schema = _json_schema(declared)
        if schema is not None:
            self._check("request", schema, body, f"{operation.name} body")

    def _check_query(self, operation: Operation, sent: Mapping[str, list[str]]) -> None:
        declared = {p["name"]: p for p in operation.parameters if p["in"] == "query"}
        names = {name.removesuffix("[]") for name in sent}
        if unknown := names - declared.keys():
            raise ContractError(f"{operation.name}: unknown parameters {sorted(unknown)}")
        required = {name for name, p in declared.items() if p.get("required")}
        if missing := required - names:
            raise ContractError(f"{operation.name}: missing parameters {sorted(missing)}")
        for name, values in sent.items():
            schema = declared[name.removesuffix("[]")].get("schema", {})
            self._check("request", schema, self._parsed(schema, values), f"{operation.name} {name}")

    def _parsed(self, schema: Mapping[str, Json], values: list[str]) -> Json:
        """Values of the wire as the JSON that the schema speaks of."""
        schema = self._resolved(schema)
        if schema.get("type") == "array":
            items = self._resolved(schema.get("items", {}))
            return [_scalar(items, part) for value in values for part in value.split(",")]
        return _scalar(schema, values[0])

    def _resolved(self, schema: Mapping[str, Json]) -> Mapping[str, Json]:
        while "$ref" in schema:
            schema = _pointed(self.document, schema["$ref"])
        return schema

    def _check(
        self, direction: Direction, schema: Mapping[str, Json], value: Json, where: str
    ) -> None:
        error = best_match(self._validator(direction, schema).iter_errors(value))
        if error is not None:
            path = "".join(f"[{part!r}]" for part in error.absolute_path)
            raise ContractError(f"{where}: {path or 'body'}: {error.message[:500]}")

    def _validator(self, direction: Direction, schema: Mapping[str, Json]) -> Draft202012Validator:
        key = (direction, json.dumps(schema, sort_keys=True))
        if key not in self._validators:
            root = {**_plain(schema, direction), "components": self._roots[direction]["components"]}
            self._validators[key] = Draft202012Validator(
                root, format_checker=FormatChecker(formats=("uuid",))
            )
        return self._validators[key]


def _operations(document: Mapping[str, Json]) -> Iterable[Operation]:
    for template, item in document["paths"].items():
        shared = item.get("parameters", [])
        pattern = re.compile(re.sub(r"\\{[^/]+?\\}", "[^/]+", re.escape(template)))
        for method, spec in item.items():
            if method == "parameters":
                continue
            declared = [*shared, *spec.get("parameters", [])]
            parameters = tuple(
                _pointed(document, p["$ref"]) if "$ref" in p else p for p in declared
            )
            yield Operation(method.upper(), template, pattern, spec, parameters)


def _literal_first(operation: Operation) -> tuple[int, str]:
    """Paths with fewer variables win, as in the vendors' routers."""
    return operation.template.count("{"), operation.template


def _pointed(document: Mapping[str, Json], reference: str) -> Mapping[str, Json]:
    value: Json = document
    for part in reference.removeprefix("#/").split("/"):
        value = value[part.replace("~1", "/").replace("~0", "~")]
    found: Mapping[str, Json] = value
    return found


def _json_schema(message: Mapping[str, Json]) -> Mapping[str, Json] | None:
    schema: Mapping[str, Json] | None = (
        message.get("content", {}).get("application/json", {}).get("schema")
    )
    return schema


def _plain(node: Json, direction: Direction) -> Json:
    """OpenAPI 3.0's own keywords as JSON Schema: ``nullable``, required ``readOnly`` names."""
    if isinstance(node, list):
        return [_plain(item, direction) for item in node]
    if not isinstance(node, dict):
        return node
    plain = {name: _plain(value, direction) for name, value in node.items()}
    _drop_one_way(plain, direction)
    if plain.pop("nullable", False) is True:
        return {"anyOf": [plain, {"type": "null"}]}
    return plain


def _drop_one_way(schema: dict[str, Json], direction: Direction) -> None:
    """A ``readOnly`` property is never required in requests, ``writeOnly`` not in answers."""
    required, properties = schema.get("required"), schema.get("properties")
    if not isinstance(required, list) or not isinstance(properties, dict):
        return
    mark = "readOnly" if direction == "request" else "writeOnly"
    schema["required"] = [
        name
        for name in required
        if not (isinstance(properties.get(name), dict) and properties[name].get(mark) is True)
    ]


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name, value in pairs:
        groups.setdefault(name, []).append(value)
    return groups


def _scalar(schema: Mapping[str, Json], text: str) -> Json:
    kinds = schema.get("type")
    if kinds in ("integer", "number", "boolean"):
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            return text
    return text
