"""Declarations: every field has a rule, one walker keeps to it, in every form of a report."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple, get_type_hints

import pytest
from report_canaries import canaries
from report_company import week
from report_generated import Canary, canaries_in, carriers, generated
from report_reading import pdf_text, unzipped

from okr_core.basics.base import FrozenModel
from okr_core.forecast.forecast import Forecast
from okr_core.plan.plan import Plan
from okr_core.progress.trends import Trend
from okr_core.record.entries import Entry, Reading, SyncRecord
from okr_core.score.scores import Scorecard
from okr_report import Report, as_json, report
from okr_report.audience.audience import KINDS, Sight, audience_named, sights
from okr_report.audience.declared import RECORD, declared_of
from okr_report.audience.redaction import redacted
from okr_report.audience.rules import told
from okr_report.audience.walker import LEAVES, Walker, fields_of, held
from okr_report.digest import digest_html, digest_text
from okr_report.html import as_html
from okr_report.markdown import markdown
from okr_report.pdf import as_pdf
from okr_report.report_facts import card_of
from okr_report.report_input import ReportInput
from okr_report.xlsx import as_xlsx

INPUT = canaries()
LAZY = {"Forecast": Forecast, "Scorecard": Scorecard, "Trend": Trend}
"""What a snapshot imports only where it is asked for."""


def reachable() -> dict[object, str]:
    """Every type that a report is made of → a field that holds it.

    By the annotations of fields, and of what a redacted input keeps as worked out before.
    """
    found: dict[object, str] = {}
    coming: list[tuple[object, str]] = [(ReportInput, "")]
    board = audience_named("team:mine", INPUT.snapshot)
    seen = redacted(INPUT, board)
    for owner in (seen, seen.snapshot):
        whole: type = type(owner)
        for name in vars(owner).keys() - fields_of(whole).keys() - {"agreement"}:
            kept = get_type_hints(getattr(whole, name).func, localns=LAZY)["return"]
            coming += [(each, f"{whole.__name__}.{name}") for each in held(kept)]
    while coming:
        kind, where = coming.pop()
        if kind in LEAVES or kind in found:
            continue
        found[kind] = where
        if isinstance(kind, type) and declared_of(kind).get(RECORD) != "never":
            for name, field in fields_of(kind).items():
                coming += [(each, f"{kind.__name__}.{name}") for each in held(field.annotation)]
    return found


def test_every_field_of_every_record_of_a_report_has_a_rule() -> None:
    missing = []
    for kind, where in reachable().items():
        assert isinstance(kind, type), f"{where}: what is {kind}? Annotate it by its own type."
        if declared_of(kind).get(RECORD) != "never":
            fields = fields_of(kind).keys() or {"(type)"}
            missing += [f"{kind.__name__}.{f}" for f in fields - declared_of(kind).keys()]
    assert not missing, "add a rule to okr_report/audience/declared.py"


def test_every_rule_is_about_a_field_that_there_is_and_says_words_that_there_are() -> None:
    for kind in reachable():
        assert isinstance(kind, type)
        for name, rule in declared_of(kind).items():
            assert name in fields_of(kind) or name == RECORD, f"{kind.__name__}.{name}"
            told(rule)


SENSITIVE: Mapping[str, frozenset[str]] = {
    "Reading.reason": frozenset({"notes", "evidence"}),
    "Reading.by": frozenset({"people"}),
    "Entry.by": frozenset({"people"}),
    "PlanVersion.by": frozenset({"people"}),
    "PlanVersion.reason": frozenset({"notes"}),
    "Overridden.by": frozenset({"people"}),
    "Overridden.reason": frozenset({"notes"}),
    "Restated.by": frozenset({"people"}),
    "Restated.reason": frozenset({"notes"}),
    "CheckIn.note": frozenset({"notes"}),
    "Evidence.query": frozenset({"evidence"}),
    "Failure.reason": frozenset({"evidence"}),
    "Objective.owner": frozenset({"people"}),
    "KeyResult.owner": frozenset({"people"}),
    "KeyResult.worth": frozenset({"people"}),
    "Role.held_by": frozenset({"people"}),
}
"""What must be granted at least, written once more: a rule is not loosened by mistake."""


@pytest.mark.parametrize("place", SENSITIVE)
def test_what_is_about_persons_and_sources_keeps_its_rule(place: str) -> None:
    kinds = {kind.__name__: kind for kind in reachable() if isinstance(kind, type)}
    name, _, field = place.partition(".")
    if name not in kinds:
        pytest.skip(f"there is no {name} any more")
    kind = kinds[name]
    declared = declared_of(kind)
    granted = {*declared[field].split("+"), *declared.get(RECORD, "").split("+")}
    assert granted >= SENSITIVE[place]


# The walker


class Told(NamedTuple):
    seen: str
    new: int = 0


@dataclass(frozen=True)
class Noted:
    seen: str
    told: tuple[Told, ...]
    new: str = ""


class Written(FrozenModel):
    seen: str
    by_name: dict[str, Noted]
    new: str | None = None


class Unknown(NamedTuple):
    new: str = ""


class Needed(NamedTuple):
    seen: str
    new: Reading


def declared(kind: type) -> Mapping[str, str]:
    rows = {
        Told: {"seen": "always"},
        Noted: {"seen": "notes", "told": "always"},
        Written: {"seen": "always", "by_name": "always"},
        Needed: {"seen": "always"},
    }
    return rows.get(kind, {})


def walker(*words: str) -> Walker:
    board = replace(audience_named("company", INPUT.snapshot), sees=frozenset(words))
    return Walker(Sight(board, frozenset({""}), frozenset()), declared)


def test_a_field_without_a_rule_is_hidden_in_every_sort_of_record() -> None:
    whole = Written(
        seen="a", by_name={"x": Noted("b", (Told("c", 1), Told("d", 2)), "no")}, new="no"
    )
    told = Written(seen="a", by_name={"x": Noted("", (Told("c"), Told("d")))})
    assert walker()(whole) == told
    assert walker("notes")(whole).by_name["x"].seen == "b"


def test_a_record_without_rules_or_without_what_it_needs_is_dropped() -> None:
    reading = INPUT.snapshot.readings["ours.a"][0]
    several = [Told("a"), Unknown(), reading, Needed("b", reading)]
    assert walker()(several) == [Told("a")]
    with pytest.raises(ValueError, match="nothing of a Reading"):
        walker()(reading)


def test_a_record_of_which_all_is_shown_stays_itself() -> None:
    told = Told("a")
    assert walker()(told) is told


def test_what_a_plan_worked_out_from_the_whole_does_not_come_along() -> None:
    plan = INPUT.snapshot.plan
    assert "canary-theirs" in plan.objectives_by_id
    mine = audience_named("team:mine", INPUT.snapshot)
    seen: Plan = Walker(sights(mine, INPUT.snapshot, ())[0])(plan)
    assert list(seen.objectives_by_id) == ["ours"]


# Every form


FORMS: Mapping[str, Callable[[Report], str]] = {
    "html": as_html,
    "json": lambda found: json.dumps(as_json(found)),
    "xlsx": lambda found: unzipped(as_xlsx(found)),
    "pdf": lambda found: pdf_text(as_pdf(found).data),
    "md": markdown,
    "digest": digest_text,
    "mail": digest_html,
}
AUDIENCES: Mapping[str, tuple[str, ...]] = {
    **{f"all-but-{word}": tuple(kind for kind in KINDS if kind != word) for word in KINDS},
    **{f"only-{word}": (word,) for word in KINDS},
    "nothing": (),
}
AS_MEASURED = {"Standing", "Progress", "Verdict"}
AS_CHANGES = {
    "Cycle.grace_days",
    "KeyResult.contributors",
    "KeyResult.mirror",
    "KeyResult.source",
    "Objective.mirror",
    "Pace.steps",
    "Progress.reason",
    "Retirement.reason",
    *(f"Worth.{name}" for name in ("currency", "money_per_unit", "points", "points_per_unit")),
}
"""What a report shows only where it changed, or of what was retired."""


@cache
def made(closed: bool) -> tuple[ReportInput, tuple[Canary, ...]]:
    report_input, found = generated(canaries(closed=closed))
    return replace(report_input, audiences=AUDIENCES), tuple(found)


@cache
def shown(closed: bool, audience: str, form: str) -> set[str]:
    return canaries_in(FORMS[form](report(made(closed)[0], audience)))


def everything_in(seen: ReportInput) -> str:
    """All that an input holds and keeps, shown by a section or not."""
    cycles = (seen.snapshot, *seen.earlier)
    kept = [(each.standings, each.figures, card_of(each)) for each in cycles]
    return repr((seen, seen.snapshot.trend, seen.snapshot.unavailable, kept))


def may_not_see(closed: bool, audience: str) -> list[Canary]:
    scoped = audience not in AUDIENCES
    words = frozenset(KINDS if scoped else AUDIENCES[audience])
    return [
        each
        for each in made(closed)[1]
        if each.needs is None or not each.needs <= words or (scoped and each.theirs)
    ]


SCOPED = ("team:mine", "person:canary-person")


@pytest.mark.parametrize("audience", [*AUDIENCES, *SCOPED])
@pytest.mark.parametrize("closed", [True, False], ids=["closed", "running"])
def test_no_view_is_handed_what_an_audience_may_not_see(closed: bool, audience: str) -> None:
    report_input = made(closed)[0]
    reader = audience_named(audience, report_input.snapshot, AUDIENCES)
    text = canaries_in(everything_in(redacted(report_input, reader)))
    assert not {each.place for each in may_not_see(closed, audience) if each.text in text}


@pytest.mark.parametrize("audience", SCOPED)
def test_no_view_is_handed_anything_of_another_team(audience: str) -> None:
    known = INPUT.snapshot
    sync = SyncRecord(connection="canary-theirs", observed_at=week(9), observed=("canary-theirs",))
    entries = {**known.entries, "": [*known.entries[""], Entry(week(9), sync, known.cycle.id)]}
    report_input = replace(INPUT, snapshot=replace(known, entries=entries))
    seen = redacted(report_input, audience_named(audience, known))
    text = everything_in(seen)
    assert "Name canary-person" in text
    assert "theirs" not in text


@pytest.mark.parametrize("audience", [*AUDIENCES, *SCOPED])
@pytest.mark.parametrize("closed", [True, False], ids=["closed", "running"])
def test_no_form_holds_what_an_audience_may_not_see(closed: bool, audience: str) -> None:
    hidden = may_not_see(closed, audience)
    assert hidden
    # Setting a page takes half a second: one word alone is looked after in the other forms.
    for form in FORMS if not audience.startswith("only-") else FORMS.keys() - {"pdf"}:
        text = shown(closed, audience, form)
        assert not {each.place for each in hidden if each.text in text}, form


@pytest.mark.parametrize("word", KINDS)
@pytest.mark.parametrize("closed", [True, False], ids=["closed", "running"])
def test_what_an_audience_may_see_is_there(closed: bool, word: str) -> None:
    words = frozenset(KINDS) - {word}
    whole, part = (shown(closed, who, "json") for who in ("company", f"all-but-{word}"))
    granted = [each for each in made(closed)[1] if each.needs is not None and each.needs <= words]
    there = {each.place for each in granted if each.text in part}
    missing = {each.place for each in granted if each.text in whole} - there
    if word == "scores":  # worked out anew, since what has ended shows its score to others
        missing = {place for place in missing if place.partition(".")[0] not in AS_MEASURED}
    assert missing <= (AS_CHANGES if word == "changes" else set())
    assert len(there) > 40


@pytest.mark.parametrize(("form", "places"), [("html", 55), ("xlsx", 65), ("pdf", 45), ("md", 8)])
def test_the_canaries_of_most_places_are_in_a_form_for_the_company(form: str, places: int) -> None:
    text = shown(True, "company", form)
    assert len({each.place for each in made(True)[1] if each.text in text}) >= places


def test_every_text_and_number_of_every_record_has_a_canary() -> None:
    placed = {each.place for closed in (True, False) for each in made(closed)[1]}
    kinds = (kind for kind in reachable() if isinstance(kind, type))
    fields = {f"{kind.__name__}.{name}" for kind in kinds for name in carriers(kind)}
    assert fields - placed == set()
