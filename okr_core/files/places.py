"""Places: what a person calls a place in a plan or workspace file, ids instead of indexes."""

from __future__ import annotations

from okr_core.files.yaml_tree import Path, Tree

NOUNS = {
    "people": "person",
    "roles": "role",
    "teams": "team",
    "connections": "connection",
    "routes": "route",
    "audiences": "audience",
}
"""Key of a workspace's mapping → what one of its entries is called."""


def tree_at(data: Tree | None, path: Path) -> Tree | None:
    """The value at a place; None where nothing is written.

    >>> tree_at({"a": ["x", "y"]}, ("a", 1))
    'y'
    """
    for part in path:
        if isinstance(data, dict) and isinstance(part, str):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def id_at(data: Tree, path: Path) -> str:
    """The id of the item at a place, or its number in its list such as `#2`."""
    item = tree_at(data, path)
    written = item.get("id") if isinstance(item, dict) else None
    if isinstance(written, str) and written:
        return written
    return f"#{int(path[-1]) + 1}"


def named_path(data: Tree, path: Path, start: int = 0) -> str:
    """A place with ids for indexes, such as `objectives.activation.key_results.week1.metric`.

    Args:
        data: The document.
        path: The place.
        start: How many parts to leave out in front.
    """
    parts = [
        id_at(data, path[: i + 1]) if isinstance(part, int) else part for i, part in enumerate(path)
    ]
    return ".".join(parts[start:])


def subject_at(data: Tree, path: Path) -> tuple[str, int]:
    """What a place belongs to, in words, and how many parts of the path lead there.

    >>> subject_at({"objectives": [{"id": "nps"}]}, ("objectives", 0, "title"))
    ('objective `nps`', 2)
    """
    if path[:1] == ("objectives",) and len(path) > 1:
        return _item_at(data, path)
    if path[:1] == ("cycle",):
        return "cycle", 1
    if len(path) > 1 and path[0] in NOUNS:
        return f"{NOUNS[str(path[0])]} `{path[1]}`", 2
    return "", 0


def _item_at(data: Tree, path: Path) -> tuple[str, int]:
    if path[2:3] != ("key_results",) or len(path) < 4:
        return f"objective `{id_at(data, path[:2])}`", 2
    name = id_at(data, path[:4])
    if name.startswith("#"):
        return f"key result {name} of objective `{id_at(data, path[:2])}`", 4
    return f"key result `{name}`", 4
