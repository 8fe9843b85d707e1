"""Who holds a role on a day."""

from datetime import UTC, date, datetime

from okr_core.files.document import load_workspace

ACME = load_workspace("""\
organization: Acme
people:
  ana: {name: Ana}
  bo: {name: Bo, until: 2026-11-30}
roles:
  lead: {held_by: [{person: ana, from: 2026-11-01, until: 2026-11-30}, {person: bo, share: 0.5}]}
""")


def holders(role: str, day: date) -> list[str]:
    return [holding.person for holding in ACME.holders(role, day)]


def test_a_role_is_held_from_its_first_to_its_last_day() -> None:
    assert holders("lead", date(2026, 10, 31)) == ["bo"]
    assert holders("lead", date(2026, 11, 1)) == ["ana", "bo"]
    assert holders("lead", date(2026, 11, 30)) == ["ana", "bo"]


def test_somebody_who_has_left_holds_no_role() -> None:
    assert holders("lead", date(2026, 12, 1)) == []
    assert holders("bo", date(2026, 11, 30)) == ["bo"]
    assert holders("bo", date(2026, 12, 1)) == []


def test_a_person_holds_the_role_of_their_own_name() -> None:
    assert [h.person for h in ACME.holders("ana", datetime(2026, 10, 1, tzinfo=UTC))] == ["ana"]
    assert ACME.holders("nobody", date(2026, 10, 1)) == ()
