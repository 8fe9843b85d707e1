"""What things of a workspace's cycle are called in Prefect."""

from __future__ import annotations

import doctest
from datetime import timedelta
from pathlib import Path

import pytest
from applied_store import AGREED, apply, apply_all, workspace_document
from kept_stores import unpack
from okr_command import WORKSPACE

from okr_core.errors import RefusalError
from okr_core.files.document import Base, with_base
from okr_flows.run import names
from okr_flows.run.names import CycleNames, marked, names_of, store_of, workspace_id
from okr_store import Store, open_store
from okr_store.schema import upgrade_existing

SAID = f"id: acme-kqzm\n{WORKSPACE}"


def test_the_examples_give_what_they_say() -> None:
    assert doctest.testmod(names).failed == 0


def test_the_id_of_the_file_is_in_every_name(store: Store) -> None:
    apply_all(store, workspace=SAID)
    found = names_of(store, "2025-q4")
    assert found == CycleNames("acme-kqzm", "2025-q4", store_of(store))
    assert marked(found.tags) == "acme-kqzm"
    told = (
        found.deployment,
        found.notices,
        found.resource,
        found.key_result("a.b"),
        found.artifact("sync"),
        found.artifact("score", "a.b"),
    )
    assert all("acme-kqzm" in name and "2025-q4" in name for name in told)


def test_nothing_of_two_workspaces_with_a_cycle_of_the_same_id_has_one_name() -> None:
    one, two = CycleNames("acme", "q4"), CycleNames("other", "q4")
    assert one.event("okr.cycle.scored", "now") != two.event("okr.cycle.scored", "now")
    assert one.artifact("report") != two.artifact("report")
    assert one.resource != two.resource


def test_a_store_without_a_workspace_has_no_id(store: Store) -> None:
    assert workspace_id(store) == ""
    assert names_of(store, "q4").deployment == "q4"


def test_a_workspace_that_names_no_id_has_one_that_later_revisions_do_not_change(
    store: Store,
) -> None:
    apply_all(store)
    first = workspace_id(store)
    assert first.startswith("acme-")
    renamed = WORKSPACE.replace("organization: Acme", "organization: Acme Holding")
    apply(store, workspace_document(_based(store, renamed)), at=AGREED + timedelta(1))
    assert workspace_id(store) == first


def test_two_stores_of_the_same_files_are_told_apart(
    store: Store, tmp_path_factory: pytest.TempPathFactory
) -> None:
    apply_all(store)
    with open_store(str(tmp_path_factory.mktemp("other") / "okr.db"), create=True) as other:
        apply(other, workspace_document(), at=AGREED + timedelta(seconds=1))
        assert workspace_id(other) != workspace_id(store)


def test_two_stores_of_the_same_files_applied_at_the_same_time_have_marks_of_their_own(
    store: Store, tmp_path_factory: pytest.TempPathFactory
) -> None:
    apply_all(store, workspace=SAID)
    names_ = names_of(store, "2025-q4")
    with open_store(str(tmp_path_factory.mktemp("other") / "okr.db"), create=True) as other:
        assert store_of(other) == ""
        apply_all(other, workspace=SAID)
        assert not names_.marks(names_of(other, "2025-q4").tags)
    assert names_.marks(names_.tags)
    assert names_.marks(["okr", "okr:acme-kqzm"]), "deployed before stores had marks"
    assert not names_.marks(["okr", "okr:acme", f"okr-store:{names_.store}"])


@pytest.mark.parametrize("version", ["0001", "0002"])
def test_a_store_of_before_there_were_ids_has_the_same_one_in_every_release(
    version: str, tmp_path: Path
) -> None:
    kept = unpack(version, tmp_path)
    upgrade_existing(kept)
    with open_store(kept) as store:
        assert workspace_id(store) == "acme-sshn"


def test_an_id_never_changes(store: Store) -> None:
    apply_all(store)
    kept = workspace_id(store)
    with pytest.raises(RefusalError, match=f"this store's is `{kept}`") as refused:
        apply(store, workspace_document(_based(store, SAID)), at=AGREED + timedelta(1))
    assert f"Write `id: {kept}`" in str(refused.value)
    said = _based(store, f"id: {kept}\n{WORKSPACE}")
    (applied,) = apply(store, workspace_document(said), at=AGREED + timedelta(1))
    assert applied.number == 2
    # Left out again, it stays.
    apply(store, workspace_document(_based(store, WORKSPACE)), at=AGREED + timedelta(2))
    assert workspace_id(store) == kept


def _based(store: Store, text: str) -> str:
    current = store.revision("workspace", "")
    assert current is not None
    return with_base(text, Base(current.number, current.digest))
