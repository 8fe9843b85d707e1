"""Accounts are matched with people by e-mail, and by nothing else."""

from __future__ import annotations

from okr_core.files.document import load_workspace
from okr_flows.people.accounts import match_accounts
from okr_flows.people.changes import PersonChange
from okr_sources.source import Account

ACME = load_workspace(
    """\
organization: Acme
people:
  ada: {name: Ada Okafor, email: Ada@acme.example}
  bo: {name: Bo Lind}
  cy: {name: Cy, email: cy@acme.example, accounts: {jira: old}}
"""
)
ADA = Account("5b-ada", "Ada O.", " ada@ACME.example")


def test_an_e_mail_is_matched_whatever_its_case() -> None:
    found = match_accounts(ACME, "jira", [ADA])
    assert found.changes == (PersonChange("ada", "accounts.jira", "", "5b-ada"),)
    assert (found.unmatched, found.without) == ((), ("bo",))


def test_a_name_is_a_suggestion_and_never_a_match() -> None:
    found = match_accounts(ACME, "jira", [Account("5b-bo", "bo lind")])
    (unmatched,) = found.unmatched
    assert (unmatched.similar, unmatched.reason) == ("bo", "its e-mail address is hidden")
    assert found.changes == ()


def test_an_e_mail_of_several_accounts_is_nobodys() -> None:
    found = match_accounts(ACME, "jira", [ADA, Account("5b-two", "Ada", "ada@acme.example")])
    assert found.changes == ()
    assert {each.account.id for each in found.unmatched} == {"5b-ada", "5b-two"}


def test_a_person_keeps_the_account_that_they_have() -> None:
    found = match_accounts(ACME, "jira", [Account("new", "Cy", "cy@acme.example")])
    assert found.changes == ()
    assert found.unmatched[0].reason == "`cy` has the account old"
    assert match_accounts(ACME, "jira", [Account("old", "Cy", "cy@acme.example")]).unmatched == ()


def test_new_people_are_added_on_demand_under_ids_of_their_own() -> None:
    two = [Account("1", "Bo B", "bo@acme.example"), Account("2", "Bo C", "Bo@else.example")]
    assert {each.reason for each in match_accounts(ACME, "notion", two).unmatched} == {
        "nobody in okr.yaml has its e-mail address"
    }
    found = match_accounts(ACME, "notion", two, add=True)
    assert found.unmatched == ()
    assert {change.person for change in found.changes} == {"bo-2", "bo-3"}
    written = found.values(ACME)
    assert written["people", "bo-2"] == {
        "name": "Bo B",
        "email": "bo@acme.example",
        "accounts": {"notion": "1"},
    }


def test_an_account_without_a_name_is_named_and_stops_nobody_else() -> None:
    accounts = [Account("1", "", "x@acme.example"), Account("2", "Di", "di@acme.example")]
    found = match_accounts(ACME, "notion", accounts, add=True)
    assert {change.person for change in found.changes} == {"di"}
    (unmatched,) = found.unmatched
    assert (unmatched.account.id, unmatched.reason) == ("1", "it has no name to add a person by")
    linked = match_accounts(ACME, "notion", [Account("1", "", "ada@acme.example")], add=True)
    assert linked.changes == (PersonChange("ada", "accounts.notion", "", "1"),)
