"""What waits on the page: what is due and not late yet, and what waits for who is away."""

from datetime import UTC, datetime, timedelta

import web_company
from web_company import CYCLE
from web_served import Served, headings, send

from okr_core.open.entries import open_entries
from okr_flows.owed.owed import owed_by
from okr_store.snapshot import read_snapshot

THURSDAY = datetime(2026, 11, 26, 15, 30, tzinfo=UTC)
"""The check-ins of the week are due on Friday at 17:00, by Zurich's clock."""
AWAY = "absences: [{starts: 2026-11-23, ends: 2026-11-25, stand_in: ben}]"


def owed(page: Served, person: str) -> list[str]:
    """What waits for a person."""
    snapshot = read_snapshot(page.store, CYCLE, page.now, newest=True)
    return [each.name for each in owed_by(snapshot, person)]


def test_a_check_in_waits_from_the_day_before_it_is_due_until_it_is_made(page: Served) -> None:
    page.now = THURSDAY
    assert owed(page, "dario") == []
    page.now += timedelta(hours=1)
    assert owed(page, "dario")[0] == "check_in:pricing.calls"
    # It is not late: nobody else is told of it.
    everybody = open_entries(read_snapshot(page.store, CYCLE, page.now, newest=True))
    assert "check_in:pricing.calls" not in {each.name for each in everybody}
    with page.reader("dario") as client:
        assert "Value named by owners" in client.get("/me").text
        sent = send(client, "/me", **{"k__pricing.calls__value": "9"})
    assert "Recorded" in headings(sent.text)
    assert "check_in:pricing.calls" not in owed(page, "dario")


def test_who_stands_in_sees_and_answers_what_stand_ins_answer_and_nothing_else(
    page: Served,
) -> None:
    own = {"risk:carry", "unreported:carry.reads"}
    assert set(owed(page, "ben")) == own
    text = web_company.WORKSPACE.replace("Ada@lumen.example", f"Ada@lumen.example, {AWAY}")
    web_company.change_workspace(page.store, text)
    of_ada = {f"check_in:word.{each}" for each in ("morning", "referrals", "stories")}
    # The hypothesis stays Ada's own.
    assert set(owed(page, "ben")) == own | of_ada | {"risk:word"}
    assert "hypothesis:word" in owed(page, "ada")
    with page.reader("ben") as client:
        send(client, "/me", **{"k__word.referrals__value": "8", "k__word.referrals__sure": "5"})
    said = list(page.store.entries(CYCLE, kinds=("check_in",), key_results=["word.referrals"]))
    assert max(said, key=lambda each: each.at).by == "ben"
    assert "check_in:word.referrals" not in {*owed(page, "ben"), *owed(page, "ada")}
    page.now += timedelta(days=3)
    assert of_ada.isdisjoint(owed(page, "ben"))
