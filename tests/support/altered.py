"""A server between a client and another one, that alters its JSON answers on the way."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx

Alter = Callable[[str, Any, Any], Any]
"""(method and path, what was asked, answer) → the answer to give; None: as it is, or as altered."""
_HOP = {"host", "content-length", "transfer-encoding", "connection", "content-encoding"}


@contextmanager
def altered(target: str, alter: Alter) -> Iterator[str]:
    """Address of a server on loopback that passes everything on to `target`."""
    with httpx.Client(base_url=target, timeout=30) as client:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(client, alter))
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()


def _handler(client: httpx.Client, alter: Alter) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {k: v for k, v in self.headers.items() if k.lower() not in _HOP}
            got = client.request(self.command, self.path, content=body, headers=headers)
            answer = got.json()
            other = alter(f"{self.command} {self.path}", json.loads(body) if body else None, answer)
            content = json.dumps(answer if other is None else other).encode()
            self.send_response(got.status_code)
            for key, value in got.headers.items():
                if key.lower() not in _HOP:
                    self.send_header(key, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = answer  # noqa: N815 - the library's names

    return Handler
