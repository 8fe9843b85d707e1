"""The censor hides what the contract suite looks for, wherever it stands."""

from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from okr_sources import Censor, Credentials
from okr_sources.testing.watching import disguises

PRINTABLE = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
TOKENS = st.text(PRINTABLE, min_size=8, max_size=60)


@given(TOKENS, st.sampled_from(["", "ana@example.com"]))
def test_no_form_of_a_token_is_left_in_a_text(token: str, user: str) -> None:
    censor = Censor(Credentials(SecretStr(token), user).secrets)
    for form in disguises(token, user):
        assert form not in censor.text(f"who is «{form}»?")


def test_without_a_token_nothing_is_hidden() -> None:
    assert Credentials(SecretStr(""), "ana").secrets == ()
    assert Censor(()).text("who is ana?") == "who is ana?"


def test_a_censor_shows_nothing_of_what_it_hides() -> None:
    assert "s3cret" not in repr(Censor(["s3cret"]))
