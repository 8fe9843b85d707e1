"""Columns: the properties that a binding names, found in the schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from okr_core.errors import ConfigError
from okr_notion.read.binding import NotionBinding
from okr_notion.read.days import DATES
from okr_notion.read.measure import Measure
from okr_notion.read.schema import WITH_OPTIONS, Property, Schema

DONE = ("status", "checkbox", "formula")
"""Types that tell by themselves what is done."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What a measure reads of a row; None where it does not need it.

    Attributes:
        value: Property that is summed, averaged or taken as the latest.
        weight: Property that weighs a row.
        done: Property that tells whether a row is done.
        complete: Names of its options that mean done.
        by: Date that tells which row is the newest; None: when it was created.
        status: Status whose excluded names take a row out.
        excluded: Those names.
    """

    value: Property | None = None
    weight: Property | None = None
    done: Property | None = None
    complete: frozenset[str] = frozenset()
    by: Property | None = None
    status: Property | None = None
    excluded: frozenset[str] = frozenset()

    @property
    def measured(self) -> Iterator[Property]:
        """Those whose values may be cut off, so that the page's property has to be asked for."""
        return (p for p in (self.value, self.weight, self.done) if p is not None)

    @property
    def used(self) -> tuple[Property, ...]:
        """All of them."""
        found = (self.value, self.weight, self.done, self.by, self.status)
        return tuple(p for p in found if p is not None)

    @property
    def ids(self) -> Iterator[str]:
        """What `filter_properties` has to name."""
        for each in self.used:
            yield each.id
            yield from each.relations


def columns_of(binding: NotionBinding, schema: Schema | None) -> Columns:
    """The properties of a binding about rows; a count names none and needs no schema.

    Raises:
        ConfigError: Unknown or ambiguous name, or of a type that cannot be used there.
    """
    if schema is None:
        return Columns()
    measure = binding.rows_measure
    of_kind = measure.kind
    done, complete = _done(measure, schema) if of_kind == "done_ratio" else (None, frozenset())
    status = _excluding(binding, schema, done)
    return Columns(
        value=_number(schema, f"measure.{of_kind}", measure.of),
        weight=_number(schema, "measure.done_ratio.weight", measure.weight),
        done=done,
        complete=complete,
        by=_date(schema, measure.by) if of_kind == "latest" else None,
        status=status,
        excluded=(status.chosen(binding.exclude) if status else None) or frozenset(),
    )


def _number(schema: Schema, place: str, name: str) -> Property | None:
    return _found(schema.number, place, name) if name else None


def _date(schema: Schema, name: str) -> Property | None:
    found = _found(schema.find, "measure.latest.by", name) if name else None
    if found is not None and found.type not in DATES:
        raise ConfigError(
            f'"{found.name}" is a {found.type} and cannot tell which row is the newest.',
            hint="Name a date in `source.notion.measure.latest.by`.",
        )
    return found


def _found(find: Callable[[str], Property], place: str, name: str) -> Property:
    try:
        return find(name)
    except ConfigError as error:
        fix = f"{error.hint} Fix `source.notion.{place}`."
        raise ConfigError(error.message, hint=fix) from None


def _done(measure: Measure, schema: Schema) -> tuple[Property, frozenset[str]]:
    """The property that tells what is done, and the options that mean it."""
    found = _telling(measure, schema)
    if measure.done:
        chosen = found.chosen(measure.done)
        if chosen is None:
            raise ConfigError(
                f'not all of {", ".join(measure.done)} are options of "{found.name}" of {schema}.',
                hint=f"Options: {', '.join(found.options) or 'none'}. Fix "
                "`source.notion.measure.done_ratio.done`.",
            )
        return found, chosen
    if found.type in ("checkbox", "formula") or found.complete:
        return found, found.complete
    if found.type == "status":
        raise ConfigError(
            f'status "{found.name}" has no options in its group Complete.',
            hint=f"Move the options that mean done there, or {_offer(found)}",
        )
    if found.type in WITH_OPTIONS:
        raise ConfigError(
            f'"{found.name}" of {schema} is a {found.type}, whose options do not say which of '
            "them mean done.",
            hint=f"To say it, {_offer(found)}",
        )
    raise ConfigError(
        f'property "{found.name}" of {schema} is a {found.type}; done is told by a status, a '
        "select, a checkbox, or a formula that is true or false.",
        hint="Name another in `measure.done_ratio.by`.",
    )


def _telling(measure: Measure, schema: Schema) -> Property:
    """The property that is written, else the only status, else the only one with the options."""
    if measure.by:
        return _found(schema.find, "measure.done_ratio.by", measure.by)
    statuses = schema.of_type("status")
    if measure.done:
        having = [p for p in schema.of_type(*WITH_OPTIONS) if p.chosen(measure.done) is not None]
        statuses = tuple(having) if len(statuses) != 1 else statuses
    if len(statuses) == 1:
        return statuses[0]
    fit = statuses or schema.of_type("checkbox", *WITH_OPTIONS)
    names = ", ".join(f'"{p.name}" ({p.type}, id {p.id})' for p in fit) or "none"
    offers = [_offer(p) for p in fit if p.type in WITH_OPTIONS and not p.complete][:1]
    raise ConfigError(
        f"{schema} has {len(statuses) or 'no'} status properties that could tell what is done.",
        hint=" ".join(
            [
                f"Name the one that does in `measure.done_ratio.by`: {names}.",
                *(f"For options of your own, {offer}" for offer in offers),
            ]
        ),
    )


def _offer(found: Property) -> str:
    """What to paste into a binding, with all options: those that do not mean done are taken out."""
    from okr_core.files.yaml_edit import flow  # noqa: PLC0415 - YAML only where it is shown

    pasted = flow({"done_ratio": {"by": found.name, "done": list(found.options)}})
    return f"write, with the options that mean done: `measure: {pasted}`."


def _excluding(binding: NotionBinding, schema: Schema, done: Property | None) -> Property | None:
    """The status or select that has the excluded names."""
    if not binding.exclude:
        return None
    statuses, selects = schema.of_type("status"), schema.of_type("select")
    named = done if binding.rows_measure.by and done in (*statuses, *selects) else None
    for fit in ([named] if named else [], statuses, selects):
        known = [p for p in fit if p.chosen(binding.exclude) is not None]
        if len(known) == 1:
            return known[0]
        if known:
            raise _excluded(binding.exclude, known, known)
    raise _excluded(binding.exclude, (), (*statuses, *selects))


def _excluded(
    names: Sequence[str], known: Sequence[Property], fit: Sequence[Property]
) -> ConfigError:
    what = "several properties have" if known else "no status has"
    options = "; ".join(f"{p.name}: {', '.join(p.options)}" for p in fit) or "none"
    return ConfigError(
        f"{what} the excluded names: {', '.join(names)}.",
        hint=f"Fix `source.notion.exclude`. Statuses: {options}.",
    )
