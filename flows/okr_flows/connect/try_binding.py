"""Trying a binding: what a person wants to measure, asked of its tool before it is in a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from pydantic import ValidationError

from okr_core.basics.command import okr
from okr_core.errors import DocumentError, InputError, OkrError
from okr_core.files.document import read_document
from okr_core.files.yaml_edit import Value
from okr_core.plan.metrics import AtLeast
from okr_core.plan.workspace import Connection
from okr_core.progress.smells import holds_nothing
from okr_core.record.evidence import Row, remarks
from okr_flows.connect.session import open_connection
from okr_sources.answers import Answer, Ask, Unavailable
from okr_sources.censor import Censor
from okr_sources.source import Excludable, Labels, Memory, Session, source_named

_ONE = "value"
_WITH: Mapping[str, str] = {"done_ratio": "weight", "lead_time": "until"}
_OF_FIELD = ("sum", "average", "latest")
_DEFAULT = "count"
SHOWN = 5
"""Rows that are shown."""
READ_WHOLE = 1000
"""Rows of a selection that is read to name what `exclude` could leave out; of a larger one, only
the usual names are counted."""
USUAL: Mapping[str, tuple[str, ...]] = {
    "jira": ("Won't Do", "Duplicate"),
    "notion": ("Cancelled", "Canceled"),
}
"""Resolutions or statuses that teams often leave out, by kind: how many there are is looked up
where the selection does not tell which there are."""
NOTHING_MATCHED = "nothing matched, and 0 is all there is to count. Is the query right?"
_NOT_COUNTED = ("exclude", "scale", "weight")
_IT, _ALL, _WITHOUT = "trial", "all", "without:"


@dataclass(frozen=True, slots=True)
class Tried:
    """What is to be measured, as it was typed.

    Attributes:
        query: JQL, a key, a link, an address, or a third party's fields as YAML.
        measure: `count`, `sum:FIELD` and so on, or in braces as in a plan; None: the kind's usual
            one.
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
    if _is_written(tried):
        return {"jql": tried.query, **_written(tried)}
    name, _, field = (tried.measure or _DEFAULT).partition(":")
    if name == _ONE:
        return {"issue": tried.query, "field": field.strip()}
    return {"jql": tried.query, "measure": _measure(name, field.strip())}


def _notion(tried: Tried) -> dict[str, Value]:
    name, _, field = (tried.measure or _DEFAULT).partition(":")
    if name == _ONE and not _is_written(tried):
        return {"page": tried.query, "property": field.strip()}
    conditions: dict[str, Value] = {}
    for text in tried.filters:
        conditions |= _mapping(text, "--filter")
    found: dict[str, Value] = {"data_source": tried.query}
    found |= {"filter": conditions} if conditions else {}
    if _is_written(tried):
        return found | _written(tried)
    return found | {"measure": _measure(name, field.strip())}


def _is_written(tried: Tried) -> bool:
    """Whether the measure is written as in a plan, such as `{done_ratio: {by: Stage}}`."""
    return (tried.measure or "").lstrip().startswith("{")


def _written(tried: Tried) -> dict[str, Value]:
    return {"measure": _mapping(tried.measure or "", "--measure")}


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
    if name in _WITH and field:
        return {name: {_WITH[name]: field}}
    if name in _OF_FIELD and not field:
        raise InputError(f"measure `{name}` needs a field.", hint=f"Write `{name}:FIELD`.")
    return {name: field} if field else name


def _mapping(text: str, what: str) -> dict[str, Value]:
    try:
        return dict(read_document(text, what).data)  # type: ignore[arg-type]  # text, lists, mappings
    except DocumentError as error:
        raise InputError(
            f"{what} is no mapping: {error.findings[0].message}",
            hint="Write it as in a plan, such as `Status: Done` or `{sum: Points}`.",
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
    def notes(self) -> tuple[str, ...]:
        """What a reader must know of the number: above all that it counts nothing."""
        if isinstance(self.answer, Unavailable):
            return ()
        evidence = self.answer.evidence
        unmatched = not (evidence.rows and evidence.complete)
        empty = unmatched and holds_nothing(evidence, self.answer.value)
        return (*([NOTHING_MATCHED] if empty else ()), *remarks(evidence))

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
    now: datetime,
) -> TrialResult:
    """Ask a connection for one binding.

    Args:
        name: Name of the connection.
        connection: Where it is.
        binding: What to measure, valid.
        env: Variables that may hold its token.
        zone: Zone whose days count.
        since: First local day that counts for lead times.
        now: The time (aware).

    Raises:
        OkrError: The connection cannot be opened.
    """
    trial = _Trial(connection.kind, binding, zone, since, now)
    opening = open_connection(name, connection, env)
    hidden = opening.censor
    with opening as session:
        telling = session if isinstance(session, Excludable) else None
        answers = _read(session, trial.asks(variants=telling is None), hidden)
        answer = _advised(answers[_IT])
        found = () if isinstance(answer, Unavailable) else _rows(session, answer.evidence.rows)
        rows = tuple(row._replace(label=hidden.text(row.label)) for row in found)
        if telling is None:
            excluded = _excluded(answers)
        else:
            excluded = _told(session, telling, trial, answers, hidden)
        return TrialResult(name, connection.kind, binding, answer, rows, excluded, session.requests)


def _advised(answer: Answer) -> Answer:
    """The answer, with advice that fits: what is tried is no key result that could be synced."""
    if not isinstance(answer, Unavailable):
        return answer
    return replace(
        answer, hint=answer.hint.replace(f"{okr('sync', '--only', _IT).code}", "try again")
    )


@dataclass(frozen=True, slots=True)
class _Trial:
    """What is asked to try a binding, and to say what could be left out of it."""

    kind: str
    binding: Mapping[str, Value]
    zone: str
    since: date
    now: datetime

    def asks(self, *, variants: bool) -> list[Ask]:
        """The binding, the count of its selection, and the same without each usual name."""
        asks = [self._ask(_IT, self.binding)]
        if self.kind in USUAL and "measure" in self.binding:
            asks.append(self.count())
            asks += self.variants() if variants else []
        return asks

    def count(self) -> Ask:
        """The count of the whole selection."""
        return self._ask(_ALL, self._counted)

    def variants(self) -> list[Ask]:
        """The same count without each of the names that are given, or else usual."""
        given = self.binding.get("exclude")
        names = given if isinstance(given, list) else USUAL.get(self.kind, ())
        return [
            self._ask(f"{_WITHOUT}{name}", {**self._counted, "exclude": [name]}) for name in names
        ]

    @property
    def _counted(self) -> dict[str, Value]:
        kept = {key: each for key, each in self.binding.items() if key not in _NOT_COUNTED}
        return {**kept, "measure": "count"}

    def _ask(self, key: str, binding: Mapping[str, Value]) -> Ask:
        # Any value is believed of a bound without a baseline, and 0 is not its target.
        metric = AtLeast(bound=Decimal(1))
        return Ask(key, binding, metric, self.since, self.zone, self.now)


def _read(session: Session, asks: Sequence[Ask], hidden: Censor) -> dict[str, Answer]:
    read = map(hidden.answer, session.read(session.plan(asks, Memory({}))))
    return {each.key_result: each for each in read}


def _told(
    session: Session,
    telling: Excludable,
    trial: _Trial,
    answers: Mapping[str, Answer],
    hidden: Censor,
) -> dict[str, int] | None:
    """What the selection's own rows say; a large one is only counted without the usual names."""
    everything = answers.get(_ALL)
    if everything is None or isinstance(everything, Unavailable):
        return None
    if len(everything.evidence.rows) > READ_WHOLE:
        return _excluded({**answers, **_read(session, trial.variants(), hidden)})
    try:
        return dict(telling.excludable(trial.count()))
    except OkrError:  # the number is there; names would only have been nice
        return None


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
