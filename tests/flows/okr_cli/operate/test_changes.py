"""Changes of a deploy as people read them before they are made."""

from __future__ import annotations

from okr_cli.operate.changes import describe
from okr_flows.deploy.diff import Change, Key

DEPLOYMENT = Key("deployment", "acme-q4", flow="sync-progress")


def _changed(**differs: tuple[object, object]) -> str:
    named = {name.replace("_", " "): each for name, each in differs.items()}
    return describe(Change("change", DEPLOYMENT, {}, named))


def test_a_form_shows_the_choice_that_changes_and_nothing_else_of_it() -> None:
    def form(*names: str) -> object:
        return {"title": "P", "properties": {"connection": {"enum": list(names), "x": "y" * 200}}}

    assert _changed(form=(form("", "acme"), form("", "acme", "wiki"))).splitlines() == [
        "~ deployment sync-progress/acme-q4",
        '    form.properties.connection.enum: ["", "acme"] → ["", "acme", "wiki"]',
    ]


def test_a_long_text_is_cut_to_where_it_changes() -> None:
    before = "A" * 500 + " worker of the pool okr starts what is due" + "B" * 500
    said = " ".join(_changed(body=([before], [before.replace("okr", "okrb")])).split())
    assert "pool okr starts" in said
    assert "pool okrb starts" in said
    assert len(said) < 300


def test_of_many_places_the_first_are_shown_and_the_others_counted() -> None:
    said = _changed(form=({}, dict.fromkeys("abcde", 1)))
    assert said.count("none → 1") == 3
    assert said.endswith("form: 2 more")


def test_of_job_variables_only_the_names_are_shown() -> None:
    old, new = {"env": {"TOKEN": "canary-1"}, "cpu": 1}, {"env": {"TOKEN": "canary-2"}}
    said = _changed(job_variables=(old, new))
    assert "job variables.env.TOKEN changes" in said
    assert "job variables.cpu is taken away" in said
    assert "canary" not in said


def test_a_deployment_without_a_pool_says_who_starts_its_runs() -> None:
    served = _changed(work_pool=("okr", ""))
    assert "work pool: okr → none (`okr serve` starts the runs)" in served
    assert "none (`okr serve` starts the runs) → okr" in _changed(work_pool=("", "okr"))


def test_a_schedule_of_a_person_that_moves_has_a_line_of_its_own() -> None:
    change = Change("adopt", DEPLOYMENT, {"moves": ["nightly"]}, into="new-q4")
    assert describe(change).splitlines() == [
        "> deployment sync-progress/acme-q4: replaced by new-q4",
        "    schedule nightly, which a person made, moves with it",
    ]
