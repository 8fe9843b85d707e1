"""The contract that every source keeps."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import pytest
from http_asks import LOCAL, TOKEN, ask
from small_internet import Asked, Said, Server

from okr_core.plan.workspace import Connection
from okr_http import SOURCE
from okr_sources.answers import Ask
from okr_sources.testing import SourceContract


def _guarded(asked: Asked) -> Said:
    if asked.headers.get("authorization") != f"Bearer {TOKEN}":
        return Said({"message": f"who is {asked.headers.get('authorization')}?"}, 401)
    return Said({"won": 5.50, "open": [1, 2, 3]})


class TestHttpKeepsTheContract(SourceContract):
    source = SOURCE
    secret = TOKEN

    @pytest.fixture(autouse=True)
    def _running(self) -> Iterator[None]:
        with Server({"/n": _guarded, "/m": _guarded, "/": _guarded}) as self.server:
            self.url = self.server.url
            yield

    def connection(self, url: str) -> Connection:
        return Connection(kind="http", url=url, timeout=Decimal(5), options=dict(LOCAL))

    def requests_seen(self) -> int:
        return len(self.server.asked)

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
