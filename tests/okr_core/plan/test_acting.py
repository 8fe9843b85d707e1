"""Who acts is one of the workspace's people, as far as it has any."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from okr_command import WORKSPACE

from okr_core.errors import InputError
from okr_core.files.document import load_workspace
from okr_core.plan.acting import Actor, Occasion, acting_person, deciding_person
from okr_core.plan.workspace import Workspace

ACME = load_workspace(WORKSPACE)
NOBODY_KNOWN = load_workspace("organization: Acme\n")


@pytest.mark.parametrize("workspace", [ACME, NOBODY_KNOWN, None])
def test_who_is_named_acts(workspace: Workspace | None) -> None:
    assert acting_person(Actor("cli", "ada", "root"), workspace) == "ada"


@pytest.mark.parametrize("workspace", [NOBODY_KNOWN, None])
def test_without_people_anyone_acts(workspace: Workspace | None) -> None:
    assert acting_person(Actor("cli", None, "root"), workspace) == "root"


def test_a_stranger_is_refused_with_the_closest_name() -> None:
    with pytest.raises(InputError) as refused:
        acting_person(Actor("cli", "adda", "ada"), ACME)
    assert refused.value.message == "person `adda` is not in the workspace."
    assert refused.value.hint.startswith("Closest: `ada`. ")
    assert "`--by` or OKR_PERSON" in refused.value.hint


def test_whom_the_door_means_is_called_what_the_door_calls_them() -> None:
    signed_in = Actor("proxy", None, "zed", "who is signed in")
    with pytest.raises(InputError, match="`zed`, who is signed in, is not in the workspace"):
        acting_person(signed_in, ACME)
    assert acting_person(Actor("cli", None, "bo"), ACME) == "bo"


@pytest.mark.parametrize("workspace", [NOBODY_KNOWN, None])
def test_nobody_in_particular_decides_nothing(workspace: Workspace | None) -> None:
    with pytest.raises(InputError, match="a decision needs the name of a person"):
        deciding_person(Actor("cli", None, "root"), workspace)
    assert deciding_person(Actor("cli", "zoe", "root"), workspace) == "zoe"


def test_where_people_are_known_whom_the_door_means_decides() -> None:
    assert deciding_person(Actor("cli", None, "bo"), ACME) == "bo"


def test_a_row_may_name_another_person() -> None:
    door = Actor("csv", "ada", "root")
    assert (door.or_named("bo").named, door.or_named("").named) == ("bo", "ada")


def test_there_is_no_occasion_to_record_what_is_to_come() -> None:
    now = datetime(2025, 11, 1, 9, tzinfo=UTC)
    ada, zurich = Actor("cli", "ada"), ZoneInfo("Europe/Zurich")
    assert Occasion(now, now, ada, zurich).at == now
    with pytest.raises(InputError, match="2025-11-01 10:01 CET lies in the future") as refused:
        Occasion(now + timedelta(minutes=1), now, ada, zurich)
    assert "name a time that has been" in refused.value.hint


TWO = Workspace.model_validate(
    {
        "organization": "Acme",
        "people": {
            "maria": {"name": "Maria Huber"},
            "jan": {"name": "Jan Ott"},
            "jan2": {"name": "Jan Ott"},
        },
    }
)


@pytest.mark.parametrize(
    "name", ["maria", "Maria Huber", "maria  huber", "ＭＡＲＩＡ huber", "Maria"]
)
def test_a_person_may_be_named_by_a_display_or_first_name_that_is_theirs_alone(name: str) -> None:
    assert acting_person(Actor("cli", name), TWO) == "maria"


def test_a_name_that_several_people_have_is_answered_with_their_ids() -> None:
    with pytest.raises(InputError, match=r"2 people are named Jan Ott: `jan`, `jan2`\."):
        acting_person(Actor("cli", "Jan Ott"), TWO)
    with pytest.raises(InputError, match=r"2 people are named Jan: `jan`, `jan2`\."):
        acting_person(Actor("cli", "Jan"), TWO)


def test_an_id_is_nobody_elses_first_name() -> None:
    people = {"jan": {"name": "Ott"}, "maria": {"name": "Jan Huber"}}
    space = Workspace.model_validate({"organization": "Acme", "people": people})
    assert acting_person(Actor("cli", "jan"), space) == "jan"
