"""House: what waits for a person is the same, looked at in the whole or in their part."""

from datetime import timedelta

import pytest
import web_company
from web_company import CYCLE, NOW
from web_served import SECRET

from okr_core.plan.acting import Actor, Occasion
from okr_flows.decide.reading import correct_reading
from okr_flows.owed.owed import owed_by
from okr_flows.people.keys import Keys
from okr_store import Store
from okr_store.snapshot import read_snapshot
from okr_web import House

PEOPLE = ("ada", "ben", "chloe", "dario", "eva", "lin", "noah", "judith", "otto")


def alone(store: Store) -> None:
    """Judith, who owns the cycle, decides about a value by herself: anybody else may be second."""
    occasion = Occasion(NOW, NOW, Actor("cli", "judith"), meant=True)
    correct_reading(store, CYCLE, "arrive.lead", occasion=occasion, reason="a slip", value="30")


@pytest.mark.parametrize("later", [0, 1, 20, 50], ids=lambda days: f"{days} days later")
def test_what_waits_for_a_person_is_found_in_their_part(company: Store, later: int) -> None:
    web_company.doubt(company)
    at = NOW + timedelta(days=later)
    house = House(company, Keys(SECRET), lambda: at)
    alone(company)
    whole = read_snapshot(company, CYCLE, at, newest=True)
    found = {person: owed_by(whole, person) for person in PEOPLE}
    snapshot = house.snapshot(CYCLE)
    assert {person: house.waiting(snapshot, person) for person in PEOPLE} == found
    assert found["ada"]
    assert "second_person" in {each.kind for each in found["dario"]}
    assert len({len(each) for each in found.values()}) > 2
