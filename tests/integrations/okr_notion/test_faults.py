"""What happens when Notion, the network or a proxy misbehaves: one clear answer, never a zero."""

from datetime import date, timedelta
from typing import Any

import pytest
import stamina
from notion_sample import NOW, Sample
from notion_world import TOKEN, World, Worlds, answer_value, ask, observed, unavailable

from okr_sandbox.faults import Fault, FaultKind
from okr_sandbox.notion.workspace import NotionWorkspace

QUERY = "/query"


@pytest.mark.parametrize("kind", [409, 429, 500, 502, 503, 504, 529, "drop", "mangle"])
def test_a_passing_fault_costs_a_repetition_and_nothing_else(
    world: World, sample: Sample, kind: FaultKind
) -> None:
    world.sandbox.faults.add(Fault(kind, match=QUERY))
    assert answer_value(world.one(sample.tasks, measure="count")) == 40
    assert world.sent == 2


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (429, "slow down"),
        (500, "answers 500"),
        (502, "answers 502"),
        (503, "answers 503"),
        (504, "answers 504"),
        (529, "slow down"),
        (409, "answers 409"),
        ("drop", "closed the connection before it had answered"),
        ("mangle", "broken JSON"),
        ("html", "answers with a web page instead of data"),
    ],
)
def test_a_lasting_fault_makes_one_key_result_unavailable_with_a_reason(
    world: World, sample: Sample, kind: FaultKind, said: str
) -> None:
    world.sandbox.faults.add(Fault(kind, match=QUERY, times=None))
    answer = unavailable(world.one(sample.tasks, measure="count"))
    assert answer.reason.startswith("notion `wiki`: ")
    assert said in answer.reason
    assert answer.hint
    assert not answer.connection_down


def test_a_server_that_does_not_answer_in_time_is_named_with_the_limit(
    world: World, sample: Sample
) -> None:
    world.sandbox.faults.add(Fault("timeout", match=QUERY, times=None))
    with stamina.set_testing(True, attempts=2, cap=True):
        answers = world.read(ask("kr", data_source=sample.tasks.id, measure="count"), timeout="0.2")
    assert "did not answer within 0.2 s." in unavailable(answers["kr"]).reason


def test_a_slow_answer_is_asked_for_again(world: World, sample: Sample) -> None:
    world.sandbox.faults.add(Fault("timeout", match=QUERY))
    answers = world.read(ask("kr", data_source=sample.tasks.id, measure="count"), timeout="0.5")
    assert answer_value(answers["kr"]) == 40


def test_retry_after_is_obeyed_and_its_reason_told(world: World, sample: Sample) -> None:
    world.sandbox.faults.add(
        Fault(429, match=QUERY, times=None, retry_after=900, reason="workspace_rate_limit")
    )
    answer = unavailable(world.one(sample.tasks, measure="count"))
    assert "workspace_rate_limit" in answer.reason
    assert world.sent == 1  # 15 minutes are longer than a run may wait


@pytest.mark.parametrize(
    ("kind", "hint"), [(403, "capability"), (404, "Share it (··· → Connections)")]
)
def test_a_refused_data_source_says_how_to_share_it_and_stops_no_other(
    world: World, sample: Sample, kind: FaultKind, hint: str
) -> None:
    for path in (sample.tasks.id, "/databases/"):
        world.sandbox.faults.add(Fault(kind, match=path, times=None))
    answers = world.read(
        ask("tasks", data_source=sample.tasks.id, measure={"sum": "Points"}),
        ask("talks", data_source=sample.interviews.id, measure="count"),
    )
    refused = unavailable(answers["tasks"])
    assert sample.tasks.id in refused.reason
    assert hint in refused.hint
    assert answer_value(answers["talks"]) == 3


def test_an_unshared_page_names_page_and_key_result(world: World, sample: Sample) -> None:
    sample.page.shared = False
    answer = unavailable(world.read(ask("nps.q4", page=sample.page.id, property="NPS"))["nps.q4"])
    assert sample.page.id in answer.reason
    assert "does not exist or is not shared with the integration" in answer.reason
    assert answer.hint == "Share it (··· → Connections), then `okr sync --only nps.q4`."


def test_a_page_in_the_trash_is_unavailable(world: World, sample: Sample) -> None:
    sample.page.archive(date(2026, 10, 13))
    answer = world.read(ask("kr", page=sample.page.id, property="title"))["kr"]
    assert "in the trash" in unavailable(answer).reason


def test_a_wrong_token_is_told_once_and_takes_the_connection_down(
    world: World, sample: Sample
) -> None:
    asks = [ask(f"kr{i}", data_source=sample.tasks.id, filter={"Points": f"> {i}"}, measure="count")
            for i in range(20)]  # fmt: skip
    with world.session(token="ntn_wrong") as session:
        answers = [unavailable(a) for a in session.read(session.plan(asks, world.known))]
    assert all(answer.connection_down for answer in answers)
    assert "refuses the token" in answers[0].reason
    assert "ntn_wrong" not in repr(answers)
    assert world.sent == 1


def test_an_unreachable_server_takes_the_connection_down(world: World, sample: Sample) -> None:
    asks = [ask("a", data_source=sample.tasks.id, measure="count"),
            ask("b", page=sample.first.id, property="Score")]  # fmt: skip
    with world.session(url="http://127.0.0.1:9") as session:
        answers = [unavailable(a) for a in session.read(session.plan(asks, world.known))]
    assert [answer.connection_down for answer in answers] == [True, True]
    assert "cannot be reached" in answers[0].reason


def test_an_address_that_is_not_notions_is_told(world: World, sample: Sample) -> None:
    with world.session(url=f"{world.sandbox.url}/elsewhere") as session:
        plan = session.plan([ask("kr", data_source=sample.tasks.id, measure="count")], world.known)
        answer = unavailable(next(iter(session.read(plan))))
    assert "not as Notion does" in answer.reason


def test_a_refused_filter_quotes_what_notion_says(world: World, sample: Sample) -> None:
    wish = {"property": "Score", "number": {"around": 4}}
    answer = unavailable(world.one(sample.interviews, filter=wish, measure="count"))
    assert "(400)" in answer.reason
    assert "around" in answer.reason


def test_short_pages_lose_no_row(world: World, sample: Sample) -> None:
    world.sandbox.faults.add(Fault("short_page", match=QUERY, times=3, rows=7))
    assert answer_value(world.one(sample.tasks, measure={"sum": "Points"})) == sum(range(40))
    assert world.sent == 1 + 3 + 1


def test_a_repeated_cursor_is_unavailable_and_ends(world: World, sample: Sample) -> None:
    world.sandbox.faults.add(Fault("repeat_token", match=QUERY, times=None))
    answer = unavailable(world.one(sample.tasks, measure="count"))
    assert "truncated" in answer.reason


def test_a_query_that_stops_is_continued_by_time_of_creation(worlds: Worlds) -> None:
    workspace, start = NotionWorkspace(seed=5), NOW - timedelta(days=9)
    logs = workspace.data_source("Log", {"Name": "title", "Points": "number"})
    for i in range(250):
        logs.row(Name=f"{i}", Points=i, created=start + timedelta(minutes=i // 3))
    world = worlds.open(workspace)
    world.sandbox.faults.add(Fault("row_stop", match=QUERY, times=None, rows=100))
    answer = world.one(logs, measure={"sum": "Points"})
    assert answer_value(answer) == sum(range(250))
    assert len(observed(answer).evidence.rows) == 250


def test_more_than_ten_thousand_rows_are_all_counted_in_the_planned_requests(
    worlds: Worlds,
) -> None:
    workspace, start = NotionWorkspace(seed=5), NOW - timedelta(days=20)
    logs = workspace.data_source("Log", {"Name": "title"})
    for i in range(10_150):
        logs.row(Name=f"{i}", created=start + timedelta(minutes=i))
    world = worlds.open(workspace)
    assert answer_value(world.one(logs, measure="count")) == 10_150
    assert answer_value(world.one(logs, measure="count")) == 10_150
    assert world.planned == world.sent == 102


def test_a_window_that_cannot_move_is_unavailable_and_never_a_part(worlds: Worlds) -> None:
    workspace = NotionWorkspace(seed=5)
    logs = workspace.data_source("Import", {"Name": "title"})
    for i in range(150):
        logs.row(Name=f"{i}", created=date(2026, 10, 1))
    world = worlds.open(workspace)
    world.sandbox.faults.add(Fault("row_stop", match=QUERY, times=None, rows=100))
    answer = unavailable(world.one(logs, measure="count"))
    assert "truncated" in answer.reason
    assert "same minute" in answer.reason


def test_a_database_leads_to_its_only_data_source_and_is_remembered(
    world: World, sample: Sample
) -> None:
    database = sample.tasks.database_id
    assert answer_value(world.one(database, measure={"sum": "Points"})) == sum(range(40))
    assert answer_value(world.one(database, measure={"sum": "Points"})) == sum(range(40))
    assert world.planned == world.sent == 3
    link = f"https://www.notion.so/acme/Tasks-{database.replace('-', '')}?v=ab"
    world.known = type(world.known)({})
    assert answer_value(world.one(link, measure="count")) == 40
    assert world.sent == 2


def test_a_database_with_several_data_sources_lists_them(world: World, sample: Sample) -> None:
    home = sample.tasks.database
    other = world.workspace.data_source("Archive", {"Name": "title"}, database=home)
    for measure in ("count", {"sum": "Points"}):
        answer = unavailable(world.one(home.id, measure=measure))
        assert "2 data sources" in answer.reason
        assert f"Archive = {other.id}" in answer.hint


def test_unknown_properties_list_the_closest(world: World, sample: Sample) -> None:
    answer = unavailable(world.one(sample.tasks, measure={"sum": "Pionts"}))
    assert 'property "Pionts" of data source "Tasks" is unknown' in answer.reason
    assert '"Points"' in answer.hint
    assert "source.notion.measure.sum" in answer.hint


def test_a_renamed_option_in_a_short_filter_lists_the_options(world: World, sample: Sample) -> None:
    answer = unavailable(world.one(sample.interviews, filter={"Status": "Ready"}, measure="count"))
    assert 'no option "Ready"' in answer.reason
    assert "Planned, Talking, Done, Dropped" in answer.hint


def test_the_token_is_in_no_error_even_if_the_server_repeats_it(
    world: World, sample: Sample
) -> None:
    wish = {"property": TOKEN, "number": {"equals": 1}}
    answer = unavailable(world.one(sample.tasks, filter=wish, measure="count"))
    assert TOKEN not in answer.reason
    assert TOKEN not in answer.hint


def test_a_property_whose_type_changed_meanwhile_is_unavailable(
    worlds: Worlds, sample: Sample
) -> None:
    def retyped(where: str, asked: Any, body: Any) -> None:
        if "/query" in where:
            cell = body["results"][0]["properties"]["Points"]
            cell |= {"type": "rich_text", "rich_text": [{"plain_text": "7"}]}

    answer = unavailable(
        worlds.open(sample.workspace, retyped).one(sample.tasks, measure={"sum": "Points"})
    )
    assert "it is a rich_text and was a number when it was looked up" in answer.reason
    assert "sync again" in answer.hint


def test_a_property_that_was_renamed_meanwhile_is_found_by_its_id(
    worlds: Worlds, sample: Sample
) -> None:
    def renamed(where: str, asked: Any, body: Any) -> None:
        for row in body.get("results", ()) if "/query" in where else ():
            row["properties"]["Effort"] = row["properties"].pop("Points")

    world = worlds.open(sample.workspace, renamed)
    assert answer_value(world.one(sample.tasks, measure={"sum": "Points"})) == sum(range(40))


@pytest.mark.parametrize("rows", [1, 40])
@pytest.mark.parametrize("lost", ["properties", "Points"])
def test_a_property_that_was_asked_for_and_is_not_there_is_unavailable_and_never_zero(
    worlds: Worlds, sample: Sample, lost: str, rows: int
) -> None:
    def without(where: str, asked: Any, body: Any) -> None:
        for row in body["results"][:rows] if "/query" in where else ():
            if lost == "properties":
                del row["properties"]
            else:
                row["properties"].pop(lost)

    world = worlds.open(sample.workspace, without)
    for measure in ({"sum": "Points"}, {"average": "Points"}, {"latest": "Points"}):
        answer = world.one(sample.tasks, measure=measure)
        if rows == 40 or "latest" not in measure:
            assert "missing from the answer" in unavailable(answer).reason


@pytest.mark.slow
@pytest.mark.parametrize(("told", "pages"), [(True, 100), (False, 101)])
def test_as_many_pages_are_planned_of_a_full_window_as_are_asked_for(
    worlds: Worlds, told: bool, pages: int
) -> None:
    """A window of 10,000 rows is the last where Notion says so; else another one is asked for."""
    workspace = NotionWorkspace("Full", seed=5)
    source = workspace.data_source("Tasks", {"Name": "title"})
    for n in range(10_000):
        source.row(Name=f"Row {n}", created=NOW - timedelta(minutes=10_000 - n))

    def tell(where: str, _: Any, body: Any) -> None:
        if told and QUERY in where and not body["has_more"]:
            body["request_status"] = {"type": "complete"}

    world = worlds.open(workspace, tell)
    for _ in range(2):
        assert answer_value(world.one(source, measure="count")) == 10_000
        assert world.sent == pages
    assert world.planned == pages
