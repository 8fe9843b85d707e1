"""A small internet on loopback: real HTTP and TLS servers under names and public addresses.

Names are looked up in a table and public addresses lead to local ports, so that what is tested is
the client with its default settings, from the name to the bytes on the wire.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Self

import httpcore
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from httpcore import SOCKET_OPTION

from okr_http.addresses import Address
from okr_http.network import Dialer
from okr_sources.gate.failures import NameUnknownError

PUBLIC = "93.184.216.34"
OTHER = "93.184.216.35"


@dataclass(frozen=True)
class Asked:
    """A request as the server got it; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Said:
    """An answer of the server; `body` is written as JSON unless it is bytes."""

    body: object = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return json.dumps(self.body).encode()


Answers = dict[str, "Said | list[Said] | Callable[[Asked], Said]"]


class Server:
    """One server: answers by path (without parameters), and remembers what it was asked."""

    def __init__(self, answers: Answers, tls: ssl.SSLContext | None = None) -> None:
        self.answers = answers
        self.asked: list[Asked] = []
        self.names: list[str | None] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        if tls is not None:
            tls.sni_callback = lambda _sock, name, _context: self.names.append(name)
            self._http.socket = tls.wrap_socket(
                self._http.socket, server_side=True, do_handshake_on_connect=False
            )
        self.scheme = "https" if tls else "http"
        self._thread = Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def answer(self, asked: Asked) -> Said:
        self.asked.append(asked)
        found = self.answers.get(asked.path.partition("?")[0], Said({"error": "none"}, 404))
        if isinstance(found, list):
            return found.pop(0) if len(found) > 1 else found[0]
        return found if isinstance(found, Said) else found(asked)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): text for name, text in self.headers.items()}
            said = server.answer(Asked(self.command, self.path, headers, self.rfile.read(length)))
            content = said.content()
            self.send_response_only(said.status)
            sent = {"Content-Type": "application/json", "Content-Length": str(len(content))}
            for name, text in {**sent, **said.headers}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815 - the name that http.server calls

        def handle(self) -> None:
            # A client that refuses our certificate hangs up; that is what some tests are about.
            try:
                super().handle()
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Silence."""

    return Handler


class _Roads(httpcore.NetworkBackend):
    """Leads public addresses to local ports, and notes every address that was dialled."""

    def __init__(self) -> None:
        self.ports: dict[str, int] = {}
        self.dialled: list[str] = []
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,  # noqa: ARG002 - the road knows the port
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        self.dialled.append(host)
        if host not in self.ports:
            raise httpcore.ConnectError("no road")
        return self._inner.connect_tcp("127.0.0.1", self.ports[host], timeout)


class SmallInternet:
    """Names, addresses and servers.

    Attributes:
        names: Host → its addresses, or a list of such lists, one per look-up.
        looked_up: Hosts in the order of their look-ups.
    """

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self.names: dict[str, Sequence[str]] = {}
        self.looked_up: list[str] = []
        self.roads = _Roads()
        self.authority = Authority(folder)
        self._stack = stack

    def serve(
        self, host: str, address: str, answers: Answers, *, certified: str | None = None
    ) -> Server:
        """A TLS server under that name, with a certificate for `certified` (its own name)."""
        tls = self.authority.context(certified or host)
        server = self._stack.enter_context(Server(answers, tls))
        self.names[host] = [address]
        self.roads.ports[address] = server.port
        return server

    def lookup(self, host: str, _port: int) -> Sequence[Address]:
        self.looked_up.append(host)
        try:
            return [ip_address(host)]
        except ValueError:
            pass
        if host not in self.names:
            raise NameUnknownError(host)
        return [ip_address(text) for text in self.names[host]]

    def dialer(self) -> Dialer:
        return Dialer(self.lookup, self.roads)


class Authority:
    """A certificate authority of the test's own; `bundle` is what clients may trust."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A small authority")])
        made = self._made(self._name, self._key, authority=True)
        self.bundle = folder / "authority.pem"
        self.bundle.write_bytes(made.public_bytes(serialization.Encoding.PEM))

    def context(self, host: str) -> ssl.SSLContext:
        """What a server of that name proves itself with."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._made(
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]), key, host=host
        )
        file = self._folder / f"{host}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + made.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _made(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        *,
        authority: bool = False,
        host: str = "",
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=2))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(  # which Python from 3.13 on asks for
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
            .add_extension(_identifier(key), critical=False)
            .add_extension(_usage(authority=authority), critical=True)
        )
        if host:
            names = x509.SubjectAlternativeName([x509.DNSName(host)])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self._key, hashes.SHA256())


def _identifier(key: ec.EllipticCurvePrivateKey) -> x509.SubjectKeyIdentifier:
    return x509.SubjectKeyIdentifier.from_public_key(key.public_key())


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
