"""The report in a real browser: every section, width and theme; filters, links, keyboard, print."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal
from unicodedata import normalize

import browser as system
import pytest
import report_samples
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from report_reading import pdf_text, squeezed
from report_texts import with_text

from okr_report import report
from okr_report.html import as_html

pytestmark = pytest.mark.slow

WIDTHS = (360, 768, 1440)
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
SECTIONS = ("summary", "objectives", "alignment", "changes", "comparison", "foresight", "appendix")
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with system.browser() as started:
        yield started


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(as_html(report(report_samples.running())), encoding="utf-8")
    return file


@pytest.fixture
def opened(browser: Browser, running: Path) -> Iterator[Open]:
    """Opens a page; afterwards it must have said nothing and asked for nothing."""
    said: list[str] = []
    pages: list[Page] = []

    def open_page(
        fragment: str = "", *, width: int = 1440, scheme: Scheme = "light", file: Path = running
    ) -> Page:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda asked: said.append(asked.url))
        page.goto(file.as_uri() + fragment)
        assert said.pop(0).startswith("file:")
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        page.close()
    assert said == []


def shown(page: Page) -> list[str]:
    """Ids of the key results that are seen, from top to bottom."""
    found: list[str] = page.eval_on_selector_all(
        "li.kr", "all => all.filter(e => e.checkVisibility()).map(e => e.id)"
    )
    return found


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_section_is_seen_and_nothing_sticks_out(
    opened: Open, width: int, scheme: Scheme
) -> None:
    page = opened(width=width, scheme=scheme)
    for name in SECTIONS:
        expect(page.locator(f"#_{name} h2, #_{name} h3").last).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [*((width, scheme, "en") for width in WIDTHS for scheme in SCHEMES), (1440, "light", "zh")],
)
def test_axe_finds_no_serious_violation(
    opened: Open, tmp_path: Path, width: int, scheme: Scheme, language: str
) -> None:
    file = tmp_path / "report.html"
    found = report(report_samples.restated(), language="zh" if language == "zh" else "en")
    file.write_text(as_html(found), encoding="utf-8")
    page = opened(width=width, scheme=scheme, file=file)
    page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true; })")
    results = Axe().run(page).response
    grave = [v for v in results["violations"] if v["impact"] in {"serious", "critical"}]
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in grave] == []


def test_a_filter_keeps_what_matches_and_says_how_many(opened: Open) -> None:
    page = opened()
    every = shown(page)
    page.select_option("[name=team]", "platform")
    kept = shown(page)
    assert kept
    assert {name.split(".")[0] for name in kept} == {"latency", "deploys", "compliance"}
    expect(page.locator("#_filters output")).to_have_text(
        f"{len(kept)} of {len(every)} key results"
    )
    page.select_option("[name=ambition]", "committed")
    page.select_option("[name=status]", "ahead")
    assert shown(page) == ["latency.p95"]
    page.click("[type=reset]")
    assert shown(page) == every


def test_a_role_keeps_what_that_role_is_accountable_for(opened: Open) -> None:
    page = opened()
    page.select_option("[name=role]", "onboarding")
    assert {name.split(".")[0] for name in shown(page)} == {"activation"}


def test_a_search_looks_into_titles_and_notes(opened: Open) -> None:
    page = opened()
    page.fill("[name=q]", "AUDITOR BOOKED")
    assert shown(page) == ["compliance.soc"]
    page.fill("[name=q]", "nothing says this")
    assert shown(page) == []


def test_sorting_puts_the_furthest_behind_first_and_the_unknown_last(opened: Open) -> None:
    page = opened()
    page.select_option("[name=sort]", "gap")
    order = shown(page)
    gaps = [page.get_attribute(f'[id="{name}"]', "data-gap") for name in order]
    first = [gap for gap in gaps if gap]
    assert float(first[0] or 0) == min(float(gap or 0) for gap in first)
    page.select_option("[name=sort]", "")
    assert shown(page)[0] == "retention.logo"


def test_a_filtered_view_can_be_shared_by_its_address(opened: Open) -> None:
    page = opened()
    page.select_option("[name=team]", "care")
    page.select_option("[name=sort]", "progress")
    page.fill("[name=q]", "customer")
    before = shown(page)
    other = opened("#" + page.url.partition("#")[2])
    assert shown(other) == before
    assert other.input_value("[name=team]") == "care"


def test_a_deep_link_opens_where_the_number_comes_from(opened: Open) -> None:
    page = opened("#pricing.trial")
    expect(page.locator('[id="pricing.trial"] .origin-body')).to_be_visible()
    expect(page.locator('[id="pricing.trial"]')).to_be_in_viewport()


def test_a_deep_link_leaves_the_focus_where_it_leads(opened: Open) -> None:
    page = opened("#activation.week1")
    page.wait_for_load_state("load")
    expect(page.locator('[id="activation.week1"] a.self')).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator('[id="activation.week1"] summary').first).to_be_focused()


@pytest.mark.parametrize("fragment", ["#100%", "#%zz", "#nothing"])
def test_an_address_that_leads_nowhere_is_no_mistake_of_the_page(
    opened: Open, fragment: str
) -> None:
    page = opened(fragment)
    expect(page.locator("#_filters output")).not_to_be_empty()


@pytest.mark.parametrize("word", ["Where does this number", "forecast", "formula"])
def test_a_search_does_not_find_the_words_of_the_page(opened: Open, word: str) -> None:
    page = opened()
    page.fill("input[name=q]", word)
    expect(page.locator("li.kr:visible")).to_have_count(0)


def test_a_dot_leads_to_its_key_result_even_if_a_filter_hides_it(opened: Open) -> None:
    page = opened("#?team=platform")
    page.locator('.chart .wide a[href="#activation.week1"]').first.click()
    expect(page.locator('[id="activation.week1"] .origin-body')).to_be_visible()
    expect(page.locator('[id="activation.week1"]')).to_be_in_viewport()


def test_a_dot_says_what_it_is(opened: Open) -> None:
    page = opened()
    dot = page.locator('.chart .wide a[href="#activation.week1"]').first
    expect(dot).to_have_attribute("aria-label", "Week-1 activation: 0.87, ahead")


def test_all_of_it_can_be_reached_by_keyboard(opened: Open) -> None:
    page = opened()
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#_report")).to_be_focused()
    summary = page.locator('[id="retention.logo"] summary')
    summary.focus()
    assert summary.evaluate("e => getComputedStyle(e).outlineStyle") != "none"
    page.keyboard.press("Enter")
    expect(page.locator('[id="retention.logo"] .origin-body')).to_be_visible()


def test_the_theme_can_be_chosen(opened: Open) -> None:
    page = opened(scheme="light")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("#_theme")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    page.click("#_theme")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == light


def test_print_opens_what_is_folded_and_hides_what_is_for_the_screen(opened: Open) -> None:
    page = opened("#?team=platform")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator('[id="latency.p95"] .origin-body')).to_be_visible()
    expect(page.locator("#_filters")).to_be_hidden()
    # Its font writes some letters as one, such as the first two of "five".
    told = normalize("NFKC", pdf_text(page.pdf()))
    facts = page.locator('[id="latency.p95"] .origin-body dd').all_inner_texts()
    assert any("LATENCY-7" in fact for fact in facts)
    assert [fact for fact in facts if normalize("NFKC", squeezed(fact)) not in told] == []
    assert "Furthestbehindfirst" not in told


def test_everything_can_be_read_without_its_script(browser: Browser, running: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(running.as_uri())
    expect(page.locator("#_filters")).to_be_hidden()
    page.locator('[id="activation.week1"] summary').click()
    expect(page.locator('[id="activation.week1"] .origin-body')).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_title_of_ten_thousand_letters_stays_in_its_place(
    opened: Open, tmp_path: Path, width: int
) -> None:
    file = tmp_path / "long.html"
    file.write_text(as_html(report(with_text("wordwithoutend" * 714))), encoding="utf-8")
    page = opened(width=width, file=file)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator("article h3").first.evaluate("e => e.clientHeight") < 200


def test_a_script_in_a_title_does_not_run(opened: Open, tmp_path: Path) -> None:
    file = tmp_path / "script.html"
    nasty = "<script>document.title = 'ran'</script><img src=x onerror=\"document.title='ran'\">"
    file.write_text(as_html(report(with_text(nasty))), encoding="utf-8")
    page = opened(file=file)
    assert page.title() != "ran"
