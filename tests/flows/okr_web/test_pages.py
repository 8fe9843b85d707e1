"""Pages: what stands on them, in both languages."""

import re

import pytest
from web_served import Served, headings


def text_of(html: str) -> str:
    """A page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def seen(page: Served) -> dict[str, str]:
    paths = ("/me", "/", "/goal/activation.week1", "/goal/word", "/role/growth-lead")
    with page.reader("ada") as client:
        return {path: client.get(path).text for path in paths}


def test_what_is_owed_stands_first_with_what_is_known_of_it(seen: dict[str, str]) -> None:
    html, text = seen["/me"], text_of(seen["/me"])
    assert "Tuesday 24 November, week 8 of 14." in text
    assert "8 days late" in text
    assert "Last said 6 you, 6 Nov" in text
    assert "Expected by now 10.5" in text
    assert "Target 15 by 31 Dec" in text
    assert "of 15 by 31 Dec, last said 4" in text
    assert "Nothing new: still 6, confidence 4" in text
    assert html.index("A customer hosts") < html.index("Trials that come")


def test_one_s_goals_and_roles_stand_beside(seen: dict[str, str]) -> None:
    text = text_of(seen["/me"])
    assert "Your goals New teams reach value in their first week" in text
    assert "you are accountable" in text
    assert "Growth lead New customers find us and stay" in text
    assert "with Chloé Martin" in text


def test_how_it_goes_is_answered_on_the_first_screen(seen: dict[str, str]) -> None:
    text = text_of(seen["/"])
    assert headings(seen["/"]) == "Three of seven objectives are where they should be"
    assert "47 %, where 59 % was expected." in text
    assert "Five things, four of them late." in text
    assert "Four of 12 key results." in text
    assert "4 of 10 key results are where they should be or better" in text


def test_a_key_result_shows_its_chart_its_source_and_what_was_said(seen: dict[str, str]) -> None:
    html, text = seen["/goal/activation.week1"], text_of(seen["/goal/activation.week1"])
    assert "54 % of the way, 59 % expected. Confidence 6 of 10." in text
    assert "Moved the right way since 23 Oct, from 33.1 % to 38.6 %" in text
    assert html.count('role="img"') == 2
    assert "(38.6 − 31) ÷ (45 − 31) = 54 %" in text
    assert "Fri 20 Nov 38.6 % confidence 6" in text
    assert "First full week of guided set-up.\nStep 3 lost half as many teams." in html


def test_an_objective_shows_its_key_results(seen: dict[str, str]) -> None:
    text = text_of(seen["/goal/word"])
    assert "Growth lead: Ada Keller. Committed, due 31 Dec." in text
    assert "Believed A savings report is passed on" in text
    assert "Published customer stories, from 2 to 10" in text


def test_a_role_shows_its_goals_and_what_it_carries(seen: dict[str, str]) -> None:
    text = text_of(seen["/role/growth-lead"])
    assert "Held by Ada Keller the whole role, since 1 Oct 2025" in text
    assert "Deciding which customer stories are published" in text
    assert "Trials that come by referral, from 4 to 15 a month 8 40 % 4.8" in text
    assert "Together 5.8" in text


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("team=platform", ["arrive", "carry"]),
        ("role=growth-lead", ["word"]),
        ("status=ahead", ["savings"]),
        ("q=SAVINGS", ["savings"]),
        ("mine=1", ["activation", "word"]),
        ("team=platform&status=at_risk", ["carry"]),
        ("q=nothing+says+this", []),
    ],
)
def test_objectives_are_filtered_by_address(page: Served, query: str, kept: list[str]) -> None:
    with page.reader("ada") as client:
        html = client.get(f"/?{query}").text
    found = re.findall(r'<div class="title"><a href="/goal/([^"]*)"', html)
    assert found == kept


def test_any_earlier_day_is_compared_with(page: Served) -> None:
    with page.reader("ada") as client:
        text = text_of(client.get("/?as_of=2026-10-20").text)
        assert "since 20 Oct" in text
        assert "+47 points" in text
        for wrong in ("2026-09-01", "2027-01-01", "someday"):
            html = client.get("/", params={"as_of": wrong}).text
            assert 'id="asof-e"' in html


def test_chinese_is_spoken_where_the_browser_asks_or_the_reader_chose(page: Served) -> None:
    with page.reader("ada", **{"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}) as client:
        html = client.get("/me").text
        assert '<html lang="zh-Hans">' in html
        assert headings(html) == "Ada，有五件事等你处理"
        assert "11月24日，星期二，第 8 周，共 14 周。" in html
        client.get("/me?lang=en")
        assert headings(client.get("/me").text) == "Ada, five things wait for you"


def test_every_page_speaks_one_language(page: Served) -> None:
    with page.reader("ada", **{"Accept-Language": "zh"}) as client:
        for path in ("/me", "/", "/goal/activation.week1", "/role/growth-lead", "/nothing"):
            text = text_of(client.get(path).text)
            for word in ("expected", "confidence", "Progress", "Status", "due ", "Search", "Goals"):
                assert word not in text.replace("Week-1", ""), (path, word)


def test_a_page_is_small(seen: dict[str, str]) -> None:
    assert max(map(len, seen.values())) < 50_000
