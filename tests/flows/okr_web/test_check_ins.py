"""Check-ins by the page: recorded once, shown with an undo, and side by side where two differ."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

from web_company import CYCLE, NOW
from web_served import Served, fields_of, headings, send

from okr_core.plan.acting import Actor, Occasion
from okr_core.record.entries import CheckIn
from okr_flows.checkin.check_ins import CheckInText, check_in
from okr_store.snapshot import read_snapshot

REFERRALS = "k__word.referrals__"


def current(page: Served, key_result: str) -> Decimal | None:
    found = read_snapshot(page.store, CYCLE, page.now + timedelta(minutes=1), newest=True)
    return found.standings[key_result].current


def said(page: Served, key_result: str) -> list[tuple[str, CheckIn]]:
    entries = page.store.entries(CYCLE, kinds=("check_in",), key_results=[key_result])
    found = sorted(entries, key=lambda each: int(each.id[1:]))
    return [(each.by, each.body) for each in found if isinstance(each.body, CheckIn)]


def by_ben(page: Served, value: str, *, confidence: str = "6") -> None:
    text = CheckInText("word.referrals", value=value, confidence=confidence, note="On the website.")
    at = page.now - timedelta(minutes=2)
    check_in(page.store, CYCLE, text, Occasion(at, at, Actor("cli", "ben")))


def test_value_confidence_and_note_are_recorded_and_shown_as_old_and_new(page: Served) -> None:
    with page.reader("ada") as client:
        answer = send(
            client,
            "/me",
            **{
                f"{REFERRALS}value": "8",
                f"{REFERRALS}sure": "5",
                f"{REFERRALS}note": "Two <depots>.",
            },
        )
    assert headings(answer.text) == "Recorded. Four more wait for you."
    assert "6 → 8 trials a month, confidence 4 → 5" in answer.text
    assert "Two &lt;depots&gt;." in answer.text
    assert current(page, "word.referrals") == 8
    assert said(page, "word.referrals")[-1] == (
        "ada",
        CheckIn(value=Decimal(8), confidence=5, note="Two <depots>."),
    )


def test_what_is_left_empty_stays_open(page: Served) -> None:
    before = page.store.mark()
    with page.reader("ada") as client:
        answer = send(client, "/me")
    assert headings(answer.text) == "Nothing was sent: every answer was empty"
    assert page.store.mark() == before


def test_nothing_new_is_an_answer_and_measures_nothing(page: Served) -> None:
    measured = len(list(page.store.readings(CYCLE, as_of=None, key_results=["word.referrals"])))
    with page.reader("ada") as client:
        answer = send(client, "/me", **{f"{REFERRALS}same": "1"})
        assert "still 6 trials a month" in answer.text
        assert "Trials that come by referral" not in headings(client.get("/me").text)
        assert "nothing new" in client.get("/goal/word.referrals").text
    assert said(page, "word.referrals")[-1][1] == CheckIn(nothing_new=True)
    readings = page.store.readings(CYCLE, as_of=None, key_results=["word.referrals"])
    assert len(list(readings)) == measured


def test_nothing_new_is_no_answer_to_a_value_that_one_has_not_seen(page: Served) -> None:
    with page.reader("ada") as client:
        seen = fields_of(client.get("/me").text)[f"{REFERRALS.replace('__', '|')}seen"]
        text = CheckInText("word.referrals", value="12")
        before = page.now - timedelta(minutes=2)
        check_in(page.store, CYCLE, text, Occasion(before, before, Actor("cli", "ben")))
        answer = send(client, "/me", **{f"{REFERRALS}same": "1", f"{REFERRALS}seen": seen})
    assert headings(answer.text) == "One answer needs another look"
    assert "gave another value" in answer.text
    assert not any(body.nothing_new for _, body in said(page, "word.referrals"))


def test_milestones_are_ticked(page: Served) -> None:
    with page.reader("ada") as client:
        answer = send(client, "/me", **{"k__word.morning__part.invited": "done"})
    assert "Guests invited: done" in answer.text
    assert current(page, "word.morning") == 2


def test_the_same_form_sent_twice_is_recorded_once(page: Served) -> None:
    with page.reader("ada") as client:
        form = fields_of(client.get("/me").text) | {"k|word.referrals|value": "8"}
        count = len(said(page, "word.referrals"))
        with ThreadPoolExecutor(5) as pool:
            answers = [*pool.map(lambda _: client.post("/me", data=form), range(5))]
    assert {answer.status_code for answer in answers} == {200}
    assert {headings(answer.text) for answer in answers} == {"Recorded. Four more wait for you."}
    assert len(said(page, "word.referrals")) == count + 1


def test_the_same_form_is_recorded_once_also_by_another_process(page: Served) -> None:
    with page.reader("ada") as client:
        form = fields_of(client.get("/me").text) | {"k|word.referrals|value": "8"}
        count = len(said(page, "word.referrals"))
        assert client.post("/me", data=form).status_code == 200
        page.now += timedelta(seconds=20)
        assert client.post("/me", data={**form, "form": "seen nowhere"}).status_code == 200
    assert len(said(page, "word.referrals")) == count + 1


def test_another_person_s_value_is_shown_beside_one_s_own(page: Served) -> None:
    with page.reader("ada") as client:
        form = fields_of(client.get("/me").text)
        by_ben(page, "12")
        answer = client.post(
            "/me", data=form | {"k|word.referrals|value": "8", "k|word.referrals|sure": "5"}
        )
        assert headings(answer.text) == "One answer needs another look"
        assert "12 trials a month, confidence 6" in answer.text
        assert "Ben Frei, today 09:12" in answer.text
        assert "On the website." in answer.text
        assert current(page, "word.referrals") == 12
        assert "Ben Frei said 12 trials a month at 09:12. Which one holds?" in answer.text
        again = fields_of(answer.text)
        client.post("/me", data=again | {"form": "1"})
        assert current(page, "word.referrals") == 12, "nobody said which one holds"
        theirs = client.post("/me", data=again | {"k|word.referrals|keep": "theirs"})
        assert current(page, "word.referrals") == 12
        assert theirs.status_code == 200
        page.now += timedelta(seconds=5)
        mine = client.post("/me", data=again | {"form": "2", "k|word.referrals|keep": "yours"})
    assert "12 → 8" in mine.text
    assert current(page, "word.referrals") == 8
    assert [by for by, _ in said(page, "word.referrals")][-2:] == ["ben", "ada"]


def test_two_people_who_say_the_same_do_not_disturb_each_other(page: Served) -> None:
    with page.reader("ada") as client:
        form = fields_of(client.get("/me").text)
        by_ben(page, "8")
        answer = client.post("/me", data=form | {"k|word.referrals|value": "8"})
    assert headings(answer.text).startswith("Recorded.")


def test_a_wrong_answer_is_told_in_its_place_and_holds_up_no_other(page: Served) -> None:
    with page.reader("ada") as client:
        answer = send(
            client,
            "/me",
            **{f"{REFERRALS}value": "8 or 9", "k__word.stories__value": "8"},
        )
    assert headings(answer.text) == "One answer needs another look"
    assert "One other is recorded." in answer.text
    assert 'href="#k|word.referrals|value"' in answer.text
    assert 'value="8 or 9" aria-invalid="true"' in answer.text
    assert "&#39;8 or 9&#39; is not a number." in answer.text
    assert current(page, "word.referrals") == 6
    assert current(page, "word.stories") == 8


def test_a_value_that_is_hard_to_believe_is_asked_back(page: Served) -> None:
    with page.reader("ada") as client:
        answer = send(client, "/me", **{f"{REFERRALS}value": "8000"})
        assert headings(answer.text) == "One answer needs another look"
        assert "Yes, that is the value" in answer.text
        assert current(page, "word.referrals") == 6
        form = fields_of(answer.text) | {
            "k|word.referrals|value": "8000",
            "k|word.referrals|meant": "1",
        }
        client.post("/me", data=form)
    assert current(page, "word.referrals") == 8000


def undo(page: Served, html: str) -> int:
    with page.reader("ada") as client:
        form = fields_of(html) | {"mark": fields_of(client.get("/me").text)["mark"]}
        return client.post("/undo", data=form).status_code


def test_undo_takes_a_value_back_and_leaves_both_on_record(page: Served) -> None:
    with page.reader("ada") as client:
        answer = send(client, "/me", **{f"{REFERRALS}value": "8", f"{REFERRALS}sure": "9"})
    page.now += timedelta(minutes=1)
    assert undo(page, answer.text) == 200
    assert current(page, "word.referrals") == 6
    assert said(page, "word.referrals")[-2][1].value == 8
    assert said(page, "word.referrals")[-1][1].confidence == 4
    corrections = [*page.store.entries(CYCLE, kinds=("correction",))]
    assert [each.by for each in corrections] == ["ada"]
    page.now += timedelta(minutes=1)
    assert undo(page, answer.text) == 200
    assert len([*page.store.entries(CYCLE, kinds=("correction",))]) == 1
    with page.reader("ada") as client:
        send(client, "/goal/word.referrals", **{f"{REFERRALS}value": "8"})
    assert current(page, "word.referrals") == 8


def test_nobody_takes_back_what_another_said(page: Served) -> None:
    by_ben(page, "12")
    entry = [*page.store.entries(CYCLE, kinds=("check_in",), key_results=["word.referrals"])][-1]
    with page.reader("ada") as client:
        mark = fields_of(client.get("/me").text)["mark"]
        form = {"mark": mark, "key_result": "word.referrals", "check_in": entry.id}
        assert client.post("/undo", data=form).status_code == 409
    assert current(page, "word.referrals") == 12


def test_what_is_not_theirs_to_report_is_not_recorded(page: Served) -> None:
    with page.reader("ada") as client:
        forged = {"k__answers.open__value": "40", "k__answers.open__seen": "e999999"}
        answer = send(client, "/me", **forged, k__nothing__value="3")
    assert headings(answer.text) == "Nothing was sent: every answer was empty"
    assert current(page, "answers.open") == 47


def test_one_s_own_key_result_can_be_reported_before_it_is_due(page: Served) -> None:
    with page.reader("chloe") as client:
        shown = client.get("/goal/activation.week1").text
        assert "Your check-in" in shown
        send(client, "/goal/activation.week1", **{"k__activation.week1__value": "39.2"})
    assert current(page, "activation.week1") == Decimal("39.2")


def test_a_closed_or_unknown_clock_does_not_matter_to_what_is_said(page: Served) -> None:
    page.now = NOW + timedelta(days=1)
    with page.reader("ada") as client:
        send(client, "/me", **{f"{REFERRALS}value": "7"})
    entries = [*page.store.entries(CYCLE, kinds=("check_in",), key_results=["word.referrals"])]
    assert (entries[-1].at, entries[-1].via) == (page.now, "link")
