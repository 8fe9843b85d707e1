"""Binding: what a plan writes below `source.notion`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, JsonValue, StringConstraints, model_validator

from okr_notion.read.filters import check_shape
from okr_notion.read.measure import Measure, WrittenMeasure
from okr_notion.site.ids import PLAIN_LINK, VIEW, VIEW_BESIDE_FILTER, id_in, names_view
from okr_sources.binding import Binding, Remark

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


def _checked_id(text: str) -> str:
    id_in(text)
    return text


def _checked_filter(written: dict[str, JsonValue]) -> dict[str, JsonValue]:
    check_shape(written)
    return written


Place = Annotated[str, AfterValidator(_checked_id)]
"""An id with or without dashes, or an address copied from Notion."""


class NotionBinding(Binding):
    """One property of one page, or a measure over the rows of a data source.

    `filter` has two forms. The short one maps a property to what it should be, and all of them
    must hold: `{Status: Done, Score: ">= 9", Tag: [a, b], Note: "~ churn", Owner: is empty}`.
    Operators are `=`, `!=`, `>`, `>=`, `<`, `<=`, `~` (text contains) and `!~`; of a list's plain
    values one must hold, of its comparisons all. The property's type decides what is compared:
    dates as `">= 2026-10-01"` or `past week`. The long form is Notion's own JSON (`and`, `or`,
    `property`, `timestamp`); relations, rollups and formulas need it.

    Attributes:
        page: Page whose `property` is the value.
        property_: Name or id, `property` in YAML.
        data_source: A data source, or a database that holds just one.
        measure: `count`, `{sum: P}`, `{average: P}`, `done_ratio`, `{done_ratio: {weight: P,
            by: P, done: [OPTION]}}`, `{latest: P}` or `{latest: {property: P, by: DATE}}`. Done is
            told by the status group Complete, by the options in `done`, by a checkbox or a formula.
            Newest is the row that was created last, or has the latest date not after the run's day.
        exclude: Names of statuses whose rows do not count at all, such as Cancelled.
        scope: `frozen` counts only the rows (with their weights) of the first complete reading.
    """

    page: Place | None = None
    property_: Annotated[Name | None, Field(alias="property")] = None
    data_source: Place | None = None
    filter: Annotated[dict[str, JsonValue], AfterValidator(_checked_filter)] | None = None
    measure: WrittenMeasure | None = None
    exclude: tuple[Name, ...] = ()
    scope: Literal["live", "frozen"] = "live"

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.page is None) == (self.data_source is None):
            raise ValueError("write either `page` and `property`, or `data_source` and `measure`.")
        if self.page is not None:
            return self._of_page()
        if self.measure is None:
            raise ValueError("`data_source` needs a `measure`, such as `measure: count`.")
        if self.property_ is not None:
            raise ValueError("`property` belongs to `page`. Name it in `measure` instead.")
        if self.measure.kind == "latest" and self.scope == "frozen":
            raise ValueError("`latest` looks for new rows. Remove `scope: frozen`.")
        return self

    def _of_page(self) -> Self:
        if self.property_ is None:
            raise ValueError("`page` needs a `property`: the name of the one to read.")
        rows = {
            "filter": self.filter is not None,
            "measure": self.measure is not None,
            "exclude": bool(self.exclude),
            "scope: frozen": self.scope == "frozen",
        }
        strange = [name for name, is_written in rows.items() if is_written]
        if strange:
            raise ValueError(f"`{strange[0]}` is about rows. Use `data_source` instead of `page`.")
        return self

    @property
    def remarks(self) -> Sequence[Remark]:
        """That a view's own filter does not count, where the link is of a view."""
        if not names_view(self.data_source or ""):
            return ()
        said = VIEW if self.filter is None else VIEW_BESIDE_FILTER
        return (Remark("data_source", said, PLAIN_LINK),)

    @property
    def page_id(self) -> str:
        """The page's id, empty where the binding is about rows."""
        return id_in(self.page) if self.page else ""

    @property
    def rows_measure(self) -> Measure:
        """The measure of a binding about rows."""
        assert self.measure is not None
        return self.measure

    @property
    def names(self) -> Mapping[str, str]:
        """Properties that the binding names: place in the binding → name or id as written."""
        if self.property_ is not None:
            return {"property": self.property_}
        return self.rows_measure.names
