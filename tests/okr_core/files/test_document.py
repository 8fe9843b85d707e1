"""Plans and workspaces as files: one finding per mistake, with line, path and what to do."""

from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import PLAN
from pydantic import BaseModel, ConfigDict

from okr_core.errors import DocumentError, Finding
from okr_core.files.document import (
    Base,
    base_of,
    kind_of,
    load_plan,
    load_workspace,
    plan_findings,
    read_document,
    with_base,
    workspace_findings,
)

METRIC = '{kind: increase, unit: "%", baseline: 31, target: 45}'
KR = "key result `week1`: "


def findings(text: str, old: str = "", new: str = "") -> list[Finding]:
    assert old in text
    document = read_document(text.replace(old, new, 1), "q4.yaml")
    reader = plan_findings(document, None, {}) if old in PLAN else workspace_findings(document)
    return reader[1]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "target: 45",
            "target: 31",
            "9: key result `week1`: target equals baseline (31). Set a target other than 31,",
        ),
        ("target: 45", "target: NaN", f"9: {KR}metric.target: `NaN` is not a number."),
        ("target: 45", "target: 45 %", f"9: {KR}metric.target: `45 %` is not a number."),
        ("target: 45", "target: [45]", f"9: {KR}metric.target: this is a list, not a number."),
        ("target: 45", "target: ", f"9: {KR}metric.target: nothing is written here."),
        (", target: 45", "", f"9: {KR}metric: target is missing. Add it, such as `target: 45`."),
        ("target: 45", "taget: 45", f"9: {KR}metric: unknown key `taget`. Closest: `target`."),
        ("increase", "increse", f"9: {KR}metric: kind `increse` is unknown. Closest: `increase`;"),
        ("kind: increase, ", "", f"9: {KR}metric: kind is missing."),
        (METRIC, "foo", f"9: {KR}metric: `foo` is not keys and values."),
        ("baseline: 31", "baseline: 50", f"9: {KR}target 45 lies below baseline 50."),
        ("baseline: 31", "baseline: 1e99", f"9: {KR}metric.baseline: a number has at most 40"),
        ("Week-1 activation", "''", f"8: {KR}title: nothing is written here."),
        ("title: Week-1", "titel: Week-1", f"8: {KR}unknown key `titel`. Closest: `title`."),
        ("id: week1", "id: Week 1", "7: key result `Week 1`: id: `Week 1` is not allowed."),
        ("id: week1", "weight: 2", "7: key result #1 of objective `activation`: id is missing."),
        ("owner: ana", "owner: ana\n    weight: -1", "6: objective `activation`: weight: `-1` is"),
        (
            "owner: ana",
            "owner: ana\n    ambition: hard",
            "6: objective `activation`: ambition: `hard` is unknown. Allowed: committed, aspir",
        ),
        ("owner: ana", "owner: ana\n    role: x", "3: objective `activation`: both owner and role"),
        ("ends: 2026-12-31", "ends: 2026-12-32", "1: cycle: ends: `2026-12-32` is no day."),
        ("ends: 2026-12-31", "ends: 20261231", "1: cycle: ends: `20261231` is no day."),
        ("ends: 2026-12-31", "ends: 2025-12-31", "1: cycle: ends 2025-12-31 lies before starts"),
        ("Europe/Zurich", "Europe/Zug", "1: cycle: timezone: time zone 'Europe/Zug' is unknown."),
        ("id: 2026-q4", "id: 2026.q4", "1: cycle: id: `2026.q4` is not allowed."),
        ("cycle: {id", "cycel: {id", "1: unknown key `cycel`. Closest: `cycle`."),
        (METRIC, f"{METRIC}\n        source: {{jra: {{}}}}", f"10: {KR}source.jra: source kind"),
        (METRIC, f"{METRIC}\n        source: {{manual: {{x: y}}}}", f"10: {KR}source.manual: unk"),
        (METRIC, f"{METRIC}\n        contributors: {{A B: 1}}", f"10: {KR}contributors: `A B` is"),
        (METRIC, f"{METRIC}\n        pace: {{steps: {{2026: 1}}}}", f"10: {KR}pace.steps: `2026`"),
    ],
)
def test_a_mistake_gives_one_finding_that_says_where_what_and_what_to_do(
    old: str, new: str, expected: str
) -> None:
    (finding,) = findings(PLAN, old, new)
    assert str(finding).startswith(f"q4.yaml:{expected}")
    assert finding.fix
    assert finding.severity == "error"


def test_two_mistakes_give_two_findings_in_the_order_of_the_file() -> None:
    text = PLAN.replace("target: 45", "target: x").replace("ends: 2026-12-31", "ends: never")
    assert [finding.line for finding in findings(text, "")] == [1, 9]


def test_the_path_of_a_finding_names_ids_instead_of_positions() -> None:
    (finding,) = findings(PLAN, "target: 45", "target: x")
    assert finding.path == "objectives.activation.key_results.week1.metric.target"


def test_thousands_of_mistakes_are_cut_off_with_their_number() -> None:
    rows = "".join("  - foo\n" for _ in range(3000))
    found = findings(PLAN.split("objectives:")[0] + "objectives:\n" + rows, "")
    assert len(found) == 101
    assert found[-1].message == "2,900 more findings."


class _Field(BaseModel):
    model_config = ConfigDict(extra="forbid")
    sum: str


class _Jira(BaseModel):
    model_config = ConfigDict(extra="forbid")
    connection: str
    jql: str = ""
    measure: Literal["count", "done_ratio"] | _Field = "count"
    exact: bool = True
    exclude: list[str] = []


WORKSPACE = load_workspace(
    "organization: Acme\npeople: {ana: {name: Ana}}\n"
    "connections: {acme: {kind: jira}, wiki: {kind: notion}}\n"
)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("connction: acme", "source.jira: unknown key `connction`. Closest: `connection`."),
        ("connection: acme, measure: cont", "source.jira.measure: `cont` is unknown. Closest: `co"),
        ("connection: acme, measure: {sm: x}", "source.jira.measure: unknown key `sm`. Closest: "),
        ("connection: acme, measure: {sum: [x]}", "source.jira.measure.sum: this is a list, not"),
        ("connection: acme, exact: maybe", "source.jira.exact: `maybe` is not true or false."),
        ("connection: acme, exclude: Done", "source.jira.exclude: `Done` is not a list."),
        ("connection: acne", "source.jira.connection: connection `acne` is not in okr.yaml."),
        ("connection: wiki", "source.jira.connection: connection `wiki` is of kind notion, not ji"),
        ("connection: acme, token: hush", "source.jira: unknown key `token`. Tokens never stand"),
    ],
)
def test_a_wrong_binding_gives_one_finding_from_the_model_of_its_kind(
    fields: str, expected: str
) -> None:
    text = PLAN.replace(METRIC, f"{METRIC}\n        source: {{jira: {{{fields}}}}}")
    document = read_document(text, "q4.yaml")
    _, (finding,) = plan_findings(document, WORKSPACE, {"jira": _Jira})
    assert str(finding).startswith(f"q4.yaml:10: {KR}{expected}")
    assert "hush" not in str(finding)


class _Remarked(_Jira):
    @property
    def remarks(self) -> tuple[tuple[str, str, str], ...]:
        return (("jql", f"`{self.jql}` finds old issues too.", "Narrow it."),)


def test_what_the_model_of_a_binding_remarks_is_to_know_and_stops_nothing() -> None:
    source = "source: {jira: {connection: acme, jql: all}}"
    document = read_document(PLAN.replace(METRIC, f"{METRIC}\n        {source}"), "q4.yaml")
    plan, (finding,) = plan_findings(document, WORKSPACE, {"jira": _Remarked})
    assert plan is not None
    assert (finding.severity, finding.line, finding.fix) == ("info", 10, "Narrow it.")
    assert finding.message.endswith("source.jira.jql: `all` finds old issues too.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("organization: A\npeople: {ana: {}}\n", "2: person `ana`: name is missing."),
        ("organization: A\npeople: {ana: {name: A, contry: x}}\n", "2: person `ana`: unknown key"),
        ("organization: A\npeople: {A N: {name: A}}\n", "2: people: `A N` is not allowed."),
        (
            "organization: A\nroles:\n  lead:\n    held_by:\n      - person: bo\n",
            "5: role `lead`: held_by.#1.person: person `bo` is not under `people`.",
        ),
        ("organization: A\nconnections: {a: {kind: jira, retries: 0}}\n", "2: connection `a`: ret"),
        ("organization: A\nstore: postgresql://u:pw@h/d\n", "2: store: the address holds a pass"),
        (
            "organization: A\nconnections: {a: {kind: http, url: 'https://pw@h'}}\n",
            "2: connection `a`: url: the address holds a password or token.",
        ),
        ("organization: A\ncountry: ch\n", "2: country: `ch` is not allowed. Write the two"),
        ("timezone: UTC\n", "1: organization is missing."),
        (PLAN, "1: this is a plan file, not a workspace."),
    ],
)
def test_a_wrong_workspace_gives_one_finding(text: str, expected: str) -> None:
    with pytest.raises(DocumentError) as caught:
        load_workspace(text)
    (finding,) = caught.value.findings
    assert str(finding).startswith(f"okr.yaml:{expected}")
    assert "pw" not in str(finding)


def test_a_plan_is_told_from_a_workspace_by_its_keys() -> None:
    assert kind_of(read_document(PLAN, "x")) == "plan"
    assert kind_of(read_document("organization: Acme\npeople: {}\n", "x")) == "workspace"
    with pytest.raises(DocumentError, match="this is a workspace file, not a plan"):
        load_plan("organization: Acme\npeople: {}\n")


def test_the_whole_plan_of_the_documentation_is_read() -> None:
    plan = load_plan("""\
cycle: {id: 2026-q4, starts: 2026-10-01, ends: 2026-12-31, timezone: Europe/Zurich, parent: 2026,
  cutoff: 2026-12-31T23:59, grace_days: 5}
objectives:
  - {id: retention, title: Teams stay, role: growth-lead, counts: {activation: 1}}
  - id: activation
    title: New teams reach value in their first week
    hypothesis: {belief: Guided set-up helps, because: most leave, leading: step 3, by: 2026-11-15}
    ambition: aspirational
    origin: bottom_up
    role: growth-lead
    contributes_to: [retention]
    weight: 2
    carried_from: 2026-q3/onboarding
    key_results:
      - id: activation.week1
        title: Week-1 activation from 31 % to 45 %
        metric: {kind: increase, unit: "%", baseline: 31, target: 45}
        result: outcome
        role: onboarding
        starts: 2026-10-01
        due: 2026-12-11
        pace: {curve: s_curve}
        source: {jira: {connection: acme, jql: "project = GROW", measure: done_ratio, scale: 100}}
        worth: {points: 300, points_per_unit: 20, money_per_unit: 1500, currency: EUR,
          basis: revenue, priced_by: sales-lead}
        contributors: {onboarding: 3, data: 2}
""")
    assert plan.key_results_by_id["activation.week1"].source_kind == "jira"


def test_the_first_line_names_the_revision_that_a_file_was_made_from() -> None:
    first, second = Base(3, "sha256:" + "ab" * 32), Base(4, "sha256:" + "cd" * 32)
    assert base_of(PLAN) is None
    marked = with_base(PLAN, first)
    assert base_of(marked) == first
    assert with_base(marked, second) == with_base(PLAN, second)
    assert load_plan(marked) == load_plan(PLAN)


def refusals(text: str) -> tuple[Finding, ...]:
    """What keeps a text from being a plan; whatever else is raised fails the test."""
    try:
        load_plan(text)
    except DocumentError as error:
        return error.findings
    return ()


pieces = st.text(st.sampled_from("ab1: -\n[]{},'\"#.%~"), max_size=12) | st.sampled_from(
    [
        "NaN",
        "1e999",
        "-0",
        "null",
        "2026-02-30",
        "{}",
        "[]",
        "[[1]]",
        "{a: b}",
        "''",
        "9" * 60,
        "团",
    ]
)


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_a_plan_with_any_word_replaced_is_read_or_gives_findings(data: st.DataObject) -> None:
    words = PLAN.split(" ")
    at = data.draw(st.integers(0, len(words) - 1))
    words[at] = data.draw(pieces)
    found = refusals(" ".join(words))
    assert all(finding.message and finding.fix for finding in found)
    assert not any("pydantic" in str(finding) for finding in found)


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("owner: Maria Huber", "owner: `Maria Huber` is a name, not an id."),
        ("role: maria HUBER", "role: `maria HUBER` is a name, not an id."),
    ],
)
def test_a_person_who_is_named_where_an_id_belongs_is_answered_with_the_id(
    field: str, message: str
) -> None:
    text = (
        "cycle: {id: q4, starts: 2026-10-01, ends: 2026-12-31}\n"
        f"objectives:\n  - {{id: a, title: A, {field}, key_results: []}}\n"
    )
    people = load_workspace("organization: Acme\npeople: {maria: {name: Maria Huber}}\n")
    _, findings = plan_findings(read_document(text, "q4.yaml"), people, None)
    (finding,) = findings
    assert finding.message.endswith(message)
    assert finding.fix == "In okr.yaml that is `maria`: write the id."


def test_in_a_workspace_a_name_is_answered_with_the_id_that_stands_in_it() -> None:
    text = (
        "organization: Acme\npeople: {maria: {name: Maria Huber}, bo: {name: bo}}\n"
        "roles: {lead: {held_by: [{person: Maria Huber}]}}\n"
    )
    _, findings = workspace_findings(read_document(text, "okr.yaml"))
    assert [each.fix for each in findings] == ["In okr.yaml that is `maria`: write the id."]
