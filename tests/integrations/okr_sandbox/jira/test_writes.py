"""Writing back: properties, remote links, comments."""

import httpx
import pytest

LINK = {"url": "https://okr.example.com/kr/1", "title": "Key result 1"}


def test_a_property_is_created_changed_read_and_deleted(fresh: httpx.Client) -> None:
    path = "/issue/GROW-2/properties/okr"
    assert fresh.get(path).status_code == 404
    assert fresh.put(path, json={"progress": 0.3}).status_code == 201
    assert fresh.put(path, json={"progress": 0.4}).status_code == 200
    assert fresh.get(path).json() == {"key": "okr", "value": {"progress": 0.4}}
    assert [k["key"] for k in fresh.get("/issue/GROW-2/properties").json()["keys"]] == ["okr"]
    assert fresh.delete(path).status_code == 204
    assert fresh.delete(path).status_code == 404


def test_searches_and_issues_show_the_properties_that_are_asked_for(fresh: httpx.Client) -> None:
    fresh.put("/issue/GROW-2/properties/okr", json=1)
    asked = {"jql": "key = GROW-2", "fields": ["id"], "properties": ["okr", "other"]}
    found = fresh.post("/search/jql", json=asked).json()["issues"][0]
    assert found["properties"] == {"okr": 1}
    shown = fresh.get("/issue/GROW-2", params={"properties": "okr"}).json()
    assert shown["properties"] == {"okr": 1}


@pytest.mark.parametrize("content", [b"", b"{broken", b'"' + b"x" * 32_768 + b'"'])
def test_a_property_that_is_no_json_or_too_long_is_400(fresh: httpx.Client, content: bytes) -> None:
    assert fresh.put("/issue/GROW-2/properties/okr", content=content).status_code == 400


def test_a_property_of_the_largest_size_is_kept(fresh: httpx.Client) -> None:
    content = b'"' + b"x" * 32_766 + b'"'
    assert fresh.put("/issue/GROW-2/properties/okr", content=content).status_code == 201


def test_a_remote_link_of_the_same_global_id_is_replaced(fresh: httpx.Client) -> None:
    path = "/issue/GROW-2/remotelink"
    first = fresh.post(path, json={"globalId": "okr=1", "object": LINK})
    again = fresh.post(path, json={"globalId": "okr=1", "object": {**LINK, "title": "Renamed"}})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    links = fresh.get(path).json()
    assert [link["object"]["title"] for link in links] == ["Renamed"]
    assert fresh.get(path, params={"globalId": "okr=1"}).json() == links[0]
    assert fresh.delete(path, params={"globalId": "okr=1"}).status_code == 204
    assert fresh.get(path).json() == []


def test_a_remote_link_without_a_global_id_is_always_new(fresh: httpx.Client) -> None:
    for _ in range(2):
        assert fresh.post("/issue/GROW-2/remotelink", json={"object": LINK}).status_code == 201
    assert len(fresh.get("/issue/GROW-2/remotelink").json()) == 2


def test_a_remote_link_needs_a_title_and_an_address(fresh: httpx.Client) -> None:
    answer = fresh.post("/issue/GROW-2/remotelink", json={"object": {"title": "x"}})
    assert answer.status_code == 400
    assert answer.json()["errors"] == {"url": "'url' is required."}


def test_a_comment_and_its_properties_are_kept(fresh: httpx.Client) -> None:
    body = {"type": "doc", "version": 1, "content": []}
    sent = {"body": body, "properties": [{"key": "okr", "value": "2026-W45"}]}
    made = fresh.post("/issue/GROW-2/comment", json=sent)
    assert made.status_code == 201
    path = f"/comment/{made.json()['id']}/properties"
    assert fresh.get(f"{path}/okr").json()["value"] == "2026-W45"
    assert fresh.put(f"{path}/more", json=1).status_code == 201
    listed = fresh.get("/issue/GROW-2/comment", params={"expand": "properties"}).json()
    assert [p["key"] for p in listed["comments"][0]["properties"]] == ["okr", "more"]
    assert fresh.get("/issue/GROW-2").json()["fields"]["comment"]["total"] == 1


def test_comments_come_in_pages(fresh: httpx.Client) -> None:
    for number in range(3):
        fresh.post("/issue/GROW-2/comment", json={"body": f"text {number}"})
    asked = "startAt=1&maxResults=1&expand=properties"
    page = fresh.get(f"/issue/GROW-2/comment?{asked}").json()
    assert [comment["body"] for comment in page["comments"]] == ["text 1"]
    assert page["total"] == 3


def test_an_empty_comment_is_400(fresh: httpx.Client) -> None:
    assert fresh.post("/issue/GROW-2/comment", json={"body": ""}).status_code == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/issue/GROW-99/properties/okr"),
        ("GET", "/issue/GROW-99/remotelink"),
        ("POST", "/issue/GROW-99/comment"),
        ("PUT", "/comment/999/properties/okr"),
        ("GET", "/nothing"),
    ],
)
def test_what_does_not_exist_is_404(fresh: httpx.Client, method: str, path: str) -> None:
    assert fresh.request(method, path, json={"body": "x"}).status_code == 404
