"""Text edits of .env: a token that is put there is read back as it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from okr_cli.files.dotenv_edit import with_variables
from okr_core.errors import InputError


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1))
def test_a_token_is_read_back_from_env_as_it_was(token: str) -> None:
    try:
        written = with_variables("A=1\n", {"T": token})
    except InputError:
        assert "${" in token
        return
    assert written.startswith("A=1\n")
