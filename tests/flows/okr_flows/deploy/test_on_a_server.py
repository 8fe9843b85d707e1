"""What a deploy finds on a real Prefect server, and what it leaves as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from applied_store import AGREED, CYCLE, apply_all
from exports import Shelf, exported, restored
from okr_command import WORKSPACE
from prefect_api import PrefectApi
from prefect_asks import ask

from okr_core.errors import RefusalError
from okr_flows.deploy.deployments import FLOWS, Infrastructure
from okr_flows.deploy.rollout import rollout_of
from okr_store import Store, open_store


@contextmanager
def store_of(folder: Path, id_: str) -> Iterator[Store]:
    """A store to which the same files were applied at the same time."""
    folder.mkdir(exist_ok=True)
    with open_store(str(folder / "okr.db"), create=True) as store:
        if not store.cycles():
            apply_all(store, workspace=f"id: {id_}\n{WORKSPACE}")
        yield store


class Deploying:
    """Deploys as `okr deploy` does, in this process."""

    def __init__(self, api: PrefectApi) -> None:
        self._api = api

    def __call__(
        self, store: Store, pool: str | None = None, adopt: Sequence[str] = ()
    ) -> tuple[list[str], dict[str, tuple[str, ...]]]:
        """What was changed, and which pools there are with whom they are shared."""
        from okr_flows.deploy.deploy import make, steps_for  # noqa: PLC0415
        from okr_flows.deploy.server import prefect_server  # noqa: PLC0415 - imports Prefect

        with prefect_server() as server:
            steps = steps_for(server, rollout_of(store, AGREED), Infrastructure(pool), adopt)
            said = [f"{each.action} {each.key}" for each in make(server, steps.changes)]
        return said, dict(steps.pools)

    def deployments(self, id_: str) -> list[dict[str, Any]]:
        """Those of a workspace, by the names of their flows."""
        names = (f"{flow.name}/{id_}-{CYCLE}" for flow in FLOWS)
        return [ask("GET", f"{self._api.url}/deployments/name/{name}").json() for name in names]

    def pools(self, id_: str) -> list[str | None]:
        """Work pools of a workspace's deployments."""
        return [each["work_pool_name"] for each in self.deployments(id_)]


@pytest.fixture
def deploying(prefect_server: PrefectApi) -> Deploying:
    return Deploying(prefect_server)


def test_a_pool_that_was_named_once_stays_without_being_named_again(
    deploying: Deploying, tmp_path: Path
) -> None:
    with store_of(tmp_path, "keeps") as store:
        deploying(store, "pool-b")
        assert deploying(store) == ([], {"pool-b": ()})
        assert deploying.pools("keeps") == ["pool-b"] * len(FLOWS)
        # Each keeps its own, and what is new goes where most are.
        deployed = deploying.deployments("keeps")
        moved = f"{deploying._api.url}/deployments/{deployed[1]['id']}"
        ask("POST", f"{deploying._api.url}/work_pools/", {"name": "pool-c", "type": "process"})
        ask("PATCH", moved, {"work_pool_name": "pool-c"})
        ask("DELETE", f"{deploying._api.url}/deployments/{deployed[2]['id']}")
        deploying(store)
        assert deploying.pools("keeps") == ["pool-b", "pool-c", *["pool-b"] * (len(FLOWS) - 2)]
        deploying(store, "pool-d")
        assert deploying.pools("keeps") == ["pool-d"] * len(FLOWS)


def test_what_was_served_goes_to_the_pool_okr_or_to_the_one_that_is_named(
    deploying: Deploying, tmp_path: Path
) -> None:
    with store_of(tmp_path, "served") as store:
        deploying(store, "")
        assert deploying.pools("served") == [None] * len(FLOWS)
        deploying(store)
        assert deploying.pools("served") == ["okr"] * len(FLOWS)


def test_a_copied_folder_with_a_store_of_its_own_takes_nothing_away_from_the_original(
    deploying: Deploying, tmp_path: Path
) -> None:
    with (
        store_of(tmp_path / "one", "twice") as store,
        store_of(tmp_path / "try", "twice") as copy,
    ):
        assert store.identity() != copy.identity()
        deploying(store)
        before = deploying.deployments("twice")
        with pytest.raises(RefusalError, match="another store of workspace `twice`") as refused:
            deploying(copy)
        assert "write another one in okr.yaml" in refused.value.hint
        assert f"`okr deploy --adopt twice-{CYCLE} --dry-run`" in refused.value.hint
        assert deploying.deployments("twice") == before
        # Its own store was lost and begun anew: then it is said so, and goes on.
        deploying(copy, adopt=[f"twice-{CYCLE}"])
        assert deploying(copy)[0] == []
        with pytest.raises(RefusalError):
            deploying(store)


def test_a_store_that_was_restored_from_an_export_is_the_same_store(
    deploying: Deploying, tmp_path: Path, shelf: Shelf
) -> None:
    with store_of(tmp_path, "moved") as store:
        deploying(store)
        kept = store.identity()
    with shelf.empty("sqlite") as elsewhere:
        restored(elsewhere, exported(str(tmp_path / "okr.db")))
        with open_store(elsewhere) as store:
            assert store.identity() == kept
            assert deploying(store)[0] == []


def test_what_was_deployed_before_stores_had_marks_is_taken_over_where_the_id_fits(
    deploying: Deploying, tmp_path: Path
) -> None:
    with store_of(tmp_path, "older") as store:
        deploying(store)
        for each in deploying.deployments("older"):
            tags = [tag for tag in each["tags"] if not tag.startswith("okr-store:")]
            assert len(tags) < len(each["tags"])
            ask("PATCH", f"{deploying._api.url}/deployments/{each['id']}", {"tags": tags})
        assert {said.split()[0] for said in deploying(store)[0]} == {"change"}
        assert deploying(store)[0] == []


def test_a_pool_that_another_workspace_uses_too_is_said(
    deploying: Deploying, tmp_path: Path
) -> None:
    with store_of(tmp_path / "a", "shares") as one, store_of(tmp_path / "b", "beside") as other:
        assert deploying(one, "common")[1] == {"common": ()}
        assert deploying(other, "common")[1] == {"common": ("shares",)}
        assert deploying(one)[1] == {"common": ("beside",)}
