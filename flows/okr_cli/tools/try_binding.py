"""Try binding: the arguments of `okr try` as the binding that a plan would hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from okr_core.errors import DocumentError, InputError
from okr_core.files.document import read_document
from okr_core.files.yaml_edit import Value
from okr_sources.source import source_named

_ONE = "value"
_OF_FIELD = ("sum", "average", "latest")
_DEFAULT = "count"


@dataclass(frozen=True, slots=True)
class Tried:
    """What is to be measured, as it was typed.

    Attributes:
        query: JQL, a key, a link, an address, or a third party's fields as YAML.
        measure: `count`, `sum:FIELD` and so on; None: the kind's usual one.
        filters: Conditions on the rows of a Notion data source, as YAML.
    """

    connection: str
    kind: str
    query: str
    measure: str | None = None
    filters: tuple[str, ...] = ()


def binding_of(
    tried: Tried,
    *,
    exclude: Sequence[str] = (),
    scale: str | None = None,
    value: str | None = None,
) -> dict[str, Value]:
    """The binding, in the words of a plan.

    Raises:
        InputError: It is none that the kind can measure.
        ConfigError: No source of that kind is installed.
    """
    fields: dict[str, Value] = {"connection": tried.connection}
    fields |= _FIELDS.get(tried.kind, _other)(tried)
    fields |= {"value": value} if value is not None else {}
    fields |= {"exclude": list(exclude)} if exclude else {}
    fields |= {"scale": scale} if scale is not None else {}
    try:
        source_named(tried.kind).binding.model_validate(fields)
    except ValidationError as error:
        raise _refusal(tried, error) from None
    return fields


def _jira(tried: Tried) -> dict[str, Value]:
    name, _, field = (tried.measure or _DEFAULT).partition(":")
    if name == _ONE:
        return {"issue": tried.query, "field": field.strip()}
    return {"jql": tried.query, "measure": _measure(name, field.strip())}


def _notion(tried: Tried) -> dict[str, Value]:
    name, _, field = (tried.measure or _DEFAULT).partition(":")
    if name == _ONE:
        return {"page": tried.query, "property": field.strip()}
    conditions: dict[str, Value] = {}
    for text in tried.filters:
        conditions |= _mapping(text, "--filter")
    found: dict[str, Value] = {"data_source": tried.query}
    found |= {"filter": conditions} if conditions else {}
    return found | {"measure": _measure(name, field.strip())}


def _http(tried: Tried) -> dict[str, Value]:
    if tried.measure is not None:
        raise InputError(
            "a JSON endpoint has one number: nothing is measured over rows.",
            hint="Leave --measure out and name the number with --value, such as `length(items)`.",
        )
    return {"url": tried.query}


def _other(tried: Tried) -> dict[str, Value]:
    return _mapping(tried.query, "the query of a third party's tool")


_FIELDS: Mapping[str, Callable[[Tried], dict[str, Value]]] = {
    "jira": _jira,
    "notion": _notion,
    "http": _http,
}


def _measure(name: str, field: str) -> Value:
    if name == "done_ratio" and field:
        return {name: {"weight": field}}
    if name in _OF_FIELD and not field:
        raise InputError(f"measure `{name}` needs a field.", hint=f"Write `{name}:FIELD`.")
    return {name: field} if field else name


def _mapping(text: str, what: str) -> dict[str, Value]:
    try:
        return dict(read_document(text, what).data)  # type: ignore[arg-type]  # text, lists, mappings
    except DocumentError as error:
        raise InputError(
            f"{what} is no mapping: {error.findings[0].message}", hint="Write it as `Status: Done`."
        ) from error


def _refusal(tried: Tried, error: ValidationError) -> InputError:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    where = f" at `{place}`" if place else ""
    reason = first["msg"].removeprefix("Value error, ")
    hint = "" if tried.kind != "http" else "Name the number with --value, a JMESPath."
    return InputError(f"{tried.kind} cannot measure that{where}: {reason}", hint=hint)
