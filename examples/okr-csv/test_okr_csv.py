"""The contract that every source keeps, on a real server with two files."""

# ruff: noqa: D101, D102, D103, S105 - tests speak through their names, and the token is none

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from okr_csv import SOURCE

from okr_sources import Ask
from okr_sources.testing import SourceContract, ask_for

FILES = {
    "/deals.csv": "id,stage,amount\n1,won,10.50\n2,won,\n3,lost,7\n4,won,4.5\n",
    "/teams.csv": "id,name\na,Growth\nb,Data\n",
}


ask = partial(ask_for, connection="sales")


class TestCsv(SourceContract):
    source = SOURCE
    secret = "a-token-that-shows-nowhere"

    @pytest.fixture(autouse=True)
    def _served(self) -> Iterator[None]:
        with serve(FILES, self.secret) as self.url:
            yield

    def asks(self) -> Sequence[Ask]:
        won = {"stage": "won"}
        return [
            ask("count", file="deals.csv", where=won),
            ask("sum", file="deals.csv", where=won, measure="sum", column="amount"),
            ask("average", file="deals.csv", measure="average", column="amount", scale=2),
            ask("teams", file="teams.csv"),
        ]

    def broken_asks(self) -> Sequence[Ask]:
        return [
            ask("no file", file="none.csv"),
            ask("no column", file="deals.csv", where={"stag": "won"}),
            ask("no number", file="teams.csv", measure="sum", column="name"),
            ask("elsewhere", file="https://example.com/deals.csv"),
        ]

    def counts_of_nothing(self) -> Sequence[Ask]:
        return [
            ask("none", file="deals.csv", where={"stage": "open"}),
            ask(
                "no sum", file="deals.csv", where={"stage": "open"}, measure="sum", column="amount"
            ),
        ]

    def means_of_nothing(self) -> Sequence[Ask]:
        where = {"stage": "open"}
        return [ask("mean", file="deals.csv", where=where, measure="average", column="amount")]


@contextmanager
def serve(files: Mapping[str, str], token: str) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            signed = self.headers.get("Authorization") == f"Bearer {token}"
            content = files.get(self.path, "").encode()
            self.send_response_only(401 if not signed else 200 if content else 404)
            self.send_header("Content-Length", str(len(content) if signed else 0))
            self.end_headers()
            self.wfile.write(content if signed else b"")

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
