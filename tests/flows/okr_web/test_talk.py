"""Comments, blockers and help: said on a goal's page, answered on the page of who is asked."""

import re
from datetime import timedelta

import pytest
import web_company
from web_company import CYCLE
from web_served import Served, fields_of, headings, send

from okr_core.basics.command import okr
from okr_core.open.entries import open_entries
from okr_core.open.entry import Addressee, Answer, OpenEntry, OpenKind
from okr_core.open.kinds import KINDS
from okr_core.plan.acting import Actor, Occasion
from okr_core.snapshot import Snapshot
from okr_flows.checkin.check_ins import CheckInText, check_in
from okr_report.locale import Language
from okr_store.snapshot import read_snapshot
from okr_web.pages.asks import Ask, Asks
from okr_web.pages.items import Facts
from okr_web.voice import Voice

GOAL = "/goal/word.referrals"


def asked(page: Served) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Kind of help and blockers that wait → id, and who is asked."""
    snapshot = read_snapshot(page.store, CYCLE, page.now, newest=True)
    several = open_entries(snapshot, kinds=("help", "blocker"))
    return {each.kind: (each.id, each.to.people) for each in several}


def said(page: Served, person: str, path: str, **fields: str) -> str:
    """What the page shows after a form of the goal's page was sent."""
    with page.reader(person) as client:
        mark = fields_of(client.get(GOAL).text)["mark"]
        form = {"mark": mark, "item": "word.referrals", **fields}
        answer = client.post(path, data=form, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        return answer.text


def test_help_is_asked_for_offered_taken_and_done(page: Served) -> None:
    shown = said(page, "ada", "/help", text="Who knows a printer?", way="asked")
    assert "asks for help" in shown
    # The same form sent twice asks once.
    said(page, "ada", "/help", text="Who knows a printer?", way="asked")
    id_, people = asked(page)["help"]
    assert set(people) == {"chloe", "dario"}, "the circle, without who asks"
    with page.reader("dario") as client:
        mine = client.get("/me").text
        assert "Help is asked for: do you offer it?" in mine
        assert "Who knows a printer?" in mine
        answer = send(client, "/me", **{f"q__{id_}__answer": "offer"})
        assert "I can help" in answer.text
    assert asked(page)["help"] == (id_, ("ada",))
    with page.reader("ada") as client:
        assert "Dario Rossi offers help" in client.get(GOAL).text
        assert "Help is offered: do you take it?" in client.get("/me").text
        send(client, "/me", **{f"q__{id_}__answer": "taken"})
    with page.reader("dario") as client:
        assert "Help was taken: is it done?" in client.get("/me").text
        send(client, "/me", **{f"q__{id_}__answer": "done"})
    assert asked(page) == {}


def test_help_is_taken_back_by_who_asked_and_by_nobody_else(page: Served) -> None:
    shown = said(page, "ada", "/help", text="Who knows a printer?", way="asked")
    found = re.search(r'name="help" value="([^"]*)"', shown)
    assert found is not None
    with page.reader("dario") as client:
        assert 'name="help"' not in client.get(GOAL).text
        mark = fields_of(client.get(GOAL).text)["mark"]
        form = {"mark": mark, "item": "word.referrals", "help": found[1]}
        assert client.post("/undo", data=form).status_code == 409
    assert "help" in asked(page)
    assert headings(said(page, "ada", "/undo", help=found[1])) == "Taken back"
    assert asked(page) == {}


def test_a_comment_stands_below_the_check_in_that_it_is_about(page: Served) -> None:
    with page.reader("ben") as client:
        shown = client.get(GOAL).text
    (check_in_, *_) = re.findall(r'<option value="(e\d+)">', shown)
    for _ in range(2):
        shown = said(page, "ben", "/comment", about=check_in_, text="Which <month>?")
    assert shown.count("Which &lt;month&gt;?") == 1
    listed = shown[shown.index('id="says"') : shown.index('id="help"')]
    assert "Which &lt;month&gt;?" in listed
    shown = said(page, "ben", "/comment", about="word.referrals", text="Well done.")
    assert "Well done." in shown[shown.index('id="com"') :]


def test_a_blocker_is_lifted_by_who_is_accountable(page: Served) -> None:
    text = CheckInText("word.referrals", confidence="3", blocker="The flyer is not printed.")
    check_in(page.store, CYCLE, text, Occasion(page.now, page.now, Actor("cli", "ada")))
    id_, people = asked(page)["blocker"]
    assert people == ("ada",)
    with page.reader("ada") as client:
        assert "The flyer is not printed." in client.get(GOAL).text
        assert "This blocks it: is it lifted?" in client.get("/me").text
        send(client, "/me", **{f"q__{id_}__answer": "lifted", f"q__{id_}__note": "It is."})
    assert asked(page) == {}


@pytest.mark.parametrize("way", ["comment", "help"])
def test_who_may_not_see_what_others_say_says_nothing_there(page: Served, way: str) -> None:
    said(page, "ada", "/comment", text="Between us.")
    said(page, "ada", "/help", text="Between us.", way="asked")
    before = page.store.mark()
    # Judith's audience has no notes; Eva sees nothing of this team.
    for person in ("judith", "eva"):
        with page.reader(person) as client:
            shown = client.get(GOAL).text
            assert "Between us." not in shown
            assert f'action="/{way}"' not in shown
            mark = fields_of(client.get("/me").text).get("mark", "")
            form = {"mark": mark, "item": "word.referrals", "text": "I know.", "way": "asked"}
            assert client.post(f"/{way}", data=form).status_code in {403, 404}
    assert page.store.mark() == before


def test_nothing_is_said_of_another_goal_s_check_in(page: Served) -> None:
    other = next(iter(page.store.entries(CYCLE, kinds=("check_in",), key_results=["answers.open"])))
    with page.reader("ada") as client:
        mark = fields_of(client.get(GOAL).text)["mark"]
        form = {"mark": mark, "item": "word.referrals", "about": other.id, "text": "Hm."}
        assert client.post("/comment", data=form).status_code == 404


def test_who_is_asked_in_the_place_of_a_vacant_role_answers_for_it(page: Served) -> None:
    text = web_company.WORKSPACE.replace(
        "pricing: {circle: growth, held_by: [{person: dario}]}",
        "pricing: {circle: growth, held_by: [{person: dario, until: 2026-11-20}]}",
    )
    web_company.change_workspace(page.store, text)
    snapshot = read_snapshot(page.store, CYCLE, page.now, newest=True)
    (vacancy,) = open_entries(snapshot, kinds={"vacancy"})
    with page.reader("ada") as client:
        mine = client.get("/me").text
        assert "This person takes it over" in mine
        assert "role that nobody holds" in client.get("/").text
        assert client.get("/goal/pricing.calls").status_code == 200
        fields = {f"q__{vacancy.id}__answer": "to", f"q__{vacancy.id}__value": "Dario Rossi"}
        answer = send(client, "/me", **fields)
        assert "another look" not in answer.text, answer.text
    found = read_snapshot(page.store, CYCLE, page.now, newest=True)
    assert "workspace:3" in {each.reference for each in found.proposed}


def test_a_check_in_of_a_vacant_role_is_taken_from_who_is_asked(page: Served) -> None:
    text = web_company.WORKSPACE.replace(
        "held_by: [{person: dario}]", "held_by: [{person: dario, until: 2026-11-20}]"
    )
    web_company.change_workspace(page.store, text)
    page.now += timedelta(days=10)
    with page.reader("ada") as client:
        assert "k|pricing.calls|value" in client.get("/me").text
        assert "k|pricing.calls|value" not in client.get("/goal/arrive.lead").text
        fields = {"k__pricing.calls__value": "9"}
        answer = send(client, "/me", **fields)
        assert "9" in answer.text
    found = read_snapshot(page.store, CYCLE, page.now, newest=True)
    assert found.standings["pricing.calls"].current == 9


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_kind_of_question_can_be_shown(page: Served, language: Language) -> None:
    snapshot = read_snapshot(page.store, CYCLE, page.now, newest=True)
    for kind in KINDS:
        ask, voice = shown(snapshot, kind, language)
        assert ask.kind
        assert ask.say or ask.fields.sure
        assert ask.fields.needed or not KINDS[kind].recorded
        assert not ask.fields.note or voice(ask.fields.note)


def shown(snapshot: Snapshot, kind: OpenKind, language: Language) -> tuple[Ask, Voice]:
    row, ada = KINDS[kind], Addressee(None, ("ada",))
    answers = (Answer("act", okr("decide"), ""),)
    item = "word" if row.recorded else "word.referrals"
    entry = OpenEntry("Q12345", kind, item, "A goal", row.asks, ada, answers)
    voice = Voice(language, snapshot.cycle.zone, snapshot.as_of.date())
    return Asks(Facts(snapshot, voice), "ada").of(entry), voice
