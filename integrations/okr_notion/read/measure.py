"""Measure: how the rows of a selection become one number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import BeforeValidator, WithJsonSchema

from okr_core.basics.base import FrozenModel

MeasureKind = Literal["count", "sum", "average", "done_ratio", "latest"]
_MODIFIERS: dict[str, tuple[str, ...]] = {
    "sum": (),
    "average": (),
    "latest": ("by",),
    "done_ratio": ("weight", "by", "done"),
}
_FORMS = (
    "Write `count`, `done_ratio`, {sum: PROPERTY}, {average: PROPERTY}, {latest: PROPERTY} or "
    "{done_ratio: {weight: PROPERTY, by: PROPERTY, done: [OPTION]}}."
)


class Measure(FrozenModel):
    """What is computed from the rows; properties are named by name or id, empty where not written.

    Attributes:
        of: Property whose values are summed or averaged, or whose newest value counts.
        weight: Number that weighs a row in a done ratio; each row counts as 1 without it.
        by: `latest`: date that tells which row is newest (without it: when the row was created);
            `done_ratio`: what tells which rows are done (without it: the one status).
        done: Options of a status, select or multi-select that mean done (without it: those of the
            status group Complete).
    """

    kind: MeasureKind
    of: str = ""
    weight: str = ""
    by: str = ""
    done: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The measure for people, such as `sum of Story points`."""
        if self.kind == "done_ratio":
            parts = ["share done"]
            parts += [f"by {self.by}"] if self.by else []
            parts += [f"done is {' or '.join(self.done)}"] if self.done else []
            parts += [f"weighted by {self.weight}"] if self.weight else []
            return ", ".join(parts)
        if self.kind == "latest":
            return f"latest {self.of} by {self.by or 'time of creation'}"
        return f"{self.kind} of {self.of}" if self.of else "count of rows"

    @property
    def names(self) -> dict[str, str]:
        """Properties that it reads: place in the binding → name or id as written."""
        if self.kind == "done_ratio":
            places = {"measure.done_ratio.by": self.by, "measure.done_ratio.weight": self.weight}
        else:
            places = {f"measure.{self.kind}": self.of, "measure.latest.by": self.by}
        return {place: name for place, name in places.items() if name}


_TEXT = {"type": "string", "minLength": 1}


def _parsed(written: object) -> object:
    """A measure's fields from what a plan says.

    Raises:
        ValueError: It is none of the forms.
    """
    if isinstance(written, Measure):
        return written
    if written in ("count", "done_ratio"):
        return {"kind": written}
    if not isinstance(written, Mapping) or len(written) != 1:
        raise ValueError(f"measure `{written}` is unknown. {_FORMS}")
    kind, content = next(iter(written.items()))
    if kind not in _MODIFIERS:
        raise ValueError(f"measure `{kind}` is unknown. {_FORMS}")
    return {"kind": kind, **_content(kind, content)}


def _content(kind: str, content: object) -> dict[str, object]:
    if isinstance(content, str) and content and kind != "done_ratio":
        return {"of": content}
    allowed = _MODIFIERS[kind] + (("property",) if kind == "latest" else ())
    if not allowed or not isinstance(content, Mapping) or not content:
        raise ValueError(f"measure `{kind}` names no property. {_FORMS}")
    strange = [key for key in content if key not in allowed]
    if strange:
        raise ValueError(f"measure `{kind}` has no `{strange[0]}`. It has: {', '.join(allowed)}.")
    fields: dict[str, object] = dict(content)
    if "done" in fields:
        fields["done"] = _names(fields["done"])
    if kind == "latest":
        if not fields.get("property"):
            raise ValueError("measure `latest` names no `property`. Add it.")
        fields["of"] = fields.pop("property")
    return fields


def _names(written: object) -> tuple[str, ...]:
    names = written if isinstance(written, list | tuple) else [written]
    if not names or not all(isinstance(name, str) and name.strip() for name in names):
        raise ValueError(
            "`done` names no options. Write those that mean done, such as `done: [Done, Released]`."
        )
    return tuple(names)


def _one(kind: str, content: Mapping[str, object]) -> dict[str, object]:
    return {
        "type": "object",
        "properties": {kind: content},
        "required": [kind],
        "additionalProperties": False,
    }


def _fields(
    *names: str, required: Sequence[str] = (), lists: Sequence[str] = ()
) -> dict[str, object]:
    listed = {"oneOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}
    return {
        "type": "object",
        "properties": {
            **{name: {"type": "string"} for name in names},
            **dict.fromkeys(lists, listed),
        },
        "required": list(required),
        "minProperties": 1,
        "additionalProperties": False,
    }


WrittenMeasure = Annotated[
    Measure,
    BeforeValidator(_parsed),
    WithJsonSchema(
        {
            "oneOf": [
                {"enum": ["count", "done_ratio"]},
                _one("sum", _TEXT),
                _one("average", _TEXT),
                _one(
                    "latest", {"oneOf": [_TEXT, _fields("property", "by", required=["property"])]}
                ),
                _one("done_ratio", _fields("by", "weight", lists=["done"])),
            ]
        }
    ),
]
"""A measure as a plan writes it."""
