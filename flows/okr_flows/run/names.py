"""Names: what everything of a workspace's cycle is called in Prefect; pure, knows no Prefect.

Several workspaces share a server, and their cycles have the same ids: each name carries the
workspace's. What carries another's mark is not ours and never touched.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol
from uuid import UUID

from okr_core.basics.exact import time_json
from okr_core.plan.workspace_id import workspace_id_from
from okr_flows.run.events import artifact_key, event_id

if TYPE_CHECKING:
    from okr_store import Revision, Store

TAG = "okr"
"""Tag of everything that prefect-okr makes."""
BLOCK = "okr-workspace"
"""Name of the block that says where the store is, where one workspace has the server alone."""
_MARK = "okr:"
_STORE_MARK = "okr-store:"
_STORE_LENGTH = 8


@dataclass(frozen=True, slots=True)
class CycleNames:
    """What a cycle's things are called in Prefect.

    Attributes:
        workspace: Id of the workspace; empty where the store has none: names go without.
        cycle: Id of the cycle.
        store: Which store they are of, see `store_of`; a copied folder has the same id, and a
            store of its own. Empty: it is not known, and all of the workspace's are.
    """

    workspace: str
    cycle: str
    store: str = ""

    @property
    def deployment(self) -> str:
        """Name of its deployments, one per flow.

        >>> CycleNames("acme-kqzm", "2026-q4").deployment
        'acme-kqzm-2026-q4'
        """
        return "-".join(self._parts)

    @property
    def tags(self) -> tuple[str, ...]:
        """Tags of its deployments, runs and notices.

        >>> CycleNames("acme-kqzm", "2026-q4", "3f9a1c22").tags
        ('okr', 'okr:acme-kqzm', 'okr-store:3f9a1c22', '2026-q4')
        """
        workspace = [mark_of(self.workspace)] if self.workspace else []
        store = [f"{_STORE_MARK}{self.store}"] if self.store else []
        return (TAG, *workspace, *store, self.cycle)

    def marks(self, tags: Iterable[str]) -> bool:
        """Whether tags are of this workspace's: what was made before stores had marks is too."""
        several = list(tags)
        same_store = store_marked(several) in {"", self.store} or not self.store
        return marked(several) == self.workspace and same_store

    @property
    def notices(self) -> str:
        """How names of its automations begin."""
        return notice_prefix(self.deployment)

    @property
    def resource(self) -> str:
        """Id of the cycle among Prefect's resources."""
        return ".".join(("okr.cycle", *self._parts))

    def key_result(self, name: str) -> str:
        """Id of a key result among Prefect's resources."""
        return ".".join(("okr.keyresult", *self._parts, name))

    def artifact(self, kind: str, *parts: str) -> str:
        """Key of an artifact, the same at each run, so that Prefect shows its history.

        >>> CycleNames("acme-kqzm", "2026-q4").artifact("sync")
        'okr-acme-kqzm-sync-2026-q4'
        """
        return artifact_key(TAG, *self._parts[:-1], kind, self.cycle, *parts)

    def event(self, *parts: str) -> UUID:
        """The same id for the same event, so that a run of the same slot again doubles nothing."""
        return event_id(*self._parts, *parts)

    @property
    def _parts(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.workspace, self.cycle)))


def names_of(store: Store, cycle: str) -> CycleNames:
    """What the things of a cycle of this store are called."""
    return CycleNames(workspace_id(store), cycle, store_of(store))


def store_of(store: Store) -> str:
    """What tells a store from others in tags; empty where nothing was applied."""
    return store.identity().partition(":")[2][:_STORE_LENGTH]


class KnowsRevisions(Protocol):
    """A store, or what stands for one that was not made yet."""

    def revision(
        self, kind: Literal["workspace"], scope: str, number: int | None = None
    ) -> Revision | None:
        """The accepted revision that holds now, or the one of that number."""


def workspace_id(store: KnowsRevisions) -> str:
    """The id of a store's workspace, which never changes; empty where none was applied.

    The one that its okr.yaml says, else the one that its first revision gives it: stores of before
    there were ids have one too.
    """
    current = store.revision("workspace", "")
    if current is None:
        return ""
    said = current.fields().get("id")
    return str(said) if said else first_id(store.revision("workspace", "", 1) or current)


def first_id(first: Revision) -> str:
    """The id that a workspace's first revision gives it."""
    workspace = first.workspace()
    seed = f"{first.digest}|{time_json(first.at)}".encode()
    return workspace.id or workspace_id_from(workspace.organization, seed)


def notice_prefix(deployment: str) -> str:
    """How names of the automations begin that tell of a deployment's runs."""
    return f"okr-notice-{deployment}:"


def mark_of(workspace: str) -> str:
    """The tag by which a workspace's things are told from others'."""
    return f"{_MARK}{workspace}"


def marked(tags: Iterable[str]) -> str:
    """Id of the workspace whose mark is among the tags; empty where none is.

    >>> marked(["okr", "okr:acme-kqzm", "2026-q4"])
    'acme-kqzm'
    """
    return next((tag.removeprefix(_MARK) for tag in tags if tag.startswith(_MARK)), "")


def store_marked(tags: Iterable[str]) -> str:
    """Which store the tags name; empty where none is.

    >>> store_marked(["okr", "okr:acme-kqzm", "okr-store:3f9a1c22", "2026-q4"])
    '3f9a1c22'
    """
    found = (tag.removeprefix(_STORE_MARK) for tag in tags if tag.startswith(_STORE_MARK))
    return next(found, "")


def block_of(workspace: str) -> str:
    """Name of the block that says where a workspace's store is."""
    return f"{BLOCK}-{workspace}" if workspace else BLOCK
