"""Plans and workspaces hold no text that a terminal obeys, and no year that nobody will see."""

from __future__ import annotations

import pytest

from okr_core.errors import DocumentError
from okr_core.files.document import load_plan, load_workspace

PLAN = """\
cycle: {{id: q4, starts: {starts}, ends: {ends}}}
objectives:
  - id: o
    title: {title}
    owner: ada
    key_results:
      - id: k
        title: A key result
        metric: {{kind: binary}}
"""


def plan(title: str = "An objective", starts: str = "2026-10-01", ends: str = "2026-12-31") -> str:
    return PLAN.format(title=title, starts=starts, ends=ends)


@pytest.mark.parametrize(
    ("written", "named"),
    [
        (r'"a\x1b]0;x\x07"', "U+001B"),
        (r'"ring\a"', "U+0007"),
        (r'"\u202egnp.exe"', "U+202E"),
        (r'"\u2066a"', "U+2066"),
        (r'"a\x9b2J"', "U+009B"),
    ],
)
def test_a_character_that_nobody_sees_is_a_finding_with_its_line(written: str, named: str) -> None:
    with pytest.raises(DocumentError) as caught:
        load_plan(plan(written))
    (found,) = caught.value.findings
    assert named in str(found)
    assert ":4: " in str(found)


def test_a_workspace_is_looked_at_as_well() -> None:
    with pytest.raises(DocumentError, match=r"U\+001B"):
        load_workspace('organization: Acme\npeople: {ada: {name: "A\\e[2J"}}\n')


def test_text_in_any_language_is_fine() -> None:
    assert load_plan(plan('"Zufriedenheit \u200f\u05e9\u05dc\u05d5\u05dd 上海 👩‍💻"'))


@pytest.mark.parametrize(
    ("starts", "ends"),
    [("2026-10-01", "9999-12-31"), ("0001-01-01", "2026-12-31"), ("2026-01-01", "2036-12-31")],
)
def test_a_cycle_that_no_one_will_see_end_is_a_finding(starts: str, ends: str) -> None:
    with pytest.raises(DocumentError, match=r"lies outside the years|over 10 years"):
        load_plan(plan(starts=starts, ends=ends))


def test_ten_years_are_fine() -> None:
    assert load_plan(plan(starts="2026-01-01", ends="2035-12-31"))
