"""Strangers: deployments of our flows on the server that do not carry this workspace's mark.

Another workspace's, or of a release that knew no workspaces. None is touched unless a person names
it; those that may well be this workspace's stop a deploy, since their runs would run beside ours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from prefect.client.schemas.responses import DeploymentResponse

from okr_core.basics.command import okr
from okr_core.errors import InputError, RefusalError
from okr_flows.deploy.deployments import FLOWS, described_organization, full_name
from okr_flows.deploy.diff import Change, Key, is_own_slug
from okr_flows.run.names import TAG, CycleNames, marked

_MODULES = frozenset(
    part
    for flow in FLOWS
    for part in (flow.entrypoint, f"okr_flows.{'.'.join(flow.entrypoint.split('.')[-2:])}")
)
"""Entrypoints of our flows, those of earlier releases too."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """A deployment that another workspace or an earlier release made for a cycle of this one.

    Attributes:
        flow: Name of its flow.
        found: As it is on the server.
        names: What it would be called here.
    """

    flow: str
    found: DeploymentResponse
    names: CycleNames

    @property
    def full_name(self) -> str:
        """Flow and deployment."""
        return full_name(self.flow, self.found.name)

    @property
    def workspace(self) -> str:
        """Id of the workspace whose mark it carries; empty: it carries none."""
        return marked(self.found.tags)

    @property
    def of_other_store(self) -> bool:
        """Whether it carries this workspace's id and another store's mark: one is a copy."""
        return bool(self.workspace) and self.workspace == self.names.workspace

    @property
    def in_the_way(self) -> bool:
        """Whether it has the very name that ours would have."""
        return self.found.name == self.names.deployment

    @property
    def whose(self) -> str:
        """Whose it is, as far as it says."""
        if self.of_other_store:
            return f"another store of workspace `{self.workspace}` deployed it"
        if self.workspace:
            return f"it belongs to workspace `{self.workspace}`"
        said = described_organization(self.found.description or "", self.names.cycle)
        by = f"for {said}" if said else "for nobody that it names"
        return f"an earlier release deployed it, {by}"

    @property
    def peoples_schedules(self) -> list[str]:
        """Names of the schedules that people made: they go on under the name that replaces it."""
        named = (each.slug or str(each.id) for each in self.found.schedules)
        return [name for name in named if not is_own_slug(name)]

    def may_be_of(self, organization: str) -> bool:
        """Whether it may be this workspace's: nothing that it says speaks against that."""
        if self.workspace:
            return self.in_the_way
        said = described_organization(self.found.description or "", self.names.cycle)
        return self.in_the_way or said in {"", organization}


def is_of_older_release(found: DeploymentResponse, cycle: str) -> bool:
    """Whether a deployment is one that a release without workspaces made, and still due by itself.

    Args:
        found: A deployment of one of our flows, named after the cycle alone.
        cycle: Id of the cycle.
    """
    return (
        found.entrypoint in _MODULES
        and {TAG, cycle} <= set(found.tags)
        and not marked(found.tags)
        and any(is_own_slug(each.slug or "") for each in found.schedules)
    )


def adopted_of(strangers: Iterable[Stranger], adopt: Collection[str]) -> list[Stranger]:
    """The strangers that a person names to take them over.

    Raises:
        InputError: A name is none of them.
    """
    known = list(strangers)
    for name in adopt:
        if not any(each.found.name == name for each in known):
            others = sorted({f"`{each.found.name}`" for each in known})
            raise InputError(
                f"there is no deployment `{name}` that could be taken over.",
                hint=f"There {'are' if others[1:] else 'is'} {', '.join(others)}."
                if others
                else "Its flow is ours, and its cycle one of this workspace's that is deployed.",
            )
    return [each for each in known if each.found.name in adopt]


def refuse_beside(strangers: Iterable[Stranger], organization: str) -> None:
    """Refuse to deploy beside what may be this workspace's: everything would run twice.

    Raises:
        RefusalError: There is such a deployment.
    """
    found = [each for each in strangers if each.may_be_of(organization)]
    if not found:
        return
    lines = "; ".join(f"{each.full_name}: {each.whose}" for each in found)
    names = sorted({each.found.name for each in found})
    adopt = [word for name in names for word in ("--adopt", name)]
    taking = f"{okr('deploy', *adopt, '--dry-run').code} shows what taking it over changes."
    if any(each.of_other_store for each in found):
        hint = (
            "If this folder is a copy, it needs an `id` of its own: write another one in okr.yaml "
            "and apply that to a new store, since a store keeps its id. If this is the "
            f"workspace's own store, begun anew: {taking}"
        )
    else:
        hint = f"{taking} If it is another workspace's, deploy that one with this release first."
    raise RefusalError(
        f"what may be this workspace's is on the server already ({lines}); nothing was changed.",
        hint=hint,
    )


def taking_over(
    changes: Iterable[Change], adopted: Iterable[Stranger], notices: Iterable[Change]
) -> list[Change]:
    """Changes that also take strangers over: what was paused there begins paused here.

    Args:
        changes: What this workspace needs by itself.
        adopted: Whose place it takes.
        notices: What happens to notices of those, with whether each is `active`.
    """
    gone = list(notices)
    replaced = [each for each in adopted if not each.in_the_way]
    paused = {
        Key("schedule", each.slug or str(each.id), stranger.names.deployment, stranger.flow)
        for stranger in replaced
        for each in stranger.found.schedules
        if not each.active
    } | {
        Key("deployment", stranger.names.deployment, flow=stranger.flow)
        for stranger in replaced
        if stranger.found.paused
    }
    paused |= {
        Key("notice", each.key.name.replace(each.key.within, each.into, 1), each.into)
        for each in gone
        if not each.fields["active"]
    }
    made = [_paused(each) if each.key in paused else each for each in changes]
    taken = [
        Change(
            "adopt",
            Key("deployment", each.found.name, flow=each.flow),
            {"moves": each.peoples_schedules},
            into=each.names.deployment,
        )
        for each in replaced
    ]
    return [*made, *taken, *gone]


def _paused(change: Change) -> Change:
    """A thing that is made paused; one that is there already stays as its people have it."""
    if change.action != "create":
        return change
    flags: Mapping[str, object] = (
        {"paused": True} if change.key.kind == "deployment" else {"active": False}
    )
    return Change("create", change.key, {**change.fields, **flags})
