"""Trial: the arguments of `okr try` as a binding, asked of its tool before it goes into a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import ValidationError

from okr_cli.shell.acting import clock
from okr_core.errors import DocumentError, InputError, OkrError
from okr_core.files.document import read_document
from okr_core.files.yaml_edit import Value
from okr_core.plan.metrics import AtLeast
from okr_core.plan.workspace import Connection
from okr_core.record.evidence import Row
from okr_flows.sync.plan import ConnectionJob
from okr_flows.sync.read import open_session
from okr_sources.answers import Answer, Ask, Unavailable
from okr_sources.source import Labels, Memory, Session, source_named

_ONE = "value"
_OF_FIELD = ("sum", "average", "latest")
_DEFAULT = "count"
SHOWN = 5
"""Rows that are shown."""
USUAL: Mapping[str, tuple[str, ...]] = {
    "jira": ("Won't Do", "Duplicate"),
    "notion": ("Cancelled", "Canceled"),
}
"""Resolutions or statuses that teams often leave out, by kind: how many there are is looked up."""
_IT, _ALL, _WITHOUT = "trial", "all", "without:"


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


@dataclass(frozen=True, slots=True)
class TrialResult:
    """What a tool answered.

    Attributes:
        binding: The binding in the words of a plan.
        answer: The number with its evidence, or why there is none.
        rows: The first rows, with labels where they could be found.
        excluded: Resolution or status → rows that leaving it out would remove.
        requests: HTTP requests that all of it took.
    """

    connection: str
    kind: str
    binding: Mapping[str, Value]
    answer: Answer
    rows: tuple[Row, ...] = ()
    excluded: Mapping[str, int] | None = None
    requests: int = 0

    @property
    def exit_code(self) -> int:
        """0 with a number, 3 where the tool cannot be reached or refuses us, else 4."""
        if not isinstance(self.answer, Unavailable):
            return 0
        return 3 if self.answer.connection_down else 4


def read_tried(
    name: str,
    connection: Connection,
    binding: Mapping[str, Value],
    env: Mapping[str, str],
    *,
    zone: str,
    since: date,
) -> TrialResult:
    """Ask a connection for one binding.

    Args:
        name: Name of the connection.
        connection: Where it is.
        binding: What to measure, valid.
        env: Variables that may hold its token.
        zone: Zone whose days count.
        since: First local day that counts for lead times.

    Raises:
        OkrError: The connection cannot be opened.
    """
    asks = [_ask(key, fields, zone, since) for key, fields in _variants(connection.kind, binding)]
    with open_session(ConnectionJob(name, connection, tuple(asks)), env) as session:
        answers = {each.key_result: each for each in session.read(session.plan(asks, Memory({})))}
        answer = answers[_IT]
        rows = () if isinstance(answer, Unavailable) else _rows(session, answer.evidence.rows)
        return TrialResult(
            name, connection.kind, binding, answer, rows, _excluded(answers), session.requests
        )


def _variants(kind: str, binding: Mapping[str, Value]) -> Iterator[tuple[str, Mapping[str, Value]]]:
    yield _IT, binding
    if kind not in USUAL or "measure" not in binding:
        return
    plain = {key: each for key, each in binding.items() if key not in ("exclude", "scale")}
    counted = {**plain, "measure": "count"}
    given = binding.get("exclude")
    names = given if isinstance(given, list) else USUAL[kind]
    yield _ALL, counted
    for name in names:
        yield f"{_WITHOUT}{name}", {**counted, "exclude": [name]}


def _ask(key: str, binding: Mapping[str, Value], zone: str, since: date) -> Ask:
    # Any value is believed of a bound without a baseline, and 0 is not its target.
    metric = AtLeast(bound=Decimal(1))
    return Ask(key, binding, metric, since, zone, clock())


def _excluded(answers: Mapping[str, Answer]) -> dict[str, int] | None:
    """Rows that each name would remove; names that the tool does not know are left out."""
    everything = answers.get(_ALL)
    if everything is None or isinstance(everything, Unavailable):
        return None
    found: dict[str, int] = {}
    for key in sorted(key for key in answers if key.startswith(_WITHOUT)):
        answer = answers[key]
        if not isinstance(answer, Unavailable):
            removed = len(everything.evidence.rows) - len(answer.evidence.rows)
            found[key.removeprefix(_WITHOUT)] = max(0, removed)
    return found


def _rows(session: Session, rows: Sequence[Row]) -> tuple[Row, ...]:
    first = rows[:SHOWN]
    missing = [row.id for row in first]
    if not isinstance(session, Labels):
        return tuple(first)
    try:
        labels = session.labels(missing)
    except OkrError:  # the number is there; names would only have been nice
        return tuple(first)
    return tuple(row._replace(label=labels.get(row.id) or row.label) for row in first)
