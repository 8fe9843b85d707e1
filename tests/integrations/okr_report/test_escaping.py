"""What people wrote is text, everywhere, whatever it is."""

import re
from html.parser import HTMLParser

import pytest
import report_samples
from hypothesis import given, settings
from hypothesis import strategies as st
from report_texts import with_text

from okr_report import report
from okr_report.html import as_html

NASTY = {
    "script": "<script>alert('boo')</script>",
    "attribute": '" onmouseover="alert(1)" x=\'',
    "template": "{{ 7 * 7 }} {% raw %}",
    "closing": "</title></style></script><img src=x onerror=alert(1)>",
    "comment": "--> <!-- ]]>",
    "right_to_left": "\u202eevil\u202c שלום עולם",
    "emoji": "🎯 👩‍👩‍👧 done",
    "formula": "=cmd|' /C calc'!A0",
    "chinese": "客户在第一周就看到价值",
    "braces": "}} {count} {0.__class__}",
    "long": "wordwithoutend" * 714,
}


class Page(HTMLParser):
    """Tags, attributes and texts as a browser reads them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_text_stays_text_and_is_there_in_full(text: str) -> None:
    page = Page(as_html(report(with_text(text))))
    assert page.tags.count("script") == 1
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert "img" not in page.tags
    assert text in page.texts


def test_no_control_character_is_in_a_page() -> None:
    controls = "".join(map(chr, [*range(9), 11, 12, *range(14, 32), *range(127, 160)]))
    page = as_html(report(with_text(f"a{controls}b")))
    assert not set(controls) & set(page)
    assert "a\ufffd" in page


def test_no_link_runs_a_script() -> None:
    page = Page(as_html(report(with_text("alert(1)"))))
    links = [value for name, value in page.attributes if name in {"href", "xlink:href"}]
    assert links
    assert all(link.startswith(("#", "https://")) for link in links)


def test_text_of_people_is_isolated_from_the_direction_around_it() -> None:
    page = as_html(report(with_text(NASTY["right_to_left"])))
    bare = re.sub(r"<bdi[^>]*>[^<]*</bdi>|<q dir=\"auto\">[^<]*</q>", "", page)
    body = re.sub(r"<title>[^<]*</title>|\"[^\"]*\"|\u2068[^\u2069]*\u2069", "", bare)
    assert NASTY["right_to_left"] not in body


def test_a_page_asks_for_nothing() -> None:
    page = Page(as_html(report(report_samples.running())))
    assert not {"link", "img", "iframe", "object", "embed", "audio", "video"} & set(page.tags)
    assert not [value for name, value in page.attributes if name in {"src", "srcset", "action"}]
    policy = next(v for n, v in page.attributes if v.startswith("default-src"))
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_no_element_is_named_twice() -> None:
    page = Page(as_html(report(report_samples.running())))
    ids = [value for name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))


@settings(max_examples=10, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_any_text_stays_text(text: str) -> None:
    page = Page(as_html(report(with_text(text.strip() or "x"))))
    assert page.tags.count("script") == 1
    assert page.tags.count("body") == 1
