"""Opening: how a use case that works in several threads comes to the store."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from okr_store import Store

Opening = Callable[[], "AbstractContextManager[Store]"]
"""Opens the store; each piece of work has one of its own and closes it."""
