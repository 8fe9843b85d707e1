"""What the record knows of personal links: whether they hold, on both engines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import web_company
from web_company import NOW

from okr_core.errors import ConfigError, InputError
from okr_core.plan.acting import Actor
from okr_flows.people.keys import Keys, new_secret, new_session
from okr_flows.people.links import epoch_of, person_with_links, revoke_links, use_link
from okr_store import Store

JUDITH = Actor("cli", "judith")


@pytest.fixture
def known(store: Store) -> Store:
    web_company.apply_workspace(store)
    return store


def test_revoking_begins_a_new_epoch_of_that_person_alone(known: Store) -> None:
    assert epoch_of(known, "ada") == 0
    assert revoke_links(known, "Ada Keller", actor=JUDITH, now=NOW, reason="phone lost") == "ada"
    revoke_links(known, "ada", actor=JUDITH, now=NOW, reason="")
    assert (epoch_of(known, "ada"), epoch_of(known, "ben")) == (2, 0)
    assert known.audit().problems == ()


def test_a_link_is_used_up_once_also_by_many_at_once(known: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        used = [
            *pool.map(lambda _: use_link(known, "n1", "ada", purpose="once", now=NOW), range(8))
        ]
    assert sorted(used) == [False] * 7 + [True]
    assert use_link(known, "n2", "ada", purpose="once", now=NOW)


def test_only_people_of_the_workspace_have_links(known: Store) -> None:
    assert person_with_links(known, "Eva Lindholm", NOW) == "eva"
    with pytest.raises(InputError, match="is not in the workspace"):
        person_with_links(known, "adda", NOW)
    with pytest.raises(InputError, match="has left"):
        person_with_links(known, "otto", NOW)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ConfigError, match="could be guessed"):
        Keys("short")


def test_what_was_made_for_one_purpose_is_worth_nothing_for_another() -> None:
    keys, others = Keys(new_secret()), Keys(new_secret())
    link = keys.link("ada", "page", 0, NOW)
    session = keys.session(new_session("ada", 0, NOW))
    assert keys.read_link(session) is None
    assert keys.read_session(link) is None
    assert others.read_link(link) is None
    assert keys.read_link("") is None
    assert keys.is_form_mark("s", keys.form_mark("s"))
    assert not keys.is_form_mark("t", keys.form_mark("s"))
    assert not keys.is_form_mark("s", "é")


def test_a_link_that_is_dated_to_come_is_expired() -> None:
    keys = Keys(new_secret())
    link = keys.read_link(keys.link("ada", "page", 0, NOW + timedelta(days=1)))
    assert link is not None
    assert link.expired(NOW)
