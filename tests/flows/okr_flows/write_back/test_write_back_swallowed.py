"""Write-back: what a server says it took, and did not, is no write and nobody else's."""

from __future__ import annotations

from fractions import Fraction

import pytest
from jira_world import Sent
from mirror_world import CYCLE, MirrorWorld, fields_of, outcome, verdicts
from sync_answers import why

from okr_core.record.write_back import WriteBackRecord

GOOD = outcome("growth", Fraction(7, 10), "on_track")
LINK = "GROW-1/remotelink?globalId=okr:2026-q4:growth"
JIRA = ["property", "link", "comment"]


def recorded(world: MirrorWorld) -> dict[str, str]:
    """Fields that the store takes for written."""
    bodies = [entry.body for entry in world.store.entries(CYCLE, kinds=("write_back",))]
    found = [body for body in bodies if isinstance(body, WriteBackRecord)]
    return {name: digest for body in found for name, digest in body.written.items()}


def swallowing(answer: object, *parts: str) -> object:
    """Something in between that answers writes itself."""

    def instead(sent: Sent) -> object:
        writes = sent.method in ("PUT", "PATCH") or (
            sent.method == "POST" and sent.path.endswith(("/remotelink", "/comment"))
        )
        return answer if writes and any(part in sent.path for part in parts) else None

    return instead


@pytest.mark.parametrize(
    "answer",
    [
        {"errorMessages": ["maintenance"]},
        {"errorMessages": [], "errors": {"okr": "maintenance"}},
        {"error": "maintenance"},
        {"message": "maintenance", "status-code": 503},
    ],
    ids=["messages", "errors", "error", "message"],
)
def test_an_issue_whose_answer_is_an_error_was_not_written_and_is_written_by_the_next_run(
    either: MirrorWorld, answer: object
) -> None:
    either.sandbox.instead = swallowing(answer, "GROW-1/")  # type: ignore[assignment]
    report = either.write("acme", GOOD, only=["growth"])
    fields = fields_of(report, "growth")
    assert {name: each.verdict for name, each in fields.items()} == dict.fromkeys(
        JIRA, "unavailable"
    )
    assert all("GROW-1: maintenance." in why(each).reason for each in fields.values())
    assert (report.exit_code, recorded(either)) == (4, {})
    either.sandbox.instead = lambda _: None
    report = either.write("acme", GOOD, only=["growth"])
    assert verdicts(report) == {"changed": 3}
    assert either.property_of("growth")["score"] == 0.7
    assert either.in_jira(LINK) is not None
    assert len(either.comments_of("growth")) == 1


@pytest.mark.parametrize("answer", [{}, [], {"ok": True}], ids=["empty", "list", "ok"])
def test_a_link_or_comment_that_the_answer_does_not_name_was_not_written(
    either: MirrorWorld, answer: object
) -> None:
    either.sandbox.instead = swallowing(answer, "/remotelink", "/comment")  # type: ignore[assignment]
    report = either.write("acme", GOOD, only=["growth"])
    fields = fields_of(report, "growth")
    assert "names no link" in why(fields["link"]).reason
    assert "names no comment" in why(fields["comment"]).reason
    assert set(recorded(either)) == {"growth.property"}
    either.sandbox.instead = lambda _: None
    assert verdicts(either.write("acme", GOOD, only=["growth"])) == {"changed": 2, "same": 1}
    assert either.in_jira(LINK) is not None
    assert len(either.comments_of("growth")) == 1


def test_a_link_that_a_person_removed_is_noticed_and_stays_away(either: MirrorWorld) -> None:
    either.write("acme", GOOD, only=["growth"])
    either.remove_link("growth")
    report = either.write("acme", GOOD, only=["growth"])
    settled = fields_of(report, "growth")["link"]
    assert settled.verdict == "conflict"
    assert why(settled).reason == "somebody emptied it: a person owns it."
    assert report.exit_code == 1
    assert either.in_jira(LINK) is None
    either.write("acme", GOOD, only=["growth"], take=["growth.link"])
    assert either.in_jira(LINK) is not None


@pytest.mark.parametrize(
    "answer",
    [
        {"object": "error", "status": 503, "message": "maintenance"},
        {"object": "page", "properties": {}},
        {"ok": True},
    ],
    ids=["error", "bare page", "ok"],
)
def test_a_page_that_does_not_show_what_was_written_is_written_by_the_next_run(
    world: MirrorWorld, answer: object
) -> None:
    world.sandbox.instead = swallowing(answer, "/pages/")  # type: ignore[assignment]
    report = world.write("wiki", GOOD, only=["growth"])
    assert set(verdicts(report)) == {"unavailable"}
    assert (report.exit_code, recorded(world)) == (4, {})
    assert world.cells_of("growth")["Score"] is None
    world.sandbox.instead = lambda _: None
    report = world.write("wiki", GOOD, only=["growth"])
    assert set(verdicts(report)) == {"changed"}
    assert world.cells_of("growth")["Score"] == 0.7


def test_an_error_of_a_page_is_quoted(world: MirrorWorld) -> None:
    answer = {"object": "error", "status": 503, "message": "maintenance"}
    world.sandbox.instead = swallowing(answer, "/pages/")  # type: ignore[assignment]
    reason = why(fields_of(world.write("wiki", GOOD), "growth")["score"]).reason
    assert reason.endswith("answers with an error under 200: maintenance.")


def test_of_a_page_that_took_only_some_fields_the_others_are_named(world: MirrorWorld) -> None:
    def without(sent: Sent, answer: dict[str, dict[str, dict[str, object]]]) -> object:
        if sent.method == "PATCH":
            answer["properties"]["Score"]["number"] = None
        return answer

    world.sandbox.altered = without
    report = world.write("wiki", GOOD, only=["growth"])
    fields = fields_of(report, "growth")
    assert why(fields["score"]).reason == (
        'property "Score" was to hold "0.7"; the page that answers shows nothing.'
    )
    assert fields["status"].verdict == "changed"
    assert "growth.score" not in recorded(world)
    assert "growth.status" in recorded(world)
