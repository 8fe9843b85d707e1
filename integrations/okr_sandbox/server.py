"""The sandbox as a server: both vendors and the controls on one loopback port."""

import socket
from collections import Counter
from datetime import datetime
from threading import Thread
from types import TracebackType
from typing import Literal, Self

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from okr_sandbox.company import Company
from okr_sandbox.control import control_routes
from okr_sandbox.faults import Faults
from okr_sandbox.gate import ABORT, Gate, SandboxClock
from okr_sandbox.jira.app import build_jira


class Sandbox:
    """Jira and Notion on loopback, in a thread of this process.

    >>> with Sandbox(Company()) as sandbox:
    ...     sandbox.jira_url.startswith("http://127.0.0.1:")
    True
    """

    def __init__(
        self,
        company: Company,
        *,
        clock: SandboxClock | datetime | None = None,
        latency: float = 0.0,
        port: int = 0,
        deployment: Literal["cloud", "datacenter"] = "cloud",
    ) -> None:
        """Bind the port; the server starts with the ``with`` block or with :meth:`start`.

        Args:
            company: what is served.
            clock: the sandbox's time; real time where it is left out.
            latency: seconds that every request waits; can be changed while it runs.
            port: 0 takes any free port.
            deployment: which Jira it is.
        """
        self.deployment = deployment
        self.company = company
        self.gate = Gate(_clock(clock), latency=latency)
        self._socket = socket.create_server(("127.0.0.1", port), backlog=512)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._server: uvicorn.Server | None = None
        self._thread: Thread | None = None

    @property
    def jira_url(self) -> str:
        """Where the Jira site is."""
        return f"{self.url}/jira"

    @property
    def notion_url(self) -> str:
        """Where Notion's API is; its endpoints are below ``/v1``."""
        return f"{self.url}/notion"

    @property
    def jira_user(self) -> str:
        """The e-mail address that Jira accepts."""
        return self.company.jira_user

    @property
    def jira_token(self) -> str:
        """The API token that Jira accepts for :attr:`jira_user`."""
        return self.company.jira_token

    @property
    def notion_token(self) -> str:
        """The integration token that Notion accepts; empty where the company has no Notion."""
        return "" if self.company.notion is None else self.company.notion.token

    @property
    def clock(self) -> SandboxClock:
        """The sandbox's time."""
        return self.gate.clock

    @property
    def faults(self) -> Faults:
        """What shall go wrong."""
        return self.gate.faults

    @property
    def requests(self) -> Counter[str]:
        """Number of requests by endpoint template."""
        return self.gate.requests

    @property
    def latency(self) -> float:
        """Seconds that every request waits."""
        return self.gate.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        self.gate.latency = seconds

    def app(self) -> ASGIApp:
        """The whole sandbox as one ASGI application."""
        mounts = [
            Mount("/_sandbox", routes=control_routes(self.gate)),
            Mount("/jira", app=self._jira()),
        ]
        if self.company.notion is not None:
            from okr_sandbox.notion.app import build_notion  # noqa: PLC0415 - only where asked for

            mounts.append(Mount("/notion", app=build_notion(self.company.notion, self.gate)))
        return _Droppable(Starlette(routes=mounts))

    def _jira(self) -> ASGIApp:
        if self.deployment == "cloud":
            return build_jira(self.company, self.gate)
        from okr_sandbox.jira.datacenter_app import build_datacenter  # noqa: PLC0415 - as above

        return build_datacenter(self.company, self.gate)

    def start(self) -> Self:
        """Serve in a daemon thread until :meth:`stop`."""
        try:
            app = self.app()
        except BaseException:
            self._socket.close()
            raise
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none")
        self._server = uvicorn.Server(config)
        self._thread = Thread(
            target=self._server.run, args=([self._socket],), name="okr-sandbox", daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving and free the port."""
        self.gate.closing = True
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join()
        self._socket.close()

    def wait(self) -> None:
        """Block until the server ends."""
        if self._thread is not None:
            self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class _Droppable:
    """Lets a handler close its connection: uvicorn's ``send`` is a method of what holds it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = getattr(getattr(send, "__self__", None), "transport", None)
        if transport is not None:
            scope[ABORT] = transport.abort
        await self.app(scope, receive, send)


def _clock(clock: SandboxClock | datetime | None) -> SandboxClock:
    return clock if isinstance(clock, SandboxClock) else SandboxClock(clock)
