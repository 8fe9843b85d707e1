"""The censor hides what the contract suite looks for, wherever it stands and however it is put."""

import html
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from okr_core.errors import DataError
from okr_core.record.evidence import Evidence, Row
from okr_sources import Censor, Check, Credentials, Suspect, Unavailable
from okr_sources.testing.watching import disguises

PRINTABLE = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
TOKENS = st.text(PRINTABLE, min_size=8, max_size=60)
USER = "ana@example.com"
TOKEN = "ATATT3xFfGF0Pj/k8+Zw=Q7-Vd2_mN5"
CENSOR = Censor(Credentials(SecretStr(TOKEN), USER).secrets)


def entities(text: str) -> str:
    return "".join(f"&#{ord(each)};" for each in text)


def hex_entities(text: str) -> str:
    return "".join(f"&#X{ord(each):x};" for each in text)


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(each):04x}" for each in text)


def percent(text: str) -> str:
    return "".join(f"%{ord(each):02x}" for each in text)


def basic(text: str) -> str:
    return b64encode(f"{USER}:{text}".encode()).decode()


FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "basic": basic,
    "base64": lambda text: b64encode(text.encode()).decode(),
    "base64 of a header": lambda text: b64encode(f"Authorization: Bearer {text}".encode()).decode(),
    "base64 for addresses": lambda text: urlsafe_b64encode(f"x{text}".encode()).decode(),
    "quoted": json.dumps,
    "slashes of JSON": lambda text: text.replace("/", "\\/"),
    "escapes of JSON": escaped,
    "one escape": lambda text: text.replace("+", "\\u002b"),
    "percent": lambda text: quote(text, safe=""),
    "all percent": percent,
    "percent twice": lambda text: percent(percent(text)),
    "entities": entities,
    "hex entities": hex_entities,
    "named entities": lambda text: html.escape(text).replace("+", "&plus;").replace("/", "&sol;"),
    "upper case": str.upper,
    "hexadecimal": lambda text: text.encode().hex(),
    "hexadecimal in upper case": lambda text: text.encode().hex().upper(),
    "base64 twice": lambda text: b64encode(b64encode(text.encode())).decode(),
    "basic in base64": lambda text: b64encode(basic(text).encode()).decode(),
    "entities of percent": lambda text: entities(percent(text)),
}


@given(TOKENS, st.sampled_from(["", "ana@example.com"]))
def test_no_form_of_a_token_is_left_in_a_text(token: str, user: str) -> None:
    censor = Censor(Credentials(SecretStr(token), user).secrets)
    for form in disguises(token, user):
        assert form not in censor.text(f"who is «{form}»?")


@pytest.mark.parametrize("form", FORMS)
def test_a_token_is_hidden_in_every_form(form: str) -> None:
    shown = FORMS[form](TOKEN)
    text = CENSOR.text(f"who is «{shown}» of {USER}?")
    assert text.startswith("who is «")
    assert text.endswith(f"» of {USER}?")
    assert "…" in text
    left = text.removeprefix("who is «").removesuffix(f"» of {USER}?").replace("…", "")
    assert len(left) < 8 or "QXV0aG9y" in left  # what Base64 makes of the words before the token


@pytest.mark.parametrize(
    "form", [each for each in FORMS if "base64 of" not in each and "base64 for" not in each]
)
def test_a_large_text_is_known_to_hold_a_token(form: str) -> None:
    shown = FORMS[form](TOKEN)
    assert CENSOR.sees(f"{'x' * 10_000} {shown} {'y' * 10_000}")
    assert not CENSOR.sees("x" * 10_000 + USER)


@pytest.mark.parametrize("at", range(1, len(TOKEN)))
def test_of_a_token_in_two_pieces_neither_is_left(at: int) -> None:
    text = CENSOR.text(f"who is {TOKEN[:at]} and {TOKEN[at:]}?")
    for piece in (TOKEN[:at], TOKEN[at:]):
        assert len(piece) < 8 or piece not in text
    assert CENSOR.sees(f"who is {TOKEN[:at]} and {TOKEN[at:]}?")


def test_what_stands_around_a_token_is_left_as_it_is() -> None:
    said = f"é\n«%41» &amp; {TOKEN}\\n 100 % & more"
    assert CENSOR.text(said) == "é\n«%41» &amp; …\\n 100 % & more"


@given(st.text(max_size=200))
def test_a_text_without_a_token_is_left_as_it_is(text: str) -> None:
    assert CENSOR.text(text) == text


def test_ids_in_hexadecimal_that_share_a_few_digits_with_a_token_are_left() -> None:
    digits = TOKEN.encode().hex()
    text = f"{digits[:12]}-4000-8000-0000{digits[12:24]}"
    assert CENSOR.text(text) == text


def test_a_user_by_himself_is_no_secret() -> None:
    assert CENSOR.text(f"{USER}: hello") == f"{USER}: hello"


def test_without_a_token_nothing_is_hidden() -> None:
    assert Credentials(SecretStr(""), "ana").secrets == ()
    assert Censor(()).text("who is ana?") == "who is ana?"
    assert not Censor(()).sees("who is ana?")


def test_a_token_of_a_few_letters_does_not_black_out_every_text() -> None:
    assert Censor(Credentials(SecretStr("t")).secrets).text("the text") == "the text"


def test_a_censor_shows_nothing_of_what_it_hides() -> None:
    assert "s3cret" not in repr(Censor(["s3cret"]))


def test_an_answer_with_its_evidence_holds_no_token() -> None:
    evidence = Evidence(
        "third", "x", TOKEN, f"sum of {TOKEN}", "sum", link=f"https://a.example/{TOKEN}",
        rows=(Row("1", Decimal(1), label=f"who is {TOKEN}?"), Row("2", Decimal(2))),
        notes=(f"note {TOKEN}",), assumptions=(TOKEN,), reconstructed=TOKEN,
    )  # fmt: skip
    told = Suspect("kr", Decimal(3), f"why {TOKEN}", evidence, datetime.now(UTC))
    hidden = CENSOR.answer(told)
    assert TOKEN not in repr(hidden)
    assert hidden.evidence.rows == (Row("1", Decimal(1), label="who is …?"), Row("2", Decimal(2)))
    clean = Evidence("third", "x", "all", "count", "count", rows=(Row("1"),))
    assert CENSOR.evidence(clean) is clean


def test_reasons_checks_and_errors_hold_no_token() -> None:
    assert TOKEN not in repr(CENSOR.answer(Unavailable("kr", f"no {TOKEN}", f"ask {TOKEN}")))
    assert TOKEN not in repr(CENSOR.check(Check(TOKEN, "error", TOKEN, TOKEN)))
    error = CENSOR.error(DataError(f"no {TOKEN}", hint=TOKEN))
    assert TOKEN not in f"{error} {error!r} {error.args} {error.hint}"
