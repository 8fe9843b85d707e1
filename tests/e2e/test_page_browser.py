"""The page in a real browser: links, check-ins, keyboard, both themes, Chinese, axe."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Literal

import browser as system
import pytest
import web_company
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from wait import until
from web_served import Served, link_in, mailing, served

from okr_cli import main
from okr_core.plan.acting import Actor, Occasion
from okr_flows.checkin.check_ins import CheckInText, check_in
from okr_flows.people.links import link_for
from okr_flows.remind.remind import Doors, remind
from okr_flows.run.cycle import current_workspace
from okr_mail import Session
from okr_store import open_store

pytestmark = pytest.mark.slow

PATHS = ("/me", "/", "/goal/activation.week1", "/goal/word", "/role/growth-lead", "/nothing")
Scheme = Literal["light", "dark"]
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with system.browser() as started:
        yield started


@pytest.fixture(scope="module")
def company_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("company") / "okr.db"
    with open_store(str(path), create=True) as store:
        web_company.fill(store)
    return path


@pytest.fixture
def page(company_file: Path, tmp_path: Path) -> Iterator[Served]:
    shutil.copy(company_file, tmp_path / "okr.db")
    with open_store(str(tmp_path / "okr.db")) as store, served(store) as found:
        yield found


@pytest.fixture
def opened(browser: Browser, page: Served) -> Iterator[Open]:
    """Opens a person's link and presses its button; afterwards no page may have complained."""
    said: list[str] = []
    contexts = []

    def open_page(
        person: str = "ada",
        *,
        width: int = 360,
        scheme: Scheme = "light",
        locale: str = "en-GB",
        link: str = "",
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            locale=locale,
            reduced_motion="reduce",  # what is on its way is nowhere yet
        )
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.goto(link or page.address + page.link(person))
        tab.click("main button")
        tab.wait_for_url("**/me")
        return tab

    yield open_page
    for context in contexts:
        context.close()
    # A page that is not there is told of by its status.
    assert [text for text in said if "404" not in text and "403" not in text] == []


def status_of(page: Served, key_result: str) -> str:
    """The value of a key result as `okr status` shows it."""
    place = page.store.location
    with redirect_stdout(StringIO()) as out, pytest.MonkeyPatch.context() as env:
        env.setenv("OKR_STORE_URL", place)
        day = web_company.NOW.date().isoformat()
        assert main(["status", "--format", "json", "--as-of", day]) in {0, 1, 4}
    document = json.loads(out.getvalue())
    every = [kr for objective in document["objectives"] for kr in objective["key_results"]]
    return str(next(kr["current"] for kr in every if kr["id"] == key_result))


def test_a_reminder_s_link_opens_on_a_phone_a_check_in_is_sent_and_status_shows_it(
    page: Served, opened: Open
) -> None:
    def link_of(person: str) -> str:
        return link_for(page.store, page.keys, person, page.address, page.now)

    with mailing(page) as inbox:
        workspace = current_workspace(page.store)
        assert workspace is not None
        assert workspace.mail is not None
        with Session(workspace.mail) as session:
            doors = Doors(session, page=page.address, link_of=link_of)
            assert "ada" in remind(page.store, web_company.CYCLE, page.now, doors).sent
        tab = opened(link=link_in(*inbox.to("Ada@lumen.example")))
    expect(tab.locator("h1")).to_have_text("Ada, five things wait for you")
    tab.fill('[name="k|word.referrals|value"]', "8")
    tab.check('[name="k|word.referrals|sure"][value="5"]')
    tab.fill('[name="k|word.referrals|note"]', "Two depots signed.")
    tab.click(".send button")
    expect(tab.locator("h1")).to_have_text("Recorded. Four more wait for you.")
    expect(tab.locator(".sent")).to_contain_text("6 → 8 trials a month, confidence 4 → 5")
    assert status_of(page, "word.referrals") == "8"
    tab.click(".sent button")
    expect(tab.locator("h1")).to_have_text("Taken back")
    tab.click("main button")
    expect(tab.locator("h1")).to_have_text("Trials that come by referral, from 4 to 15 a month")
    assert status_of(page, "word.referrals") == "6"


def test_who_lost_their_link_has_it_mailed_and_opens_the_page(
    page: Served, opened: Open, browser: Browser
) -> None:
    with mailing(page) as inbox, browser.new_context(viewport={"width": 360, "height": 800}) as by:
        tab = by.new_page()
        tab.goto(f"{page.address}/me")
        assert Axe().run(tab).response["violations"] == []
        tab.get_by_label("Your e-mail address").fill("ada@lumen.example")
        tab.get_by_role("button", name="Mail me my link").press("Enter")
        expect(tab.locator("h1")).to_have_text("Look into your mail")
        until(lambda: inbox.taken, "the link is mailed", seconds=60)
        tab = opened(link=link_in(*inbox.to("Ada@lumen.example")))
    expect(tab.locator(".who")).to_contain_text("Ada Keller")


def test_nothing_new_hides_what_it_answers(opened: Open) -> None:
    tab = opened()
    value = tab.locator('[name="k|word.referrals|value"]')
    expect(value).to_be_visible()
    tab.check('[name="k|word.referrals|same"]')
    expect(value).to_be_hidden()


def test_two_people_at_once_see_each_other_s_answers_side_by_side(
    page: Served, opened: Open
) -> None:
    tab = opened()
    tab.fill('[name="k|word.referrals|value"]', "8")
    text = CheckInText("word.referrals", value="12", confidence="6", note="On the website.")
    before = page.now - timedelta(minutes=2)
    occasion = Occasion(before, before, Actor("cli", "ben"))
    check_in(page.store, web_company.CYCLE, text, occasion)
    tab.click(".send button")
    expect(tab.locator("h1")).to_have_text("One answer needs another look")
    expect(tab.locator(".keep")).to_contain_text("12 trials a month, confidence 6")
    expect(tab.locator(".keep")).to_contain_text("Ben Frei, today")
    tab.locator(".keep label").last.click()
    tab.click(".send button")
    expect(tab.locator(".sent")).to_contain_text("12 → 8")


def test_what_is_wrong_is_one_press_away_from_the_top(opened: Open) -> None:
    tab = opened()
    tab.fill('[name="k|word.stories|value"]', "8 or 9")
    tab.click(".send button")
    tab.click(".again a")
    expect(tab.locator('[name="k|word.stories|value"]')).to_be_in_viewport()
    expect(tab.locator('[name="k|word.stories|value"]')).to_have_value("8 or 9")


@pytest.mark.parametrize("width", [360, 1280])
def test_everything_is_done_with_the_keyboard_and_never_hidden(
    page: Served, opened: Open, width: int
) -> None:
    tab = opened(width=width)
    tab.locator("body").press("Tab")
    expect(tab.locator(".skip")).to_be_focused()
    seen, typed = 0, False
    for _ in range(120):
        tab.keyboard.press("Tab")
        hidden = tab.evaluate(
            """() => {
                const it = document.activeElement;
                if (!it || it === document.body) return "end";
                const shown = it.matches(".cells input") ? it.parentElement : it;
                const box = shown.getBoundingClientRect();
                const send = document.querySelector(".send");
                const bar = send ? send.getBoundingClientRect() : {top: innerHeight};
                if (send && send.contains(it)) return "";
                const covered = box.top >= bar.top && getComputedStyle(send).position === "sticky"
                    && bar.bottom >= innerHeight - 1;
                return covered || box.bottom < 0 || box.top > innerHeight ? it.outerHTML : "";
            }"""
        )
        if hidden == "end":
            break
        assert hidden == ""
        seen += 1
        if tab.evaluate("document.activeElement.name") == "k|word.referrals|value":
            tab.keyboard.type("9")
            typed = True
        if typed and tab.evaluate("document.activeElement.matches('.send button')"):
            tab.keyboard.press("Enter")
            break
    assert seen > 15
    expect(tab.locator("h1")).to_have_text("Recorded. Four more wait for you.")
    assert status_of(page, "word.referrals") == "9"


@pytest.mark.parametrize(
    ("width", "scheme", "locale"),
    [
        (360, "light", "en-GB"),
        (360, "dark", "zh-CN"),
        (1280, "light", "zh-CN"),
        (1280, "dark", "en-GB"),
    ],
)
def test_axe_finds_nothing_and_nothing_sticks_out(
    opened: Open, width: int, scheme: Scheme, locale: str
) -> None:
    tab = opened(width=width, scheme=scheme, locale=locale)
    found: dict[str, str] = {}
    for path in PATHS:
        tab.goto(tab.url.split("/", 3)[0] + "//" + tab.url.split("/")[2] + path)
        tab.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true; })")
        assert tab.evaluate("document.documentElement.scrollWidth") == width, path
        violations = Axe().run(tab).response["violations"]
        found |= {f"{path} {v['id']}": v["nodes"][0]["html"][:160] for v in violations}
    tab.goto(tab.url.rsplit("/", 1)[0] + "/me")
    tab.fill('[name="k|word.stories|value"]', "8 or 9")
    tab.click(".send button")
    violations = Axe().run(tab).response["violations"]
    found |= {f"again {v['id']}": v["nodes"][0]["html"][:160] for v in violations}
    assert found == {}


@pytest.mark.parametrize("width", [320, 360, 768, 1024, 1280])
def test_no_page_scrolls_sideways(opened: Open, width: int) -> None:
    tab = opened(width=width)
    home = tab.url.rsplit("/", 1)[0]
    for path in PATHS:
        tab.goto(home + path)
        assert tab.evaluate("document.documentElement.scrollWidth") == width, path


def test_controls_can_be_hit_with_a_thumb(opened: Open) -> None:
    tab = opened()
    small = tab.eval_on_selector_all(
        "main button, main input:not([type=hidden]), main textarea, main select",
        """all => all.filter(e => e.checkVisibility()).map(e => {
            const box = (e.closest('label') || e).getBoundingClientRect();
            return box.height < 43.5 ? e.name || e.outerHTML : '';
        }).filter(Boolean)""",
    )
    assert small == []


def test_a_link_of_another_person_is_theirs(page: Served, opened: Open) -> None:
    tab = opened("chloe")
    expect(tab.locator(".who")).to_contain_text("Chloé Martin")
    tab.goto(page.address + page.link("ben"))
    expect(tab.locator("h1")).to_have_text("Hello Ben Frei")
    tab.goto(f"{page.address}/me")
    expect(tab.locator(".who")).to_contain_text("Chloé Martin")
