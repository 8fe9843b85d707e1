"""People: the accounts of a tool, for matching them with the people of a workspace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Account:
    """Someone's account in a tool.

    Attributes:
        id: The tool's stable id.
        name: How the tool shows them.
        email: Empty where the tool does not tell, which is up to each person's privacy settings.
    """

    id: str
    name: str
    email: str = ""


@runtime_checkable
class People(Protocol):
    """A session that can list the people of its tool: active ones, no apps."""

    def people(self) -> Sequence[Account]:
        """All accounts.

        Raises:
            OkrError: They may not be read.
        """
