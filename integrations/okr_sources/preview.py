"""Preview: what a session can say of rows beside the number, for `okr try`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable


@runtime_checkable
class Labels(Protocol):
    """A session that can say what people call its rows; only for showing a few."""

    def labels(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Id → what people call it; what cannot be found is left out."""
