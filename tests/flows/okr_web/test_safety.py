"""Safety: forms of other sites, sizes, rates, headers, and that no log or page holds a secret."""

import logging

import pytest
import web_company
from web_company import CYCLE
from web_served import SECRET, Served, fields_of, headings

PAGES = ("/me", "/", "/goal/word", "/goal/word.referrals", "/role/growth-lead")


def test_a_form_without_its_mark_records_nothing(page: Served) -> None:
    before = page.store.mark()
    with page.reader("ada") as client, page.reader("ben") as ben:
        form = fields_of(client.get("/me").text) | {"k|word.referrals|value": "8"}
        others = fields_of(ben.get("/me").text)["mark"]
        for mark in ("", "0" * 64, others):
            refused = client.post("/me", data=form | {"mark": mark})
            assert (refused.status_code, headings(refused.text)) == (
                403,
                "This form was not taken",
            )
    assert page.store.mark() == before


@pytest.mark.parametrize("declared", [True, False])
def test_a_form_of_ten_megabytes_is_too_large(page: Served, declared: bool) -> None:
    body = b"a=" + b"x" * 10_000_000
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    with page.reader("ada") as client:
        content = body if declared else iter([body[:5_000_000], body[5_000_000:]])
        answer = client.post("/me", content=content, headers=kind)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("multipart/form-data; boundary=x", b"--x--", 415),
        ("application/x-www-form-urlencoded", b"a=%FF", 400),
        ("application/x-www-form-urlencoded", b"a=%00", 400),
        ("application/x-www-form-urlencoded", b"&".join([b"a=1"] * 1000), 400),
    ],
)
def test_what_is_no_form_is_not_taken(page: Served, kind: str, body: bytes, status: int) -> None:
    with page.reader("ada") as client:
        answer = client.post("/me", content=body, headers={"Content-Type": kind})
    assert answer.status_code == status


def test_forms_are_slowed_down(page: Served) -> None:
    with page.reader("ada") as client:
        mark = fields_of(client.get("/me").text)["mark"]
        answers = [client.post("/me", data={"mark": mark}).status_code for _ in range(70)]
    assert answers[0] == 200
    assert answers[-1] == 429


def test_every_answer_tells_the_browser_what_not_to_do(page: Served) -> None:
    with page.reader("ada") as client:
        for path in (*PAGES, "/nothing", "/style.css"):
            found = client.get(path).headers
            policy = found["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "script" not in policy
            assert "unsafe" not in policy
            assert "frame-ancestors 'none'" in policy
            assert found["referrer-policy"] == "no-referrer"
            assert found["x-content-type-options"] == "nosniff"
            kept = "public" if path == "/style.css" else "no-store"
            assert kept in found["cache-control"]


def test_no_page_has_a_script_or_a_style_of_its_own(page: Served) -> None:
    with page.reader("ada") as client:
        for path in PAGES:
            html = client.get(path).text
            assert "<script" not in html
            assert " style=" not in html
            assert "onclick" not in html
            assert "http://" not in html.replace("http://www.w3.org", "")


def test_no_log_and_no_page_holds_a_link_a_session_or_the_secret(
    page: Served, caplog: pytest.LogCaptureFixture
) -> None:
    link = page.link("ada")
    token = link.rpartition("/")[2]
    with caplog.at_level(logging.DEBUG), page.anybody() as client:
        control = client.get(link).text
        client.get(f"{link}x")
        client.post("/l", data={"token": token})
        session = client.cookies["okr_session"]
        pages = [client.get(path).text for path in PAGES]
    assert token in control, "the control: where it may be, it is found"
    told = "\n".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("http")
    )
    assert "GET /l/{token}" in told
    for secret in (token, token[:24], session, SECRET):
        assert secret not in told
        assert all(secret not in html for html in pages)


def test_nobody_is_led_to_another_site(page: Served) -> None:
    with page.reader("ada") as client:
        for path in ("//evil.example/", "/?next=//evil.example", "/me?next=https://evil.example"):
            answer = client.get(path)
            assert "location" not in answer.headers
            assert "evil.example" not in answer.text


def test_texts_of_people_stay_texts(page: Served) -> None:
    with page.reader("ada") as client:
        html = client.get('/?q="><script>alert(1)</script>&team=<b>&as_of=<i>').text
    assert "<script" not in html
    assert "<b>&" not in html


@pytest.mark.parametrize("path", ["/nothing", "/goal/nothing", "/role/nothing", "/../etc/passwd"])
def test_what_is_not_there_says_so(page: Served, path: str) -> None:
    with page.reader("ada") as client:
        answer = client.get(path)
    assert (answer.status_code, headings(answer.text)) == (404, "There is no such page")


def test_a_cycle_that_is_not_there_says_so(page: Served) -> None:
    with page.reader("ada") as client:
        assert client.get(f"/?cycle={CYCLE}").status_code == 200
        assert client.get("/?cycle=1999-q1").status_code == 409


def test_another_name_that_leads_here_is_refused(page: Served) -> None:
    text = web_company.WORKSPACE + "  url: https://okr.lumen.example\n"
    web_company.change_workspace(page.store, text)
    with page.anybody() as client:
        assert client.get("/me", headers={"Host": "evil.example"}).status_code == 400
        good = client.get("/me", headers={"Host": "okr.lumen.example"})
    assert good.status_code == 401
    assert "max-age" in good.headers["strict-transport-security"]
    token = page.link("ada").rpartition("/")[2]
    with page.anybody(Host="okr.lumen.example") as client:
        cookie = client.post("/l", data={"token": token}).headers["set-cookie"]
    assert "Secure" in cookie


def test_it_says_whether_it_works_without_saying_more(page: Served) -> None:
    with page.anybody() as client:
        assert client.get("/health").text == "ok\n"
