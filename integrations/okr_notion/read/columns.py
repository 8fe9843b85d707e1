"""Columns: the properties that a binding names, found in the schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from okr_core.errors import ConfigError, OkrError
from okr_notion.read.binding import NotionBinding
from okr_notion.read.schema import Property, Schema

DATES = ("date", "created_time", "last_edited_time")


@dataclass(frozen=True, slots=True)
class Columns:
    """What a measure reads of a row; None where it does not need it.

    Attributes:
        value: Property that is summed, averaged or taken as the latest.
        weight: Property that weighs a row.
        done: Property that tells whether a row is done.
        by: Date that tells which row is the newest; None: when it was created.
        status: Status whose excluded names take a row out.
    """

    value: Property | None = None
    weight: Property | None = None
    done: Property | None = None
    by: Property | None = None
    status: Property | None = None

    @property
    def measured(self) -> Iterator[Property]:
        """Those whose values may be cut off, so that the page's property has to be asked for."""
        return (p for p in (self.value, self.weight, self.done) if p is not None)

    @property
    def ids(self) -> Iterator[str]:
        """What `filter_properties` has to name."""
        for each in (self.value, self.weight, self.done, self.by, self.status):
            if each is not None:
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
    found = {place: _found(schema, place, name) for place, name in measure.names.items()}
    is_ratio = measure.kind == "done_ratio"
    by = found.get("measure.latest.by")
    if by is not None and by.type not in DATES:
        raise ConfigError(
            f'"{by.name}" is a {by.type} and cannot tell which row is the newest.',
            hint="Name a date in `source.notion.measure.latest.by`.",
        )
    return Columns(
        value=found.get(f"measure.{measure.kind}"),
        weight=found.get("measure.done_ratio.weight"),
        done=_done(schema, measure.by) if is_ratio else None,
        by=by,
        status=_excluding(binding, schema, measure.by if is_ratio else ""),
    )


def _found(schema: Schema, place: str, name: str) -> Property:
    try:
        return schema.find(name)
    except ConfigError as error:
        fix = f"{error.hint} Fix `source.notion.{place}`."
        raise ConfigError(error.message, hint=fix) from None


def _done(schema: Schema, written: str) -> Property:
    found = schema.status(written)
    if found.type == "status" and not found.complete:
        raise ConfigError(
            f'status "{found.name}" has no options in its group Complete.',
            hint="Move the options that mean done there, or name a checkbox in "
            "`source.notion.measure.done_ratio.by`.",
        )
    return found


def _excluding(binding: NotionBinding, schema: Schema, written: str) -> Property | None:
    """The status or select that has the excluded names."""
    if not binding.exclude:
        return None
    named = [schema.find(written)] if written else list(schema.of_type("status"))
    candidates = [p for p in named if p.type == "status"] or list(schema.of_type("select"))
    known = [p for p in candidates if set(binding.exclude) <= set(p.options)]
    if len(known) == 1:
        return known[0]
    options = "; ".join(f"{p.name}: {', '.join(p.options)}" for p in candidates) or "none"
    raise _excluded(", ".join(binding.exclude), ambiguous=bool(known), options=options)


def _excluded(names: str, *, ambiguous: bool, options: str) -> OkrError:
    what = "several properties have" if ambiguous else "no status has"
    return ConfigError(
        f"{what} the excluded names: {names}.",
        hint=f"Fix `source.notion.exclude`. Statuses: {options}.",
    )
