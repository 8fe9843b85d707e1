"""Known blocks: which block of Prefect's a route means; pure, no Prefect."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from okr_core.basics.command import okr
from okr_core.errors import ConfigError


@dataclass(frozen=True, slots=True)
class KnownBlock:
    """A block that the server has.

    Attributes:
        kind: Slug of its type.
        name: Unique within its type.
        notifies: Whether it sends notices.
    """

    kind: str
    name: str
    notifies: bool

    @property
    def qualified(self) -> str:
        """Its name with its type, which is unique."""
        return f"{self.kind}/{self.name}"


def route_block(name: str, known: Iterable[KnownBlock]) -> KnownBlock:
    """The notification block of a route: `name`, or `type-slug/name` where it is not unique.

    Raises:
        ConfigError: It is not there, is no notification block, or its name is not unique.
    """
    kind, _, plain = name.rpartition("/")
    named = [each for each in known if each.name == plain and kind in {"", each.kind}]
    found = [each for each in named if each.notifies]
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(f"`{each.qualified}`" for each in found)
        raise ConfigError(
            f"several notification blocks are named `{plain}`.",
            hint=f"Write one of {several} in `routes`.",
        )
    reason = "is no notification block" if named else "does not exist on the Prefect server"
    raise ConfigError(
        f"block `{name}` in `routes` {reason}.",
        hint="Create it in Prefect's UI (Blocks, for instance Slack Webhook), or correct "
        f"`routes` in okr.yaml and run {okr('apply').code}.",
    )
