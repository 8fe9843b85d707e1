"""`okr doctor` on a connection to Notion, and the credentials block."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

from notion_sample import Sample
from notion_world import TOKEN, World, ask

from okr_notion import SOURCE
from okr_notion.site.credentials import NotionCredentials
from okr_sandbox.notion.columns import relation, rollup
from okr_sources.answers import Ask
from okr_sources.source import Check, Source


def checks(world: World, *asks: Ask, token: str = TOKEN, ahead: float = 0) -> list[Check]:
    with world.session(token) as session:
        now = datetime.now(UTC) - timedelta(seconds=ahead)
        return session.diagnose(asks, now=now)


def test_a_healthy_connection_is_ok_in_every_line(world: World, sample: Sample) -> None:
    found = checks(
        world,
        ask("a", data_source=sample.tasks.id, measure={"sum": "Points"}, filter={"Done": "yes"}),
        ask("b", data_source=sample.interviews.database_id, measure="count"),
        ask("c", page=sample.first.id, property="Score"),
    )
    assert {check.outcome for check in found} == {"ok"}
    assert "authorised as Acme integration in workspace Acme" in found[0].message
    assert any('shared: "Tasks"' in check.message for check in found)
    assert any("properties found: Points" in check.message for check in found)


def test_a_wrong_token_ends_the_examination(world: World, sample: Sample) -> None:
    found = checks(world, ask("a", page=sample.first.id, property="Score"), token="ntn_wrong")
    assert [check.outcome for check in found] == ["error"]
    assert "401" in found[0].message


def test_what_is_not_shared_or_unknown_is_told_beside_what_is_fine(
    world: World, sample: Sample
) -> None:
    sample.page.shared = False
    found = checks(
        world,
        ask("a", page=sample.page.id, property="NPS"),
        ask("b", page=sample.first.id, property="Scor"),
        ask("c", data_source=sample.tasks.id, measure={"sum": "Points"}, filter={"Don": "yes"}),
        ask("d", data_source=sample.tasks.id, measure={"sum": "Points"}),
        ask("e", data_source="f" * 32, measure="count"),
        ask("f", data_source=sample.tasks.id, measure="mean"),
    )
    errors = {check.subject for check in found if check.outcome == "error"}
    missing = f"data source {'f' * 8}-{'f' * 4}-{'f' * 4}-{'f' * 4}-{'f' * 12}"
    assert errors == {f"page {sample.page.id}", "b", "c", missing, "f"}
    assert all(check.hint for check in found if check.outcome == "error")


def test_what_can_never_be_measured_is_an_error(world: World, sample: Sample) -> None:
    found = checks(
        world,
        ask("key", data_source=sample.tasks.id, measure={"sum": "Key"}),
        ask("mail", page=sample.first.id, property="Mail"),
        ask("day", data_source=sample.tasks.id, measure={"average": "Due"}),
        ask("done", data_source=sample.interviews.id, measure={"done_ratio": {"by": "Segment"}}),
        ask("fine", page=sample.first.id, property="Score"),
    )
    errors = {check.subject: check.message for check in found if check.outcome == "error"}
    assert set(errors) == {"key", "mail", "day", "done"}
    assert "is a unique_id, which is no number" in errors["key"]
    assert all(check.hint for check in found if check.outcome == "error")


def test_a_rollup_of_a_rollup_and_a_page_in_the_trash_are_errors(
    world: World, sample: Sample
) -> None:
    talks = world.workspace.data_source(
        "Talks", {"Name": "title", "On": relation(sample.interviews), "All": rollup("On", "Points")}
    )
    row = talks.row(Name="x", created=date(2026, 10, 2))
    gone = talks.row(Name="y", created=date(2026, 10, 2), archived=date(2026, 10, 3))
    found = checks(
        world,
        ask("rows", data_source=talks.id, measure={"sum": "All"}),
        ask("page", page=row.id, property="All"),
        ask("gone", page=gone.id, property="All"),
    )
    errors = {check.subject: check.message for check in found if check.outcome == "error"}
    assert set(errors) == {"rows", "page", f"page {gone.id}"}
    assert "computed from a rollup of another data source" in errors["rows"]
    assert "computed from a rollup of another data source" in errors["page"]


def test_a_view_and_days_that_notion_reads_are_warnings(world: World, sample: Sample) -> None:
    link = f"https://www.notion.so/{sample.tasks.database_id.replace('-', '')}?v={'1' * 32}"
    wish = {"property": "Due", "date": {"before": "2026-12-01"}}
    found = checks(
        world,
        ask("view", data_source=link, measure="count"),
        ask("days", zone="Asia/Tokyo", data_source=sample.tasks.id, filter=wish, measure="count"),
    )
    warned = {check.subject: check.message for check in found if check.outcome == "warning"}
    assert "view" in warned["view"]
    assert "Asia/Tokyo" in warned["days"]


def test_clocks_that_differ_are_a_warning(world: World) -> None:
    found = checks(world, ahead=600)
    assert [check.outcome for check in found] == ["ok", "warning"]
    assert "ahead of ours" in found[1].message


def test_notion_is_a_source_that_loads_neither_prefect_nor_a_client() -> None:
    code = (
        "import sys, okr_notion; "
        "print([m for m in ('prefect', 'httpx', 'notion_client') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_the_block_signs_requests_and_shows_no_token(world: World) -> None:
    block = NotionCredentials(token=TOKEN, url=world.sandbox.notion_url)
    with block.get_client() as client:
        me = client.users.me()
    assert isinstance(me, dict)
    assert me["name"] == "Acme integration"
    assert TOKEN not in repr((block, block.as_credentials(), client))
    fields = NotionCredentials.model_fields.values()
    assert all((field.description or "").endswith(".") for field in fields)
    assert isinstance(SOURCE, Source)
