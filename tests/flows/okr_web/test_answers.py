"""Answers by the page: the same questions as everywhere, answered by the same use case."""

import re

import web_company
from web_company import CYCLE
from web_served import Served, fields_of, headings, send

from okr_core.basics.command import okr
from okr_core.open.entries import open_entries
from okr_core.open.entry import Addressee, Answer, OpenEntry
from okr_core.plan.acting import Actor, Occasion
from okr_flows.decide.answers import answer
from okr_flows.decide.case import Given
from okr_flows.decide.reading import correct_reading
from okr_store.snapshot import read_snapshot
from okr_web.pages.asks import Asks
from okr_web.pages.items import Facts
from okr_web.voice import Voice


def question(page: Served, name: str) -> str:
    snapshot = read_snapshot(page.store, CYCLE, page.now, newest=True)
    return next(each.id for each in open_entries(snapshot) if each.name == name)


def asked(page: Served) -> set[str]:
    snapshot = read_snapshot(page.store, CYCLE, page.now, newest=True)
    return {each.name for each in open_entries(snapshot)}


def test_a_goal_at_risk_is_decided_about(page: Served) -> None:
    id_ = question(page, "risk:word")
    with page.reader("ada") as client:
        done = send(
            client, "/me", **{f"q__{id_}__answer": "act", f"q__{id_}__note": "We ask twelve."}
        )
    assert "Act" in done.text
    assert "We ask twelve." in done.text
    assert "risk:word" not in asked(page)


def test_an_answer_that_needs_a_word_says_so_in_its_place(page: Served) -> None:
    id_ = question(page, "risk:word")
    with page.reader("ada") as client:
        done = send(client, "/me", **{f"q__{id_}__answer": "act"})
    assert headings(done.text) == "One answer needs another look"
    assert f'id="q|{id_}|note-e"' in done.text
    assert re.search(r'value="act" checked', done.text)
    assert "risk:word" in asked(page)


def test_a_hypothesis_is_closed_with_what_shows_it(page: Served) -> None:
    id_ = question(page, "hypothesis:word")
    with page.reader("ada") as client:
        send(
            client,
            "/me",
            **{f"q__{id_}__answer": "refuted", f"q__{id_}__note": "Nobody passed it on."},
        )
        shown = client.get("/goal/word").text
    assert "hypothesis:word" not in asked(page)
    assert "refuted: Nobody passed it on." in shown


def test_a_value_in_doubt_is_accepted_or_corrected(page: Served) -> None:
    web_company.doubt(page.store)
    id_ = question(page, "suspect:word.stories")
    with page.reader("ada") as client:
        shown = client.get("/me").text
        assert "it fell from 7 to 0" in shown
        send(
            client,
            "/me",
            **{
                f"q__{id_}__answer": "correct",
                f"q__{id_}__value": "8",
                f"q__{id_}__note": "A label was renamed.",
            },
        )
    snapshot = read_snapshot(page.store, CYCLE, page.now, newest=True)
    assert snapshot.standings["word.stories"].current == 8


def test_a_second_person_answers_for_what_one_decided_alone(page: Served) -> None:
    occasion = Occasion(page.now, page.now, Actor("cli", "judith"), meant=True)
    correct_reading(page.store, CYCLE, "arrive.lead", occasion=occasion, reason="slip", value="30")
    id_ = question(page, "second_person:arrive.lead")
    with page.reader("dario") as client:
        shown = client.get("/me").text
        assert "Decision without a second person" in shown
        refused = send(client, "/me", **{f"q__{id_}__answer": "reject"})
        assert headings(refused.text) == "One answer needs another look"
        send(client, "/me", **{f"q__{id_}__answer": "approve"})
    assert "second_person:arrive.lead" not in asked(page)


def test_a_value_in_the_place_of_a_source_is_given_with_a_reason(page: Served) -> None:
    snapshot = read_snapshot(page.store, CYCLE, page.now, newest=True)
    kr = snapshot.plan.key_results_by_id["word.stories"]
    bound = kr.model_copy(update={"source": {"jira": {"connection": "acme", "jql": "a = b"}}})
    entry = OpenEntry(
        "Q12345",
        "unread",
        kr.id,
        kr.title,
        "",
        Addressee("growth-lead", ("ada",)),
        (
            Answer("", okr("sync", only=kr.id), ""),
            Answer("VALUE", okr("decide", "Q12345", "VALUE"), ""),
        ),
    )
    voice = Voice("en", snapshot.cycle.zone, page.now.date())
    fields = Asks(Facts(snapshot, voice), "ada")._fields(entry, bound)
    assert (fields.value, fields.choices, fields.note) == ("number", (), "note_why")
    assert fields.needed


def test_what_somebody_else_answered_meanwhile_is_told(page: Served) -> None:
    id_ = question(page, "risk:word")
    with page.reader("ada") as client:
        form = fields_of(client.get("/me").text)
        given = Given(("revise",), note="A smaller target.")
        occasion = Occasion(page.now, page.now, Actor("cli", "ben"))
        answer(page.store, CYCLE, id_, given, occasion=occasion)
        done = client.post("/me", data=form | {f"q|{id_}|answer": "act", f"q|{id_}|note": "x"})
    assert "Already answered" in done.text
    assert "Facility managers hear of us from each other" in done.text


def test_what_waits_for_another_is_not_answered(page: Served) -> None:
    id_ = question(page, "risk:word")
    with page.reader("ben") as client:
        done = send(client, "/me", **{f"q__{id_}__answer": "act", f"q__{id_}__note": "x"})
    assert done.status_code == 200
    assert "risk:word" in asked(page)


def test_who_owes_nothing_is_told_so(page: Served) -> None:
    with page.reader("eva") as client:
        assert headings(client.get("/me").text) == "Eva, nothing waits for you"
