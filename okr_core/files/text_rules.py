"""Text rules: what people write into a file has no character in it that nobody sees."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from okr_core.basics.visible import unseen
from okr_core.files.rule import Problem
from okr_core.files.yaml_tree import Path


def check_texts(model: BaseModel) -> Iterator[Problem]:
    """Control characters and overrides of the writing direction, with their places."""
    yield from _walked(model.model_dump(by_alias=True, exclude_unset=True), ())


def _walked(value: object, path: Path) -> Iterator[Problem]:
    match value:
        case str():
            found = unseen(value)
            if found:
                message = f"the text holds {found}, which nobody sees and a terminal obeys."
                yield Problem(path, "control-character", message, "Write it without.")
        case dict():
            for key, each in value.items():
                yield from _walked(str(key), (*path, str(key)))
                yield from _walked(each, (*path, str(key)))
        case list() | tuple():
            for number, each in enumerate(value):
                yield from _walked(each, (*path, number))
