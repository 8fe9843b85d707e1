"""The contract that every source keeps."""

from collections.abc import Iterator, Sequence

import pytest
from http_asks import LOCAL, TOKEN, ask, session
from small_internet import Asked, Said, Server

from okr_sources.answers import Ask
from okr_sources.source import Session
from okr_sources.testing import SourceContract


def _guarded(asked: Asked) -> Said:
    if asked.headers.get("authorization") != f"Bearer {TOKEN}":
        return Said({"message": f"who is {asked.headers.get('authorization')}?"}, 401)
    return Said({"won": 5.50, "open": [1, 2, 3]})


class TestHttpKeepsTheContract(SourceContract):
    secret = TOKEN

    @pytest.fixture(autouse=True)
    def _running(self) -> Iterator[None]:
        with Server({"/n": _guarded, "/m": _guarded, "/": _guarded}) as self.server:
            yield

    def open_session(self) -> Session:
        return session(self.server.url, options=LOCAL)

    def refused_session(self) -> Session:
        return session(self.server.url, token=f"{TOKEN}-wrong", options=LOCAL)

    def unreachable_session(self) -> Session:
        with Server({}) as gone:
            url = gone.url
        return session(url, options=LOCAL)

    def asks(self) -> Sequence[Ask]:
        return [
            ask("won", url="/n", value="won"),
            ask("open", url="/n", value="length(open)"),
            ask("other", url="/m", value="won"),
        ]

    def broken_asks(self) -> Sequence[Ask]:
        return [
            ask("nothing", url="/n", value="lost"),
            ask("nowhere", url="/nowhere", value="won"),
            ask("wrong", url="/n", value="won["),
        ]
