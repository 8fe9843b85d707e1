"""Body: what every kind of entry says of itself before it may be recorded."""

from __future__ import annotations

from typing import ClassVar

from okr_core.basics.base import FrozenModel


class RecordedBody(FrozenModel):
    """The body of an entry; its class states how the record treats its kind, without defaults.

    Attributes:
        kind: Its name in the store and in exports.
        decision: Somebody decides: each such entry is a link of the chain of its own.
        judges: Scores rest on it: scoring and closing read it.
        after_close: A closed cycle takes it too; it changes nothing that the scores rest on.
        words: Fields that hold what a person wrote: kept apart, so that they can be erased.
    """

    kind: str
    decision: ClassVar[bool]
    judges: ClassVar[bool]
    after_close: ClassVar[bool]
    words: ClassVar[tuple[str, ...]]

    def __init_subclass__(
        cls, *, decision: bool, judges: bool, after_close: bool, words: tuple[str, ...]
    ) -> None:
        super().__init_subclass__()
        cls.decision, cls.judges = decision, judges
        cls.after_close, cls.words = after_close, words
