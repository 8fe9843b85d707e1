"""Turns: which worker of pytest-xdist gets which files of tests, and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from xdist.scheduler import LoadFileScheduling

TOGETHER = {
    "tests/e2e/test_demo.py": "the demo",
    "tests/e2e/test_demo_by_hand.py": "the demo",
    "tests/e2e/test_typed_pages.py": "the demo",
    "tests/e2e/test_shared_server.py": "a stage",
    "tests/e2e/test_deployed_forms.py": "a stage",
    "tests/e2e/test_own_flow.py": "a stage",
}
"""File → what it needs that takes long to make: one worker makes it, for all of them."""
FIRST = (
    "tests/e2e/test_deploy.py",  # these three wait for a server's clock nearly all the time
    "tests/e2e/test_silence.py",
    "tests/e2e/test_endings.py",
    "tests/integrations/test_hostile_servers.py",  # and these hold answers to their deadlines
    "the demo",
    "a stage",
)
"""What lasts longest: begun last it would keep one worker busy while the others have ended."""


class Turns(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """A file's tests run on one worker, and so do files that need the same."""

    def _split_scope(self, nodeid: str) -> str:
        return turn_of(nodeid)


def turn_of(nodeid: str) -> str:
    """What is handed out as a whole: a file, or several that need the same."""
    file = nodeid.partition("::")[0]
    return TOGETHER.get(file, file)


def in_turn(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Tests in the order in which they are handed out: what lasts longest, then what is most."""
    tests = Counter(turn_of(item.nodeid) for item in items)
    rank = {turn: at for at, turn in enumerate(FIRST)}
    order = sorted(tests, key=lambda turn: (rank.get(turn, len(rank)), -tests[turn]))
    place = {turn: at for at, turn in enumerate(order)}
    return sorted(items, key=lambda item: place[turn_of(item.nodeid)])
