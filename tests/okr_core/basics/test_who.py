"""Who: a cell names people by name, by e-mail address, or by both, as mail programs write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_core.basics.who import address_in, is_address, named_in, one_named
from okr_core.errors import InputError

NAME = st.text(st.characters(categories=("Lu", "Ll", "Lo")), min_size=2, max_size=8)
FULL = st.lists(NAME, min_size=2, max_size=3).map(" ".join)
ADDRESS = st.from_regex(r"[a-z][a-z0-9._+-]{0,9}[a-z0-9]@[a-z]{1,9}\.[a-z]{2,3}", fullmatch=True)
FORMS = ("{} <{}>", "{} ({})", "{} [{}]", '"{}" <{}>', "{} <mailto:{}>", "{} {}", "{}＜{}＞")


def people(text: str) -> list[tuple[str, str]]:
    return [(each.name, each.email) for each in named_in(text)]


@given(FULL, ADDRESS, st.sampled_from(FORMS))
def test_a_name_with_an_address_is_both_in_every_form(name: str, email: str, form: str) -> None:
    assert people(form.format(name, email)) == [(name, email)]


@given(st.dictionaries(ADDRESS, FULL, min_size=1, max_size=4), st.sampled_from([", ", "; ", " / "]))
def test_people_with_addresses_are_as_many_as_addresses(known: dict[str, str], sep: str) -> None:
    text = sep.join(f"{name} <{email}>" for email, name in known.items())
    assert people(text) == [(name, email) for email, name in known.items()]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Okafor, Ada <ada@x.ch>", [("Ada Okafor", "ada@x.ch")]),
        (
            '"Okafor, Ada" <ada@x.ch>; "Lind, Bo" <bo@x.ch>',
            [("Ada Okafor", "ada@x.ch"), ("Bo Lind", "bo@x.ch")],
        ),
        ("Lind, Bo Erik <bo.lind@x.ch>", [("Bo Erik Lind", "bo.lind@x.ch")]),
        ("Bo Lind, bo.lind@x.ch", [("Bo Lind", "bo.lind@x.ch")]),
        ("Bo Lind, cy@x.ch", [("Bo Lind", ""), ("", "cy@x.ch")]),
        ("bo@x.ch (Bo Lind)", [("Bo Lind", "bo@x.ch")]),
        ("Ada Okafor (PM) <ada@x.ch>", [("Ada Okafor (PM)", "ada@x.ch")]),
        ("'ada@x.ch' <ada@x.ch>", [("", "ada@x.ch")]),
        ("张伟（zhang@x.cn）、李娜（li@x.cn）", [("张伟", "zhang@x.cn"), ("李娜", "li@x.cn")]),
        ("[Ada|mailto:ada@x.ch]", [("Ada", "ada@x.ch")]),
        ("ada+okr@x.ch", [("", "ada+okr@x.ch")]),
        ("Pat O'Brien <pat.o'brien@x.ie>", [("Pat O'Brien", "pat.o'brien@x.ie")]),
        ("@Ada", [("Ada", "")]),
        ("Bo Lind, Cy Ax", [("Bo Lind, Cy Ax", "")]),
        ("-", []),
    ],
)
def test_people_of_a_cell_are_told_apart(text: str, found: list[tuple[str, str]]) -> None:
    assert people(text) == found


@pytest.mark.parametrize("text", ["Ada <ada@>", "ada@@x.ch", "Ada <ada>", "Ada @ Growth"])
def test_what_only_looks_like_an_address_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is no name and no e-mail address"):
        named_in(text)


@pytest.mark.parametrize(
    ("name", "email", "told"),
    [
        ("Ada <ada@x.ch>", "bo@x.ch", "two addresses, ada@x.ch and bo@x.ch"),
        ("Ada", "a@x.ch; b@x.ch", "names 2 people"),
        ("Ada", "n/a", "`n/a` is no e-mail address"),
    ],
)
def test_cells_that_contradict_each_other_are_refused(name: str, email: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        one_named(name, email)


@pytest.mark.parametrize(
    "text", ["ada", "a@b c", "a@b,c@d", "<a@b>", "a@b\nBcc: c@d", "a@b\x00", "a\\@b", "@b", "a@"]
)
def test_what_is_no_address_is_none(text: str) -> None:
    assert not is_address(text)


@given(st.text(max_size=30))
def test_no_text_is_worse_than_a_refusal(text: str) -> None:
    try:
        found = named_in(text)
    except InputError:
        return
    assert all(not each.email or is_address(each.email) for each in found)
    assert not address_in(text) or any(each.email for each in found)
