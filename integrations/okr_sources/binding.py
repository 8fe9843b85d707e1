"""Binding: the fields that every kind of source shares."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, NamedTuple, TypeVar

from pydantic import AfterValidator, ValidationError

from okr_core.basics.base import FrozenModel, ItemId, Number
from okr_core.basics.command import okr
from okr_core.errors import ConfigError
from okr_core.progress.smells import SuspectLimits
from okr_sources.answers import Ask


def _not_zero(scale: Decimal) -> Decimal:
    if not scale:
        raise ValueError("scale is 0: every value would be 0. Write another factor, or none.")
    return scale


class Remark(NamedTuple):
    """What a person should know of a binding that is right; its model lists them as `remarks`.

    Attributes:
        field: Of the binding.
        message: What is so, one sentence.
        fix: What to do if that is not meant, one sentence.
    """

    field: str
    message: str
    fix: str


class Binding(FrozenModel):
    """Which connection supplies a key result, and what is done with the number.

    Attributes:
        connection: Name of the connection in okr.yaml.
        scale: Factor applied at the end, such as 100 for a ratio in percent.
        exact: False allows the tool's own estimate where it has one.
        suspect: Limits of the suspect rules.
    """

    connection: ItemId
    scale: Annotated[Number, AfterValidator(_not_zero)] = Decimal(1)
    exact: bool = True
    suspect: SuspectLimits = SuspectLimits()

    @property
    def remarks(self) -> Sequence[Remark]:
        """What `okr check` should say of it although it is right; nothing by itself."""
        return ()


B = TypeVar("B", bound=Binding)


def binding_of(ask: Ask, model: type[B]) -> B:
    """The ask's binding as its model.

    Raises:
        ConfigError: A field is missing, unknown or of the wrong type; `okr check` says where.
    """
    try:
        return model.model_validate(dict(ask.binding))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        raise ConfigError(
            f"binding of `{ask.key_result}` is wrong{f' at `{place}`' if place else ''}: {reason}",
            hint=f"Correct it; {okr('check').code} names the line.",
        ) from None
