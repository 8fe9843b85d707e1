"""Audiences: what a reader may not see is not in the bytes of any page; a control finds it."""

import pytest
import web_company
from web_served import Served, headings, send

CANARY = "canary-theirs"
ITEMS = (
    "activation",
    "activation.week1",
    "word",
    "word.referrals",
    "arrive",
    "arrive.lead",
    "carry.load",
    "savings",
    "answers",
    "answers.open",
)
ROLES = ("growth-lead", "onboarding", "reliability", "support")


def every_page(page: Served, person: str) -> dict[str, str]:
    """Path → bytes of every page, in both languages, filtered and compared too."""
    paths = [
        "/me",
        "/",
        "/?team=care",
        "/?role=support",
        "/?q=canary",
        "/?status=at_risk",
        "/?mine=1",
        "/?as_of=2026-11-03",
        *(f"/goal/{item}" for item in ITEMS),
        *(f"/role/{role}" for role in ROLES),
    ]
    with page.reader(person) as client:
        found = {path: client.get(path).text for path in paths}
        found |= {f"{path} zh": client.get(path, params={"lang": "zh"}).text for path in paths[:2]}
        found["sent"] = send(client, "/me", **{"k__answers.open__value": "1"}).text
    return found


def holding(pages: dict[str, str], word: str) -> set[str]:
    # A filter shows again what was written into it.
    return {path for path, html in pages.items() if word.casefold() in html.casefold()} - {
        "/?q=canary"
    }


@pytest.mark.parametrize("person", ["judith", "eva"])
def test_another_team_s_words_are_on_no_page(page: Served, person: str) -> None:
    pages = every_page(page, person)
    assert holding(pages, CANARY) == set()
    control = every_page(page, "ada")
    found = holding(control, CANARY)
    assert {"/", "/?team=care", "/goal/answers", "/goal/answers.open", "/role/support"} <= found


def test_without_the_word_people_no_name_is_on_any_page(page: Served) -> None:
    pages = every_page(page, "judith")
    for name in ("Chloé", "Dario", "Rossi", "Keller", "林涵宇", "Noah"):
        assert holding(pages, name) == set(), name
    assert "Chloé" in every_page(page, "ada")["/goal/activation.week1"]


def test_without_the_word_notes_no_note_is_on_any_page(page: Served) -> None:
    note = "invite a colleague on day one"
    assert holding(every_page(page, "judith"), note) == set()
    assert holding(every_page(page, "ada"), note) == {"/goal/activation.week1"}


def test_without_the_word_confidence_no_confidence_is_on_any_page(page: Served) -> None:
    assert holding(every_page(page, "judith"), "confidence") == set()
    assert holding(every_page(page, "ada"), "confidence")


def test_one_s_own_is_seen_whatever_else_one_may_see(page: Served) -> None:
    # Eva is shown the platform without confidence and notes; her own role is hers.
    with page.reader("eva") as client:
        assert "confidence 7" in client.get("/goal/arrive.lead").text
        assert client.get("/goal/carry.load").status_code == 200
        assert "confidence" not in client.get("/goal/carry.load").text
        assert client.get("/goal/activation").status_code == 404


def test_an_audience_that_is_none_shows_nothing(page: Served) -> None:
    text = web_company.WORKSPACE.replace("eva: partners", "eva: 'team:nowhere'")
    web_company.change_workspace(page.store, text)
    with page.reader("eva") as client:
        answer = client.get("/")
    assert (answer.status_code, headings(answer.text)) == (500, "Something is wrong here")
    assert "nowhere" not in answer.text
